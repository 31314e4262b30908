/// The general half of a format: checks one record from its first byte to its last and lists its fields.
///
/// Every format has one. What makes it fast, learned shapes or a walk of its own, gives the same fields.
protocol RecordScanner: Sendable {
  /// Checks the record that begins at `start`, its first byte that is no white space. The cursor ends
  /// where the line does, without its line end.
  /// - Returns: the index just past the record: the end of the line, or where another record or white
  ///   space begins.
  /// - Throws: what is wrong with the record, and at which byte; or that there is no memory.
  func scan(
    _ line: borrowing ByteCursor, from start: Int, into record: inout ScannedRecord
  ) throws(RecordScanFailure) -> Int
}
