import Testing

@testable import Spalt

/// What the ledger counts, against figures that were worked out by hand.
@Suite struct CopyLedgerTests {
  private static let lineCount = 5

  /// One record with a value of each kind.
  private static let line =
    #"{"s":"short","l":"longer than twelve bytes","n":12345,"f":1.5,"b":true,"#
    + #""t":"2024-01-01T00:00:00Z","e":"a\tb","j":[1,2],"z":null}"# + "\n"

  private func read(_ representation: ReaderOptions.Representation, learnsShapes: Bool) throws
    -> CopyLedger
  {
    var options = ReaderOptions.ndjson
    options.representation = representation
    options.learnsShapes = learnsShapes
    let text = String(repeating: Self.line, count: Self.lineCount)
    return try Snapshot.read(text, options).statistics.ledger
  }

  @Test(arguments: [true, false])
  func bytesOfTypedValues(learnsShapes: Bool) throws {
    let ledger = try read(.values, learnsShapes: learnsShapes)
    let count = UInt64(Self.lineCount)
    #expect(ledger.decode.inlinedByteCount == count * (5 + 5))
    #expect(ledger.decode.viewedByteCount == count * 24)
    #expect(ledger.decode.decodedByteCount == count * (5 + 3 + 4 + 20))
    #expect(ledger.decode.copiedByteCount(.escapeDecoded) == count * 3)
    #expect(ledger.decode.copiedByteCount == count * 3)
    #expect(ledger.input.viewedByteCount == count * UInt64(Self.line.utf8.count))
    #expect(ledger.input.copiedByteCount == 0)
    #expect(ledger.firstCopy?.stage == .decode)
    #expect(ledger.firstCopy?.reason == .escapeDecoded)
    #expect(ledger.firstCopy?.offset == Self.line.prefix { $0 != "\\" }.utf8.count - 1)
  }

  @Test(arguments: [true, false])
  func bytesOfTexts(learnsShapes: Bool) throws {
    let ledger = try read(.text, learnsShapes: learnsShapes)
    let count = UInt64(Self.lineCount)
    #expect(ledger.decode.inlinedByteCount == count * (7 + 5 + 3 + 4 + 6 + 5 + 4))
    #expect(ledger.decode.viewedByteCount == count * (26 + 22))
    #expect(ledger.decode.decodedByteCount == 0)
    #expect(ledger.decode.copiedByteCount == 0)
    #expect(ledger.firstCopy == nil)
  }

  @Test(arguments: [true, false])
  func bytesOfNothing(learnsShapes: Bool) throws {
    let ledger = try read(.none, learnsShapes: learnsShapes)
    #expect(ledger.decode.inlinedByteCount == 0)
    #expect(ledger.decode.viewedByteCount == 0)
    #expect(ledger.decode.decodedByteCount == 0)
    #expect(ledger.copiedByteCount == 0)
  }

  @Test func bytesOfExtraAndOfReplacedText() throws {
    var options = ReaderOptions.ndjson
    let first = Array("{\"a\":\"x\"}\n".utf8)
    options.sampleByteCount = first.count
    let second = Array("{\"a\":\"".utf8) + [0xFF] + Array("\",\"late\":[1, 2, 3]}\n".utf8)
    let third = Array("{\"a\":\"a long text with \\u00e9 in it\"}\n".utf8)
    let file = try TemporaryFile(first + second + third)
    let ledger = try Snapshot.read([file.path], options).statistics.ledger
    #expect(ledger.decode.copiedByteCount(.transcoded) == 3)
    #expect(
      ledger.decode.copiedByteCount(.extraCollected) == UInt64("{\"late\":[1, 2, 3]}".utf8.count))
    #expect(
      ledger.decode.copiedByteCount(.escapeDecoded) == UInt64("a long text with é in it".utf8.count)
    )
    #expect(ledger.decode.inlinedByteCount == 1)
    #expect(ledger.decode.viewedByteCount == 0)
    #expect(ledger.firstCopy?.reason == .transcoded)
    #expect(ledger.firstCopy?.offset == first.count + 6)
  }

  @Test func ledgersAddUp() {
    var one = CopyLedger()
    one.countInputCopy(10, .recordSpansChunks, at: 100)
    one.decode.viewedByteCount = 7
    one.sink.addCopied(1000, .codecWindow)
    var two = CopyLedger()
    two.countDecodeCopy(5, .escapeDecoded, at: 3)
    two.countDecodeCopy(6, .transcoded, at: 2)
    two.decode.inlinedByteCount = 1
    two.decode.decodedByteCount = 2
    one.add(two)
    #expect(one.copiedByteCount == 21)
    #expect(one.input.copiedByteCount(.recordSpansChunks) == 10)
    #expect(one.decode.copiedByteCount(.escapeDecoded) == 5)
    #expect(one.decode.copiedByteCount(.transcoded) == 6)
    #expect(one.decode.copiedByteCount(.extraCollected) == 0)
    #expect(one.decode.copiedByteCount == 11)
    #expect(one.stage(.sink).copiedByteCount == 1000)
    #expect(one.decode.viewedByteCount == 7)
    #expect(one.decode.inlinedByteCount == 1)
    #expect(one.decode.decodedByteCount == 2)
    #expect(one.firstCopy?.offset == 100)
    #expect(one.firstCopy?.stage == .input)
    two.add(one)
    #expect(two.firstCopy?.offset == 3)
    #expect(Set(CopyReason.allCases.map(\.name)).count == CopyReason.allCases.count)
  }

  // MARK: - Zero copy, required

  private func readWithoutCopies(
    _ bytes: [UInt8], _ change: (inout ReaderOptions) -> Void = { _ in }
  )
    throws -> (snapshot: Snapshot?, error: SpaltError?, path: String)
  {
    var options = ReaderOptions.ndjson
    options.requiresZeroCopy = true
    options.inputMode = .read
    change(&options)
    let file = try TemporaryFile(bytes)
    do {
      return (try Snapshot.read([file.path], options), nil, file.path)
    } catch let error as SpaltError {
      return (nil, error, file.path)
    }
  }

  @Test func plainInputIsNotCopied() throws {
    var generator = LineGenerator(seed: 1)
    generator.oddPercentage = 0
    let lines = String(decoding: generator.lines(300), as: UTF8.self).split(separator: "\n")
    let plain = lines.filter { !$0.contains("\\") }.joined(separator: "\n") + "\n"
    let (snapshot, error, _) = try readWithoutCopies(Array(plain.utf8)) { $0.pieceByteCount = 500 }
    #expect(error == nil)
    #expect(snapshot?.statistics.ledger.copiedByteCount == 0)
    #expect(snapshot?.statistics.recordCount ?? 0 > 200)
  }

  @Test func aCopyIsAnErrorThatSaysWhere() throws {
    let plain = Array("{\"a\":\"text\"}\n".utf8)
    let cases: [([UInt8], CopyReason, Int)] = [
      (Array("{\"a\":\"esc\\taped\"}\n".utf8), .escapeDecoded, 6),
      (Array("{\"a\":\"".utf8) + [0xC3] + Array("\"}\n".utf8), .transcoded, 6),
      (Array("{\"a\":5}\n".utf8), .extraCollected, 5),
      (Array("{\"a\":\"x\",\"b\":true}\n".utf8), .extraCollected, 13),
    ]
    for (line, reason, offset) in cases {
      let (snapshot, error, path) = try readWithoutCopies(plain + plain + line + plain) {
        $0.sampleByteCount = plain.count
      }
      #expect(snapshot == nil)
      let copy = SpaltError.CopyDescription(
        stage: .decode, reason: reason, offset: 2 * plain.count + offset)
      #expect(error == .copied(path: path, copy: copy))
    }
  }

  // MARK: - Read input

  @Test(arguments: [1, 3])
  func recordsThatSpanChunksAreCounted(threadCount: Int) throws {
    // Chunks of 65,536 bytes hold 65 lines of 1,000 bytes and 536 bytes of the next.
    let line = "{\"a\":\"" + String(repeating: "x", count: 991) + "\"}\n"
    let file = try TemporaryFile(text: String(repeating: line, count: 300))
    var options = ReaderOptions.ndjson
    options.inputMode = .read
    options.pieceByteCount = 64
    options.threadCount = threadCount
    let snapshot = try Snapshot.read([file.path], options)
    let ledger = snapshot.statistics.ledger
    #expect(snapshot.statistics.recordCount == 300)
    #expect(ledger.input.copiedByteCount(.recordSpansChunks) == 4 * 536)
    #expect(ledger.input.viewedByteCount == 300_000)
    #expect(ledger.firstCopy?.stage == .input)
    #expect(ledger.firstCopy?.offset == 65_000)
  }

  @Test func aRecordOfManyChunksIsCounted() throws {
    let file = try TemporaryFile(
      text: "{}\n{\"a\":\"" + String(repeating: "x", count: 200_000) + "\"}\n")
    var options = ReaderOptions.ndjson
    options.inputMode = .read
    options.pieceByteCount = 64
    let snapshot = try Snapshot.read([file.path], options)
    #expect(snapshot.statistics.recordCount == 2)
    let copied = snapshot.statistics.ledger.input.copiedByteCount(.recordSpansChunks)
    // What follows the first line moves to a chunk of twice the size, which is full, and moves on.
    #expect(copied == 65_533 + 131_072)
  }

  @Test func nothingIsCopiedWhereRecordsEndWithTheChunk() throws {
    let line = "{\"a\":\"" + String(repeating: "x", count: 1015) + "\"}\n"
    #expect(line.utf8.count == 1024)
    let file = try TemporaryFile(text: String(repeating: line, count: 256))
    var options = ReaderOptions.ndjson
    options.inputMode = .read
    options.pieceByteCount = 64
    let ledger = try Snapshot.read([file.path], options).statistics.ledger
    #expect(ledger.input.copiedByteCount == 0)
  }
}
