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
    /// Damages in all, described or not.
    var damageCount = 0
  }

  let codecName: String
  let path: String
  private let counts = Guarded(Counts())
  private let totals: ContentTotals

  init(codecName: String, path: String, _ totals: ContentTotals) {
    self.codecName = codecName
    self.path = path
    self.totals = totals
  }

  /// The counts so far.
  var current: Counts { counts.withLock { $0 } }

  /// The most damages that are described; a hostile file may have any number.
  private static let damageLimit = 100

  /// Notes how far the decoder has come in the compressed bytes.
  func noteOffset(_ offset: Int) {
    let byteCount = counts.withLock { counts in
      let before = counts.compressedByteCount
      counts.compressedByteCount = offset
      return offset - before
    }
    totals.add(compressedByteCount: byteCount, contentByteCount: 0)
  }

  /// Counts content that is handed out.
  func countHandedOut(_ byteCount: Int) {
    counts.withLock { $0.handedOutByteCount += byteCount }
    totals.add(compressedByteCount: 0, contentByteCount: byteCount)
  }

  /// Adds what a decoder counted.
  func add(_ counted: ContentCounts) {
    counts.withLock {
      $0.lostByteCount += counted.lostByteCount
      $0.frameCount += counted.frameCount
      $0.blockCount += counted.blockCount
    }
  }

  /// Adds damage, at an offset in the content.
  func add(_ damage: StreamDamage, contentOffset: Int) {
    let description = DamageDescription(
      damage, codecName: codecName, contentOffset: contentOffset)
    counts.withLock {
      $0.damageCount += 1
      if $0.damages.count < Self.damageLimit { $0.damages.append(description) }
    }
  }

  /// Each damage as an error.
  var errors: [SpaltError] { current.damages.map { .damaged(path: path, $0) } }
}

/// How far all compressed inputs together have got. Shared by the threads that decode them.
final class ContentTotals: Sendable {
  struct Counts: Sendable {
    var compressedByteCount = 0
    var contentByteCount = 0
  }
  private let counts = Guarded(Counts())

  var current: Counts { counts.withLock { $0 } }

  fileprivate func add(compressedByteCount: Int, contentByteCount: Int) {
    counts.withLock {
      $0.compressedByteCount += compressedByteCount
      $0.contentByteCount += contentByteCount
    }
  }
}

/// What became of all compressed inputs of a run.
public struct CompressionStatistics: Equatable, Sendable {
  /// Compressed inputs, and their codecs in the order in which they were met.
  public internal(set) var inputCount = 0
  public internal(set) var codecNames: [String] = []
  /// Compressed bytes that were consumed, and the content that was handed out.
  public internal(set) var compressedByteCount = 0
  public internal(set) var contentByteCount = 0
  /// Compressed bytes that were passed over because of damage.
  public internal(set) var lostByteCount = 0
  public internal(set) var frameCount = 0
  public internal(set) var blockCount = 0
  /// Places at which an input is damaged.
  public internal(set) var damageCount = 0

  init(_ reports: [ContentReport]) {
    inputCount = reports.count
    for report in reports {
      let counts = report.current
      if !codecNames.contains(report.codecName) { codecNames.append(report.codecName) }
      compressedByteCount += counts.compressedByteCount
      contentByteCount += counts.handedOutByteCount
      lostByteCount += counts.lostByteCount
      frameCount += counts.frameCount
      blockCount += counts.blockCount
      damageCount += counts.damageCount
    }
  }
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

  init(_ damage: StreamDamage, codecName: String, contentOffset: Int) {
    self.codecName = codecName
    compressedOffset = damage.offset
    self.contentOffset = contentOffset
    frame = damage.frame
    block = damage.block
    reason = damage.reason
  }

  public var description: String {
    let place = block.map { "frame \(frame), block \($0)" } ?? "frame \(frame)"
    return """
      damaged \(codecName) at compressed offset \(compressedOffset) (\(place)), after \
      \(contentOffset) bytes of content: \(reason)
      """
  }
}
