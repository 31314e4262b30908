// What leaves the closure is a number.
import Spalt

func withFile(_ path: String, _ body: (borrowing MappedFile) -> Void) throws(SpaltError) {
  body(try MappedFile(path: path))
}

func run() throws(SpaltError) -> Int {
  var kept = 0
  try withFile("app.log") { file in kept = file.bytes.byteCount }
  return kept
}
