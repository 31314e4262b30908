/// Turns a piece of input into rows of a batch, and rejects.
///
/// A worker has a decoder of its own and calls it once a piece of 1 to 4 MiB, never once a record.
protocol RecordDecoder: ~Copyable {
  /// Says which formats the lines of the next piece may have.
  mutating func select(_ formats: InputFormats) throws(SpaltError)

  /// Decodes records from index `start` on until the batch is full or the bytes end.
  /// - Returns: the index of the first byte that was not consumed: the end of the bytes, or the start
  ///   of the record that did not fit.
  mutating func decode(
    _ cursor: borrowing ByteCursor, from start: Int, into builder: inout RecordBatchBuilder
  ) throws(SpaltError) -> Int
}
