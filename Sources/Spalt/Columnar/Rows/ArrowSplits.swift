/// Cuts Arrow files between their record batches.
enum ArrowSplits {
  struct Split {
    /// In the file.
    let range: Range<Int>
    /// The batches whose messages begin there, as numbers in the footer.
    let batches: Range<Int>
  }

  /// Splits of about `byteCount` bytes; none for what has no footer, or one whose batches do not stand in their order.
  static func plan(_ file: ByteView, path: String, byteCount: Int) -> [Split] {
    guard ArrowBeginning.recognise(file) == .file, let footer = try? ArrowFooter(file, path: path),
      !footer.batches.isEmpty
    else { return [] }
    let offsets = footer.batches.map(\.offset)
    guard zip(offsets, offsets.dropFirst()).allSatisfy({ $0 < $1 }) else { return [] }
    var splits: [Split] = []
    var start = 0
    var first = 0
    for index in offsets.indices.dropFirst() where offsets[index] - start >= byteCount {
      splits.append(Split(range: start..<offsets[index], batches: first..<index))
      start = offsets[index]
      first = index
    }
    splits.append(Split(range: start..<file.byteCount, batches: first..<offsets.count))
    return splits
  }
}
