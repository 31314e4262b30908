/// Reads the content of one compressed file, without looking at what it holds:
///
///     var content = try ContentReader(path: "app.log.lz4")
///     while let segment = try content.next() {
///       …
///     }
///
/// Each segment is a pool chunk that was decompressed into, 2 MiB unless the options say otherwise, or the
/// format's block where that is larger. It goes back to the pool with its last share. Decoding happens in
/// `next`, on the caller's thread.
public struct ContentReader: ~Copyable {
  /// What the format is called: `lz4`, `gzip`, `zstd`; nil for a file that is not compressed, whose segments are
  /// ranges of the mapped file.
  public let codecName: String?
  /// Content that was handed out, in bytes.
  public private(set) var byteCount = 0

  private let path: String
  private let mapping: Mapping?
  private let input: CompressedInput?
  private let decoder: (any ContentDecoder)?
  private let pool: ChunkPool
  private let segments = SegmentPool()
  private let pieceByteCount: Int
  /// Damage that was met behind what was handed out.
  private var damage: StreamDamage?
  private var hasEnded = false

  /// Opens a regular file.
  ///
  /// Of the options, those for memory, the size of pieces, checksums and dictionaries matter.
  /// - Throws: `SpaltError` when the file cannot be opened or mapped, or is of a format that is not read.
  public init(path: String, options: ReaderOptions = ReaderOptions()) throws(SpaltError) {
    let pool = ChunkPool(budget: MemoryBudget(limitByteCount: options.memoryByteCount))
    let mapping = try Mapping.ofFile(at: path)
    var input: CompressedInput?
    var decoder: (any ContentDecoder)?
    var name: String?
    if let mapping {
      switch CodecRegistry.recognise(mapping.view(0..<mapping.byteCount), isWhole: true) {
      case .compressed(let codec):
        var codecOptions = CodecOptions(pool: pool, segments: segments)
        codecOptions.verifiesChecksums = options.verifiesChecksums
        codecOptions.lz4Dictionary = options.lz4Dictionary
        decoder = try codec.makeDecoder(codecOptions)
        input = CompressedInput(mapping, path: path)
        name = codec.name
      case .unreadable(let format):
        throw .input(path: path, reason: format.reason(path: path, isStandardInput: false))
      case .plain, .needsMore: break
      }
    }
    self.path = path
    self.mapping = mapping
    self.input = input
    self.decoder = decoder
    self.pool = pool
    codecName = name
    pieceByteCount = options.pieceByteCount
  }

  /// The next segment, or nil at the end.
  /// - Throws: `SpaltError.damaged` when everything before the damage was handed out; `.changed` when the file
  ///   was truncated, or written to.
  public mutating func next() throws(SpaltError) -> Segment? {
    if let damage {
      throw .damaged(
        path: path,
        DamageDescription(damage, codecName: codecName ?? "", contentOffset: byteCount))
    }
    guard let input, let decoder else { return try nextOfFile() }
    while !hasEnded {
      var notes = ContentNotes()
      let required = try decoder.requiredByteCount(input)
      let wanted = max(required, pieceByteCount - min(ContentBuffer.headroom, pieceByteCount / 2))
      var buffer = try ContentBuffer(byteCount: wanted, pool: pool, segments: segments)
      let start = input.offset
      hasEnded = try decoder.fill(&buffer, from: input, &notes) == .ended
      try notes.verify(mapping, start..<input.offset, isLast: hasEnded)
      damage = notes.damages.first?.damage
      let end = notes.damages.first?.position ?? buffer.end
      guard end > buffer.start else {
        if damage != nil { return try next() }
        continue
      }
      let segment = buffer.segment(buffer.start..<end, offset: byteCount, segments)
      byteCount += segment.byteCount
      return segment
    }
    return nil
  }

  private mutating func nextOfFile() throws(SpaltError) -> Segment? {
    guard let mapping, byteCount < mapping.byteCount else { return nil }
    let end = min(mapping.byteCount, byteCount + pieceByteCount)
    try mapping.verify(byteCount..<end)
    let segment = segments.segment(of: mapping, byteCount..<end)
    byteCount = end
    return segment
  }
}
