/// What is wrong with a compressed stream, and where.
struct StreamDamage: Equatable, Sendable {
  /// Offset in the compressed stream of what cannot be read, or of what proves that something is wrong.
  let offset: Int
  /// Which frame or member, counted from 1.
  let frame: Int
  /// Which block of the frame, counted from 1, if it is known.
  let block: Int?
  /// What is wrong, in words that go on from the name of the format: `the block's checksum does not match`.
  let reason: String
}

/// A place in a buffer at which damage was met.
struct ContentDamage: Sendable {
  /// Where in the buffer's chunk: the content before it is good, as far as can be known.
  let position: Int
  let damage: StreamDamage
  /// Whether content is missing here. Otherwise a checksum of what came before does not match.
  let losesContent: Bool
  /// What was counted before, if more was decoded by the time the damage was found out.
  var counts: ContentCounts?
}

/// What a decoder counts.
struct ContentCounts: Equatable, Sendable {
  /// Compressed bytes that were passed over because of damage.
  var lostByteCount = 0
  /// Frames or members that ended, and blocks that were decoded.
  var frameCount = 0
  var blockCount = 0
}

/// What must be verified of content in its order, by one thread after the other: a checksum that spans
/// several buffers.
protocol OrderedCheck: AnyObject, Sendable {
  /// Takes content into account, then does what the step says.
  /// - Returns: the damage, if there is any.
  func check(_ content: borrowing ByteView, _ step: OrderedCheckStep) -> StreamDamage?
}

/// What follows on a run of content that is checked.
enum OrderedCheckStep: Sendable {
  /// More of the same.
  case more
  /// The end, with the checksum that stands at `offset` of the compressed stream.
  case end(expected: UInt64, offset: Int)
  /// Content is missing: there is nothing to compare.
  case gap
}

/// A range of a buffer's chunk whose content is to be checked.
struct NotedCheck: Sendable {
  fileprivate(set) var range: Range<Int>
  let check: any OrderedCheck
  let step: OrderedCheckStep
  /// What was counted when it was noted.
  fileprivate(set) var counts = ContentCounts()

  init(range: Range<Int>, check: any OrderedCheck, step: OrderedCheckStep) {
    self.range = range
    self.check = check
    self.step = step
  }
}

/// What a decoder notes about the content that it puts into a buffer.
struct ContentNotes: Sendable {
  /// In the order of their positions.
  var damages: [ContentDamage] = []
  var checks: [NotedCheck] = []
  /// Bytes of the content that went through a window of the codec's own, instead of straight into the buffer.
  var windowByteCount = 0
  /// See `ContentCounts`.
  var lostByteCount = 0
  var frameCount = 0
  var blockCount = 0

  var counts: ContentCounts {
    ContentCounts(
      lostByteCount: lostByteCount, frameCount: frameCount, blockCount: blockCount)
  }

  /// Whether there are so many notes that they should be handed on before more are taken, even when there is
  /// no content yet: a hostile file has millions of blocks without any.
  var isFull: Bool { damages.count + checks.count >= 1024 }

  /// Notes a check; what follows on the one before becomes one with it.
  mutating func add(_ noted: NotedCheck) {
    var noted = noted
    noted.counts = counts
    if let last = checks.last, case .more = last.step, last.check === noted.check,
      last.range.upperBound == noted.range.lowerBound
    {
      noted.range = last.range.lowerBound..<noted.range.upperBound
      checks[checks.count - 1] = noted
    } else {
      checks.append(noted)
    }
  }
}
