/// A descriptor that is read, of which it is not known yet whether it is compressed: its first bytes tell.
final class UndecidedSource: ByteSource {
  private let descriptor: Int32
  private let path: String
  private let byteCount: Int?
  private let context: InputContext
  private var decided: (any ByteSource)?

  /// - Parameter byteCount: what the file's size says, if it has one; nil for what another process writes.
  init(descriptor: Int32, path: String, byteCount: Int?, _ context: InputContext) {
    self.descriptor = descriptor
    self.path = path
    self.byteCount = byteCount
    self.context = context
  }

  deinit { if decided == nil, descriptor != 0 { Syscalls.close(descriptor) } }

  var handedOutByteCount: Int { decided?.handedOutByteCount ?? 0 }
  var modeName: String { decided?.modeName ?? "read" }
  var mayWait: Bool { byteCount == nil }
  var contentReport: ContentReport? { decided?.contentReport }
  var awaitedByteCount = 0 {
    didSet { decided?.awaitedByteCount = awaitedByteCount }
  }

  func next() throws(SpaltError) -> SourcePiece? {
    if decided == nil { try decide() }
    return try decided?.next()
  }

  /// Reads until the bytes tell; leaves the source undecided when the reader is interrupted.
  private func decide() throws(SpaltError) {
    // One byte more, so that the end is seen without another chunk.
    let wanted = byteCount.map { max(ChunkPool.minimumByteCount, $0 + 1) } ?? .max
    var buffer = try ReadBuffer(
      byteCount: min(context.options.pieceByteCount, wanted), pool: context.pool)
    while true {
      if mayWait, !context.interrupter.waitForInput(descriptor) { return }
      let count = try buffer.fill(from: descriptor, path: path)
      let beginning = CodecRegistry.recognise(buffer.view(offset: 0), isWhole: count == 0)
      if case .needsMore = beginning, count > 0, !buffer.isFull { continue }
      let columnar = context.options.columnar.recognises(buffer.view(offset: 0))
      if columnar == .needsMore, count > 0, !buffer.isFull { continue }
      return try decide(beginning, columnar, buffer, isAtEnd: count == 0)
    }
  }

  private func decide(
    _ beginning: CodecRegistry.Beginning, _ columnar: Recognition, _ buffer: consuming ReadBuffer,
    isAtEnd: Bool
  ) throws(SpaltError) {
    switch beginning {
    case .compressed(let codec):
      try context.options.columnar.checkCompressed(path: path)
      // From here on the descriptor is the input's.
      let input = CompressedInput(
        buffer, descriptor: descriptor, mayWait: mayWait, path: path,
        interrupter: context.interrupter, pool: context.pool)
      decided = RefusedSource()
      decided = try CompressedSource(input, codec, context)
    case .unreadable(let format):
      throw .input(
        path: path, reason: format.reason(path: path, isStandardInput: descriptor == 0))
    case .plain, .needsMore:
      if columnar == .yes, let format = context.options.columnar.format {
        decided = format.makeSource(
          buffer, descriptor: descriptor, path: path, byteCount: byteCount, context)
        break
      }
      try context.options.columnar.checkUnrecognised(path: path)
      decided = ReadSource(
        buffer, descriptor: descriptor, path: path, byteCount: byteCount, isAtEnd: isAtEnd, context
      )
    }
    decided?.awaitedByteCount = awaitedByteCount
  }
}

/// Stands for a source that could not be made.
private final class RefusedSource: ByteSource {
  let handedOutByteCount = 0
  let modeName = "read"
  let mayWait = false
  var awaitedByteCount = 0
  func next() throws(SpaltError) -> SourcePiece? { nil }
}
