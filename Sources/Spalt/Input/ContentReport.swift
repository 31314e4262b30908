/// What became of one compressed input. Shared by the threads that decode it.
final class ContentReport: Sendable {
  struct Counts: Sendable {
    /// Compressed bytes that were consumed, and those that were passed over because of damage.
    var compressedByteCount = 0
    var lostByteCount = 0
    /// Content that was handed out.
    var handedOutByteCount = 0
    var frameCount = 0
    var blockCount = 0
    var damages: [DamageDescription] = []
  }

  let codecName: String
  let path: String
  private let counts = Guarded(Counts())

  init(codecName: String, path: String) {
    self.codecName = codecName
    self.path = path
  }

  /// The counts so far.
  var current: Counts { counts.withLock { $0 } }

  /// The most damages that are described; a hostile file may have any number.
  private static let damageLimit = 100

  /// Notes how far the decoder has come in the compressed bytes.
  func noteOffset(_ offset: Int) { counts.withLock { $0.compressedByteCount = offset } }

  /// Counts content that is handed out.
  func countHandedOut(_ byteCount: Int) { counts.withLock { $0.handedOutByteCount += byteCount } }

  /// Adds what a decoder counted.
  func add(_ notes: ContentNotes) {
    counts.withLock {
      $0.lostByteCount += notes.lostByteCount
      $0.frameCount += notes.frameCount
      $0.blockCount += notes.blockCount
    }
  }

  /// Adds damage, at an offset in the content.
  func add(_ damage: StreamDamage, contentOffset: Int) {
    let description = DamageDescription(
      codecName: codecName, compressedOffset: damage.offset, contentOffset: contentOffset,
      frame: damage.frame, block: damage.block, reason: damage.reason)
    counts.withLock { if $0.damages.count < Self.damageLimit { $0.damages.append(description) } }
  }

  /// The first damage as an error.
  var error: SpaltError? { current.damages.first.map { .damaged(path: path, $0) } }
}

/// Where a compressed input is damaged, and how.
public struct DamageDescription: Equatable, Sendable, CustomStringConvertible {
  /// `lz4`, `gzip`, `zstd`.
  public let codecName: String
  /// Offset in the compressed input of what cannot be read, or of what proves that something is wrong.
  public let compressedOffset: Int
  /// Offset in the content before which everything was read.
  public let contentOffset: Int
  /// Which frame or member, counted from 1.
  public let frame: Int
  /// Which block of the frame, counted from 1, where blocks can be told apart.
  public let block: Int?
  /// What is wrong, in words.
  public let reason: String

  public var description: String {
    let place = block.map { "frame \(frame), block \($0)" } ?? "frame \(frame)"
    return """
      damaged \(codecName) at compressed offset \(compressedOffset) (\(place)), after \
      \(contentOffset) bytes of content: \(reason)
      """
  }
}
