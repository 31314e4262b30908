import Spalt

/// Reads the same bytes in several ways and demands the same outcome from all: learned shapes or only
/// the general decoder, mapped or read, in pieces of any size. Errors of the reader, above all bytes
/// that do not add up, are findings as well.
@c(spaltFuzzDecoder)
public func fuzzDecoder(_ data: UnsafePointer<UInt8>?, _ byteCount: Int) -> CInt {
  fuzz(data, byteCount, formatName: "ndjson")
}

/// The same for access logs.
@c(spaltFuzzAccessDecoder)
public func fuzzAccessDecoder(_ data: UnsafePointer<UInt8>?, _ byteCount: Int) -> CInt {
  fuzz(data, byteCount, formatName: "access")
}

/// The same for logfmt.
@c(spaltFuzzLogfmtDecoder)
public func fuzzLogfmtDecoder(_ data: UnsafePointer<UInt8>?, _ byteCount: Int) -> CInt {
  fuzz(data, byteCount, formatName: "logfmt")
}

/// The same for plain text.
@c(spaltFuzzTextDecoder)
public func fuzzTextDecoder(_ data: UnsafePointer<UInt8>?, _ byteCount: Int) -> CInt {
  fuzz(data, byteCount, formatName: "text")
}

/// The same for input whose formats are to be found out, and whose lines may be of several.
@c(spaltFuzzMixedDecoder)
public func fuzzMixedDecoder(_ data: UnsafePointer<UInt8>?, _ byteCount: Int) -> CInt {
  fuzz(data, byteCount, formatName: nil)
}

private func fuzz(
  _ data: UnsafePointer<UInt8>?, _ byteCount: Int, formatName: String?
) -> CInt {
  guard let data, byteCount >= 3 else { return 0 }
  let bytes = UnsafeBufferPointer(start: data, count: byteCount)
  var fuzzer = DecoderFuzzer(knobs: (bytes[0], bytes[1], bytes[2]), formatName: formatName)
  fuzzer.run(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[3...]))
  return 0
}

struct DecoderFuzzer {
  /// The input's first bytes choose how it is read, so that the fuzzer can search there, too.
  let knobs: (UInt8, UInt8, UInt8)
  /// What the format is called; nil when it is to be found out.
  let formatName: String?
  private let files = ScratchFiles()

  init(knobs: (UInt8, UInt8, UInt8), formatName: String?) {
    self.knobs = knobs
    self.formatName = formatName
  }

  /// Small enough to cut records in the middle; 64 bytes is the least that a reader takes.
  private var pieceByteCount: Int { 64 + Int(knobs.0) }
  private var sampleByteCount: Int { [8 << 20, 64, 1, 0][Int(knobs.1 & 3)] }
  private var keepsRejectedLines: Bool { knobs.1 & 4 != 0 }
  private var maximumRecordByteCount: Int { knobs.1 & 8 != 0 ? 100 : 1 << 20 }
  private var kernelName: String { knobs.1 & 16 != 0 ? "scalar" : ScanKernels.current.name }
  private var threadCount: Int { knobs.2 & 3 == 3 ? 3 : 1 }

  mutating func run(_ bytes: UnsafeRawBufferPointer) {
    // What begins as a compressed or a columnar file does is other targets' work: behind a line feed it
    // is a line like any other.
    files.write(bytes, to: files.input, behind: Self.mayBeRecognised(bytes) ? [0x0A] : [])
    let reference = outcome(.text, shapes: false, .read, piece: 1 << 20, threads: 1)
    let variants: [(shapes: Bool, mode: InputMode, piece: Int)] = [
      (true, .read, 1 << 20),
      (true, .mmap, pieceByteCount),
      (false, .mmap, pieceByteCount),
      (true, .read, pieceByteCount),
    ]
    for variant in variants {
      let other = outcome(
        .text, shapes: variant.shapes, variant.mode, piece: variant.piece, threads: threadCount)
      require(other == reference, "\(variant): \(other.summary), not \(reference.summary)")
    }
    let general = outcome(.values, shapes: false, .read, piece: 1 << 20, threads: 1)
    let learned = outcome(.values, shapes: true, .mmap, piece: pieceByteCount, threads: 1)
    require(learned == general, "values: \(learned.summary), not \(general.summary)")
    require(general.counts == reference.counts, "values are counted in another way than text")
  }

  /// Whether bytes begin as one of the files do that are told by their beginnings.
  private static func mayBeRecognised(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count > 1 else { return false }
    return switch (bytes[0], bytes[1]) {
    // Lengths: Hadoop's LZ4, and streams of Arrow as they once were. With them both frames of LZ4.
    case (0...4, _): true
    // gzip, compress, zstd, skippable frames.
    case (0x1F, 0x8B), (0x1F, 0x9D), (0x28, 0xB5), (0x50...0x5F, 0x2A): true
    // xz, bzip2, zip, 7z.
    case (0xFD, 0x37), (0x42, 0x5A), (0x50, 0x4B), (0x37, 0x7A): true
    // Arrow.
    case (0x41, 0x52), (0xFF, 0xFF): true
    default: false
    }
  }

  private func options(
    _ representation: ReaderOptions.Representation, shapes: Bool, _ mode: InputMode, piece: Int,
    threads: Int
  ) -> ReaderOptions {
    var options = ReaderOptions()
    options.formatName = formatName
    options.representation = representation
    options.learnsShapes = shapes
    options.inputMode = mode
    options.pieceByteCount = piece
    options.threadCount = threads
    options.sampleByteCount = sampleByteCount
    options.keepsRejectedLines = keepsRejectedLines
    options.maximumRecordByteCount = maximumRecordByteCount
    if let kernels = ScanKernels(named: kernelName) { options.kernels = kernels }
    return options
  }

  private func outcome(
    _ representation: ReaderOptions.Representation, shapes: Bool, _ mode: InputMode, piece: Int,
    threads: Int
  ) -> Outcome {
    let options = options(representation, shapes: shapes, mode, piece: piece, threads: threads)
    do {
      var reader = try RecordReader(paths: [files.input], options: options)
      var outcome = Outcome(schema: reader.schema)
      if representation == .text {
        var sink = try TextSink(
          formatter: NDJSONFormatter(schema: reader.schema), target: .file(files.output))
        while let batch = try reader.next() {
          outcome.add(batch)
          try sink.write(batch)
        }
        try sink.finish()
        outcome.output = files.read(files.output)
      } else {
        while let batch = try reader.next() {
          outcome.add(batch)
          outcome.addValues(of: batch)
        }
      }
      outcome.counts = Outcome.Counts(reader.statistics)
      return outcome
    } catch {
      fatalError("the reader failed: \(error)")
    }
  }

  private func require(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { fatalError(message()) }
  }
}
