import Testing

@testable import Spalt

@Suite struct LocalTimestampTests {
  private func scan(_ text: some Collection<UInt8>) -> (value: LocalTimestamp?, areEqual: Bool) {
    let alone = Array(text)
    let cursor = ByteCursor(ByteView(alone.span))
    let value = cursor.scanLocalTimestamp(at: 0, byteCount: alone.count)
    var areEqual = value == cursor.scanUnusualLocalTimestamp(at: 0, byteCount: alone.count)
    for after in ["\",\"a\":12345", "0123456789Z0123456", "Z", ".5", ",123"] {
      let embedded = Array("Z12".utf8) + alone + Array(after.utf8)
      let cursor = ByteCursor(ByteView(embedded.span))
      if cursor.scanLocalTimestamp(at: 3, byteCount: alone.count) != value { areEqual = false }
    }
    return (value, areEqual)
  }

  /// A local timestamp is one that becomes a timestamp when `Z` is put behind it.
  private func expected(_ text: some Collection<UInt8>) -> LocalTimestamp? {
    guard let last = Array(text).last, (0x30...0x39).contains(last),
      let nanoseconds = TimestampOracle.nanoseconds(Array(text) + [UInt8(ascii: "Z")])
    else { return nil }
    let (seconds, fraction) = UnixTime.split(nanoseconds)
    return LocalTimestamp(seconds: seconds, nanoseconds: fraction)
  }

  @Test(arguments: [
    "2024-02-29 23:59:59", "2024-02-29T23:59:59.123", "2024-02-29t23:59:59,5",
    "2024-02-29T23:59:59.123456789", "2024-02-29T23:59:59.123456789123456789",
    "2023-12-31T24:00:00", "2023-12-31T24:00:00.000", "2016-12-31T23:59:60",
    "2016-12-31T23:59:60.5",
    "1970-01-01T00:00:00", "1969-12-31T23:59:59.5", "1678-01-01T00:00:00", "2261-12-31T23:59:59",
  ])
  func valid(text: String) {
    let found = scan(text.utf8)
    #expect(found.value != nil && found.value == expected(text.utf8) && found.areEqual)
  }

  @Test(arguments: [
    "", "2024-02-29", "2024-02-29T23:59", "2024-02-29T23:59:5", "2024-02-29T23:59:59Z",
    "2024-02-29T23:59:59+01:00", "2024-02-29T23:59:59.", "2024-02-29T23:59:59.5Z",
    "2024-02-29T23:59:59 ", "2024-02-30T23:59:59", "2023-02-29T23:59:59", "2024-02-29T24:00:01",
    "2024-02-29_23:59:59", "2024-02-29  23:59:59", "2024-02-29T23:58:60", "2024-02-29T23:59:59.5.5",
    "0001-01-01T00:00:00", "9999-12-31T23:59:59",
  ])
  func invalid(text: String) {
    let found = scan(text.utf8)
    #expect(found.value == nil && found.areEqual)
  }

  @Test func singleByteMutations() {
    var wrong: [String] = []
    for sample in ["2024-02-29T23:59:59", "2015-11-30 09:05:07.123456", "2016-12-31 23:59:60,5"] {
      for position in 0..<sample.utf8.count {
        for byte in UInt8.min...UInt8.max {
          var bytes = Array(sample.utf8)
          bytes[position] = byte
          let found = scan(bytes)
          if found.value != expected(bytes) || !found.areEqual { wrong.append("\(bytes)") }
        }
      }
    }
    #expect(wrong == [])
  }

  @Test func aReaderWithAndWithoutAZone() throws {
    let berlin = try TimeZoneRules.named("Europe/Berlin")
    for (text, utc) in [
      ("2024-07-01 12:00:00.25", "2024-07-01T10:00:00.25Z"),
      ("2024-07-01T12:00:00Z", "2024-07-01T12:00:00Z"),
      ("2024-07-01T12:00:00-01:00", "2024-07-01T13:00:00Z"),
      ("2024-10-27 02:30:00", "2024-10-27T00:30:00Z"),
      ("2023-12-31T24:00:00", "2023-12-31T23:00:00Z"),
      ("2262-04-12T01:47:16.854775807", "2262-04-11T23:47:16.854775807Z"),
    ] {
      let hasOffset = text.hasSuffix("Z") || text.hasSuffix("-01:00")
      withCursor(over: text) { cursor in
        let byteCount = cursor.end
        let assumed = TimestampReader(assumedZone: berlin)
        #expect(assumed.scan(cursor, at: 0, byteCount: byteCount) == instant(utc))
        let plain = TimestampReader().scan(cursor, at: 0, byteCount: byteCount)
        #expect(plain == (hasOffset ? instant(utc) : nil))
      }
    }
    // A nanosecond later than any timestamp can be.
    withCursor(over: "2262-04-12T01:47:16.854775808") { cursor in
      let found = TimestampReader(assumedZone: berlin).scan(cursor, at: 0, byteCount: cursor.end)
      #expect(found == nil)
    }
  }
}
