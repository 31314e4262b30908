// The one file that calls ISA-L.

import CISAL

/// ISA-L's igzip. The library is looked for at the first use, so that nothing depends on it.
@safe
final class ISALEngine: InflateEngine, @unchecked Sendable {  // used by one thread at a time
  /// The library's functions; nil when this system does not have it.
  private static let functions = load()

  /// Looks for the library; nil when this system does not have it.
  static func load() -> SpaltISAL? {
    guard FaultInjection.code("dlopen", "ISA-L") == nil else { return nil }
    var functions = SpaltISAL()
    // SAFETY: the functions have the types that the library's header gives them, in all of its versions
    // with this name.
    return unsafe spaltISALLoad(&functions) != 0 ? functions : nil
  }

  var isExact: Bool { false }

  static var isAvailable: Bool { functions != nil }

  // SAFETY: a pool chunk of this object, large enough for the library's state, and given back in `deinit`.
  private let chunk: ChunkDescriptor
  private let pool: ChunkPool
  private var library: SpaltISAL
  private(set) var heldByteCount = 0
  /// Whether the stream is invalid, and only content from before that is still to be given out.
  private var isDraining = false

  init(_ pool: ChunkPool) throws(SpaltError) {
    guard let library = Self.functions else {
      throw .usage("ISA-L is not installed")
    }
    let chunk = try pool.leaseDescriptor(byteCount: spaltISALStateByteCount(), lifetime: .lasting)
    self.pool = pool
    self.chunk = chunk
    self.library = library
    unsafe spaltISALBegin(&self.library, chunk.base)
  }

  deinit { pool.giveBack(chunk) }

  func reset() {
    // SAFETY: the state belongs to this object.
    unsafe spaltISALBegin(&library, chunk.base)
    heldByteCount = 0
    isDraining = false
  }

  func inflate(_ input: borrowing ByteView, into buffer: inout ContentBuffer) -> InflateStep {
    if isDraining { return drain(into: &buffer) }
    let fed = input.slice(
      heldByteCount..<min(input.byteCount, heldByteCount + Self.maximumByteCount))
    // SAFETY: the library reads inside the view and writes inside the buffer's free part, and keeps neither
    // address.
    let step = unsafe spaltISALInflate(
      &library, chunk.base, fed.base.assumingMemoryBound(to: UInt8.self), fed.byteCount,
      Self.start(buffer.free), min(buffer.freeByteCount, Self.maximumByteCount))
    buffer.advance(by: step.producedByteCount)
    let held = unsafe spaltISALHeldByteCount(chunk.base)
    let consumed = max(0, heldByteCount + step.consumedByteCount - held)
    heldByteCount = held
    return InflateStep(
      consumedByteCount: consumed, windowByteCount: step.windowByteCount,
      outcome: outcome(step))
  }

  private func drain(into buffer: inout ContentBuffer) -> InflateStep {
    // SAFETY: the library's window is copied into the buffer's free part, as far as there is room.
    let step = unsafe spaltISALDrain(
      chunk.base, Self.start(buffer.free), buffer.freeByteCount)
    buffer.advance(by: step.producedByteCount)
    return InflateStep(
      consumedByteCount: 0, windowByteCount: step.windowByteCount, outcome: outcome(step))
  }

  func inflateWhole(
    _ input: borrowing ByteView, into buffer: inout ContentBuffer, byteCount: Int
  ) -> InflateStep {
    precondition(byteCount <= buffer.freeByteCount && byteCount <= Self.maximumByteCount)
    precondition(input.byteCount <= Self.maximumByteCount, "too much for one call")
    // SAFETY: as for `inflate`.
    let step = unsafe spaltISALInflateWhole(
      &library, chunk.base, input.base.assumingMemoryBound(to: UInt8.self), input.byteCount,
      Self.start(buffer.free), byteCount)
    heldByteCount = 0
    let outcome = outcome(step)
    if outcome == .ended { buffer.advance(by: step.producedByteCount) }
    return InflateStep(
      consumedByteCount: step.consumedByteCount, windowByteCount: 0, outcome: outcome)
  }

  func checksum(_ bytes: borrowing ByteView, after checksum: UInt32) -> UInt32 {
    // SAFETY: the library reads inside the view.
    unsafe library.crc32(
      checksum, bytes.base.assumingMemoryBound(to: UInt8.self), UInt64(bytes.byteCount))
  }

  /// The library counts in 32 bits.
  private static let maximumByteCount = 1 << 30

  @unsafe private static func start(
    _ free: UnsafeMutableRawBufferPointer
  ) -> UnsafeMutablePointer<UInt8>? {
    // SAFETY: bytes may be written as bytes.
    unsafe free.baseAddress?.assumingMemoryBound(to: UInt8.self)
  }

  private func outcome(_ step: SpaltISALStep) -> InflateStep.Outcome {
    switch Int(step.outcome) {
    case SpaltISALEnded: return .ended
    case SpaltISALInvalid: return .invalid
    case SpaltISALHasContent:
      isDraining = true
      return .unfinished
    default: return .unfinished
    }
  }
}
