import Testing

@testable import Spalt

@Suite struct LogTimeTests {
  /// The text scanned alone, in the middle of other bytes, and with the ten minutes of another time at
  /// hand; all have to agree.
  private func scan(
    _ text: some Collection<UInt8>, _ recent: inout RecentLogTime
  ) -> (value: Int64?, areEqual: Bool) {
    let alone = Array(text)
    let cursor = ByteCursor(ByteView(unsafe alone.span.bytes))
    let value = cursor.scanLogTime(at: 0, byteCount: alone.count)
    var areEqual = cursor.scanLogTime(at: 0, byteCount: alone.count, &recent) == value
    for after in ["] \"GET / HTTP/1.1\"", "0", ""] {
      let embedded = Array("- [".utf8) + alone + Array(after.utf8)
      let cursor = ByteCursor(ByteView(unsafe embedded.span.bytes))
      if cursor.scanLogTime(at: 3, byteCount: alone.count) != value { areEqual = false }
      if cursor.scanLogTime(at: 3, byteCount: alone.count, &recent) != value { areEqual = false }
    }
    return (value, areEqual)
  }

  @Test(
    arguments: [
      ("10/Oct/2000:13:55:36 -0700", 971_211_336_000_000_000),
      ("01/Jan/1970:00:00:00 +0000", 0),
      ("31/Dec/1969:23:59:59 -0000", -1_000_000_000),
      ("29/Feb/2000:00:00:00 +0000", 951_782_400_000_000_000),
      ("22/Jan/2019:03:56:14 +0330", 1_548_116_774_000_000_000),
      ("01/Mar/2024:12:33:56 +2359", 1_709_210_096_000_000_000),
      ("28/Feb/2024:12:35:56 -2359", 1_709_210_096_000_000_000),
      // The leap second, whatever the hour.
      ("31/Dec/2016:23:59:60 +0000", 1_483_228_800_000_000_000),
      ("01/Jan/2017:00:59:60 +0100", 1_483_228_800_000_000_000),
      // The ends of the range, in whole seconds.
      ("21/Sep/1677:00:12:44 +0000", -9_223_372_036_000_000_000),
      ("11/Apr/2262:23:47:16 +0000", 9_223_372_036_000_000_000),
      ("11/Apr/2262:23:49:00 +0002", 9_223_372_020_000_000_000),
    ] as [(String, Int64)])
  func valid(_ text: String, nanoseconds: Int64) {
    var recent = RecentLogTime()
    for _ in 0..<2 {
      let found = scan(text.utf8, &recent)
      #expect(found.value == nanoseconds)
      #expect(found.areEqual)
    }
    #expect(LogTimeOracle.nanoseconds(text.utf8) == nanoseconds)
  }

  @Test(arguments: [
    "", "-", "10/Oct/2000", "10/Oct/2000:13:55:36", "10/Oct/2000:13:55:36 ",
    "0/Oct/2000:13:55:36 -0700",
    "10/oct/2000:13:55:36 -0700", "10/OCT/2000:13:55:36 -0700", "10/Okt/2000:13:55:36 -0700",
    "10-Oct-2000:13:55:36 -0700", "10/Oct/2000 13:55:36 -0700", "10/Oct/2000:13.55.36 -0700",
    "10/Oct/2000:13:55:36 0700 ", "10/Oct/2000:13:55:36 -07:00", "10/Oct/2000:13:55:36  0700",
    "10/Oct/2000:13:55:36+-0700", "10/Oct/2000:13:55:36 -2400", "10/Oct/2000:13:55:36 -0760",
    "00/Oct/2000:13:55:36 -0700", "32/Oct/2000:13:55:36 -0700", "31/Sep/2000:13:55:36 -0700",
    "29/Feb/2001:13:55:36 -0700", "29/Feb/1900:13:55:36 -0700", "30/Feb/2000:13:55:36 -0700",
    "10/Oct/2000:24:00:00 -0700", "10/Oct/2000:13:60:36 -0700", "10/Oct/2000:13:55:60 -0700",
    "10/Oct/2000:13:59:61 -0700", "10/Oct/2000:13:55:36 -070", "10/Oct/2000:13:55:36 -07000",
    "10/Oct/0000:13:55:36 -0700", "10/Oct/1676:13:55:36 -0700", "10/Oct/2263:13:55:36 -0700",
    "21/Sep/1677:00:12:43 +0000", "11/Apr/2262:23:47:17 +0000", "1O/Oct/2000:13:55:36 -0700",
    "2024-02-29T12:34:56+00:000", "14/Jan/2015:12:48:57.127  ",
  ])
  func invalid(_ text: String) {
    for seed in [text, "10/Oct/2000:13:55:36 -0700"] {
      var recent = RecentLogTime()
      _ = scan(seed.utf8, &recent)
      let found = scan(text.utf8, &recent)
      #expect(found.value == nil)
      #expect(found.areEqual)
    }
    #expect(LogTimeOracle.nanoseconds(text.utf8) == nil)
  }

  /// Every second of an hour around the ends of ten minutes, days and years, one after the other.
  @Test func everySecond() {
    var recent = RecentLogTime()
    for day in ["31/Dec/1999", "28/Feb/2000", "29/Feb/2000", "28/Feb/2100", "30/Apr/2024"] {
      for zone in ["+0000", "-0330", "+1245"] {
        var differenceCount = 0
        for second in 0..<3600 {
          let text =
            "\(day):23:\(Self.pair(second / 60)):\(Self.pair(second % 60)) \(zone)"
          let found = scan(text.utf8, &recent)
          if found.value != LogTimeOracle.nanoseconds(text.utf8) || found.value == nil
            || !found.areEqual
          {
            differenceCount += 1
          }
        }
        #expect(differenceCount == 0)
      }
    }
  }

  /// Times with some of their bytes changed: most of them are none any more, some are others.
  @Test func mutations() {
    var random = SeededGenerator(seed: 0x10C_717E)
    var recent = RecentLogTime()
    let bytes = Array("0123456789:/ +-JFMASONDanebrpyulgctov\u{0}\"".utf8) + [0x80, 0xB0, 0xFF]
    let seeds = [
      "10/Oct/2000:13:55:36 -0700", "29/Feb/2024:23:59:59 +0330", "31/Dec/1999:09:09:09 +1400",
    ].map { Array($0.utf8) }
    var validCount = 0
    var differences: [String] = []
    for _ in 0..<200_000 {
      var text = seeds[random.below(seeds.count)]
      for _ in 0...random.below(3) {
        text[random.below(text.count)] = bytes[random.below(bytes.count)]
      }
      let found = scan(text, &recent)
      let expected = LogTimeOracle.nanoseconds(text)
      if expected != nil { validCount += 1 }
      if found.value != expected || !found.areEqual {
        differences.append(String(decoding: text, as: UTF8.self))
      }
    }
    #expect(differences.isEmpty)
    #expect(validCount > 5000)
  }

  private static func pair(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}

/// Log times read in the plainest way: rewritten as RFC 3339, for the oracle of that.
enum LogTimeOracle {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  static func nanoseconds(_ text: some Collection<UInt8>) -> Int64? {
    let characters = text.map { Character(UnicodeScalar($0)) }
    guard characters.count == 26, characters[2] == "/", characters[6] == "/",
      characters[11] == ":", characters[20] == " ",
      let month = months.firstIndex(of: String(characters[3..<6])),
      characters[12...13] != ["2", "4"]
    else { return nil }
    let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
    let date = String(characters[7..<11]) + "-" + number + "-" + String(characters[0..<2])
    let zone = String(characters[21..<24]) + ":" + String(characters[24..<26])
    let time = String(characters[12..<20])
    guard time.utf8.count == 8 else { return nil }
    return TimestampOracle.nanoseconds((date + "T" + time + zone).utf8)
  }
}
