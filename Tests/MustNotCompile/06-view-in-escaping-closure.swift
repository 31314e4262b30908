// Mistake: an escaping closure captures a view.
// Rejected because the closure may run after the mapping was closed.
// expect: lifetime-dependent variable 'bytes' escapes its scope
import Spalt

func later(_ body: @escaping () -> Int) {}

func run(_ file: borrowing MappedFile) {
  let bytes = file.bytes
  later { bytes.byteCount }
}
