// What is collected are offsets.
import Spalt

func run(_ file: borrowing MappedFile) -> Int {
  let lines = [file.bytes.offset]
  return lines.count
}
