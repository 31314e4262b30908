/// How strings leave.
public enum ExportedStrings: String, CaseIterable, Sendable {
  /// As they lie in memory: Arrow `Utf8View`, whose data buffers are the input and the batch's made texts. Nothing is
  /// copied.
  case utf8View = "utf8_view"
  /// Copied: Arrow `Utf8`, contiguous, with offsets of 32 bits.
  case utf8
}

extension RecordBatch {
  /// Turns the batch into a structure of the Arrow C data interface, for a consumer that knows nothing of batches and keeps
  /// it as long as it likes.
  ///
  /// The batch is gone after that, and so are all views of it: the consumer decides when its memory goes back. Each column
  /// keeps what its buffers lie in: a column of numbers the batch's columns; a column of strings besides the input, if one
  /// of its texts lies there, and the batch's made texts. Read with ``ReaderOptions/preparesExport``. O(columns) for
  /// string views, O(bytes of text) for `utf8`.
  /// - Throws: `SpaltError` when there is no memory for copies, or they come to more than 2 GiB in a column.
  public consuming func export(
    strings: ExportedStrings = .utf8View
  ) throws(SpaltError) -> ExportedBatch {
    ExportedBatch(try parts().exported(strings))
  }
}

extension BatchParts {
  /// The batch as an array of structures.
  func exported(_ strings: ExportedStrings) throws(SpaltError) -> ExportedArray {
    var array = ExportedArray(rowCount: rowCount)
    array.buffers = [.none]
    for index in schema.columns.indices {
      let isText = schema.columns[index].type.isText
      array.children.append(
        isText && strings == .utf8
          ? try contiguousTexts(index) : try inPlace(index, copiesInput: strings == .utf8))
    }
    return array
  }

  /// A column where it lies.
  private func inPlace(_ index: Int, copiesInput: Bool) throws(SpaltError) -> ExportedArray {
    let (slab, texts) = (slab, texts)
    let nullCount = nullCount(index)
    var array = ExportedArray(rowCount: rowCount, nullCount: nullCount)
    array.owners = [slab]
    array.buffers = [
      nullCount == 0 ? .none : ExportedBuffer(slab.view(validityRange(ofColumn: index)))
    ]
    if let values = texts.chunks.values(ofColumn: index) {
      // Where they lie in an Arrow file.
      let values = values.slice(0..<rowCount * 8)
      if copiesInput {
        let chunk = try SharedChunk(pool: pool, byteCount: values.byteCount) { $0.append(values) }
        array.owners.append(chunk)
        array.buffers.append(ExportedBuffer(chunk.view(0..<rowCount * 8)))
      } else {
        array.owners.append(texts)
        array.buffers.append(ExportedBuffer(values))
      }
    } else {
      array.buffers.append(ExportedBuffer(slab.view(valuesRange(ofColumn: index))))
    }
    guard schema.columns[index].type.isText else { return array }
    array.hasViews = true
    let places = places(ofColumn: index)
    guard !places.isEmpty else { return array }
    if places.contains(.input) {
      let input = input
      array.owners.append(input)
      array.buffers.append(ExportedBuffer(input.view(textWindow)))
    } else {
      array.buffers.append(.none)
    }
    guard places.contains(.arena) else { return array }
    array.owners.append(texts)
    let chunks = texts.chunks
    for chunk in 0..<chunks.count { array.buffers.append(ExportedBuffer(chunks.view(chunk))) }
    return array
  }

  private func nullCount(_ index: Int) -> Int {
    let slab = slab
    let bits = slab.view(validityRange(ofColumn: index))
    var validCount = 0
    for byte in 0..<bits.byteCount {
      let isLast = byte == bits.byteCount - 1 && rowCount & 7 != 0
      let mask = isLast ? UInt8(1) << UInt8(rowCount & 7) - 1 : 0xFF
      validCount += (bits[byte] & mask).nonzeroBitCount
    }
    return rowCount - validCount
  }

  /// The texts of a column one after the other, in a chunk that nothing else lies in: validity, offsets, texts.
  private func contiguousTexts(_ index: Int) throws(SpaltError) -> ExportedArray {
    let (slab, texts, input) = (slab, texts, input)
    let validity = slab.view(validityRange(ofColumn: index))
    let column = TextColumn(
      views: slab.view(valuesRange(ofColumn: index)),
      texts: TextSource(input: input.view(textWindow), arena: texts.chunks))
    let nullCount = nullCount(index)
    var textByteCount = 0
    for row in 0..<rowCount { textByteCount += column.byteCount(row) }
    guard textByteCount <= Int(Int32.max) else {
      throw .usage(
        "the texts of column '\(schema.columns[index].name)' are too long for strings=utf8")
    }
    let offsetsStart = (validity.byteCount + 63) & -64
    let textsStart = offsetsStart + ((rowCount + 1) * 4 + 63) & -64
    let rowCount = rowCount
    let chunk = try SharedChunk(pool: pool, byteCount: textsStart + textByteCount) { filler in
      filler.append(validity)
      filler.pad(to: offsetsStart)
      var end: Int32 = 0
      for row in 0..<rowCount {
        filler.append(end)
        end += Int32(column.byteCount(row))
      }
      filler.append(end)
      filler.pad(to: textsStart)
      for row in 0..<rowCount { filler.append(column.text(row)) }
    }
    var array = ExportedArray(rowCount: rowCount, nullCount: nullCount)
    array.owners = [chunk]
    array.buffers = [
      nullCount == 0 ? .none : ExportedBuffer(chunk.view(0..<validity.byteCount)),
      ExportedBuffer(chunk.view(offsetsStart..<offsetsStart + (rowCount + 1) * 4)),
      ExportedBuffer(chunk.view(textsStart..<textsStart + textByteCount)),
    ]
    return array
  }
}
