// Mistake: a view is put into an `Any`, which forgets what it is.
// Rejected because an `Any` may be stored anywhere.
// expect: does not conform to specified type 'Escapable'
import Spalt

func run(_ file: borrowing MappedFile) {
  let anything: Any = file.bytes
  print(anything)
}
