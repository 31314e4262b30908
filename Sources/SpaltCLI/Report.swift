import Spalt

/// What a user should know of a run, in sentences on standard error.
struct Report {
  let statistics: BatchStatistics
  let paths: [String]

  /// A reject in one line: where it is, and what is wrong with it.
  static func describe(_ reject: Reject, path: String) -> String {
    """
    \(path):\(reject.line): \(reject.reason.description) at offset \(reject.faultOffset) \
    (record at offset \(reject.offset), \(reject.byteCount) bytes)
    """
  }

  /// Prints counts of what was not plain sailing, nothing when all was.
  func printOddities() {
    if statistics.rejectedCount > 0 {
      Console.error(
        "spalt: \(statistics.rejectedCount) rejected (\(statistics.rejectedByteCount) bytes)")
    }
    line(
      statistics.repairedRecords,
      "records lacked something that could be made up for, such as their last closing quote")
    line(statistics.duplicateKeys, "keys stand twice in one object, the last value won")
    line(statistics.loneSurrogates, "lone surrogates were decoded as U+FFFD")
    line(statistics.transcodedStrings, "strings hold ill-formed UTF-8, decoded with U+FFFD")
    line(statistics.misfits, "values do not fit their column's type, see _extra")
    line(statistics.unknownKeys, "values have keys that the schema lacks, see _extra")
  }

  private func line(_ occurrences: Occurrences, _ what: String) {
    guard occurrences.count > 0 else { return }
    Console.error(
      "spalt: \(occurrences.count) \(what) (first at offset \(occurrences.firstOffset))")
  }
}
