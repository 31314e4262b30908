/// A compressed input. Its content is decoded into pool chunks and cut into pieces there.
///
/// Blocks and frames that do not depend on each other are handed out as they are, to be decoded by whichever
/// thread takes them. What depends on what was before is decoded here, while other threads parse.
final class CompressedSource: ByteSource {
  private let input: CompressedInput
  private let decoder: any ContentDecoder
  private let options: InputOptions
  private let segments: SegmentPool
  private let queue: ContentQueue
  private let report: ContentReport
  private var hasEnded = false
  /// Where the compressed bytes begin.
  private let startOffset: Int
  /// Compressed bytes before this offset are not looked at again.
  private var droppedOffset: Int

  init(
    _ input: CompressedInput, _ codec: any Codec, _ context: InputContext
  ) throws(SpaltError) {
    let options = context.options
    let report = ContentReport(codecName: codec.name, path: input.path, context.totals)
    decoder = try codec.makeDecoder(CodecOptions(input, context))
    queue = ContentQueue(ContentCutter(context, report), context)
    segments = context.segments
    self.input = input
    startOffset = input.offset
    droppedOffset = input.offset
    self.options = options
    self.report = report
    modeName = "\(input.isMapped ? "mmap" : "read") \(codec.name)"
  }

  let modeName: String
  var handedOutByteCount: Int { 0 }
  var mayWait: Bool { input.mayWait }
  var awaitedByteCount = 0
  var contentReport: ContentReport? { report }

  func next() throws(SpaltError) -> SourcePiece? {
    if hasEnded || queue.isStopped { return nil }
    let job = try nextJob()
    report.noteOffset(input.offset - startOffset)
    var piece = SourcePiece(segment: segments.emptySegment(offset: 0), inputIndex: 0)
    piece.content = job
    return piece
  }

  private func nextJob() throws(SpaltError) -> ContentJob {
    let start = input.offset
    if options.decodesInRuns, input.isMapped,
      let run = try decoder.nextRun(input, byteCount: aimedByteCount)
    {
      droppedOffset = input.offset
      return ContentJob(run, of: input.mappedFile, start..<input.offset, queue)
    }
    var notes = ContentNotes()
    while true {
      let required = try decoder.requiredByteCount(input)
      var buffer = try queue.makeBuffer(byteCount: max(aimedByteCount, required))
      let result = try fill(&buffer, &notes)
      // Here, where the decoder that may still look at the chunk is not at work.
      buffer.trim()
      try notes.verify(
        input.mappedFile, start..<input.offset, isLast: result == .ended)
      dropUsedPages()
      switch result {
      case .full:
        // What comes next needs a larger buffer.
        if buffer.byteCount == 0, !notes.isFull { continue }
        return ContentJob(buffer, notes, ending: nil, queue)
      case .waiting:
        return ContentJob(buffer, notes, ending: nil, queue)
      case .ended:
        hasEnded = true
        return ContentJob(
          buffer, notes, ending: input.wasInterrupted ? .interrupted : .whole, queue)
      }
    }
  }

  /// Decodes until the buffer is full, or there is something in it and more would have to be waited for.
  private func fill(
    _ buffer: inout ContentBuffer, _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult {
    while true {
      let result = try decoder.fill(&buffer, from: input, &notes)
      guard result == .waiting, buffer.byteCount == 0 || buffer.byteCount < awaitedByteCount else {
        return result
      }
      input.waitForMore()
    }
  }

  /// How much content is decoded at a time, so that chunk and headroom together are of a size that pools have.
  private var aimedByteCount: Int {
    let wanted = options.pieceByteCount
    return wanted >= 4 * ContentBuffer.headroom ? wanted - ContentBuffer.headroom : wanted
  }

  /// Gives up the pages of a mapped file that were decoded.
  private func dropUsedPages() {
    guard let mapping = input.mappedFile, input.offset - droppedOffset >= 1 << 20 else { return }
    mapping.drop(droppedOffset..<input.offset)
    droppedOffset = input.offset
  }
}

extension CodecOptions {
  init(_ input: CompressedInput, _ context: InputContext) {
    self.init(pool: context.pool, segments: context.segments)
    let options = context.options
    verifiesChecksums = options.verifiesChecksums
    continuesAfterDamage = options.continuesAfterDamage
    decodesInRuns = options.decodesInRuns && input.isMapped
    lz4Dictionary = options.lz4Dictionary
  }
}
