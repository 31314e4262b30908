import Spalt

/// Takes the input for an expression, up to the first line feed, and records. Parsing and binding must
/// not crash, and a reader that rules records out by their raw bytes must find the same ones as one that
/// looks at all of them. The first two bytes choose how it reads.
@c(spaltFuzzFilter)
public func fuzzFilter(_ data: UnsafePointer<UInt8>?, _ byteCount: Int) -> CInt {
  guard let data, byteCount >= 3 else { return 0 }
  let bytes = UnsafeBufferPointer(start: data, count: byteCount)
  let text = bytes[2...].prefix { $0 != 0x0A }
  let records = bytes[text.endIndex...].dropFirst()
  let fuzzer = FilterFuzzer(
    knobs: (bytes[0], bytes[1]), text: String(decoding: text, as: UTF8.self))
  fuzzer.run(Array(records))
  return 0
}

struct FilterFuzzer {
  let knobs: (UInt8, UInt8)
  let text: String
  private let files = ScratchFiles()

  init(knobs: (UInt8, UInt8), text: String) {
    self.knobs = knobs
    self.text = text
  }

  /// What reading with the filter came to.
  private enum Result {
    case read(Outcome)
    case failed(SpaltError)
  }

  private var pieceByteCount: Int { 64 + Int(knobs.0) }
  private var sampleByteCount: Int { [8 << 20, 64, 200, 0][Int(knobs.1 & 3)] }
  private var keepsRejectedLines: Bool { knobs.1 & 4 != 0 }
  /// Looking at raw bytes pays only when most lines do not have what the filter needs.
  private var emptyRecordCount: Int { knobs.1 & 8 != 0 ? 0 : 60 }

  func run(_ records: [UInt8]) {
    let expression: Expression
    do {
      expression = try Expression(text)
    } catch {
      require(!error.description.isEmpty, "an error without words")
      return
    }
    require(expression.columnNames.count <= text.utf8.count, "more names than bytes")
    var selection = RecordSelection()
    selection.condition = expression
    selection.nowNanoseconds = 1_767_225_600_000_000_000
    let lineEnd = records.firstIndex(of: 0x0A).map { $0 + 1 } ?? records.count
    let input =
      records[..<lineEnd] + Array(repeating: [0x7B, 0x7D, 0x0A], count: emptyRecordCount).joined()
      + records[lineEnd...]
    Array(input).withUnsafeBytes { files.write($0, to: files.input) }

    let full = result(selection, options(.read, "scalar", piece: 1 << 20, validates: true))
    for (mode, kernels, piece) in [
      (InputMode.mmap, "", 1 << 20), (.mmap, "scalar", pieceByteCount),
      (.read, "sse2", pieceByteCount),
    ] {
      let lazy = result(selection, options(mode, kernels, piece: piece, validates: false))
      compare(lazy, full, "\(mode), \(kernels), \(piece)")
    }
  }

  private func options(
    _ mode: InputMode, _ kernels: String, piece: Int, validates: Bool
  ) -> ReaderOptions {
    var options = ReaderOptions()
    options.validates = validates
    options.learnsShapes = !validates
    options.inputMode = mode
    options.pieceByteCount = piece
    options.sampleByteCount = sampleByteCount
    options.keepsRejectedLines = keepsRejectedLines
    if let kernels = ScanKernels(named: kernels) { options.kernels = kernels }
    return options
  }

  private func result(_ selection: RecordSelection, _ options: ReaderOptions) -> Result {
    do throws(SpaltError) {
      var reader = try RecordReader(
        inputs: [InputPath(files.input)], options: options, selection: selection)
      var outcome = Outcome(schema: reader.schema)
      while let batch = try reader.next() {
        outcome.add(batch)
        outcome.addValues(of: batch)
      }
      return .read(outcome)
    } catch {
      require(!error.description.isEmpty, "an error without words")
      return .failed(error)
    }
  }

  private func compare(_ lazy: Result, _ full: Result, _ way: String) {
    switch (lazy, full) {
    case (.read(let lazy), .read(let full)):
      let isSame =
        lazy.columns == full.columns && lazy.offsets == full.offsets && lazy.values == full.values
      require(isSame, "\(text): \(way): \(lazy.summary), not \(full.summary)")
      for reject in lazy.rejects {
        require(full.rejects.contains(reject), "\(text): \(way): another reject: \(reject)")
      }
    case (.failed(let lazy), .failed(let full)):
      require(Self.kind(lazy) == Self.kind(full), "\(text): \(way): \(lazy), not \(full)")
    case (.read, .failed(let error)):
      // The record that fails may be one that is ruled out.
      require(Self.kind(error) != .other, "\(text): \(way): no error: \(error)")
    case (.failed(let error), .read):
      require(false, "\(text): \(way): an error: \(error)")
    }
  }

  private enum Kind { case expression, regexLimit, other }

  private static func kind(_ error: SpaltError) -> Kind {
    switch error {
    case .expression: .expression
    case .regexLimit: .regexLimit
    default: .other
    }
  }

  private func require(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { fatalError(message()) }
  }
}
