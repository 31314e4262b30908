// Mistake: views are collected in an array.
// Rejected because an array may be kept for ever, and its elements have to be escapable.
// expect: conform to 'Escapable'
import Spalt

func run(_ file: borrowing MappedFile) -> Int {
  let lines = [file.bytes]
  return lines.count
}
