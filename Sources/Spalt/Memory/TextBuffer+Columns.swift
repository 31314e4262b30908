import SpaltKernels

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

  /// Appends the views of a column, and behind them the texts that lie outside the views: the buffers of a
  /// `Utf8View` array with one data buffer. The views of nulls are zeros.
  /// - Returns: where the texts begin.
  @inline(never)
  mutating func appendViews(
    _ column: borrowing Column, _ size: TextSizes, hasNulls: Bool
  ) throws(SpaltError) -> Int {
    let rowCount = column.rowCount
    let viewsStart = byteCount
    try append(column.values.slice(0..<rowCount * 16))
    try pad()
    let textsStart = byteCount
    try extend(by: size.outOfLineByteCount)
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
      guard let text = column.text(row) else { continue }
      // SAFETY: the text ends inside the buffer.
      let target = unsafe base + (textsStart &+ end)
      unsafe spaltCopy(target, text.base, text.byteCount)
      // Of a file that changes, the prefix in the view may be older than the text.
      unsafe store(target.loadUnaligned(as: UInt32.self), at: view &+ 4)
      store(UInt64(end) &<< 32, at: view &+ 8)
      end &+= byteCount
    }
    return textsStart
  }
}
