import CZstd
import Testing

@testable import Spalt

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Makes zstd frames with libzstd's encoder, and some by hand.
enum ZstdSamples {
  /// How a frame is made.
  struct Kind {
    var level: Int32 = 3
    var hasChecksum = true
    var tellsContentSize = true
    var windowLogarithm: Int32 = 0
    /// A block ends after so many bytes of content, if not before.
    var flushedByteCount = Int.max
  }

  /// A frame with this content.
  static func frame(_ content: [UInt8], _ kind: Kind = Kind()) -> [UInt8] {
    let context = unsafe ZSTD_createCCtx()
    defer { unsafe ZSTD_freeCCtx(context) }
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, kind.level)
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, kind.hasChecksum ? 1 : 0)
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, kind.tellsContentSize ? 1 : 0)
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, kind.windowLogarithm)
    if kind.tellsContentSize {
      unsafe ZSTD_CCtx_setPledgedSrcSize(context, UInt64(content.count))
    }
    var compressed = [UInt8](
      repeating: 0, count: ZSTD_compressBound(content.count) + content.count + 1024)
    let room = compressed.count
    var byteCount = 0
    unsafe compressed.withUnsafeMutableBytes { compressed in
      unsafe content.withUnsafeBytes { content in
        var output = unsafe ZSTD_outBuffer(dst: compressed.baseAddress, size: room, pos: 0)
        var input = unsafe ZSTD_inBuffer(src: content.baseAddress, size: 0, pos: 0)
        while unsafe content.count - input.size > kind.flushedByteCount {
          unsafe input.size += kind.flushedByteCount
          let rest = unsafe ZSTD_compressStream2(context, &output, &input, ZSTD_e_flush)
          precondition(rest == 0, "the encoder could not flush")
        }
        unsafe input.size = content.count
        let rest = unsafe ZSTD_compressStream2(context, &output, &input, ZSTD_e_end)
        precondition(rest == 0, "the encoder could not end the frame")
        byteCount = unsafe output.pos
      }
    }
    return Array(compressed.prefix(byteCount))
  }

  static func skippable(_ content: [UInt8], nibble: UInt8 = 0) -> [UInt8] {
    [0x50 | nibble, 0x2A, 0x4D, 0x18] + littleEndian(content.count, byteCount: 4) + content
  }

  static func littleEndian(_ number: Int, byteCount: Int) -> [UInt8] {
    (0..<byteCount).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  static let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]

  /// A block by hand: 0 is stored, 1 repeats a byte.
  static func block(kind: Int, size: Int, isLast: Bool, _ body: [UInt8]) -> [UInt8] {
    littleEndian(size << 3 | kind << 1 | (isLast ? 1 : 0), byteCount: 3) + body
  }

  /// Lines of a log, the same ones for the same seed.
  static func log(_ byteCount: Int, seed: UInt64 = 1) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount + 100)
    while bytes.count < byteCount {
      let number = random.next() % 100_000
      bytes += "{\"id\":\(number),\"level\":\"info\",\"took\":\(random.next() % 977)}\n".utf8
    }
    return Array(bytes.prefix(byteCount))
  }

  /// Bytes that cannot be compressed.
  static func noise(_ byteCount: Int, seed: UInt64 = 1) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    return (0..<byteCount).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }
}

/// Decodes zstd streams in all ways that there are.
struct ZstdDecoding {
  var bufferByteCount = 1 << 20
  var continuesAfterDamage = false
  var budget = MemoryBudget()

  /// What a stream came to.
  struct Decoded: Equatable {
    var content: [UInt8] = []
    var damages: [StreamDamage] = []
    /// Where in the content damages are.
    var positions: [Int] = []
    var losesContent: [Bool] = []
    var windowByteCount = 0
    var lostByteCount = 0
    var frameCount = 0
    var blockCount = 0

    mutating func add(_ buffer: borrowing ContentBuffer, _ notes: ContentNotes) {
      for damage in notes.damages {
        damages.append(damage.damage)
        positions.append(content.count + damage.position - ContentBuffer.headroom)
        losesContent.append(damage.losesContent)
      }
      let view = buffer.view(buffer.start..<buffer.end)
      unsafe view.bytes.withUnsafeBytes { unsafe content.append(contentsOf: $0) }
      windowByteCount += notes.windowByteCount
      lostByteCount += notes.lostByteCount
      frameCount += notes.frameCount
      blockCount += notes.blockCount
    }

    /// Without what depends on how the stream was decoded.
    var essence: Decoded {
      var essence = self
      essence.windowByteCount = 0
      return essence
    }
  }

  private func options() -> CodecOptions {
    var options = CodecOptions(pool: ChunkPool(budget: budget), segments: SegmentPool())
    options.continuesAfterDamage = continuesAfterDamage
    return options
  }

  static func mapping(_ bytes: [UInt8]) throws -> (Mapping, TemporaryFile) {
    let file = try TemporaryFile(bytes)
    return (try #require(try Mapping.ofFile(at: file.path)), file)
  }

  /// From a mapping, by `fill` alone.
  func mapped(_ bytes: [UInt8]) throws -> Decoded {
    let (mapping, _) = try Self.mapping(bytes)
    let input = CompressedInput(mapping, path: "file")
    let options = options()
    let decoder = try ZstdCodec().makeDecoder(options)
    var decoded = Decoded()
    while try fill(decoder, input, options, &decoded) != .ended {}
    return decoded
  }

  /// From a mapping, in runs where that is possible; tells how many runs there were, too.
  func inRuns(_ bytes: [UInt8], byteCount: Int) throws -> (decoded: Decoded, runCount: Int) {
    let (mapping, _) = try Self.mapping(bytes)
    let input = CompressedInput(mapping, path: "file")
    let options = options()
    let decoder = try ZstdCodec().makeDecoder(options)
    var decoded = Decoded()
    var runCount = 0
    while true {
      guard let run = try decoder.nextRun(input, byteCount: byteCount) else {
        if try fill(decoder, input, options, &decoded) == .ended { return (decoded, runCount) }
        continue
      }
      runCount += 1
      var buffer = try ContentBuffer(
        byteCount: run.requiredByteCount, pool: options.pool, segments: options.segments)
      var notes = ContentNotes()
      try run.decode(into: &buffer, &notes)
      decoded.add(buffer, notes)
      if !notes.damages.isEmpty, !continuesAfterDamage { return (decoded, runCount) }
    }
  }

  /// From a pipe into which some bytes at a time are written.
  func piped(_ bytes: [UInt8], pieceByteCount: Int) throws -> Decoded {
    let pipe = try Syscalls.makePipe()
    let options = options()
    let input = CompressedInput(
      try ReadBuffer(byteCount: 4096, pool: options.pool), descriptor: pipe.readingDescriptor,
      mayWait: true, path: "pipe", interrupter: ReaderInterrupter(), pool: options.pool)
    let decoder = try ZstdCodec().makeDecoder(options)
    var decoded = Decoded()
    var start = 0
    while start < bytes.count {
      let piece = bytes[start..<min(bytes.count, start + pieceByteCount)]
      let written = unsafe piece.withUnsafeBytes {
        unsafe write(pipe.writingDescriptor, $0.baseAddress, $0.count)
      }
      precondition(written == piece.count, "the pipe is full")
      start += piece.count
      while try fill(decoder, input, options, &decoded) == .full {}
    }
    Syscalls.close(pipe.writingDescriptor)
    while try fill(decoder, input, options, &decoded) != .ended {}
    return decoded
  }

  private func fill(
    _ decoder: any ContentDecoder, _ input: CompressedInput, _ options: CodecOptions,
    _ decoded: inout Decoded
  ) throws -> FillResult {
    let byteCount = max(bufferByteCount, try decoder.requiredByteCount(input))
    var buffer = try ContentBuffer(
      byteCount: byteCount, pool: options.pool, segments: options.segments)
    var notes = ContentNotes()
    let result = try decoder.fill(&buffer, from: input, &notes)
    decoded.add(buffer, notes)
    return result
  }
}
