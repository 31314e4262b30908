import CSpalt
import Spalt

extension StreamReport {
  /// All counts, by the names that the header has for them.
  fileprivate var counts: [(name: String, value: Int)] {
    let ledger = statistics.ledger
    return [
      ("byte_count", statistics.byteCount), ("compressed_byte_count", compressedByteCount),
      ("record_count", statistics.recordCount), ("ruled_out_count", statistics.ruledOutCount),
      ("rejected_count", statistics.rejectedCount), ("blank_count", statistics.blankCount),
      ("row_count", rowCount), ("batch_count", batchCount),
      ("viewed_byte_count", Int(ledger.decode.viewedByteCount)),
      ("inlined_byte_count", Int(ledger.decode.inlinedByteCount)),
      ("copied_byte_count", Int(ledger.copiedByteCount)),
      ("contiguous_byte_count", contiguousByteCount),
      ("unknown_key_count", statistics.unknownKeys.count),
      ("misfit_count", statistics.misfits.count), ("memory_byte_count", memoryByteCount),
      ("memory_high_water_byte_count", memoryHighWaterByteCount),
    ]
  }

  /// An object with all counts.
  var json: String {
    "{" + counts.map { "\"\($0.name)\":\($0.value)" }.joined(separator: ",") + "}"
  }
}

extension spalt_statistics {
  init(_ report: StreamReport) {
    self.init()
    let values = report.counts.map { Int64($0.value) }
    byte_count = values[0]
    compressed_byte_count = values[1]
    record_count = values[2]
    ruled_out_count = values[3]
    rejected_count = values[4]
    blank_count = values[5]
    row_count = values[6]
    batch_count = values[7]
    viewed_byte_count = values[8]
    inlined_byte_count = values[9]
    copied_byte_count = values[10]
    contiguous_byte_count = values[11]
    unknown_key_count = values[12]
    misfit_count = values[13]
    memory_byte_count = values[14]
    memory_high_water_byte_count = values[15]
  }
}
