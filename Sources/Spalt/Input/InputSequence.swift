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
    case .input: true
    default: false
    }
  }
}

/// All inputs of a run as one: opened in order, each when its turn comes.
///
/// Not safe for use by several threads at once: the pipeline calls it under a lock.
final class InputSequence {
  private let paths: [InputPath]
  private let options: InputOptions
  private let kernels: ScanKernels
  private let pool: ChunkPool
  private let interrupter: ReaderInterrupter
  /// Finds out which formats inputs have; nil when that is known.
  private let inspector: (any InputInspector)?
  /// The formats of the current input.
  private var formats: InputFormats
  /// Pieces of the current input that were inspected, and what went wrong behind them.
  private var inspected: [Sampled] = []
  private var failureBehindInspected: SpaltError?
  private let segments = SegmentPool()
  private var nextInputIndex = 0
  private var source: (any ByteSource)?
  /// How much is still to be sampled.
  private var sampledByteCount = 0
  /// Pieces that were taken for the sample and are to be decoded first.
  private var sampled: [Sampled] = []

  /// A piece that waits to be decoded. A box, because pieces cannot be copied into an array.
  private final class Sampled {
    private var piece: SourcePiece?
    init(_ piece: consuming SourcePiece) { self.piece = consume piece }
    func take() -> SourcePiece? { piece.take() }

    func setFormats(_ formats: InputFormats) {
      guard var piece = piece.take() else { return }
      piece.formats = formats
      self.piece = consume piece
    }

    /// Shows the piece, and gives its length.
    func visit(
      _ body: (borrowing SourcePiece) throws(SpaltError) -> Void
    ) throws(SpaltError) -> Int {
      guard let piece = piece.take() else { return 0 }
      try body(piece)
      let byteCount = piece.sourceByteCount
      self.piece = consume piece
      return byteCount
    }
  }

  /// Bytes handed out, per input that was begun.
  private(set) var handedOutByteCounts: [Int] = []
  /// How each input that was begun gets into memory.
  private(set) var modeNames: [String] = []
  /// The inputs that could not be opened or read to their end.
  private(set) var failures: [InputFailure] = []

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
    guard sampled.isEmpty, inspected.isEmpty else { return false }
    return source?.mayWait ?? false || nextInputIndex <= lastWaitingIndex
  }

  /// The last of the inputs that are not regular files, or -1.
  private lazy var lastWaitingIndex =
    paths.lastIndex { $0.isStandardInput || !Syscalls.isRegularFile($0.bytes) } ?? -1

  /// The next piece of the current input, or the first of the next one; nil at the end of all, or when the
  /// reader was interrupted and what was sampled is handed out.
  func next() throws(SpaltError) -> SourcePiece? {
    if !sampled.isEmpty { return sampled.removeFirst().take() }
    return try nextFromSource()
  }

  private func nextFromSource() throws(SpaltError) -> SourcePiece? {
    while source != nil || nextInputIndex < paths.count, !interrupter.isInterrupted {
      do {
        if let piece = try nextFromCurrentSource() { return piece }
      } catch {
        guard error.isOfOneInput else { throw error }
        failures.append(InputFailure(inputIndex: nextInputIndex - 1, error: error))
        source = nil
      }
    }
    return nil
  }

  /// The next piece of the current input, which is opened if need be; nil at its end.
  private func nextFromCurrentSource() throws(SpaltError) -> SourcePiece? {
    if source == nil {
      modeNames.append("none")
      handedOutByteCounts.append(0)
      nextInputIndex += 1
      let opened = try open(paths[nextInputIndex - 1], inputIndex: nextInputIndex - 1)
      modeNames[nextInputIndex - 1] = opened.modeName
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
    let piece = try next(source)
    if piece == nil { self.source = nil }
    return piece
  }

  private func next(_ source: any ByteSource) throws(SpaltError) -> SourcePiece? {
    guard var piece = try source.next() else { return nil }
    piece.formats = formats
    handedOutByteCounts[nextInputIndex - 1] = source.handedOutByteCount
    return piece
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
        guard let piece = try next(source) else { break }
        try inspector.look(at: piece, remainingByteCount: remaining)
        remaining -= piece.sourceByteCount
        inspected.append(Sampled(piece))
      } catch {
        guard error.isOfOneInput else { throw error }
        failureBehindInspected = error
      }
    }
    formats = inspector.finish(inputIndex: nextInputIndex - 1)
    for entry in inspected { entry.setFormats(formats) }
  }

  /// Whether inputs were named and none of them could be opened.
  var hasOnlyFailures: Bool { !paths.isEmpty && failures.count == paths.count }

  /// Shows the beginnings of the inputs, in order, until at least `byteCount` bytes were seen. They
  /// are handed out again by `next`.
  func sample(
    byteCount: Int,
    _ body: (borrowing SourcePiece, _ remainingByteCount: Int) throws(SpaltError) -> Void
  ) throws(SpaltError) {
    var remaining = byteCount
    defer {
      sampledByteCount = 0
      source?.awaitedByteCount = 0
    }
    while remaining > 0 {
      // What is sampled is held in memory until the schema is known, so its chunks should be full.
      sampledByteCount = remaining
      source?.awaitedByteCount = remaining
      guard let piece = try nextFromSource() else { return }
      try body(piece, remaining)
      remaining -= piece.sourceByteCount
      sampled.append(Sampled(piece))
    }
  }

  /// How much of each input is looked at before its first piece is handed out; 0 when its format is given.
  var inspectedByteCount: Int { inspector?.byteCount ?? 0 }

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

  private func open(_ path: InputPath, inputIndex: Int) throws(SpaltError) -> any ByteSource {
    let isStandardInput = path.isStandardInput
    let name = isStandardInput ? "standard input" : path.description
    let descriptor: Int32
    do {
      descriptor =
        isStandardInput ? 0 : try Syscalls.openForReadingAtOnce(bytes: path.bytes, name: name)
    } catch { throw .system(error) }
    do {
      let status = try Syscalls.status(of: descriptor, path: name)
      return try source(descriptor, status, name, inputIndex, isStandardInput)
    } catch {
      if !isStandardInput { Syscalls.close(descriptor) }
      if let error = error as? SystemError { throw .system(error) }
      throw error as? SpaltError ?? .input(path: name, reason: "\(error)")
    }
  }

  /// The input policy: regular files with content are mapped, everything else is read. Standard input
  /// is mapped only on demand, because it may stand anywhere in its file.
  ///
  /// Takes the descriptor over, unless it throws.
  private func source(
    _ descriptor: Int32, _ status: FileStatus, _ path: String, _ inputIndex: Int,
    _ isStandardInput: Bool
  ) throws -> any ByteSource {
    if status.kind == .directory {
      throw SpaltError.input(path: path, reason: "is a directory; read what is in it with -r")
    }
    if options.mode == .mmap, status.kind != .regular {
      throw SpaltError.input(path: path, reason: "not a regular file, so it cannot be mapped")
    }
    let wantsMapping = options.mode == .mmap || (options.mode == .auto && !isStandardInput)
    guard wantsMapping, status.kind == .regular, status.byteCount > 0 else {
      let byteCount = status.kind == .regular ? status.byteCount : nil
      return readSource(descriptor, path, byteCount: byteCount, inputIndex)
    }
    let mapping = try Mapping(descriptor: descriptor, byteCount: status.byteCount, path: path)
    if !isStandardInput { Syscalls.close(descriptor) }
    return MappedSource(
      mapping: mapping, inputIndex: inputIndex, options: options, kernels: kernels,
      segments: segments)
  }

  private func readSource(
    _ descriptor: Int32, _ path: String, byteCount: Int?, _ inputIndex: Int
  ) -> ReadSource {
    ReadSource(
      descriptor: descriptor, path: path, byteCount: byteCount, inputIndex: inputIndex,
      options: options,
      kernels: kernels, segments: segments, pool: pool, interrupter: interrupter)
  }
}
