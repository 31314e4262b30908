// Mistake: the variable that holds a batch gets the next one while a column of the old one is in use.
// Rejected because the column borrows what the variable held, which is destroyed.
// expect: lifetime-dependent variable 'column' escapes its scope
import Spalt

func run(_ batch: inout RecordBatch, _ next: consuming RecordBatch) -> Int {
  let column = batch.column(0)
  batch = next
  return column.rowCount
}
