@testable import Spalt

extension ScanKernels {
  /// All kernels that this machine can run.
  static let all = ["scalar", "sse2", "avx2", "avx512", "neon"].compactMap {
    ScanKernels(named: $0)
  }
}

extension ReaderOptions {
  /// The plainest way to read: the general decoder, in one thread, from whole pieces.
  static func plain(_ representation: Representation = .values) -> ReaderOptions {
    var options = ReaderOptions.ndjson
    options.learnsShapes = false
    options.representation = representation
    options.inputMode = .mmap
    if let scalar = ScanKernels(named: "scalar") { options.kernels = scalar }
    return options
  }

  /// In words, for messages.
  var summary: String {
    """
    \(representation), \(kernels.name), pieces of \(pieceByteCount), \(inputMode), \
    \(threadCount) threads, \(learnsShapes ? "shapes" : "no shapes")
    """
  }

  /// Ways to read that must not make a difference. Every kernel, piece size, input mode, number of
  /// threads and path comes up, mixed by a fixed seed.
  static func variants(
    of base: ReaderOptions, count: Int, seed: UInt64, pieces: [Int] = [64, 127, 4096, 1 << 20]
  ) -> [ReaderOptions] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { index in
      var options = base
      options.kernels = ScanKernels.all[index % ScanKernels.all.count]
      options.pieceByteCount = pieces[(index + random.below(2)) % pieces.count]
      options.inputMode = index / 2 % 2 == 0 ? .mmap : .read
      options.threadCount = 1 + (index + random.below(3)) % 3
      options.learnsShapes = index % 4 != 3
      options.populatesMappings = random.below(2) == 0
      return options
    }
  }
}
