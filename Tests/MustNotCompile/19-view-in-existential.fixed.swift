// The `Any` holds a copy.
import Spalt

func run(_ file: borrowing MappedFile) {
  let anything: Any = file.bytes.makeString()
  print(anything)
}
