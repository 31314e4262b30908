/// One file, cut into parts that can be read independently, by several readers at once or one after the other:
///
///     let plan = try SplitPlan(path: "app.log", targetByteCount: 64 << 20)
///     for split in plan.splits {
///       var reader = try RecordReader(split: split)
///       …
///     }
///
/// A record belongs to the split that its first byte is in, or that of its line where several stand on one; so all splits
/// together give each record exactly once, and their order is that of the file. Formats and schema are found out once, from
/// the file's beginning, and are those of all splits.
///
/// Uncompressed text is cut anywhere. LZ4 is cut between blocks if all of them are independent and there is no dictionary: a
/// split decodes one block before its own, and as many behind as its last line needs. A mapped Arrow file is cut between
/// record batches, a stream not at all. All else is one split. The checksum of the content of an LZ4 frame is only verified
/// when the file is one split; those of blocks always are.
public struct SplitPlan: Sendable {
  /// The columns of every split, when it is read with the options of the plan.
  public let schema: Schema
  /// The splits, in the order of the file; at least one.
  public let splits: [InputSplit]

  /// Looks at the beginning of a file, and at the headers of blocks if it is compressed.
  /// - Parameters:
  ///   - path: where the file is found.
  ///   - options: how it will be read.
  ///   - selection: which records will be wanted.
  ///   - targetByteCount: what splits come to, in bytes of the file as it is stored, at least 1.
  /// - Throws: `SpaltError` as `RecordReader` does; `.usage` for what is not a regular file.
  public init(
    path: InputPath, options: ReaderOptions = ReaderOptions(),
    selection: RecordSelection = RecordSelection(), targetByteCount: Int
  ) throws(SpaltError) {
    guard targetByteCount >= 1 else { throw .usage("a split has at least one byte") }
    guard !path.isStandardInput, Syscalls.isRegularFile(path.bytes) else {
      throw .usage("\(path): splits are planned for regular files only")
    }
    var options = options
    options.split = nil
    var whole = options
    whole.selectedColumns = nil
    let (found, formats) = try Self.plan(path, whole, RecordSelection())
    let parts = try Self.parts(
      path, options, targetByteCount,
      isColumnar: formats.contains(FormatRegistry.columnarIndex))
    let status = parts.status
    let splits = parts.parts.map { range, part in
      InputSplit(
        path: path, range: range, schema: found.schema,
        fileByteCount: status?.byteCount ?? -1,
        fileModificationNanoseconds: status?.modificationNanoseconds ?? 0,
        formats: formats, part: part)
    }
    options.split = splits[0]
    try splits[0].check([path], options)
    options.schema = options.schema ?? found.schema
    schema = try Self.plan(path, options, selection).plan.schema
    self.splits = splits
  }

  /// What a reader would decide, and the formats of the input.
  private static func plan(
    _ path: InputPath, _ options: ReaderOptions, _ selection: RecordSelection
  ) throws(SpaltError) -> (plan: ReadPlan, formats: InputFormats) {
    try options.check()
    let arenas = ArenaPool(
      chunkPool: ChunkPool(budget: MemoryBudget(limitByteCount: options.memoryByteCount)))
    let inputs = try RecordReader.inputs(
      [path], options, arenas, FormatDetections(), ReaderInterrupter())
    let plan = try ReadPlan(inputs, options, selection, arenas)
    if let failure = inputs.failures.first, inputs.hasOnlyFailures { throw failure.error }
    return (plan, inputs.currentFormats)
  }

  /// No file is cut into many more parts.
  private static let maximumSplitCount = 1 << 16

  /// Where the file can be cut, and what it was when that was found out.
  private static func parts(
    _ path: InputPath, _ options: ReaderOptions, _ targetByteCount: Int, isColumnar: Bool
  ) throws(SpaltError) -> (parts: [(Range<Int>, InputPart)], status: FileStatus?) {
    guard
      let (mapping, status) = try Mapping.andStatus(
        ofFileAt: path.bytes, name: path.description)
    else { return ([(0..<0, .whole)], nil) }
    let byteCount = mapping.byteCount
    let whole: [(Range<Int>, InputPart)] = [(0..<byteCount, .whole)]
    let view = mapping.view(0..<byteCount)
    switch CodecRegistry.recognise(view, isWhole: true) {
    case .compressed(let codec):
      guard codec is LZ4Codec, options.lz4Dictionary.isEmpty,
        let blocks = LZ4Split.plan(view, byteCount: targetByteCount), blocks.count > 1
      else { return (whole, status) }
      return (blocks.map { ($0.start..<$0.end, .blocks($0)) }, status)
    case .unreadable: return (whole, status)
    case .plain, .needsMore: break
    }
    guard byteCount > targetByteCount else { return (whole, status) }
    if isColumnar {
      // What is read is read from the beginning.
      guard options.inputMode != .read else { return (whole, status) }
      let batches = ArrowSplits.plan(view, path: path.description, byteCount: targetByteCount)
      return (batches.isEmpty ? whole : batches.map { ($0.range, .batches($0.batches)) }, status)
    }
    // However small they are asked for.
    let target = max(targetByteCount, byteCount / maximumSplitCount)
    let parts = stride(from: 0, to: byteCount, by: target).map { start in
      (start..<start + min(target, byteCount - start), InputPart.lines)
    }
    return (parts, status)
  }
}

extension RecordReader {
  /// Opens a split of a file: see `SplitPlan`.
  /// - Throws: `SpaltError.changed` when the file is not what it was when the plan was made; else as
  ///   `init(paths:options:)`.
  public init(
    split: InputSplit, options: ReaderOptions = ReaderOptions(),
    selection: RecordSelection = RecordSelection()
  ) throws(SpaltError) {
    var options = options
    options.split = split
    try self.init(inputs: [split.path], options: options, selection: selection)
  }
}
