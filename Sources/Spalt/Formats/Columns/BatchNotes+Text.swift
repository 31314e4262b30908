extension BatchNotes {
  /// Stores the view of made text in the slab: text that lies in the arena, not in the input.
  mutating func storeMadeText(
    _ block: ArenaBlock, at viewOffset: Int, _ writer: borrowing SlabWriter
  ) {
    if block.byteCount <= TextColumn.inlineByteCount {
      copiedInlinedByteCount += UInt64(block.byteCount)
    }
    let cursor = ByteCursor(texts.view(of: block))
    writer.storeView(
      at: viewOffset, cursor, start: 0, byteCount: block.byteCount,
      bufferIndex: UInt32(block.chunkIndex) + 1, bufferOffset: UInt32(block.start))
  }

  /// Stores the view of a run of the input that may need work first: ill-formed UTF-8 becomes U+FFFD,
  /// and JSON escapes are decoded when `decodesEscapes`. What needs no work is viewed in place.
  mutating func storeText(
    _ cursor: borrowing ByteCursor, _ range: Range<Int>, decodesEscapes: Bool, at viewOffset: Int,
    _ writer: borrowing SlabWriter, _ kernels: ScanKernels
  ) throws(SpaltError) {
    let isEscaped =
      decodesEscapes
      && kernels.firstIndex(of: JSONByte.backslash, cursor, in: range)
        < range.upperBound
    let isIllFormed = kernels.firstInvalidUTF8(cursor, in: range) != nil
    guard isEscaped || isIllFormed else {
      writer.storeView(
        at: viewOffset, cursor, start: range.lowerBound, byteCount: range.count, bufferIndex: 0,
        bufferOffset: UInt32(truncatingIfNeeded: range.lowerBound))
      return
    }
    let source = cursor.limited(to: range.upperBound)
    var oddities = ByteCursor.TextOddities()
    let block = try texts.build(maximumByteCount: range.count * 3) { output in
      oddities = source.writeText(range, decodesEscapes: decodesEscapes, to: &output)
    }
    storeMadeText(block, at: viewOffset, writer)
    let offset = cursor.offset(of: range.lowerBound)
    if oddities.invalidSequenceCount > 0 { statistics.transcodedStrings.add(at: offset) }
    for _ in 0..<oddities.loneSurrogateCount { statistics.loneSurrogates.add(at: offset) }
    statistics.ledger.countDecodeCopy(
      block.byteCount, isEscaped ? .escapeDecoded : .transcoded, at: offset)
  }

  /// Stores the view of a run of the input whose escapes, as web servers write them, are decoded. What they
  /// spell need not be UTF-8.
  mutating func storeLogText(
    _ cursor: borrowing ByteCursor, _ range: Range<Int>, at viewOffset: Int,
    _ writer: borrowing SlabWriter, _ kernels: ScanKernels
  ) throws(SpaltError) {
    let source = cursor.limited(to: range.upperBound)
    let offset = cursor.offset(of: range.lowerBound)
    var block = try texts.build(maximumByteCount: range.count) { output in
      var index = range.lowerBound
      while index < range.upperBound {
        let byte = source.byte(at: index)
        guard byte == JSONByte.backslash else {
          output.append(byte)
          index += 1
          continue
        }
        let escape = source.logEscape(at: index, end: range.upperBound)
        output.append(escape.byte)
        index += escape.length
      }
    }
    if isIllFormed(block, kernels) {
      statistics.transcodedStrings.add(at: offset)
      block = try transcoded(block)
    }
    storeMadeText(block, at: viewOffset, writer)
    statistics.ledger.countDecodeCopy(block.byteCount, .escapeDecoded, at: offset)
  }

  private func isIllFormed(_ block: ArenaBlock, _ kernels: ScanKernels) -> Bool {
    let cursor = ByteCursor(texts.view(of: block))
    return kernels.firstInvalidUTF8(cursor, in: 0..<cursor.end) != nil
  }

  /// A copy of made text with U+FFFD for ill-formed UTF-8.
  private mutating func transcoded(_ block: ArenaBlock) throws(SpaltError) -> ArenaBlock {
    let bytes = bytes(of: block)
    return try texts.build(maximumByteCount: bytes.count * 3) { output in
      _ = ByteCursor(ByteView(bytes.span)).writeText(
        0..<bytes.count, decodesEscapes: false, to: &output)
    }
  }

  private func bytes(of block: ArenaBlock) -> [UInt8] {
    let view = texts.view(of: block)
    return (0..<view.byteCount).map { view[$0] }
  }

  /// Stores the view of the text `true`, which stands for a key without a value.
  mutating func storeTrue(at viewOffset: Int, _ writer: borrowing SlabWriter) {
    var prefix = SIMD16<UInt8>(repeating: 0)
    for (index, byte) in "true".utf8.enumerated() { prefix[index] = byte }
    writer.storeView(at: viewOffset, prefix: prefix, byteCount: 4, bufferIndex: 0, bufferOffset: 0)
    copiedInlinedByteCount += 4
  }
}
