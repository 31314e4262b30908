/// An input that could not be opened or read to its end, and why.
struct InputFailure: Sendable {
  let inputIndex: Int
  let error: SpaltError
}

extension SpaltError {
  /// Whether the error concerns one input, so that the others can still be read.
  fileprivate var isOfOneInput: Bool {
    switch self {
    case .system(let error): error.subject != Syscalls.memoryName
    case .input, .changed: true
    default: false
    }
  }
}

/// All inputs of a run as one: opened in order, each when its turn comes.
///
/// Not safe for use by several threads at once: the pipeline calls it under a lock.
final class InputSequence {
  private let paths: [InputPath]
  let options: InputOptions
  let kernels: ScanKernels
  let pool: ChunkPool
  let interrupter: ReaderInterrupter
  /// Finds out which formats inputs have; nil when that is known.
  private let inspector: (any InputInspector)?
  /// The formats of the current input.
  private var formats: InputFormats
  /// Pieces of the current input that were inspected, and what went wrong behind them.
  private var inspected: [WaitingPiece] = []
  private var failureBehindInspected: SpaltError?
  let segments = SegmentPool()
  private var nextInputIndex = 0
  private var source: (any ByteSource)?
  /// How much is still to be sampled.
  private(set) var sampledByteCount = 0
  /// Pieces that were taken for the sample and are to be decoded first.
  private var sampled: [WaitingPiece] = []
  /// Whether the inputs are read again from their beginnings, because the sample was too large to be held: then
  /// `sampled` is its beginning, which is only shown again.
  private var hasRewound = false

  /// Pieces of the current input that were decoded and wait for their turn.
  private var decoded: [WaitingPiece] = []
  /// What becomes of compressed inputs, by the index of the input.
  private(set) var contentReports: [Int: ContentReport] = [:]

  /// How far all compressed inputs together have got.
  private(set) var totals = ContentTotals()

  private var handedOutDirectly: [Int] = []
  /// Bytes handed out, per input that was begun. Complete when all pieces were decoded.
  var handedOutByteCounts: [Int] {
    handedOutDirectly.enumerated().map { index, count in
      count + (contentReports[index]?.current.handedOutByteCount ?? 0)
    }
  }
  /// How each input that was begun gets into memory, and why so.
  private(set) var modeNames: [String] = []
  private(set) var modeReasons: [String] = []
  private var inputFailures: [InputFailure] = []
  /// The inputs that could not be opened or read to their end, in their order.
  var failures: [InputFailure] {
    let damaged = contentReports.compactMap { index, report in
      options.continuesAfterDamage
        ? nil : report.errors.first.map { InputFailure(inputIndex: index, error: $0) }
    }
    guard !damaged.isEmpty else { return inputFailures }
    return (inputFailures + damaged).sorted { $0.inputIndex < $1.inputIndex }
  }

  /// The inputs at `paths`, `-` being standard input.
  convenience init(
    paths: [String], options: InputOptions, kernels: ScanKernels, pool: ChunkPool
  ) {
    self.init(paths.map { InputPath($0) }, options: options, kernels: kernels, pool: pool)
  }

  init(
    _ paths: [InputPath], options: InputOptions, kernels: ScanKernels, pool: ChunkPool,
    formats: InputFormats = InputFormats(only: 0), inspector: (any InputInspector)? = nil,
    interrupter: ReaderInterrupter = ReaderInterrupter()
  ) {
    self.formats = formats
    self.inspector = inspector
    self.interrupter = interrupter
    self.paths = paths
    self.options = options
    self.kernels = kernels
    self.pool = pool
  }

  /// Whether `next` may wait for another process: to write to a pipe, or to open it.
  var mayWait: Bool {
    guard hasRewound || sampled.isEmpty, inspected.isEmpty, decoded.isEmpty else { return false }
    return source?.mayWait ?? false || nextInputIndex <= lastWaitingIndex
  }

  /// The last of the inputs that are not regular files, or -1.
  private lazy var lastWaitingIndex =
    paths.lastIndex { $0.isStandardInput || !Syscalls.isRegularFile($0.bytes) } ?? -1

  /// The next piece of the current input, or the first of the next one; nil at the end of all, or when the
  /// reader was interrupted and what was sampled is handed out.
  func next() throws(SpaltError) -> SourcePiece? {
    if let piece = nextSampled() { return piece }
    return try nextFromSource(decodes: true)
  }

  /// As `next`, but what is compressed is left to be decoded by the caller, who need not be alone; see
  /// `SourcePiece.content`.
  func nextUndecoded() throws(SpaltError) -> SourcePiece? {
    if let piece = nextSampled() { return piece }
    return try nextFromSource(decodes: false)
  }

  private func nextSampled() -> SourcePiece? {
    if hasRewound {
      sampled = []
      hasRewound = false
    }
    return sampled.isEmpty ? nil : sampled.removeFirst().take()
  }

  private func nextFromSource(decodes: Bool) throws(SpaltError) -> SourcePiece? {
    while source != nil || nextInputIndex < paths.count, !interrupter.isInterrupted {
      do {
        if let piece = try nextFromCurrentSource(decodes: decodes) { return piece }
      } catch {
        guard error.isOfOneInput else { throw error }
        inputFailures.append(InputFailure(inputIndex: nextInputIndex - 1, error: error))
        source = nil
        decoded = []
      }
    }
    return nil
  }

  /// The next piece of the current input, which is opened if need be; nil at its end.
  private func nextFromCurrentSource(decodes: Bool) throws(SpaltError) -> SourcePiece? {
    if source == nil {
      modeNames.append("none")
      modeReasons.append("could not be opened")
      handedOutDirectly.append(0)
      nextInputIndex += 1
      let opening = try open(paths[nextInputIndex - 1], inputIndex: nextInputIndex - 1)
      modeReasons[nextInputIndex - 1] = opening.reason
      let opened = opening.source
      source = opened
      try inspect(opened)
    }
    guard let source else { return nil }
    if !inspected.isEmpty { return inspected.removeFirst().take() }
    if let error = failureBehindInspected {
      failureBehindInspected = nil
      throw error
    }
    source.awaitedByteCount = sampledByteCount
    let piece = try next(source, decodes: decodes)
    if piece == nil { self.source = nil }
    return piece
  }

  private func next(
    _ source: any ByteSource, decodes: Bool
  ) throws(SpaltError) -> SourcePiece? {
    while true {
      if !decoded.isEmpty {
        let entry = decoded.removeFirst()
        entry.setFormats(formats)
        return entry.take()
      }
      let next = try source.next()
      note(source)
      guard var piece = next else { return nil }
      piece.formats = formats
      guard let content = piece.content else { return piece }
      content.setFormats(formats)
      guard decodes else { return piece }
      decoded = try content.pieces()
      if let first = decoded.first { try check(first) }
    }
  }

  /// Throws when what a compressed input begins with can be read only as a file of its own.
  private func check(_ entry: WaitingPiece) throws(SpaltError) {
    let input = paths[nextInputIndex - 1]
    let path = input.isStandardInput ? "standard input" : input.description
    let columnar = options.columnar
    _ = try entry.visit { (piece) throws(SpaltError) in
      try columnar.checkContent(piece.segment.view, path: path)
    }
  }

  /// Notes how the current input gets into memory, and how much of it has.
  private func note(_ source: any ByteSource) {
    let index = nextInputIndex - 1
    modeNames[index] = source.modeName
    if let reason = source.modeReason { modeReasons[index] = reason }
    handedOutDirectly[index] = source.handedOutByteCount
    if let report = source.contentReport { contentReports[index] = report }
  }

  /// Takes pieces of an input that was just opened until enough was seen of it to know its formats, however
  /// it is cut into pieces.
  private func inspect(_ source: any ByteSource) throws(SpaltError) {
    guard let inspector else { return }
    var remaining = inspector.byteCount
    inspector.begin()
    while remaining > 0, failureBehindInspected == nil {
      source.awaitedByteCount = max(sampledByteCount, remaining)
      do {
        guard let piece = try next(source, decodes: true) else { break }
        if piece.rows != nil {
          inspected.append(WaitingPiece(piece))
          formats = inspector.finishColumns(inputIndex: nextInputIndex - 1)
          for entry in inspected { entry.setFormats(formats) }
          return
        }
        try inspector.look(at: piece, remainingByteCount: remaining)
        remaining -= piece.sourceByteCount
        inspected.append(WaitingPiece(piece))
      } catch {
        guard error.isOfOneInput else { throw error }
        failureBehindInspected = error
      }
    }
    formats = inspector.finish(inputIndex: nextInputIndex - 1)
    for entry in inspected { entry.setFormats(formats) }
  }

  /// Whether inputs were named and none of them has anything that could be read.
  var hasOnlyFailures: Bool {
    !paths.isEmpty && sampled.isEmpty && failures.count == paths.count
  }

  /// Shows the beginnings of the inputs, in order, until at least `byteCount` bytes were seen. They
  /// are handed out again by `next`.
  func sample(
    byteCount: Int,
    _ body: (borrowing SourcePiece, _ remainingByteCount: Int) throws(SpaltError) -> Void
  ) throws(SpaltError) {
    var remaining = byteCount
    var heldByteCount = 0
    var holds = true
    defer {
      sampledByteCount = 0
      source?.awaitedByteCount = 0
    }
    while remaining > 0 {
      // What is sampled is held in memory until the schema is known, so its chunks should be full.
      sampledByteCount = remaining
      source?.awaitedByteCount = remaining
      guard let piece = try nextFromSource(decodes: true) else { break }
      try body(piece, remaining)
      remaining -= piece.sourceByteCount
      // However little there is, it lies in a chunk.
      if source?.contentReport != nil {
        heldByteCount += max(piece.segment.byteCount, ChunkPool.minimumByteCount)
      }
      if heldByteCount > Self.holdableByteCount, canRewind { holds = false }
      if holds { sampled.append(WaitingPiece(piece)) }
    }
    if !holds { rewind() }
  }

  /// The most decompressed content that is held rather than decompressed again, in bytes.
  private static let holdableByteCount = 32 << 20

  /// Whether all inputs can be read again: what comes later may be sampled, too.
  private lazy var canRewind = lastWaitingIndex < 0

  /// Goes back to the beginning of the first input.
  private func rewind() {
    hasRewound = true
    nextInputIndex = 0
    source = nil
    decoded = []
    inspected = []
    failureBehindInspected = nil
    contentReports = [:]
    totals = ContentTotals()
    handedOutDirectly = []
    modeNames = []
    modeReasons = []
    inputFailures = []
  }

  /// Hands out nothing more of an input that turned out to have changed.
  /// - Returns: bytes of it that count as handed out and will not be.
  func leave(inputIndex: Int) -> Int {
    guard inputIndex == nextInputIndex - 1 else { return 0 }
    let byteCount = (inspected + decoded).reduce(0) { $0 + $1.byteCount }
    source = nil
    decoded = []
    inspected = []
    failureBehindInspected = nil
    return byteCount
  }

  /// How much of each input is looked at before its first piece is handed out; 0 when its format is given.
  var inspectedByteCount: Int { inspector?.byteCount ?? 0 }

  /// The formats of the input that was begun last.
  var currentFormats: InputFormats { formats }

  /// Whether something was sampled.
  var hasSample: Bool { !sampled.isEmpty }

  /// Shows again what was sampled, until at least `byteCount` bytes were seen.
  func revisitSample(
    byteCount: Int,
    _ body: (borrowing SourcePiece, _ remainingByteCount: Int) throws(SpaltError) -> Void
  ) throws(SpaltError) {
    var remaining = byteCount
    for entry in sampled where remaining > 0 {
      remaining -= try entry.visit { (piece) throws(SpaltError) in try body(piece, remaining) }
    }
  }
}
