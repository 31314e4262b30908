// The view is done with before the file is closed.
import Spalt

func run(_ file: consuming MappedFile) -> UInt8 {
  let first = file.bytes[0]
  file.close()
  return first
}
