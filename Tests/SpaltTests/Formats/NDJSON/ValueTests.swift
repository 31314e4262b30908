import Testing

@testable import Spalt

/// Single values and keys, and what is said about the odd ones.
@Suite struct ValueTests {
  @Test func integersBeyondSixtyFourBitsAreKeptAsTheyStand() throws {
    let big = ["9223372036854775808", "-9223372036854775809", "123456789012345678901234567890"]
    let lines = big.map { "{\"id\":\($0)}\n" }.joined()
    let snapshot = try Snapshot.read(lines)
    #expect(snapshot.columnTexts == ["id: json", "_extra: json"])
    #expect(snapshot.texts("id") == big)

    var options = ReaderOptions.ndjson
    options.sampleByteCount = 5
    let late = try Snapshot.read("{\"id\":1}\n" + lines, options)
    #expect(late.column("id") == [.int64(1), .null, .null, .null])
    #expect(late.texts("_extra") == [nil] + big.map { "{\"id\":\($0)}" })
    #expect(late.statistics.misfits.count == 3)
    #expect(late.statistics.misfits.firstOffset == 15)
  }

  @Test func limitsOfIntegers() throws {
    let snapshot = try Snapshot.read(
      "{\"id\":9223372036854775807}\n{\"id\":-9223372036854775808}\n{\"id\":0}\n")
    #expect(snapshot.column("id") == [.int64(.max), .int64(.min), .int64(0)])
  }

  @Test func integersInAColumnOfDoublesAreNeverRounded() throws {
    var options = ReaderOptions.ndjson
    options.sampleByteCount = 12
    let snapshot = try Snapshot.read(
      """
      {"x":1.5}
      {"x":9007199254740992}
      {"x":9007199254740993}
      {"x":-9007199254740993}
      {"x":18014398509481984}
      {"x":7}
      {"x":1e400}
      {"x":0.1}

      """, options)
    #expect(snapshot.columnTexts == ["x: float64", "_extra: json"])
    let expected: [Double?] = [
      1.5, 9_007_199_254_740_992, nil, nil, 18_014_398_509_481_984, 7, nil, 0.1,
    ]
    #expect(
      snapshot.column("x") == expected.map { $0.map { .float64($0.bitPattern) } ?? .null })
    #expect(
      snapshot.texts("_extra") == [
        nil, nil, "{\"x\":9007199254740993}", "{\"x\":-9007199254740993}", nil, nil,
        "{\"x\":1e400}",
        nil,
      ])
    #expect(snapshot.statistics.misfits.count == 3)
  }

  @Test func theLastOfDoubleKeysWins() throws {
    let snapshot = try Snapshot.read(
      """
      {"a":1,"b":"x","a":2}
      {"a":3,"b":"y","a":4,"a":5}
      {"a":6,"o":{"p":1,"q":2},"o":{"q":3}}
      {"a":7,"o":{"p":1,"p":2}}
      {"a":8,"o":{"p":1},"o":null}
      {"a":9,"o":{"p":4},"o":{}}
      {"\\u0061":10,"a":11}

      """)
    #expect(snapshot.column("a") == [2, 5, 6, 7, 8, 9, 11].map { .int64($0) })
    #expect(snapshot.column("o.p") == [.null, .null, .null, .int64(2), .null, .null, .null])
    #expect(snapshot.column("o.q") == [.null, .null, .int64(3), .null, .null, .null, .null])
    #expect(snapshot.statistics.duplicateKeys.count == 1 + 2 + 1 + 1 + 1 + 1 + 1)
    #expect(snapshot.statistics.duplicateKeys.firstOffset == 16)
  }

  @Test func keysOfAReplacedObjectAreNotDoubles() throws {
    let snapshot = try Snapshot.read(
      "{\"o\":{\"p\":1,\"r\":{\"s\":1}},\"o\":{\"p\":2,\"r\":{\"s\":3}}}\n")
    #expect(snapshot.statistics.duplicateKeys.count == 1)
    #expect(snapshot.column("o.p") == [.int64(2)])
    #expect(snapshot.column("o.r.s") == [.int64(3)])
  }

  @Test func doubleKeysInExtra() throws {
    var options = ReaderOptions.ndjson
    options.sampleByteCount = 5
    let snapshot = try Snapshot.read("{\"a\":1}\n{\"z\":1,\"a\":2,\"z\":{\"y\":[3]}}\n", options)
    #expect(snapshot.texts("_extra") == [nil, "{\"z.y\":[3]}"])
    #expect(snapshot.statistics.duplicateKeys.count == 1)
    #expect(snapshot.statistics.unknownKeys.count == 1)
  }

  @Test func loneSurrogatesAreReplacedAndCounted() throws {
    let snapshot = try Snapshot.read(
      """
      {"a":"fine \\ud83d\\ude00"}
      {"a":"\\ud83d"}
      {"a":"\\ude00\\ud83d"}
      {"a":"\\ud83d\\ud83d\\ude00 \\ud83dx"}
      {"a":"\\ud83d\\u0041"}

      """)
    #expect(
      snapshot.texts("a") == [
        "fine 😀", "\u{FFFD}", "\u{FFFD}\u{FFFD}", "\u{FFFD}😀 \u{FFFD}x", "\u{FFFD}A",
      ])
    #expect(snapshot.statistics.loneSurrogates.count == 6)
    #expect(snapshot.statistics.loneSurrogates.firstOffset == 26 + 6)
    #expect(snapshot.statistics.ledger.decode.copiedByteCount(.escapeDecoded) == 9 + 3 + 6 + 12 + 4)
  }

  @Test func everyEscapeIsDecoded() throws {
    let snapshot = try Snapshot.read(
      #"{"a":"\"\\\/\b\f\n\r\t\u0000\u001f\u007F\u00e9\u20AC\uFFFF\uDBFF\uDFFF"}"# + "\n")
    #expect(
      snapshot.texts("a") == [
        "\"\\/\u{8}\u{C}\n\r\t\0\u{1F}\u{7F}é€\u{FFFF}\u{10FFFF}"
      ])
  }

  @Test func illFormedUTF8IsReplacedAndCounted() throws {
    let prefix = Array("{\"a\":\"".utf8)
    let suffix = Array("\"}\n".utf8)
    let contents: [[UInt8]] = [
      [0x67, 0x6F, 0x6F, 0x64], [0xFF], [0xC3], [0xE2, 0x82], [0xC0, 0x80], [0xED, 0xA0, 0x80],
      [0xF4, 0x90, 0x80, 0x80], [0xF0, 0x9F, 0x98], [0x80, 0x61, 0x80], [0xE2, 0x28, 0xA1],
      Array(repeating: 0x61, count: 40) + [0xF8] + Array(repeating: 0x62, count: 40),
      Array("grüße ☃ 😀".utf8), [0xFF, 0x5C, 0x6E],
    ]
    let bytes = contents.flatMap { prefix + $0 + suffix }
    let file = try TemporaryFile(bytes)
    let snapshot = try Snapshot.read([file.path])
    let expected = contents.map { String(decoding: $0, as: UTF8.self) }
    #expect(snapshot.texts("a").compactMap { $0 }.dropLast() == expected.dropLast())
    #expect(snapshot.texts("a").last == "\u{FFFD}\n")
    #expect(snapshot.statistics.transcodedStrings.count == 11)
    #expect(snapshot.statistics.transcodedStrings.firstOffset == 13 + 6)
    #expect(snapshot.statistics.loneSurrogates.count == 0)
    #expect(snapshot.rejects.isEmpty)
  }

  @Test func illFormedUTF8InKeysIsRejected() throws {
    let good = Array("{\"é\":1}\n".utf8)
    let bad = Array("{\"ab".utf8) + [0xC3] + Array("\":1}\n".utf8)
    let nested = Array("{\"a\":{\"ab".utf8) + [0xFF] + Array("\":1}}\n".utf8)
    let file = try TemporaryFile(good + bad + nested)
    let snapshot = try Snapshot.read([file.path])
    #expect(snapshot.rows.count == 1)
    #expect(snapshot.rejects.map(\.reason) == [.invalidUTF8Key, .invalidUTF8Key])
    #expect(snapshot.rejects.map(\.faultOffset) == [good.count + 4, good.count + bad.count + 9])
  }

  private func nested(_ open: String, _ close: String, _ count: Int, around core: String) -> String
  {
    String(repeating: open, count: count) + core + String(repeating: close, count: count)
  }

  @Test(arguments: [true, false])
  func nestingIsLimited(learnsShapes: Bool) throws {
    var options = ReaderOptions.ndjson
    options.learnsShapes = learnsShapes
    for depth in [2, 3, 511, 512, 513, 514, 5000] {
      let isAccepted = depth <= 512
      for line in [
        nested("[", "]", depth, around: ""),
        nested("[", "]", depth, around: "1"),
        nested("{\"a\":", "}", depth, around: "1"),
        nested("{\"a\":", "}", depth - 1, around: "{}"),
        "{\"a\":" + nested("[", "]", depth - 1, around: "") + "}",
        "[" + nested("{\"a\":", "}", depth - 1, around: "null") + "]",
        nested("{\"a\":", "}", depth / 2, around: nested("[", "]", depth - depth / 2, around: "")),
      ] {
        let snapshot = try Snapshot.read(line + "\n{\"b\":1}\n", options)
        let reasons = snapshot.rejects.map(\.reason)
        #expect(
          reasons == (isAccepted ? [] : [.tooDeep]), "\(depth): \(line.prefix(30))")
        #expect(snapshot.statistics.recordCount == (isAccepted ? 2 : 1))
      }
    }
  }

  @Test func nestingThatIsNotClosedIsRejected() throws {
    for line in [
      String(repeating: "[", count: 300_000), String(repeating: "{\"a\":", count: 100_000),
      String(repeating: "[{\"a\":", count: 100_000), String(repeating: "[", count: 500),
    ] {
      let snapshot = try Snapshot.read(line)
      #expect(snapshot.rejects.count == 1)
      #expect(snapshot.rows.isEmpty)
      #expect(snapshot.isAccounted)
    }
  }

  @Test func faultsAreNamedAndPlaced() throws {
    let cases: [(String, RejectReason, Int)] = [
      ("{\"a\":}", .unexpectedByte, 5), ("{\"a\":1", .unexpectedEnd, 6),
      ("{\"a\":01}", .invalidNumber, 6),
      ("{\"a\":nulL}", .invalidLiteral, 5), ("{\"a\":\"\\x\"}", .invalidEscape, 6),
      ("{\"a\":\"\u{1}\"}", .controlCharacter, 6), ("{\"a\":\"b", .unterminatedString, 7),
      ("{\"a\" 1}", .missingColon, 5), ("{\"a\":1 \"b\":2}", .missingComma, 7),
      ("{\"a\":1}]", .trailingContent, 7), ("[1,]", .unexpectedByte, 3),
      ("{\"a\":1,}", .unexpectedByte, 7),
      ("{a:1}", .unexpectedByte, 1), ("[1 2]", .missingComma, 3), ("{", .unexpectedEnd, 1),
      ("\u{FEFF}{}", .unexpectedByte, 0), ("'a'", .unexpectedByte, 0), ("NaN", .unexpectedByte, 0),
      ("-", .invalidNumber, 1), ("{\"a\":1}{\"b\":}", .unexpectedByte, 12),
      ("1 2", .trailingContent, 2),
    ]
    let text = "{}\n" + cases.map { "\($0.0)\n" }.joined()
    let snapshot = try Snapshot.read(text)
    #expect(snapshot.rejects.count == cases.count)
    var offset = 3
    for (expected, reject) in zip(cases, snapshot.rejects) {
      #expect(reject.reason == expected.1, "\(expected.0)")
      #expect(reject.offset == offset, "\(expected.0)")
      #expect(reject.byteCount == expected.0.utf8.count, "\(expected.0)")
      if expected.1 != .invalidNumber {
        #expect(reject.faultOffset == offset + expected.2, "\(expected.0)")
      }
      offset += expected.0.utf8.count + 1
    }
  }

  @Test func manyDoubleKeysTakeNoLongerThanManyKeys() throws {
    // Not a matter of speed: a line of a few megabytes must not take hours.
    let line = "{" + Array(repeating: "\"a\":1", count: 10_000).joined(separator: ",") + "}\n"
    let start = ContinuousClock.now
    let snapshot = try Snapshot.read(line)
    #expect(snapshot.statistics.duplicateKeys.count == 9999)
    #expect(snapshot.column("a") == [.int64(1)])
    #expect(ContinuousClock.now - start < .seconds(3))
  }
}
