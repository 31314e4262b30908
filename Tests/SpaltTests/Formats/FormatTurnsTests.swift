import Testing

@testable import Spalt

/// Lines of several formats that take turns, so that the fast ways over them do, too.
@Suite struct FormatTurnsTests {
  private static let access =
    "1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] \"GET /a HTTP/1.1\" 200 12 \"-\" \"Agent (x)\""

  /// A line of format `kind`, of which about every tenth is odd.
  private static func line(_ kind: Int, _ number: Int) -> String {
    let isOdd = number % 10 == 7
    switch kind {
    case 0:
      return isOdd
        ? #"{"level":"w\u0061rn","n":\#(number)}"#
        : #"{"level":"info","status":200,"n":\#(number),"msg":"two words"}"#
    case 1:
      return isOdd
        ? "level=\"w\\u0061rn\" n=\(number)"
        : "level=info status=503 n=\(number) msg=\"two words\""
    case 2: return isOdd ? access + " \"more\" \(number)" : access
    default: return isOdd ? "" : "    at org.example.Main(Main.java:\(number))"
    }
  }

  /// Long enough for many stretches of indexed bytes: see `MarkIndex`.
  private static func lines(_ kinds: [Int], count: Int) -> String {
    (0..<count).map { line(kinds[$0 % kinds.count], $0) + ($0 % 5 == 0 ? "\r\n" : "\n") }.joined()
  }

  @Test(
    arguments: [
      [0, 1], [0, 2], [1, 2], [0, 1, 2], [0, 0, 0, 1, 1, 1, 2, 2, 2], [0, 3, 1, 3, 2],
      [2, 2, 2, 2, 0],
    ])
  func turnsReadTheSameInEveryWay(kinds: [Int]) throws {
    let file = try TemporaryFile(text: Self.lines(kinds, count: 1200))
    // Without a sample, fields have no column and are collected.
    for (representation, sampleByteCount) in [
      (ReaderOptions.Representation.values, 8 << 20), (.text, 8 << 20), (.text, 0), (.values, 1),
    ] {
      var base = ReaderOptions()
      base.representation = representation
      base.sampleByteCount = sampleByteCount
      base.learnsShapes = false
      let expected = try Snapshot.read([file.path], base)
      #expect(expected.isAccounted)
      for options in ReaderOptions.variants(
        of: base, count: 6, seed: UInt64(kinds.count), pieces: [64, 4096, 1 << 20])
      {
        let found = try Snapshot.read([file.path], options)
        let differences = found.differences(
          from: expected, includingInput: options.inputMode == .mmap)
        #expect(differences == [], "\(options.summary)")
      }
    }
  }

  @Test func turnsTakeTheFastWay() throws {
    let snapshot = try Snapshot.read(Self.lines([0, 1, 2], count: 1200), ReaderOptions())
    #expect(snapshot.statistics.recordCount == 1200)
    #expect(snapshot.rejects.isEmpty)
    // All but one in ten, and the first of each shape.
    #expect(snapshot.statistics.learnedShapeCount > 1050)
  }
}
