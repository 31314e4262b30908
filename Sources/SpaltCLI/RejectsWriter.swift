import Spalt

/// Writes rejected records to a file: one JSON object each, with file, line, offset, length, the
/// offset of the byte at fault, the reason, and the text as far as it is at hand.
struct RejectsWriter {
  private let file: TextFile
  /// Lines that wait for `commit`.
  private var lines = ""

  init(path: String) throws(SpaltError) { file = try TextFile(path: path) }

  mutating func write(
    _ reject: Reject, path: String, _ batch: borrowing RecordBatch
  ) throws(SpaltError) {
    var fields = [
      "\"file\":\(JSONEscaping.quoted(path))", "\"line\":\(reject.line)",
      "\"offset\":\(reject.offset)", "\"byte_count\":\(reject.byteCount)",
      "\"fault_offset\":\(reject.faultOffset)", "\"reason\":\"\(reject.reason)\"",
      "\"message\":\(JSONEscaping.quoted(reject.reason.description))",
    ]
    // A record that was too long to be looked at may not be at hand, so its text is never written.
    if reject.reason != .tooLong,
      let text = batch.input(at: reject.offset, byteCount: reject.byteCount)
    {
      fields.append("\"text\":\(JSONEscaping.quoted(text.makeString()))")
    }
    lines += "{\(fields.joined(separator: ","))}\n"
  }

  /// Writes the rejects of a batch, if what was read of it is still true.
  mutating func commit(_ batch: borrowing RecordBatch) throws(SpaltError) {
    guard !lines.isEmpty else { return }
    try batch.verify()
    try file.write(lines)
    lines = ""
  }

  /// Forgets the rejects that wait for `commit`.
  mutating func drop() { lines = "" }

  mutating func finish() throws(SpaltError) { try file.finish() }
}
