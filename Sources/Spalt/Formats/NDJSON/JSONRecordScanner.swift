/// One field of a record: where its value stands, and under which key.
struct JSONField: BitwiseCopyable {
  let node: Int32
  let kind: JSONKind
  /// Whether a later field under the same key replaced this one.
  var isReplaced = false
  /// First byte of the value: the quote of a string.
  let start: Int32
  /// Just past the value: behind the quote of a string.
  let end: Int32
}

/// The general decoder's first half: checks one record from its first byte to its last (RFC 8259) and
/// lists its fields. Nothing is written anywhere else, so a record that turns out to be broken
/// leaves no trace.
struct JSONRecordScanner: ~Copyable {
  /// The keys seen so far.
  var tree: FieldTree
  /// The fields of the last record: leaves, with objects flattened. Scratch, one record long.
  private(set) var fields: ArenaTable<JSONField>
  /// Whether a key of the last record held escapes, so that its bytes are not its name.
  private(set) var hasEscapedKey = false
  /// Keys of the last record that stood twice in one object, and where the first of them was.
  private(set) var duplicateKeys = Occurrences()

  /// Whether keys without a column are forgotten when there are too many of them.
  var forgetsLateNodes = true

  private let kernels: ScanKernels
  private let valueNode: Int
  private var scratch: Arena
  /// For each node, the number of the record that saw it last, and the fields it had there.
  private var sightings: [Sighting] = []
  private var recordNumber: UInt64 = 0

  init(tree: FieldTree, kernels: ScanKernels, arenas: ArenaPool) throws(SpaltError) {
    self.tree = tree
    self.kernels = kernels
    fields = try ArenaTable(pool: arenas.chunkPool)
    scratch = arenas.lease(.scratch)
    valueNode = Self.node(Array(Schema.valueName.utf8), in: FieldTree.root, &self.tree)
  }

  /// The node of a key that is given as bytes rather than found in the input.
  static func node(_ key: [UInt8], in parent: Int, _ tree: inout FieldTree) -> Int {
    tree.node(parent, ByteCursor(ByteView(key.span)), 0..<key.count)
  }

  /// Checks the record that begins at `start`; gives the index just past it.
  mutating func scan(
    _ cursor: borrowing ByteCursor, from start: Int
  ) throws(RecordScanFailure) -> Int {
    fields.truncate(toCount: 0)
    scratch.reset()
    hasEscapedKey = false
    duplicateKeys = Occurrences()
    recordNumber &+= 1
    if forgetsLateNodes, tree.lateCount > Self.lateNodeLimit { tree.forgetLateNodes() }
    if cursor.byte(at: start) == JSONByte.openBrace {
      return try scanObject(cursor, at: start, node: FieldTree.root, depth: 1)
    }
    let value = try Self.checked { () throws(JSONFault) in
      try cursor.scanValue(at: start, depth: 0, kernels)
    }
    try append(valueNode, value.kind, start..<value.end)
    return value.end
  }

  /// How many keys without a column are remembered before all of them are forgotten.
  static let lateNodeLimit = 4096

  private static func checked<Result>(
    _ body: () throws(JSONFault) -> Result
  ) throws(RecordScanFailure) -> Result {
    do { return try body() } catch { throw .fault(error) }
  }

  private mutating func append(
    _ node: Int, _ kind: JSONKind, _ range: Range<Int>
  ) throws(RecordScanFailure) {
    do {
      try fields.append(
        JSONField(
          node: Int32(node), kind: kind, start: Int32(range.lowerBound),
          end: Int32(range.upperBound)))
    } catch { throw .system(error) }
  }

  /// When a key was seen last.
  private struct Sighting {
    var recordNumber: UInt64 = 0
    /// The fields of the key's value: one, or those of the object.
    var fields: Range<Int> = 0..<0
  }

  /// Checks the object whose brace stands at `index`; gives the index just past it.
  private mutating func scanObject(
    _ cursor: borrowing ByteCursor, at brace: Int, node: Int, depth: Int
  ) throws(RecordScanFailure) -> Int {
    guard depth <= JSONLimits.depth else {
      throw .fault(JSONFault(reason: .tooDeep, index: brace))
    }
    var index = cursor.skipWhiteSpace(from: brace &+ 1)
    if cursor.byte(at: index) == JSONByte.closeBrace {
      if node != FieldTree.root { try append(node, .emptyObject, brace..<index &+ 1) }
      return index &+ 1
    }
    while true {
      let (child, valueStart) = try scanKey(cursor, at: index, parent: node)
      if cursor.byte(at: valueStart) == JSONByte.openBrace {
        index = try scanObject(cursor, at: valueStart, node: child, depth: depth &+ 1)
      } else {
        let value = try Self.checked { () throws(JSONFault) in
          try cursor.scanValue(at: valueStart, depth: depth, kernels)
        }
        try append(child, value.kind, valueStart..<value.end)
        index = value.end
      }
      sightings[child].fields = sightings[child].fields.lowerBound..<fields.count
      index = cursor.skipWhiteSpace(from: index)
      switch cursor.byte(at: index) {
      case JSONByte.comma: index = cursor.skipWhiteSpace(from: index &+ 1)
      case JSONByte.closeBrace: return index &+ 1
      default:
        let reason: RejectReason = index >= cursor.end ? .unexpectedEnd : .missingComma
        throw .fault(JSONFault(reason: reason, index: index))
      }
    }
  }

  /// Checks `"key":` at `index`; gives the key's node and the index where the value begins.
  private mutating func scanKey(
    _ cursor: borrowing ByteCursor, at index: Int, parent: Int
  ) throws(RecordScanFailure) -> (node: Int, valueStart: Int) {
    guard cursor.byte(at: index) == JSONByte.quote else {
      let reason: RejectReason = index >= cursor.end ? .unexpectedEnd : .unexpectedByte
      throw .fault(JSONFault(reason: reason, index: index))
    }
    let start = index &+ 1
    var end = cursor.plainStringEnd(from: start)
    var isEscaped = false
    if end < 0 {
      let string = try Self.checked { () throws(JSONFault) in
        try cursor.scanString(from: start, kernels)
      }
      end = string.end
      isEscaped = string.isEscaped
      if let fault = kernels.firstInvalidUTF8(cursor, in: start..<end) {
        throw .fault(JSONFault(reason: .invalidUTF8Key, index: fault))
      }
    }
    let colon = cursor.skipWhiteSpace(from: end &+ 1)
    guard cursor.byte(at: colon) == JSONByte.colon else {
      throw .fault(JSONFault(reason: .missingColon, index: colon))
    }
    let node = try keyNode(cursor, start..<end, isEscaped: isEscaped, parent: parent)
    noteDuplicate(node, cursor.offset(of: start))
    return (node, cursor.skipWhiteSpace(from: colon &+ 1))
  }

  private mutating func keyNode(
    _ cursor: borrowing ByteCursor, _ range: Range<Int>, isEscaped: Bool, parent: Int
  ) throws(RecordScanFailure) -> Int {
    guard isEscaped else { return tree.node(parent, cursor, range) }
    hasEscapedKey = true
    let key: ArenaBlock
    do {
      key = try scratch.appendText(cursor, range)
    } catch { throw .system(error) }
    return Self.node(ofDecodedKey: key, scratch, parent, &tree)
  }

  private static func node(
    ofDecodedKey key: ArenaBlock, _ scratch: borrowing Arena, _ parent: Int,
    _ tree: inout FieldTree
  ) -> Int {
    let cursor = ByteCursor(scratch.view(of: key))
    return tree.node(parent, cursor, 0..<key.byteCount)
  }

  /// Marks what an earlier occurrence of the key left, in this record, as replaced: the last wins.
  /// O(fields that are replaced).
  private mutating func noteDuplicate(_ node: Int, _ offset: Int) {
    if node >= sightings.count {
      sightings.append(
        contentsOf: repeatElement(Sighting(), count: node + 64 - sightings.count))
    }
    if sightings[node].recordNumber == recordNumber {
      duplicateKeys.add(at: offset)
      for index in sightings[node].fields {
        fields[index].isReplaced = true
        forgetSightings(from: Int(fields[index].node), below: node)
      }
    }
    sightings[node] = Sighting(recordNumber: recordNumber, fields: fields.count..<fields.count)
  }

  /// Keys inside a replaced object may come again without being duplicates.
  private mutating func forgetSightings(from descendant: Int, below node: Int) {
    var current = descendant
    while current != node, current > 0, sightings[current].recordNumber == recordNumber {
      sightings[current].recordNumber = 0
      current = Int(tree.nodes[current].parent)
    }
  }
}

/// Why a record could not be scanned: its own fault, or the machine's.
enum RecordScanFailure: Error {
  case fault(JSONFault)
  case system(SpaltError)
}

extension Arena {
  /// Appends the decoded content of a JSON string.
  mutating func appendText(
    _ cursor: borrowing ByteCursor, _ range: Range<Int>
  ) throws(SpaltError) -> ArenaBlock {
    let source = cursor.limited(to: range.upperBound)
    return try build(maximumByteCount: range.count * 3) { output in
      _ = source.writeText(range, decodesEscapes: true, to: &output)
    }
  }
}
