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
}
