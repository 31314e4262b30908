import SpaltKernels

/// What the texts of a column come to.
struct TextColumnSize {
  /// Bytes of all texts.
  let byteCount: Int
  /// Bytes of those that do not lie in their views.
  let outOfLineByteCount: Int
  /// Length of the longest.
  let maximumByteCount: Int
  /// The rows of the least and the greatest text in the order of their bytes; nil when there is none, one is
  /// longer than `rangeByteCount`, or one was made and does not lie in the input.
  let range: (least: Int, greatest: Int)?

  /// The longest text of columns that have a range.
  static let rangeByteCount = 64

  /// Looks at all texts of a column, and not into those that are longer than others may be.
  @inline(never)
  init(_ column: borrowing Column, hasNulls: Bool) {
    let (views, validity, input) = (column.values, column.validity, column.texts.input)
    let count = column.rowCount
    precondition(views.byteCount >= count * 16 && validity.byteCount * 8 >= count, "too short")
    // SAFETY: there are as many views and bits, and texts are read inside the input only.
    let survey = unsafe spaltSurveyTexts(
      views.base, hasNulls ? validity.base.assumingMemoryBound(to: UInt8.self) : nil, count,
      input.base, input.byteCount, UInt32(Self.rangeByteCount))
    byteCount = Int(survey.byteCount)
    outOfLineByteCount = Int(survey.outOfLineByteCount)
    maximumByteCount = Int(survey.maximumByteCount)
    range = survey.hasRange ? (Int(survey.least), Int(survey.greatest)) : nil
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
    let (views, validity, input) = (column.values, column.validity, column.texts.input)
    // SAFETY: as many offsets as there are rows, and one, begin here.
    let offsets = unsafe (base + offsetsStart).assumingMemoryBound(to: UInt32.self)
    unsafe offsets[0] = 0
    let valid = unsafe hasNulls ? validity.base.assumingMemoryBound(to: UInt8.self) : nil
    precondition(views.byteCount >= rowCount * 16 && validity.byteCount * 8 >= rowCount)
    var end = 0
    var row = 0
    while true {
      // SAFETY: the views do not change, so their texts are as long as their sum was when `size` was made: they
      // end inside the buffer, behind which there are `slack` bytes more. There are as many offsets.
      row = unsafe spaltCopyTexts(
        views.base, valid, row, rowCount, input.base, input.byteCount, base + textsStart,
        offsets + 1, &end)
      guard row < rowCount, let text = column.text(row) else { break }
      precondition(text.byteCount <= size.byteCount - end, "the texts have changed")
      // SAFETY: the text ends inside the buffer, and there is an offset for it.
      unsafe (base + (textsStart + end)).copyMemory(from: text.base, byteCount: text.byteCount)
      end += text.byteCount
      unsafe offsets[row + 1] = UInt32(truncatingIfNeeded: end)
      row += 1
    }
    precondition(end == size.byteCount, "the texts have changed")
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

  /// Bytes behind a text that may be written to while the text is copied.
  private static let slack = 16
}
