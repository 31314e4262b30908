// Mistake: a closure carries a view of what it was lent out through a captured variable.
// Rejected because the variable lives longer than the loan.
// expect: lifetime-dependent variable 'kept' escapes its scope
import Spalt

func withFile(_ path: String, _ body: (borrowing MappedFile) -> Void) throws(SpaltError) {
  body(try MappedFile(path: path))
}

func run() throws(SpaltError) -> Int {
  var kept = ByteView(RawSpan())
  try withFile("app.log") { file in kept = file.bytes }
  return kept.byteCount
}
