// The task gets the path and maps the file itself.
import Spalt

func run(_ file: borrowing MappedFile) {
  let path = file.path
  Task {
    let file = try MappedFile(path: path)
    print(file.bytes.byteCount)
  }
}
