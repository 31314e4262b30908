// Mistake: a task captures a view.
// Rejected because the task runs on its own time, when the mapping may be gone.
// expect: lifetime-dependent variable 'bytes' escapes its scope
import Spalt

func run(_ file: borrowing MappedFile) {
  let bytes = file.bytes
  Task { print(bytes.byteCount) }
}
