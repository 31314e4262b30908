import SpaltKernels

/// Lengths of a column's texts, in bytes.
struct TextSizes {
  /// Of all texts.
  let byteCount: Int
  /// Of those that do not lie in their views.
  let outOfLineByteCount: Int
  /// Of the longest.
  let maximumByteCount: Int

  /// Adds up the lengths of texts, of which so many are null. O(rows).
  @inline(never)
  init(_ column: borrowing Column, nullCount: Int) {
    var sizes = SpaltTextSizes()
    if nullCount < column.rowCount {
      // SAFETY: there are as many views and bits as rows.
      sizes = unsafe spaltMeasureTexts(column.kernelTexts(hasNulls: nullCount > 0))
    }
    byteCount = Int(sizes.byteCount)
    outOfLineByteCount = Int(sizes.outOfLineByteCount)
    maximumByteCount = Int(sizes.maximumByteCount)
  }
}

/// The rows of the least and the greatest of some texts of a column, in the order of their bytes.
struct TextRange {
  fileprivate var state = spaltEmptyTextRange()
  /// Whether all texts could be looked at: none was made, but all lie in the input or in their views.
  fileprivate(set) var isComplete = true

  /// No text yet.
  init() {}

  /// Looks at all texts of a column. O(rows).
  @inline(never)
  init(_ column: borrowing Column, hasNulls: Bool) {
    // SAFETY: there are as many views and bits as rows, and texts are read inside the input only.
    isComplete = unsafe spaltWidenByAll(&state, column.kernelTexts(hasNulls: hasNulls))
  }

  /// The rows; nil when there is no text, or one could not be looked at.
  var rows: (least: Int, greatest: Int)? {
    isComplete && state.hasText ? (Int(state.leastRow), Int(state.greatestRow)) : nil
  }
}

/// Texts of a column on their way into the buffers of a `Utf8` array.
struct TextCopy {
  /// Which column.
  let index: Int
  let hasNulls: Bool
  let sizes: TextSizes
  /// Where in the buffer the texts begin, and what stands there of each where it ends.
  let textsStart: Int
  fileprivate let endsStart: Int
  /// Whether no other column's texts are copied from the same records before.
  fileprivate let isFirst: Bool
  /// Bytes that were copied.
  fileprivate(set) var byteCount = 0
  /// Of the texts that were copied; nil when it is not wanted.
  fileprivate(set) var range: TextRange?
}

extension TextBuffer {
  /// Appends room for the texts of a column, and before them for where each begins and ends, in 32 bits: the
  /// two buffers of a `Utf8` array.
  mutating func appendRoom(
    forTextsOf column: borrowing Column, _ index: Int, _ sizes: TextSizes, hasNulls: Bool,
    findsRange: Bool, isFirst: Bool
  ) throws(SpaltError) -> TextCopy {
    let start = byteCount
    try extend(by: (column.rowCount + 1) * 4)
    store(0 as UInt32, at: start)
    try pad()
    let textsStart = byteCount
    try extend(by: sizes.byteCount)
    return TextCopy(
      index: index, hasNulls: hasNulls, sizes: sizes, textsStart: textsStart, endsStart: start + 4,
      isFirst: isFirst,
      range: findsRange ? TextRange() : nil)
  }

  /// Copies the texts in the next rows to the room that was appended for them. Nulls are empty.
  @inline(never)
  mutating func copyTexts(
    _ column: borrowing Column, rows: Range<Int>, _ copy: inout TextCopy
  ) {
    precondition(
      rows.upperBound <= column.rowCount && copy.byteCount <= copy.sizes.byteCount
        && copy.endsStart + column.rowCount * 4 <= copy.textsStart
        && copy.textsStart + copy.sizes.byteCount <= byteCount, "there is no room")
    // SAFETY: there are as many views and bits as rows, room for as many ends, and for the texts; texts are read
    // inside the input only, and what is out of reach is left to the code below.
    let texts = unsafe column.kernelTexts(hasNulls: copy.hasNulls)
    let target = unsafe base + copy.textsStart
    let ends = unsafe (base + copy.endsStart).assumingMemoryBound(to: UInt32.self)
    var end = copy.byteCount
    var row = rows.lowerBound
    while true {
      row = unsafe Self.copy(texts, row..<rows.upperBound, target, ends, &end, &copy)
      guard row < rows.upperBound else { break }
      guard let text = column.text(row) else { preconditionFailure("nulls are always in reach") }
      precondition(text.byteCount <= copy.sizes.byteCount - end, "the texts have changed")
      // SAFETY: the text ends inside the room, and there is one for its end.
      unsafe (target + end).copyMemory(from: text.base, byteCount: text.byteCount)
      end += text.byteCount
      unsafe ends[row] = UInt32(truncatingIfNeeded: end)
      copy.range?.isComplete = false
      row += 1
    }
    copy.byteCount = end
  }

  /// Copies texts up to one that is out of reach.
  /// - Returns: its row, or the end of the rows.
  @inline(__always)
  private static func copy(
    _ texts: SpaltTexts, _ rows: Range<Int>, _ target: UnsafeMutableRawPointer,
    _ ends: UnsafeMutablePointer<UInt32>, _ end: inout Int, _ copy: inout TextCopy
  ) -> Int {
    let (longest, room) = (copy.sizes.maximumByteCount, copy.sizes.byteCount)
    guard var range = copy.range else {
      // SAFETY: see the caller.
      return unsafe spaltCopyTexts(
        texts, rows.lowerBound, rows.upperBound, longest, target, room, ends, &end, nil,
        copy.isFirst)
    }
    // SAFETY: see the caller.
    let row = unsafe spaltCopyTexts(
      texts, rows.lowerBound, rows.upperBound, longest, target, room, ends, &end, &range.state,
      copy.isFirst)
    copy.range = range
    return row
  }
}

extension Column {
  /// The least and the greatest of a column's numbers or times, of which one is not null. O(rows).
  func integerRange(hasNulls: Bool) -> (least: Int64, greatest: Int64) {
    precondition(
      values.byteCount >= rowCount * 8 && validity.byteCount * 8 >= rowCount, "too short")
    // SAFETY: there are as many numbers and bits as rows.
    let range = unsafe spaltRangeOfIntegers(
      values.base, hasNulls ? validity.base.assumingMemoryBound(to: UInt8.self) : nil, rowCount)
    return (range.least, range.greatest)
  }

  /// The column as the passes over texts want it. Traps when it has fewer views or bits than rows.
  fileprivate func kernelTexts(hasNulls: Bool) -> SpaltTexts {
    precondition(
      values.byteCount >= rowCount * TextColumn.byteCount && validity.byteCount * 8 >= rowCount,
      "too short")
    // SAFETY: the caller uses them while the column is borrowed.
    return unsafe SpaltTexts(
      views: values.base.assumingMemoryBound(to: UInt8.self),
      valid: hasNulls ? validity.base.assumingMemoryBound(to: UInt8.self) : nil, count: rowCount,
      input: texts.input.base.assumingMemoryBound(to: UInt8.self),
      inputByteCount: texts.input.byteCount)
  }
}
