@testable import Spalt

/// Reads with filters, lazily and in full, and says what differs.
enum LazyReading {
  /// What reading with a filter came to.
  typealias Outcome = Result<Snapshot, SpaltError>

  /// What comparing came to.
  struct Comparison {
    /// What is wrong, in words.
    var mistakes: [String] = []
    /// Lines that lazy readings passed over, and records for which the filters were true.
    var ruledOutCount = 0
    var matchCount = 0
    /// Filters that failed, for names, types or values.
    var failureCount = 0
  }

  /// Reads inputs to their end, or to the filter's first error. A filter is an expression, or `--level`
  /// and a level.
  static func read(_ paths: [String], _ options: ReaderOptions, _ filter: String) -> Outcome {
    do throws(SpaltError) {
      var selection = RecordSelection()
      if filter.hasPrefix("--level ") {
        selection.minimumSeverity = RecordSelection.severity(String(filter.dropFirst(8)))
      } else {
        selection.condition = try Expression(filter)
      }
      selection.nowNanoseconds = 1_767_225_600_000_000_000
      var reader = try RecordReader(
        inputs: paths.map { InputPath($0) }, options: options, selection: selection)
      var snapshot = Snapshot(columns: reader.schema.columns)
      while let batch = try reader.next() { snapshot.add(batch, inputIndex: reader.inputIndex) }
      snapshot.statistics = reader.statistics
      return .success(snapshot)
    } catch {
      return .failure(error)
    }
  }

  /// Reads a file with each filter: once in full in the plainest way, and lazily in others.
  static func compare(
    _ path: String, _ filters: [String], _ base: ReaderOptions = .plain(), variantCount: Int,
    seed: UInt64, pieces: [Int] = [64, 127, 4096, 1 << 20]
  ) -> Comparison {
    var comparison = Comparison()
    var full = base
    full.validates = true
    for (index, filter) in filters.enumerated() {
      let expected = read([path], full, filter)
      switch expected {
      case .success(let snapshot): comparison.matchCount += snapshot.rows.count
      case .failure: comparison.failureCount += 1
      }
      let variants = ReaderOptions.variants(
        of: base, count: variantCount, seed: seed &+ UInt64(index), pieces: pieces)
      for options in variants {
        let outcome = read([path], options, filter)
        if case .success(let snapshot) = outcome {
          comparison.ruledOutCount += snapshot.statistics.ruledOutCount
        }
        comparison.mistakes += mistakes(outcome, expected).map {
          "\(filter): \(options.summary): \($0)"
        }
        if comparison.mistakes.count > 8 { return comparison }
      }
    }
    return comparison
  }

  /// What a lazy reading got wrong.
  static func mistakes(_ lazy: Outcome, _ full: Outcome) -> [String] {
    switch (lazy, full) {
    case (.success(let lazy), .success(let full)): return mistakes(lazy, full)
    // Which record fails first may differ, and none may be left that does.
    case (.failure(let lazy), .failure(let full)):
      return kind(lazy) == kind(full) ? [] : ["\(lazy), not \(full)"]
    case (.success, .failure(let error)): return isOfRecord(error) ? [] : ["no error: \(error)"]
    case (.failure(let error), .success): return ["an error: \(error)"]
    }
  }

  private static func kind(_ error: SpaltError) -> String {
    String("\(Mirror(reflecting: error).children.first?.label ?? "\(error)")")
  }

  /// Whether an error may depend on the records that are looked at.
  private static func isOfRecord(_ error: SpaltError) -> Bool {
    switch error {
    case .expression, .regexLimit: true
    default: false
    }
  }

  private static func mistakes(_ lazy: Snapshot, _ full: Snapshot) -> [String] {
    var found = lazy.flaws + full.flaws
    if lazy.columns != full.columns { found.append("columns \(lazy.columnTexts)") }
    if lazy.positions != full.positions {
      let offsets = (lazy.positions.map(\.offset), full.positions.map(\.offset))
      found.append("records at \(offsets.0.prefix(20)), not \(offsets.1.prefix(20))")
    } else if lazy.rows != full.rows {
      found.append("the same records, other values")
    }
    // A line that is ruled out may be broken. What is rejected is rejected as before.
    for reject in lazy.rejects where !full.rejects.contains(reject) {
      found.append("another reject: \(reject)")
    }
    let (counted, expected) = (lazy.statistics, full.statistics)
    if !lazy.isAccounted || !full.isAccounted { found.append("bytes are not accounted for") }
    if counted.byteCount != expected.byteCount { found.append("\(counted.byteCount) bytes") }
    if counted.lineCount != expected.lineCount {
      found.append("\(counted.lineCount) lines, not \(expected.lineCount)")
    }
    if expected.ruledOutCount + expected.ruledOutByteCount != 0 {
      found.append("a full reading rules out")
    }
    if (counted.ruledOutCount == 0) != (counted.ruledOutByteCount + counted.ruledOutCount == 0) {
      found.append("bytes of no line are ruled out")
    }
    return found
  }
}
