/// How long the text of a batch will be: as long as its records were, times what it was for the batch before.
///
/// Room that is not needed is memory that nobody has, and room that does not suffice costs a copy of the text.
struct TextSize: Sendable {
  /// Bytes of text for 1,024 bytes of records; the first batch's text is taken to be as long as its records.
  private var textShare = 1024
  private var isLearned = false

  /// Room to begin with. It is a little more than is expected, since the records of batches differ.
  func expected(for batch: borrowing RecordBatch) -> Int {
    let byteCount = Self.recordByteCount(batch) * textShare / 1024
    return byteCount + byteCount / 64 + 4096
  }

  /// Learns from a batch whose text is made.
  mutating func note(_ batch: borrowing RecordBatch) {
    let recordByteCount = Self.recordByteCount(batch)
    // A few records tell little about those of a whole batch.
    guard batch.rowCount >= 64 || !isLearned, recordByteCount > 0 else { return }
    isLearned = true
    textShare = batch.formattedText.byteCount * 1024 / recordByteCount + 1
  }

  /// Bytes of the records that are left, as far as they are of the same length.
  private static func recordByteCount(_ batch: borrowing RecordBatch) -> Int {
    guard batch.decodedRowCount > 0 else { return 0 }
    let share = Double(batch.rowCount) / Double(batch.decodedRowCount)
    return Int(Double(batch.statistics.recordByteCount) * share)
  }
}
