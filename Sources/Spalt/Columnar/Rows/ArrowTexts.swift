/// Stores views of the texts of one column in a batch, and has the batch keep what they point into: only the part of a
/// buffer that the rows use, where that is one run.
struct ArrowTexts {
  /// A run of a buffer that the batch keeps.
  private struct Kept {
    let buffers: SegmentSet
    let buffer: Int
    /// Of the run, in the buffer.
    let start: Int
    let chunkIndex: Int
    let byteCount: Int
  }

  /// No block of an arena is longer.
  static let maximumMadeByteCount = (1 << 30) - 16

  private let segments: SegmentPool
  /// Whether the texts have to be JSON values, on one line.
  private let isJSON: Bool
  private var kept: [Kept] = []

  init(segments: SegmentPool, isJSON: Bool) {
    self.segments = segments
    self.isJSON = isJSON
  }

  /// Stores views of the texts of all rows of an array with offsets, if nothing is wrong with any of them.
  /// - Returns: whether that was so; then nothing has to be looked at again.
  mutating func storeAll(
    _ array: borrowing ArrowArray, _ rows: Range<Int>, _ valid: borrowing [UInt64],
    at start: Int, marksEmpty: Bool, _ builder: inout RecordBatchBuilder
  ) throws(SpaltError) -> Bool {
    guard !isJSON, case .bytes = array.layout, !rows.isEmpty else { return false }
    let view = ArrowArrayView(array)
    let runStart = view.offset(rows.lowerBound)
    let run = runStart..<max(runStart, view.offset(rows.upperBound))
    guard run.lowerBound >= 0, run.upperBound <= view.data.byteCount, run.count <= UInt32.max else {
      return false
    }
    let cursor = ByteCursor(view.data.slice(run))
    guard ScanKernels.current.firstInvalidUTF8(cursor, in: 0..<cursor.end) == nil else {
      return false
    }
    let place = ArrowBytesPlace(buffer: 2, offset: run.lowerBound, byteCount: run.count)
    let kept = run.isEmpty ? nil : try chunk(of: place, array, run: rows, &builder)
    let bufferIndex = UInt32((kept?.chunkIndex ?? -1) + 1)
    let byteCount = try Self.store(
      view, cursor, rows, valid, at: start, bufferIndex: bufferIndex,
      origin: run.lowerBound, shift: run.lowerBound - (kept?.start ?? run.lowerBound),
      marksEmpty: marksEmpty, builder.slab.writer)
    builder.notes.statistics.ledger.decode.viewedByteCount &+= UInt64(byteCount)
    return true
  }

  /// - Returns: bytes of the texts that do not lie in their views.
  private static func store(
    _ view: borrowing ArrowArrayView, _ cursor: borrowing ByteCursor, _ rows: Range<Int>,
    _ valid: borrowing [UInt64], at start: Int, bufferIndex: UInt32, origin: Int, shift: Int,
    marksEmpty: Bool, _ writer: borrowing SlabWriter
  ) throws(SpaltError) -> Int {
    var viewedByteCount = 0
    for row in 0..<rows.count {
      let offset = start &+ row &* TextColumn.byteCount
      guard valid[row &>> 6] &>> UInt64(row & 63) & 1 != 0 else {
        writer.clearView(at: offset)
        continue
      }
      let place = try view.bytesPlace(rows.lowerBound &+ row)
      // Offsets may have changed since the run was looked at.
      guard place.offset >= origin, place.offset &- origin &+ place.byteCount <= cursor.end else {
        throw view.fault(rows.lowerBound + row, "the text lies outside those of its batch")
      }
      if place.byteCount == 0 {
        if marksEmpty { writer.storeEmptyText(at: offset) } else { writer.clearView(at: offset) }
        continue
      }
      let index = place.offset &- origin
      writer.storeView(
        at: offset, cursor, start: index, byteCount: place.byteCount, bufferIndex: bufferIndex,
        bufferOffset: UInt32(truncatingIfNeeded: index &+ shift))
      if place.byteCount > TextColumn.inlineByteCount { viewedByteCount &+= place.byteCount }
    }
    return viewedByteCount
  }

  /// Stores the view of a text, which is checked.
  /// - Parameters:
  ///   - run: rows of the array that will be asked for, besides this one.
  mutating func store(
    _ array: borrowing ArrowArray, _ row: Int, run: Range<Int>, at viewOffset: Int,
    _ builder: inout RecordBatchBuilder
  ) throws(SpaltError) {
    let view = ArrowArrayView(array)
    let place = try view.bytesPlace(row)
    let bytes = view.bytes(at: place)
    let cursor = ByteCursor(bytes)
    if ScanKernels.current.firstInvalidUTF8(cursor, in: 0..<cursor.end) != nil {
      throw view.fault(row, "the text is not UTF-8")
    }
    if isJSON, !cursor.isJSONLine {
      return try storeAsJSON(cursor, view, row, at: viewOffset, &builder)
    }
    guard place.byteCount > TextColumn.inlineByteCount else {
      builder.slab.writer.storeView(
        at: viewOffset, cursor, start: 0, byteCount: place.byteCount, bufferIndex: 0,
        bufferOffset: 0)
      return
    }
    let run = try chunk(of: place, array, run: run, &builder)
    builder.slab.writer.storeView(
      at: viewOffset, cursor, start: 0, byteCount: place.byteCount,
      bufferIndex: UInt32(run.chunkIndex) + 1, bufferOffset: UInt32(place.offset - run.start))
    builder.notes.statistics.ledger.decode.viewedByteCount &+= UInt64(place.byteCount)
  }

  /// Stores a text that was said to be JSON and is none as a JSON string, and one of several lines as one line.
  private func storeAsJSON(
    _ text: borrowing ByteCursor, _ view: borrowing ArrowArrayView, _ row: Int,
    at viewOffset: Int, _ builder: inout RecordBatchBuilder
  ) throws(SpaltError) {
    let isValid = text.isJSONValue
    guard text.end <= Self.maximumMadeByteCount / 6 else {
      throw view.fault(row, "the text is too long to become a JSON string")
    }
    let block = try builder.notes.texts.build(maximumByteCount: text.end * 6 + 2) { output in
      if !isValid { output.append(JSONByte.quote) }
      for index in 0..<text.end {
        let byte = text.byte(at: index)
        if !isValid {
          JSONText.append(byte, to: &output)
        } else {
          output.append(byte == JSONByte.lineFeed || byte == 0x0D ? UInt8(ascii: " ") : byte)
        }
      }
      if !isValid { output.append(JSONByte.quote) }
    }
    Self.store(block, at: viewOffset, &builder.slab, &builder.notes)
    builder.notes.statistics.ledger.countDecodeCopy(
      block.byteCount, .quoted, at: text.offset(of: 0))
  }

  private static func store(
    _ block: ArenaBlock, at viewOffset: Int, _ slab: inout ColumnSlab, _ notes: inout BatchNotes
  ) {
    notes.storeMadeText(block, at: viewOffset, slab.writer)
  }

  /// The run that a place lies in.
  private mutating func chunk(
    of place: ArrowBytesPlace, _ array: borrowing ArrowArray, run: Range<Int>,
    _ builder: inout RecordBatchBuilder
  ) throws(SpaltError) -> Kept {
    let buffers = array.buffers
    for known in kept
    where known.buffers === buffers && known.buffer == place.buffer && place.offset >= known.start
      && place.offset + place.byteCount <= known.start + known.byteCount
    {
      return known
    }
    var range = 0..<buffers.byteCount(place.buffer)
    if case .bytes = array.layout {
      let view = ArrowArrayView(array)
      let start = max(0, view.offset(run.lowerBound))
      range = start..<max(start, view.offset(run.upperBound))
      range = range.clamped(to: 0..<buffers.byteCount(place.buffer))
      // Offsets may have changed since they were checked.
      if place.offset < range.lowerBound || place.offset + place.byteCount > range.upperBound {
        range = place.offset..<place.offset + place.byteCount
      }
    }
    guard range.count <= UInt32.max else {
      throw array.batch.fault(array.node, "its texts are longer than 4 GiB")
    }
    let whole = buffers[place.buffer].share()
    let part = segments.segment(of: whole, range, offset: whole.offset + range.lowerBound)
    let index = builder.notes.texts.adopt(SharedSegment(part))
    let made = Kept(
      buffers: buffers, buffer: place.buffer, start: range.lowerBound, chunkIndex: index,
      byteCount: range.count)
    kept.append(made)
    return made
  }
}

extension ByteCursor {
  /// Whether all bytes are one JSON value, perhaps with white space around it.
  fileprivate var isJSONValue: Bool {
    let start = skipWhiteSpace(from: 0)
    guard start < end, let value = try? scanValue(at: start, depth: 0, ScanKernels.current) else {
      return false
    }
    return skipWhiteSpace(from: value.end) == end
  }

  /// Whether all bytes are one JSON value without line ends.
  fileprivate var isJSONLine: Bool {
    for index in 0..<end where byte(at: index) == JSONByte.lineFeed || byte(at: index) == 0x0D {
      return false
    }
    return isJSONValue
  }
}
