/// The distinct texts of a column, numbered in the order in which they came. Lives as long as the output;
/// its memory counts against the budget of its pool. Used by one thread.
final class ArrowDictionaryBuilder {
  /// The dictionary's number in the schema.
  let id: Int64
  private let name: String
  /// The texts one behind the other, and where each begins and ends, as in a `Utf8` array.
  private var texts: TextBuffer
  private var offsets: TextBuffer
  /// A hash table with open addressing: upper half of a text's hash, and its number plus 1. 0 is free.
  private var slots: TextBuffer
  private var slotCount = 0
  /// Number of texts.
  private(set) var count = 0
  /// How many of them were written.
  var writtenCount = 0
  /// Whoever writes a log does not know where its texts will go.
  private let seed = UInt64.random(in: .min ... .max)

  /// No text yet, for the column called `name`.
  init(id: Int64, name: String, pool: ChunkPool) throws(SpaltError) {
    self.id = id
    self.name = name
    texts = TextBuffer(pool: pool)
    offsets = TextBuffer(pool: pool)
    slots = TextBuffer(pool: pool)
    try offsets.appendZeros(4)
    try setSlotCount(1024)
  }

  /// Appends the numbers of a column's texts, 32 bits each; 0 for nulls.
  /// - Throws: `SpaltError.unwritable` when there are more distinct texts than the budget has room for, or
  ///   more than 2 GiB of them.
  func appendIndexes(
    _ column: borrowing Column, hasNulls: Bool, to output: inout TextBuffer
  ) throws(SpaltError) {
    let start = output.byteCount
    try output.extend(by: column.rowCount * 4)
    for row in 0..<column.rowCount {
      guard let text = column.text(row) else {
        output.store(0 as UInt32, at: start + row * 4)
        continue
      }
      output.store(try index(of: text), at: start + row * 4)
    }
  }

  /// The number of a text, which is added if it is new.
  private func index(of text: borrowing ByteView) throws(SpaltError) -> UInt32 {
    let hash = hash(text)
    let tag = (hash >> 32) << 32
    var slot = Int(truncatingIfNeeded: hash) & (slotCount - 1)
    while true {
      let entry = slots.load(at: slot * 8, as: UInt64.self)
      if entry == 0 { break }
      let index = UInt32(truncatingIfNeeded: entry) - 1
      if entry & 0xFFFF_FFFF_0000_0000 == tag, holds(text, at: Int(index)) { return index }
      slot = (slot + 1) & (slotCount - 1)
    }
    do throws(SpaltError) {
      try add(text)
      slots.store(tag | UInt64(count), at: slot * 8)
      if count * 2 > slotCount { try grow() }
    } catch {
      guard case .memoryBudgetExceeded = error else { throw error }
      throw .unwritable(
        column: name,
        reason: """
          its \(count) distinct texts are too many for a dictionary; allow more with --memory, or write \
          --strings utf8
          """)
    }
    return UInt32(count - 1)
  }

  private func grow() throws(SpaltError) {
    do { try setSlotCount(slotCount * 2) } catch {
      // A fuller table does, too, as long as it is not so full that every search is long.
      guard case .memoryBudgetExceeded = error, count < slotCount / 4 * 3 else { throw error }
    }
  }

  private func add(_ text: borrowing ByteView) throws(SpaltError) {
    guard texts.byteCount + text.byteCount <= Int(Int32.max), count < Int(Int32.max) else {
      throw .unwritable(column: name, reason: "more than 2 GiB of distinct texts")
    }
    let start = texts.byteCount
    try texts.append(copy text)
    do { try offsets.extend(by: 4) } catch {
      texts.truncate(toByteCount: start)
      throw error
    }
    count += 1
    offsets.store(UInt32(texts.byteCount), at: count * 4)
  }

  private func holds(_ text: borrowing ByteView, at index: Int) -> Bool {
    let start = Int(offsets.load(at: index * 4, as: UInt32.self))
    let end = Int(offsets.load(at: index * 4 + 4, as: UInt32.self))
    return end - start == text.byteCount && texts.holds(text, at: start)
  }

  private func hash(_ text: borrowing ByteView) -> UInt64 {
    let cursor = ByteCursor(copy text)
    var hash = seed ^ UInt64(text.byteCount)
    var index = 0
    while index < text.byteCount {
      // Of a text's last word the bytes that are not there are zero.
      let word = cursor.word(at: index)
      let (high, low) = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
      hash = (high ^ low) &+ seed
      index += 8
    }
    return hash ^ hash >> 29
  }

  /// Makes the table anew, with this many slots; a power of two.
  private func setSlotCount(_ newCount: Int) throws(SpaltError) {
    var larger = TextBuffer(pool: texts.pool)
    try larger.appendZeros(newCount * 8)
    slots = larger
    slotCount = newCount
    fillSlots()
  }

  /// Enters all texts into a table that is empty.
  private func fillSlots() {
    for index in 0..<count {
      let start = Int(offsets.load(at: index * 4, as: UInt32.self))
      let end = Int(offsets.load(at: index * 4 + 4, as: UInt32.self))
      let hash = hash(ofTextIn: start..<end)
      var slot = Int(truncatingIfNeeded: hash) & (slotCount - 1)
      while slots.load(at: slot * 8, as: UInt64.self) != 0 { slot = (slot + 1) & (slotCount - 1) }
      slots.store((hash >> 32) << 32 | UInt64(index + 1), at: slot * 8)
    }
  }

  private func hash(ofTextIn range: Range<Int>) -> UInt64 {
    texts.withView(of: range) { hash($0) }
  }

  /// Forgets all texts but the first `count`, because the batch that the others came from is not written. Takes
  /// no memory.
  func forget(beyond count: Int) throws(SpaltError) {
    guard count < self.count else { return }
    self.count = count
    texts.truncate(toByteCount: Int(offsets.load(at: count * 4, as: UInt32.self)))
    offsets.truncate(toByteCount: (count + 1) * 4)
    slots.clear()
    try slots.appendZeros(slotCount * 8)
    fillSlots()
  }

  /// Appends the buffers of an array of the texts from `first` on.
  /// - Returns: where they are: no validity bitmap, offsets, texts.
  func appendBuffers(
    from first: Int, to output: inout TextBuffer
  ) throws(SpaltError) -> [Range<Int>] {
    let start = output.byteCount
    let base = offsets.load(at: first * 4, as: UInt32.self)
    try output.extend(by: (count - first + 1) * 4)
    for index in first...count {
      let offset = offsets.load(at: index * 4, as: UInt32.self)
      output.store(offset - base, at: start + (index - first) * 4)
    }
    let offsetsEnd = output.byteCount
    try output.pad()
    let textsStart = output.byteCount
    try output.append(texts, from: Int(base))
    let textsEnd = output.byteCount
    try output.pad()
    return [start..<start, start..<offsetsEnd, textsStart..<textsEnd]
  }
}
