/// The keys that were seen, as a tree: each node is a key inside an object, and its path is the name
/// of a column.
///
/// Nodes that the schema was made from are *known* and stay. Nodes that appear later live until
/// `forgetLateNodes`, so that keys which are really identifiers cannot fill the memory.
struct FieldTree: Sendable {
  /// Index of the node that stands for the record itself.
  static let root = 0

  struct Node: BitwiseCopyable, Sendable {
    let parent: Int32
    /// The key's bytes in `keys`, zero-padded to whole words.
    let keyStart: Int32
    let keyByteCount: Int32
    let hash: UInt64
    /// The column of the values under this key, or -1.
    var column: Int32 = -1
    /// The node that was asked for after this one the last time; 0 when there was none.
    var successor: Int32 = 0
  }

  private(set) var nodes: [Node] = [
    Node(parent: -1, keyStart: 0, keyByteCount: 0, hash: 0)
  ]
  private var keys: [UInt64] = []
  /// Open addressing over node indexes; 0, the root, marks an empty slot.
  private var slots: [Int32] = Array(repeating: 0, count: 256)
  private var knownCount = 1
  private var knownKeyCount = 0
  /// The node that was asked for last.
  private var last = 0

  /// Number of nodes, the root included.
  var count: Int { nodes.count }

  /// The node for the key in `range` of the cursor's bytes, inside the object of node `parent`;
  /// added when it is new.
  ///
  /// Keys mostly follow each other as they did before, so the last node's successor is tried first.
  mutating func node(
    _ parent: Int, _ cursor: borrowing ByteCursor, _ range: Range<Int>
  ) -> Int {
    let guess = Int(nodes[last].successor)
    if guess > 0, isNode(guess, of: parent, cursor, range) {
      last = guess
      return guess
    }
    let found = find(parent, cursor, range)
    nodes[last].successor = Int32(found)
    last = found
    return found
  }

  private mutating func find(
    _ parent: Int, _ cursor: borrowing ByteCursor, _ range: Range<Int>
  ) -> Int {
    let hash = Self.hash(parent, cursor, range)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let index = Int(slots[slot])
      if nodes[index].hash == hash, isNode(index, of: parent, cursor, range) { return index }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = Int32(nodes.count)
    append(parent, hash, cursor, range)
    if nodes.count * 2 > slots.count { rebuildSlots(count: slots.count * 2) }
    return nodes.count - 1
  }

  /// Whether a node stands for the key in `range` inside the object of node `parent`.
  @inline(__always)
  private func isNode(
    _ index: Int, of parent: Int, _ cursor: borrowing ByteCursor, _ range: Range<Int>
  ) -> Bool {
    let node = nodes[index]
    guard Int(node.parent) == parent, Int(node.keyByteCount) == range.count else { return false }
    var word = Int(node.keyStart)
    var at = range.lowerBound
    while at < range.upperBound {
      if keys[word] != Self.word(cursor, at, range.upperBound) { return false }
      word += 1
      at += 8
    }
    return true
  }

  private mutating func append(
    _ parent: Int, _ hash: UInt64, _ cursor: borrowing ByteCursor, _ range: Range<Int>
  ) {
    nodes.append(
      Node(
        parent: Int32(parent), keyStart: Int32(keys.count), keyByteCount: Int32(range.count),
        hash: hash))
    for at in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
      keys.append(Self.word(cursor, at, range.upperBound))
    }
  }

  /// The bytes from `at` up to `end`, at most 8, zero-padded.
  @inline(__always)
  private static func word(_ cursor: borrowing ByteCursor, _ at: Int, _ end: Int) -> UInt64 {
    let word = cursor.word(at: at)
    let rest = end - at
    return rest >= 8 ? word : word & ((1 << UInt64(rest * 8)) - 1)
  }

  private static func hash(
    _ parent: Int, _ cursor: borrowing ByteCursor, _ range: Range<Int>
  ) -> UInt64 {
    var hash = UInt64(truncatingIfNeeded: parent &+ range.count &<< 32) &* 0x9E37_79B9_7F4A_7C15
    for at in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
      let product = (hash ^ word(cursor, at, range.upperBound)).multipliedFullWidth(
        by: 0xD6E8_FEB8_6659_FD93)
      hash = product.high ^ product.low
    }
    return hash
  }

  private mutating func rebuildSlots(count: Int) {
    slots = Array(repeating: 0, count: count)
    for index in 1..<nodes.count {
      var slot = Int(truncatingIfNeeded: nodes[index].hash) & (count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (count - 1) }
      slots[slot] = Int32(index)
    }
  }

  // MARK: - Known and late nodes

  /// Makes all nodes of now known.
  mutating func fix() {
    knownCount = nodes.count
    knownKeyCount = keys.count
  }

  /// Number of nodes that came after `fix`.
  var lateCount: Int { nodes.count - knownCount }

  /// Removes all nodes that came after `fix`.
  mutating func forgetLateNodes() {
    nodes.removeLast(lateCount)
    for index in nodes.indices where nodes[index].successor >= knownCount {
      nodes[index].successor = 0
    }
    last = 0
    keys.removeLast(keys.count - knownKeyCount)
    rebuildSlots(count: slots.count)
  }

  mutating func setColumn(_ column: Int, ofNode node: Int) { nodes[node].column = Int32(column) }

  /// Whether `node` is `ancestor` or lies below it. O(depth).
  func isNode(_ node: Int, within ancestor: Int) -> Bool {
    var node = node
    while node > 0 {
      if node == ancestor { return true }
      node = Int(nodes[node].parent)
    }
    return ancestor == Self.root
  }

  /// Number of keys on the way to `node`: how many objects are open around its value. O(depth).
  func depth(of node: Int) -> Int {
    var depth = 0
    var node = node
    while node > 0 {
      depth += 1
      node = Int(nodes[node].parent)
    }
    return depth
  }

  // MARK: - Names

  /// The name of a node's column: the keys on the way to it, joined by dots; a key that is empty, or
  /// holds a dot or a double quote, stands in double quotes, in which a double quote is doubled.
  func name(of node: Int) -> String {
    var parts: [String] = []
    var node = node
    while node > 0 {
      let key = key(of: node)
      parts.append(keyNeedsQuotes(node) ? Self.quoted(key) : key)
      node = Int(nodes[node].parent)
    }
    return parts.reversed().joined(separator: ".")
  }

  private func key(of node: Int) -> String {
    let bytes = (0..<Int(nodes[node].keyByteCount)).map { keyByte(node, $0) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Byte `position` of a node's key.
  func keyByte(_ node: Int, _ position: Int) -> UInt8 {
    let word = keys[Int(nodes[node].keyStart) + position / 8]
    return UInt8(truncatingIfNeeded: word >> UInt64(position % 8 * 8))
  }

  /// Whether a key must stand in double quotes in a column's name.
  func keyNeedsQuotes(_ node: Int) -> Bool {
    let byteCount = Int(nodes[node].keyByteCount)
    return byteCount == 0
      || (0..<byteCount).contains { keyByte(node, $0) == 0x2E || keyByte(node, $0) == 0x22 }
  }

  private static func quoted(_ key: String) -> String {
    let doubled = key.split(separator: "\"", omittingEmptySubsequences: false).joined(
      separator: "\"\"")
    return "\"\(doubled)\""
  }
}
