/// A segment that an arena keeps with its chunks.
struct AdoptedSegment {
  let segment: SharedSegment
  /// Which of the arena's chunks it counts as.
  let chunkIndex: Int
  /// The column whose values the segment is; nil when it is text.
  var column: Int?
}

extension ArenaStorage {
  /// The segment that holds the values of a column, as the index of a chunk.
  func chunkIndex(ofValuesInColumn column: Int) -> Int? {
    for entry in adopted where entry.column == column { return entry.chunkIndex }
    return nil
  }
}

extension Arena {
  /// Keeps a share in a segment's bytes as long as the arena's contents live, as if it were one of the arena's chunks:
  /// for text that views point into, or, with a column's index, for the values of that column.
  /// - Returns: the index of the chunk.
  mutating func adopt(_ segment: SharedSegment, asValuesOfColumn column: Int? = nil) -> Int {
    storage.adopt(segment, column: column)
  }

  /// The values of a column no longer lie in an adopted segment.
  mutating func forgetValues(ofColumn column: Int) { storage.forgetValues(ofColumn: column) }
}

extension ArenaChunks {
  /// The values of a column, if they lie in an adopted segment: as many as the segment holds.
  @_lifetime(copy self)
  func values(ofColumn column: Int) -> ByteView? {
    guard let index = chunkIndex(ofValuesInColumn: column) else { return nil }
    return view(index)
  }
}
