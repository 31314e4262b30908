/// A compressed format: how its streams begin, and what decodes them. Each is one file and one line in
/// `CodecRegistry`.
protocol Codec: Sendable {
  /// What users know it by: `lz4`.
  var name: String { get }

  /// Whether bytes begin a stream of this format.
  func recognises(_ beginning: borrowing ByteView) -> Recognition

  /// What decodes one stream from its first byte on.
  func makeDecoder(_ options: CodecOptions) throws(SpaltError) -> any ContentDecoder
}

/// Whether bytes begin a stream of some format.
enum Recognition: Equatable {
  case yes
  case no
  /// What there is could be the beginning of such a stream, but is too short to tell.
  case needsMore
}

extension Recognition {
  /// Whether bytes begin with `magic`.
  static func matching(_ magic: [UInt8], _ beginning: borrowing ByteView) -> Recognition {
    for index in magic.indices {
      guard index < beginning.byteCount else { return .needsMore }
      if beginning[index] != magic[index] { return .no }
    }
    return .yes
  }
}

/// What a decoder is told.
struct CodecOptions: Sendable {
  /// Whether checksums of content and of blocks are verified. Those of headers always are.
  var verifiesChecksums = true
  /// Whether decoding goes on behind damage, with whatever can be read next.
  var continuesAfterDamage = false
  /// Whether runs may be asked for: then checks that span several of them are left for later.
  var decodesInRuns = false
  /// The content of a dictionary for LZ4; empty when there is none.
  var lz4Dictionary: [UInt8] = []
  /// Where codecs take larger memory of their own from.
  let pool: ChunkPool
  let segments: SegmentPool

  init(pool: ChunkPool, segments: SegmentPool) {
    self.pool = pool
    self.segments = segments
  }
}

/// Decodes one compressed stream: all frames or members of a file, one after the other.
///
/// Used by one thread at a time.
protocol ContentDecoder: AnyObject {
  /// Free bytes that a buffer must have for `fill` to make progress, 1 at least. May change from call to
  /// call; it is never more than what the compressed bytes at hand can expand to, or a fixed limit of the
  /// format.
  func requiredByteCount(_ input: CompressedInput) throws(SpaltError) -> Int

  /// Decodes into the buffer until it has no room for more.
  ///
  /// Damage is noted where it is met. Then decoding ends, or goes on behind it if the options say so; the
  /// content before the damage is good.
  /// - Throws: `SpaltError` when compressed bytes cannot be read or memory is short.
  func fill(
    _ buffer: inout ContentBuffer, from input: CompressedInput, _ notes: inout ContentNotes
  ) throws(SpaltError) -> FillResult

  /// The next blocks or frames that can be decoded without what comes before them, of at most `byteCount`
  /// bytes of content in all, or one of more; consumes them. Nil when what comes next has to be decoded by
  /// `fill`, be it because it depends on what was before, because it is damaged, or because the input has
  /// ended. Only for mapped input.
  func nextRun(_ input: CompressedInput, byteCount: Int) throws(SpaltError) -> (any DecodeRun)?
}

extension ContentDecoder {
  func nextRun(_ input: CompressedInput, byteCount: Int) throws(SpaltError) -> (any DecodeRun)? {
    nil
  }
}

/// Why `fill` came back.
enum FillResult: Equatable {
  /// The buffer has no room for what comes next.
  case full
  /// What comes next is not there yet, and the input was told not to wait for it.
  case waiting
  /// The stream has ended, or damage ended it.
  case ended
}

/// A part of a compressed stream that can be decoded by any thread, while others decode other parts.
protocol DecodeRun: AnyObject, Sendable {
  /// Free bytes that a buffer must have.
  var requiredByteCount: Int { get }
  /// Decodes all of it. The buffer is empty before.
  func decode(
    into buffer: inout ContentBuffer, _ notes: inout ContentNotes
  ) throws(SpaltError)
}
