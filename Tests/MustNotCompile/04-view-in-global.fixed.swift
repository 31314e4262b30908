// What is stored is a range: numbers, which find the bytes again while the file is mapped.
import Spalt

nonisolated(unsafe) var lastLine: Range<Int>?

func run(_ file: borrowing MappedFile) {
  let line = file.bytes
  lastLine = line.offset..<line.offset + line.byteCount
}
