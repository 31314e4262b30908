import Testing

@testable import Spalt

/// Reads a gzip stream by the decoder itself.
struct GzipReading {
  /// How the compressed bytes arrive.
  enum Way: Equatable {
    case mapped
    /// As many bytes at a time through a pipe.
    case piped(Int)
    /// Mapped, and whatever can be is decoded in runs of so many bytes of content.
    case runs(Int)
  }

  struct Damage: Equatable {
    let contentOffset: Int
    let damage: StreamDamage
    let losesContent: Bool
  }

  struct Outcome: Equatable, CustomStringConvertible {
    var content: [UInt8] = []
    var damages: [Damage] = []
    var frameCount = 0
    var lostByteCount = 0
    /// Not the same for every way.
    var windowByteCount = 0
    var runCount = 0

    var description: String {
      "\(content.count) bytes, \(frameCount) frames, \(lostByteCount) lost, \(damages)"
    }

    /// What has to be the same, however the stream is read.
    static func == (one: Outcome, other: Outcome) -> Bool {
      one.content == other.content && one.damages == other.damages
        && one.frameCount == other.frameCount && one.lostByteCount == other.lostByteCount
    }

    mutating func take(_ buffer: borrowing ContentBuffer, _ notes: ContentNotes) {
      for damage in notes.damages {
        damages.append(
          Damage(
            contentOffset: content.count + damage.position - buffer.start, damage: damage.damage,
            losesContent: damage.losesContent))
      }
      let view = buffer.view(buffer.start..<buffer.end)
      for index in 0..<view.byteCount { content.append(view[index]) }
      frameCount += notes.frameCount
      lostByteCount += notes.lostByteCount
      windowByteCount += notes.windowByteCount
    }
  }

  var library = InflateLibrary.zlib
  var way = Way.mapped
  var bufferByteCount = 1 << 20
  var verifies = true
  var continues = false
  let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 64 << 20))
  private let segments = SegmentPool()

  init(
    _ library: InflateLibrary = .zlib, _ way: Way = .mapped, bufferByteCount: Int = 1 << 20,
    verifies: Bool = true, continues: Bool = false
  ) {
    self.library = library
    self.way = way
    self.bufferByteCount = bufferByteCount
    self.verifies = verifies
    self.continues = continues
  }

  func read(_ bytes: [UInt8]) throws -> Outcome {
    guard case .piped(let count) = way else { return try read(Self.mapping(of: bytes)) }
    return try readPiped(bytes, count, makeDecoder())
  }

  /// Bytes as a mapped file that has no name any more.
  static func mapping(of bytes: [UInt8]) throws -> Mapping {
    let file = try TemporaryFile(bytes)
    return try #require(try Mapping.ofFile(at: file.path))
  }

  func read(_ mapping: Mapping) throws -> Outcome {
    let decoder = try makeDecoder()
    let input = CompressedInput(mapping, path: "file")
    var outcome = Outcome()
    while try step(decoder, input, &outcome) != .ended {}
    return outcome
  }

  private func makeDecoder() throws -> any ContentDecoder {
    var options = CodecOptions(pool: pool, segments: segments)
    options.verifiesChecksums = verifies
    options.continuesAfterDamage = continues
    return try GzipCodec(library: library).makeDecoder(options)
  }

  private func readPiped(
    _ bytes: [UInt8], _ count: Int, _ decoder: any ContentDecoder
  ) throws -> Outcome {
    let pipe = try Syscalls.makePipe()
    let input = CompressedInput(
      try ReadBuffer(byteCount: 1, pool: pool), descriptor: pipe.readingDescriptor, mayWait: true,
      path: "pipe", interrupter: ReaderInterrupter(), pool: pool)
    var outcome = Outcome()
    var start = 0
    var isOpen = true
    defer { if isOpen { Syscalls.close(pipe.writingDescriptor) } }
    while true {
      let result = try step(decoder, input, &outcome)
      if result == .ended { return outcome }
      guard result == .waiting else { continue }
      guard start < bytes.count else {
        Syscalls.close(pipe.writingDescriptor)
        isOpen = false
        continue
      }
      let part = Array(bytes[start..<min(bytes.count, start + count)])
      // SAFETY: the array lives for the call.
      unsafe try part.withUnsafeBytes {
        unsafe try Syscalls.writeAll(pipe.writingDescriptor, $0, path: "pipe")
      }
      start += part.count
    }
  }

  private func step(
    _ decoder: any ContentDecoder, _ input: CompressedInput, _ outcome: inout Outcome
  ) throws -> FillResult {
    if case .runs(let byteCount) = way,
      let run = try decoder.nextRun(input, byteCount: byteCount)
    {
      var notes = ContentNotes()
      var buffer = try ContentBuffer(
        byteCount: max(1, run.requiredByteCount), pool: pool, segments: segments)
      try run.decode(into: &buffer, &notes)
      outcome.take(buffer, notes)
      outcome.runCount += 1
      return notes.damages.isEmpty || continues ? .full : .ended
    }
    var notes = ContentNotes()
    var buffer = try ContentBuffer(
      byteCount: max(bufferByteCount, try decoder.requiredByteCount(input)), pool: pool,
      segments: segments)
    let result = try decoder.fill(&buffer, from: input, &notes)
    outcome.take(buffer, notes)
    return result
  }
}
