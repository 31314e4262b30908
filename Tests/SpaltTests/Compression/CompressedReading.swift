import Foundation

@testable import Spalt

/// What reading compressed inputs came to, without decoding any records.
struct ContentOutcome: Equatable {
  /// The bytes of all pieces, those that damage has cut included.
  var bytes: [UInt8] = []
  /// Where the pieces stand that damage has cut.
  var cuts: [Range<Int>] = []
  var oversizedByteCount = 0
  var damages: [DamageDescription] = []
  var lostByteCount = 0
  var frameCount = 0
  var blockCount = 0
  var compressedByteCount = 0
  var copiedByteCount = 0
  var windowByteCount = 0
  var modeName = ""
  /// What is wrong with the pieces in themselves.
  var flaws: [String] = []

  /// What must not depend on how the input is read.
  var essence: ContentOutcome {
    var essence = self
    essence.compressedByteCount = 0
    essence.copiedByteCount = 0
    essence.windowByteCount = 0
    essence.modeName = ""
    return essence
  }

  /// In words, for messages.
  var summary: String {
    """
    \(bytes.count) bytes, cuts \(cuts), \(oversizedByteCount) oversized, \(damages), lost \
    \(lostByteCount), \(frameCount) frames, \(blockCount) blocks, \(flaws)
    """
  }
}

extension ContentOutcome {
  /// A pool for all that do not look at theirs: new memory for every stream takes most of the time.
  static let sharedPool = ChunkPool(budget: MemoryBudget(limitByteCount: 1 << 30))

  /// Reads one input to its end, on this thread.
  static func read(
    _ path: String, _ options: InputOptions = InputOptions(),
    pool: ChunkPool = sharedPool
  ) throws -> ContentOutcome {
    let inputs = InputSequence(paths: [path], options: options, kernels: .current, pool: pool)
    var outcome = ContentOutcome()
    var offset = 0
    while let piece = try inputs.next() {
      if let oversized = piece.oversized {
        outcome.oversizedByteCount += oversized.sourceByteCount
        offset += oversized.sourceByteCount
        continue
      }
      if piece.segment.offset != offset {
        outcome.flaws.append("a piece at \(piece.segment.offset), not \(offset)")
      }
      if piece.isCut { outcome.cuts.append(offset..<offset + piece.segment.byteCount) }
      outcome.bytes += piece.segment.view.array
      outcome.copiedByteCount += piece.copiedByteCount
      outcome.windowByteCount += piece.windowByteCount
      offset += piece.segment.byteCount
    }
    if inputs.handedOutByteCounts.reduce(0, +) != offset {
      outcome.flaws.append("\(inputs.handedOutByteCounts) bytes handed out, not \(offset)")
    }
    outcome.modeName = inputs.modeNames.first ?? ""
    guard let report = inputs.contentReports[0]?.current else {
      if let failure = inputs.failures.first { throw failure.error }
      return outcome
    }
    outcome.damages = report.damages
    outcome.lostByteCount = report.lostByteCount
    outcome.frameCount = report.frameCount
    outcome.blockCount = report.blockCount
    outcome.compressedByteCount = report.compressedByteCount
    let expectsFailure = !report.damages.isEmpty && !options.continuesAfterDamage
    if inputs.failures.isEmpty == expectsFailure { outcome.flaws.append("\(inputs.failures)") }
    return outcome
  }

  static func read(_ bytes: [UInt8], _ options: InputOptions = InputOptions()) throws
    -> ContentOutcome
  {
    let file = try TemporaryFile(bytes)
    return try read(file.path, options)
  }

  /// Reads bytes from a pipe, into which they are written in portions.
  static func readPipe(
    _ bytes: [UInt8], portions: [Int], _ options: InputOptions = InputOptions()
  ) throws -> ContentOutcome {
    let fifo = try TemporaryFile(fifo: ())
    startWriter(fifo.path) { descriptor in
      var start = 0
      var number = 0
      while start < bytes.count {
        let end = min(bytes.count, start + portions[number % portions.count])
        guard writeAll(Array(bytes[start..<end]), to: descriptor) else { return }
        waitUntilTaken(descriptor)
        start = end
        number += 1
      }
    }
    return try read(fifo.path, options)
  }
}

extension InputOptions {
  /// Ways to read files that must not make a difference.
  static func ways(pieces: [Int], _ change: (inout InputOptions) -> Void = { _ in })
    -> [InputOptions]
  {
    pieces.flatMap { piece in
      [(InputMode.mmap, false), (.mmap, true), (.read, false)].map { mode, inRuns in
        var options = InputOptions()
        options.mode = mode
        options.decodesInRuns = inRuns
        options.pieceByteCount = piece
        change(&options)
        return options
      }
    }
  }

  /// In words, for messages.
  var summary: String {
    "\(mode)\(decodesInRuns ? " in runs" : ""), pieces of \(pieceByteCount)"
  }
}

/// Text to compress.
enum SampleContent {
  /// Lines of words that repeat, and of some that do not.
  static func lines(byteCount: Int, seed: UInt64, longest: Int = 90) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    var bytes: [UInt8] = []
    while bytes.count < byteCount {
      let wordCount = random.below(max(1, longest / 8))
      for _ in 0..<wordCount {
        bytes += Array(
          ["level=info ", "request ", "GET /index.html ", "status=", "ünïcode "][
            random.below(5)
          ].utf8)
        bytes += Array(String(random.below(100_000)).utf8)
        bytes.append(0x20)
      }
      bytes.append(0x0A)
    }
    return Array(bytes[..<byteCount])
  }

  /// Bytes of no pattern, without line feeds.
  static func noise(byteCount: Int, seed: UInt64) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    return (0..<byteCount).map { _ in UInt8(0x20 + random.below(95)) }
  }
}

/// A snapshot, as far as it came, and the error that ended it.
struct PartialSnapshot {
  var snapshot: Snapshot
  var error: SpaltError?
  /// Descriptions of damage that reading went on behind.
  var damages: [SpaltError] {
    switch error {
    case .inputs(let errors): errors
    case .some(let error): [error]
    case .none: []
    }
  }

  static func read(_ paths: [String], _ options: ReaderOptions) -> PartialSnapshot {
    var partial = PartialSnapshot(snapshot: Snapshot(columns: []), error: nil)
    do throws(SpaltError) {
      var reader = try RecordReader(paths: paths, options: options)
      partial.snapshot = Snapshot(columns: reader.schema.columns)
      defer { partial.snapshot.statistics = reader.statistics }
      while let batch = try reader.next() {
        partial.snapshot.add(batch, inputIndex: reader.inputIndex)
      }
    } catch { partial.error = error }
    return partial
  }
}

extension ReaderOptions {
  /// Plain text: every line is a record.
  static var text: ReaderOptions {
    var options = ReaderOptions()
    options.formatName = "text"
    return options
  }
}
