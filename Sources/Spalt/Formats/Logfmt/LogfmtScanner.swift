/// Checks a line of logfmt and lists its fields; the rules are those of go-logfmt's decoder.
///
/// A key with dots is a path, like those of nested JSON objects: the column is called `http.status`.
struct LogfmtScanner: RecordScanner {
  let kernels: ScanKernels

  func scan(
    _ line: borrowing ByteCursor, from start: Int, into record: inout ScannedRecord
  ) throws(RecordScanFailure) -> Int {
    var share = LogfmtPairShare()
    var index = line.skipLogfmtSeparators(from: start)
    while index < line.end {
      let token: LogfmtToken
      do {
        token = try line.scanLogfmtToken(at: index, kernels)
      } catch { throw .fault(error) }
      let node = Self.node(of: token.key, line, &record.tree)
      record.beginValue(ofNode: node, keyOffset: line.offset(of: token.key.lowerBound))
      try record.append(node, token.kind, token.value)
      record.endValue(ofNode: node)
      share.add(token, line)
      index = line.skipLogfmtSeparators(from: token.end)
    }
    record.plausibility = share.plausibility
    return line.end
  }

  /// The node of a key: each part of it between dots is a key of its own, unless a part is empty or there
  /// are very many.
  private static func node(
    of key: Range<Int>, _ line: borrowing ByteCursor, _ tree: inout FieldTree
  ) -> Int {
    guard isPath(key, line) else { return tree.node(FieldTree.root, line, key) }
    var node = FieldTree.root
    var start = key.lowerBound
    for index in key where line.byte(at: index) == LogfmtByte.dot {
      node = tree.node(node, line, start..<index)
      start = index + 1
    }
    return tree.node(node, line, start..<key.upperBound)
  }

  private static func isPath(_ key: Range<Int>, _ line: borrowing ByteCursor) -> Bool {
    var partStart = key.lowerBound
    var partCount = 1
    for index in key where line.byte(at: index) == LogfmtByte.dot {
      if index == partStart { return false }
      partStart = index + 1
      partCount += 1
    }
    return partCount > 1 && partCount <= JSONLimits.depth && partStart < key.upperBound
  }
}

/// How much of a line is pairs of a key and a value.
struct LogfmtPairShare {
  private var tokenCount = 0
  private var pairCount = 0
  /// Pairs before the first token that is none.
  private var leadingPairCount = 0

  /// Counts a token. Text that happens to hold an equals sign is no pair: its key does not look like one.
  mutating func add(_ token: LogfmtToken, _ line: borrowing ByteCursor) {
    tokenCount += 1
    guard token.kind != .flag else { return }
    for index in token.key where !Self.isUsual(line.byte(at: index)) { return }
    pairCount += 1
    if pairCount == tokenCount { leadingPairCount = pairCount }
  }

  /// Whether a byte stands in keys, as they are usually named.
  private static func isUsual(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "."),
      UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "#"),
      UInt8(ascii: "$"), 0x80...:
      true
    default: false
    }
  }

  /// How plausible a line of these tokens is, and no others.
  var plausibility: Double {
    guard pairCount > 0 else { return 0 }
    let share = Double(pairCount) / Double(tokenCount)
    // A sentence may hold a pair; a record begins with some. Values that should be in quotes are not always.
    if leadingPairCount == 0 { return share * 0.49 }
    return leadingPairCount < 3 ? share : max(share, 0.5)
  }

  /// How much a line looks like a damaged record in which a token that is none follows these.
  var likeness: Double { 0.3 * Double(pairCount) / Double(tokenCount + 1) }
}
