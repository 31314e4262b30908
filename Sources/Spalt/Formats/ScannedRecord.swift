/// The fields of one record, as a scanner lists them: scratch, one record long. Nothing is written anywhere
/// else, so a record that turns out to be broken leaves no trace.
struct ScannedRecord: ~Copyable {
  /// The keys seen so far.
  var tree: FieldTree
  /// The fields: leaves, with objects flattened.
  private(set) var fields: ArenaTable<ScannedField>
  /// Whether the record's bytes tell its shape: not when a key held escapes, for one.
  var isLearnable = true
  /// Whether the record is broken in a way that could be repaired.
  var isRepaired = false
  /// How sure it is, from 0 to 1, that the line is a record of the scanner's format: 0.5 and more for a
  /// line that no other format would take.
  var plausibility = 1.0
  /// Keys that stood twice in one object, and where the first of them was.
  private(set) var duplicateKeys = Occurrences()
  /// Whether keys without a column are forgotten when there are too many of them.
  var forgetsLateNodes = true

  private var scratch: Arena
  /// For each node, the number of the record that saw it last, and the fields it had there.
  private var sightings: [Sighting] = []
  private var recordNumber: UInt64 = 0

  init(tree: FieldTree, arenas: ArenaPool) throws(SpaltError) {
    let fields = try ArenaTable<ScannedField>(pool: arenas.chunkPool)
    self.tree = tree
    self.fields = fields
    scratch = arenas.lease(.scratch, lifetime: .lasting)
  }

  /// How many keys without a column are remembered before all of them are forgotten.
  static let lateNodeLimit = 4096

  /// Forgets the fields of the record before.
  mutating func begin() {
    fields.truncate(toCount: 0)
    scratch.reset()
    isLearnable = true
    isRepaired = false
    plausibility = 1
    duplicateKeys = Occurrences()
    recordNumber &+= 1
    if forgetsLateNodes, tree.lateCount > Self.lateNodeLimit { tree.forgetLateNodes() }
  }

  /// Adds a field.
  mutating func append(
    _ node: Int, _ kind: ScannedKind, _ range: Range<Int>, isSurplus: Bool = false
  ) throws(RecordScanFailure) {
    do {
      try fields.append(
        ScannedField(
          node: Int32(node), kind: kind, isSurplus: isSurplus, start: Int32(range.lowerBound),
          end: Int32(range.upperBound)))
    } catch { throw .system(error) }
  }

  /// Notes that a field has no place but `_extra`.
  mutating func markExtra(_ index: Int) { fields[index].isExtra = true }

  /// When a key was seen last.
  private struct Sighting {
    var recordNumber: UInt64 = 0
    /// The fields of the key's value: one, or those of the object.
    var fields: Range<Int> = 0..<0
  }

  /// Begins the value of a key whose first byte is at `offset` in the source: what an earlier occurrence of
  /// the key left, in this record, is replaced: the last wins. O(fields that are replaced).
  mutating func beginValue(ofNode node: Int, keyOffset offset: Int) {
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

  /// Ends the value that `beginValue` began: its fields are those that were added since.
  mutating func endValue(ofNode node: Int) {
    sightings[node].fields = sightings[node].fields.lowerBound..<fields.count
  }

  /// Keys inside a replaced object may come again without being duplicates.
  private mutating func forgetSightings(from descendant: Int, below node: Int) {
    var current = descendant
    while current != node, current > 0, sightings[current].recordNumber == recordNumber {
      sightings[current].recordNumber = 0
      current = Int(tree.nodes[current].parent)
    }
  }

  /// The node of a key whose spelling in the input holds JSON escapes.
  mutating func node(
    ofEscapedKey range: Range<Int>, _ cursor: borrowing ByteCursor, in parent: Int
  ) throws(RecordScanFailure) -> Int {
    isLearnable = false
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
}

extension FieldTree {
  /// The node of a key that is given as bytes rather than found in the input.
  mutating func node(_ key: [UInt8], in parent: Int = FieldTree.root) -> Int {
    node(parent, ByteCursor(ByteView(key.span)), 0..<key.count)
  }
}

extension Arena {
  /// Appends the decoded content of a JSON string.
  fileprivate mutating func appendText(
    _ cursor: borrowing ByteCursor, _ range: Range<Int>
  ) throws(SpaltError) -> ArenaBlock {
    let source = cursor.limited(to: range.upperBound)
    return try build(maximumByteCount: range.count * 3) { output in
      _ = source.writeText(range, decodesEscapes: true, to: &output)
    }
  }
}
