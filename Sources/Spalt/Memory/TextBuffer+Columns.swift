import SpaltKernels

/// What the texts of a column come to.
struct TextColumnSize {
  /// Bytes of all texts.
  var byteCount = 0
  /// Bytes of those that do not lie in their views.
  var outOfLineByteCount = 0
  /// Length of the longest.
  var maximumByteCount = 0

  /// Adds up the lengths of a column's texts. One pass over the views, and none over the texts.
  @inline(never)
  init(_ column: borrowing Column, hasNulls: Bool) {
    let views = ByteCursor(column.values)
    var all = 0
    var outOfLine = 0
    var longest = 0
    for row in 0..<column.rowCount {
      var byteCount = Int(UInt32(truncatingIfNeeded: views.word(at: row &* 16)))
      if hasNulls, column.isNull(row) { byteCount = 0 }
      all &+= byteCount
      outOfLine &+= byteCount > TextColumn.inlineByteCount ? byteCount : 0
      longest = max(longest, byteCount)
    }
    byteCount = all
    outOfLineByteCount = outOfLine
    maximumByteCount = longest
  }
}

/// Buffers of Arrow arrays, made of a batch's columns.
extension TextBuffer {
  /// Appends zeros up to a multiple of 64 bytes.
  mutating func pad() throws(SpaltError) {
    try appendZeros(-byteCount & 63)
  }

  /// Appends `count` zeros.
  mutating func appendZeros(_ count: Int) throws(SpaltError) {
    let start = byteCount
    try extend(by: count)
    // SAFETY: the text was made longer by that many bytes just now.
    unsafe (base + start).initializeMemory(as: UInt8.self, repeating: 0, count: count)
  }

  /// Puts a number at `index`. Traps outside the text.
  @inline(__always)
  mutating func store<Number: FixedWidthInteger & BitwiseCopyable>(
    _ number: Number, at index: Int
  ) {
    precondition(
      index >= 0 && index <= byteCount - MemoryLayout<Number>.size, "outside the text")
    // SAFETY: the place was checked.
    unsafe base.storeBytes(of: number.littleEndian, toByteOffset: index, as: Number.self)
  }

  /// The number at `index`. Traps outside the text.
  @inline(__always)
  func load<Number: FixedWidthInteger & BitwiseCopyable>(
    at index: Int, as type: Number.Type
  ) -> Number {
    precondition(
      index >= 0 && index <= byteCount - MemoryLayout<Number>.size, "outside the text")
    // SAFETY: the place was checked.
    return Number(littleEndian: unsafe base.loadUnaligned(fromByteOffset: index, as: type))
  }

  /// Whether the bytes at `index` are those of a view. Traps when there are not as many.
  func holds(_ bytes: borrowing ByteView, at index: Int) -> Bool {
    let own = ByteCursor(view.slice(index..<index + bytes.byteCount))
    let other = ByteCursor(copy bytes)
    var position = 0
    while position < bytes.byteCount {
      if own.word(at: position) != other.word(at: position) { return false }
      position += 8
    }
    return true
  }

  /// Appends what stands in another text from `index` on.
  mutating func append(_ other: borrowing TextBuffer, from index: Int) throws(SpaltError) {
    try append(other.view.slice(index..<other.byteCount))
  }

  /// Looks at a part of the text.
  func withView<Result>(of range: Range<Int>, _ body: (borrowing ByteView) -> Result) -> Result {
    body(view.slice(range))
  }

  /// Appends the first `count` bits of a bitmap, and zeros up to a whole byte.
  mutating func append(bits: borrowing ByteView, count: Int) throws(SpaltError) {
    try append(bits.slice(0..<(count + 7) / 8))
    if count & 7 != 0 { self[byteCount - 1] &= (1 << UInt8(count & 7)) - 1 }
  }

  /// Appends the texts of a column one behind the other, and before them where each begins and ends, in 32
  /// bits: the two buffers of a `Utf8` array. Nulls are empty.
  /// - Returns: where the texts begin.
  @inline(never)
  mutating func appendTexts(
    _ column: borrowing Column, _ size: TextColumnSize, hasNulls: Bool
  ) throws(SpaltError) -> Int {
    let rowCount = column.rowCount
    let offsetsStart = byteCount
    try extend(by: (rowCount + 1) * 4)
    try pad()
    let textsStart = byteCount
    try reserve(textsStart + size.byteCount + Self.slack)
    try extend(by: size.byteCount)
    let views = ByteCursor(column.values)
    let input = ByteCursor(column.texts.input)
    // SAFETY: as many offsets as there are rows, and one, begin here.
    let offsets = unsafe (base + offsetsStart).assumingMemoryBound(to: UInt32.self)
    unsafe offsets[0] = 0
    var end = 0
    for row in 0..<rowCount {
      let head = views.word(at: row &* 16)
      var byteCount = Int(UInt32(truncatingIfNeeded: head))
      if hasNulls, column.isNull(row) { byteCount = 0 }
      precondition(end &+ byteCount <= size.byteCount, "the texts have changed")
      let tail = views.word(at: row &* 16 &+ 8)
      // SAFETY: the text ends inside the buffer, behind which there are `slack` bytes more.
      let target = unsafe base + (textsStart &+ end)
      if byteCount <= TextColumn.inlineByteCount {
        unsafe target.storeBytes(of: head &>> 32 | tail &<< 32, as: UInt64.self)
        unsafe target.storeBytes(of: tail &>> 32, toByteOffset: 8, as: UInt64.self)
      } else if UInt32(truncatingIfNeeded: tail) == 0 {
        unsafe Self.copy(input, from: Int(tail &>> 32), byteCount, to: target)
      } else {
        unsafe Self.copy(column.texts, tail, byteCount, to: target)
      }
      end &+= byteCount
      unsafe offsets[row &+ 1] = UInt32(truncatingIfNeeded: end)
    }
    return textsStart
  }

  /// Appends the views of a column, and behind them the texts that lie outside the views: the buffers of a
  /// `Utf8View` array with one data buffer. The views of nulls are zeros.
  /// - Returns: where the texts begin.
  @inline(never)
  mutating func appendViews(
    _ column: borrowing Column, _ size: TextColumnSize, hasNulls: Bool
  ) throws(SpaltError) -> Int {
    let rowCount = column.rowCount
    let viewsStart = byteCount
    try append(column.values.slice(0..<rowCount * 16))
    try pad()
    let textsStart = byteCount
    try reserve(textsStart + size.outOfLineByteCount + Self.slack)
    try extend(by: size.outOfLineByteCount)
    let input = ByteCursor(column.texts.input)
    var end = 0
    for row in 0..<rowCount {
      let view = viewsStart &+ row &* 16
      if hasNulls, column.isNull(row) {
        store(0 as UInt64, at: view)
        store(0 as UInt64, at: view &+ 8)
        continue
      }
      let byteCount = Int(load(at: view, as: UInt32.self))
      if byteCount <= TextColumn.inlineByteCount { continue }
      precondition(end &+ byteCount <= size.outOfLineByteCount, "the texts have changed")
      let place = load(at: view &+ 8, as: UInt64.self)
      // SAFETY: the text ends inside the buffer, behind which there are `slack` bytes more.
      let target = unsafe base + (textsStart &+ end)
      if UInt32(truncatingIfNeeded: place) == 0 {
        unsafe Self.copy(input, from: Int(place &>> 32), byteCount, to: target)
      } else {
        unsafe Self.copy(column.texts, place, byteCount, to: target)
      }
      // Of a file that changes, the prefix in the view may be older than the text.
      unsafe store(target.loadUnaligned(as: UInt32.self), at: view &+ 4)
      store(UInt64(end) &<< 32, at: view &+ 8)
      end &+= byteCount
    }
    return textsStart
  }

  /// Bytes behind a text that may be written to while the text is copied.
  private static let slack = 16

  /// Copies a text of more than 12 bytes, in blocks of 16 where that reads nothing outside the bytes.
  @unsafe @inline(__always)
  private static func copy(
    _ input: borrowing ByteCursor, from start: Int, _ byteCount: Int,
    to target: UnsafeMutableRawPointer
  ) {
    let lastBlock = start &+ ((byteCount &- 1) & ~15)
    guard byteCount <= 256, start >= 0, UInt(bitPattern: lastBlock) < input.loads16,
      start &+ byteCount <= input.end
    else {
      let text = input.view(at: start, byteCount: byteCount)
      // SAFETY: the caller has room for the text.
      return unsafe target.copyMemory(from: text.base, byteCount: byteCount)
    }
    // SAFETY: 16 bytes exist from the last block on, and the caller has room for a block more.
    let source = unsafe input.base + start
    var index = 0
    repeat {
      let block = unsafe source.loadUnaligned(fromByteOffset: index, as: SIMD16<UInt8>.self)
      unsafe target.storeBytes(of: block, toByteOffset: index, as: SIMD16<UInt8>.self)
      index &+= 16
    } while index < byteCount
  }

  /// Copies a text that was made, and lies in the batch's arena.
  @unsafe @inline(never)
  private static func copy(
    _ texts: borrowing TextSource, _ place: UInt64, _ byteCount: Int,
    to target: UnsafeMutableRawPointer
  ) {
    let start = Int(place &>> 32)
    let chunk = texts.arena.view(Int(UInt32(truncatingIfNeeded: place)) - 1)
    let text = chunk.slice(start..<start + byteCount)
    // SAFETY: the caller has room for the text.
    unsafe target.copyMemory(from: text.base, byteCount: byteCount)
  }
}
