/// Which formats the lines of an input may have, as numbers of `FormatRegistry`.
struct InputFormats: BitwiseCopyable, Hashable, Sendable {
  /// The one to try first.
  let first: UInt8
  /// One bit for each format.
  let members: UInt64
  /// Whether a line has to look like a record of its format beyond doubt, because nobody said which format
  /// it is.
  let areDetected: Bool

  /// One format, which was asked for.
  init(only index: Int) {
    first = UInt8(index)
    members = 1 << UInt64(index)
    areDetected = false
  }

  /// Formats that were found, of which `first` is the foremost.
  init(detected first: Int, members: UInt64) {
    self.first = UInt8(first)
    self.members = members | 1 << UInt64(first)
    areDetected = true
  }

  /// Whether there are two or more.
  var hasSeveral: Bool { members & (members &- 1) != 0 }

  /// Whether a format is among them.
  func contains(_ index: Int) -> Bool { members & 1 << UInt64(index) != 0 }

  /// Whether one of the formats comes before another: the foremost does, the others stand as in the registry.
  func precedes(_ index: Int, _ other: Int) -> Bool {
    other != Int(first) && (index == Int(first) || index < other)
  }
}
