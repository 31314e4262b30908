import Spalt

/// Takes the input for a compressed file and reads its lines in several ways, which must come to the same: mapped
/// or read, in pieces of any size, by one thread or several. Damage is no finding; another place or another
/// reason for it is.
@c(spaltFuzzLZ4Codec)
public func fuzzLZ4Codec(_ data: UnsafePointer<UInt8>?, _ byteCount: Int) -> CInt {
  fuzzCodec(data, byteCount, magic: [0x04, 0x22, 0x4D, 0x18], comparesDamaged: true)
}

/// The same for gzip. Behind damage, how much of a member can be told from what it would have become depends on
/// whether it is mapped.
@c(spaltFuzzGzipCodec)
public func fuzzGzipCodec(_ data: UnsafePointer<UInt8>?, _ byteCount: Int) -> CInt {
  fuzzCodec(data, byteCount, magic: [0x1F, 0x8B, 0x08], comparesDamaged: false)
}

/// The same for zstd. Behind damage, frames that are decoded as a whole end where their headers say, others where
/// the next one is found.
@c(spaltFuzzZstdCodec)
public func fuzzZstdCodec(_ data: UnsafePointer<UInt8>?, _ byteCount: Int) -> CInt {
  fuzzCodec(data, byteCount, magic: [0x28, 0xB5, 0x2F, 0xFD], comparesDamaged: false)
}

/// - Parameters:
///   - magic: what the file begins with if the knobs say so, so that most inputs get past it.
///   - comparesDamaged: whether damaged files must come to the same, too; otherwise they must be found to be damaged
///     in every way.
func fuzzCodec(
  _ data: UnsafePointer<UInt8>?, _ byteCount: Int, magic: [UInt8], comparesDamaged: Bool
) -> CInt {
  guard let data, byteCount >= 3 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: data, count: byteCount))
  let fuzzer = CodecFuzzer(
    knobs: (bytes[0], bytes[1], bytes[2]), comparesDamaged: comparesDamaged)
  fuzzer.run((fuzzer.addsMagic ? magic : []) + bytes[3...])
  return 0
}

struct CodecFuzzer {
  /// The input's first bytes choose how it is read, so that the fuzzer can search there, too.
  let knobs: (UInt8, UInt8, UInt8)
  private let comparesDamaged: Bool
  private let files = ScratchFiles()

  init(knobs: (UInt8, UInt8, UInt8), comparesDamaged: Bool) {
    self.knobs = knobs
    self.comparesDamaged = comparesDamaged
  }

  /// What reading came to.
  private struct Result: Equatable {
    var outcome: Outcome?
    /// The error that ended it.
    var error: String?
    var damageCount = 0
    /// Frames, blocks, content and what was lost.
    var counts: [Int] = []
    /// Whether a window was too large for the budget, which depends on what else was held.
    var lacksMemory = false

    var isDamaged: Bool { error != nil || damageCount > 0 }
  }

  var addsMagic: Bool { knobs.1 & 1 != 0 }
  /// 64 bytes is the least that a reader takes.
  private var pieceByteCount: Int { 64 + Int(knobs.0) * (knobs.1 & 2 != 0 ? 64 : 1) }
  private var maximumRecordByteCount: Int { knobs.1 & 4 != 0 ? 100 : 1 << 20 }
  private var continuesAfterDamage: Bool { knobs.1 & 8 != 0 }
  private var verifiesChecksums: Bool { knobs.1 & 16 == 0 }
  private var sampleByteCount: Int { knobs.1 & 32 != 0 ? 64 : 8 << 20 }
  private var dictionary: [UInt8] {
    knobs.2 & 0x80 != 0 ? Array("level=info request GET /index.html\n".utf8) : []
  }

  func run(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { files.write($0, to: files.input) }
    let reference = result(.read, piece: 1 << 20, threads: 1)
    let variants: [(mode: InputMode, piece: Int, threads: Int)] = [
      (.mmap, pieceByteCount, 1), (.mmap, pieceByteCount, 3), (.mmap, 1 << 20, 2),
      (.read, pieceByteCount, 1 + Int(knobs.2 & 1)),
    ]
    for variant in variants {
      let other = result(variant.mode, piece: variant.piece, threads: variant.threads)
      if other.lacksMemory || reference.lacksMemory { continue }
      let isSame =
        comparesDamaged || !reference.isDamaged ? other == reference : other.isDamaged
      if !isSame { fatalError("\(variant): \(other), not \(reference)") }
    }
  }

  private func result(_ mode: InputMode, piece: Int, threads: Int) -> Result {
    var options = ReaderOptions()
    options.formatName = "text"
    options.representation = .values
    options.inputMode = mode
    options.pieceByteCount = piece
    options.threadCount = threads
    options.memoryByteCount = 128 << 20
    options.sampleByteCount = sampleByteCount
    options.maximumRecordByteCount = maximumRecordByteCount
    options.continuesAfterDamage = continuesAfterDamage
    options.verifiesChecksums = verifiesChecksums
    options.lz4Dictionary = dictionary
    var result = Result()
    do throws(SpaltError) {
      var reader = try RecordReader(paths: [files.input], options: options)
      var outcome = Outcome(schema: reader.schema)
      defer {
        outcome.counts = Outcome.Counts(reader.statistics)
        if let compression = reader.compression {
          result.damageCount = compression.damageCount
          result.counts = [
            compression.frameCount, compression.blockCount, compression.contentByteCount,
            compression.lostByteCount,
          ]
        }
        result.outcome = outcome
      }
      while let batch = try reader.next() {
        outcome.add(batch)
        outcome.addValues(of: batch)
      }
    } catch {
      result.lacksMemory = check(error)
      result.error = error.description
    }
    return result
  }

  /// - Returns: whether memory is short.
  private func check(_ error: SpaltError) -> Bool {
    switch error {
    case .damaged, .input: return false
    case .memoryBudgetExceeded where !comparesDamaged: return true
    default: fatalError("the reader failed: \(error)")
    }
  }
}
