// The closure captures what it needs of the view, by value.
import Spalt

func later(_ body: @escaping () -> Int) {}

func run(_ file: borrowing MappedFile) {
  let byteCount = file.bytes.byteCount
  later { byteCount }
}
