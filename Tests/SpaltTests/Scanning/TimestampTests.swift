import Testing

@testable import Spalt

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@Suite struct TimestampTests {
  /// The text scanned alone, and in the middle of other bytes; all have to agree, as has the
  /// unhurried scanner.
  private func scan(_ text: some Collection<UInt8>) -> (value: Int64?, areEqual: Bool) {
    let alone = Array(text)
    let cursor = ByteCursor(ByteView(unsafe alone.span.bytes))
    let value = cursor.scanTimestamp(at: 0, byteCount: alone.count)
    var areEqual = value == cursor.scanUnusualTimestamp(at: 0, byteCount: alone.count)
    for after in ["\",\"a\":12345", "0123456789Z0123456", "Z", "+01:00"] {
      let embedded = Array("Z12".utf8) + alone + Array(after.utf8)
      let cursor = ByteCursor(ByteView(unsafe embedded.span.bytes))
      if cursor.scanTimestamp(at: 3, byteCount: alone.count) != value { areEqual = false }
    }
    return (value, areEqual)
  }

  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0),
      ("1970-01-01T00:00:00.000000001Z", 1),
      ("1969-12-31T23:59:59.999999999Z", -1),
      ("2000-02-29T00:00:00Z", 951_782_400_000_000_000),
      ("2024-02-29T12:34:56.789Z", 1_709_210_096_789_000_000),
      ("2024-02-29t12:34:56.789z", 1_709_210_096_789_000_000),
      ("2024-02-29 12:34:56,789Z", 1_709_210_096_789_000_000),
      ("2024-02-29T18:04:56.789+05:30", 1_709_210_096_789_000_000),
      ("2024-02-29T04:34:56.789-08:00", 1_709_210_096_789_000_000),
      ("2024-02-29T12:34:56.789-00:00", 1_709_210_096_789_000_000),
      ("2024-03-01T12:33:56.789+23:59", 1_709_210_096_789_000_000),
      ("2024-02-28T12:35:56.789-23:59", 1_709_210_096_789_000_000),
      ("2024-02-29T12:34:56.123456789999Z", 1_709_210_096_123_456_789),
      ("2024-02-29T12:34:56.12345678Z", 1_709_210_096_123_456_780),
      ("2024-02-29T12:34:56.1Z", 1_709_210_096_100_000_000),
      ("2024-02-29T12:34:56.00000000000000000000000000000000001Z", 1_709_210_096_000_000_000),
      // Midnight at the end of a day.
      ("2023-12-31T24:00:00Z", 1_704_067_200_000_000_000),
      ("2023-12-31T24:00:00.000Z", 1_704_067_200_000_000_000),
      ("2023-12-31T24:00:00+01:00", 1_704_063_600_000_000_000),
      // The leap second, whatever the hour.
      ("2016-12-31T23:59:60Z", 1_483_228_800_000_000_000),
      ("2016-12-31T23:59:60.5Z", 1_483_228_800_500_000_000),
      ("2017-01-01T00:59:60+01:00", 1_483_228_800_000_000_000),
      // The ends of the range.
      ("1677-09-21T00:12:43.145224192Z", Int64.min),
      ("1677-09-21T00:12:43.145224193Z", Int64.min + 1),
      ("1677-09-21T01:12:43.145224192+01:00", Int64.min),
      ("2262-04-11T23:47:16.854775807Z", Int64.max),
      ("2262-04-12T23:46:16.854775807+23:59", Int64.max),
      ("1678-01-01T00:00:00Z", -9_214_560_000_000_000_000),
      ("2261-12-31T23:59:60Z", 9_214_646_400_000_000_000),
    ] as [(String, Int64)])
  func valid(_ text: String, nanoseconds: Int64) {
    let found = scan(text.utf8)
    #expect(found.value == nanoseconds)
    #expect(found.areEqual)
    #expect(TimestampOracle.nanoseconds(text.utf8) == nanoseconds)
  }

  @Test(arguments: [
    "", "2024", "2024-02-29", "2024-02-29T12:34:56", "2024-02-29T12:34Z", "2024-02-29T12:34:56 Z",
    "2024-02-29T12:34:56.Z", "2024-02-29T12:34:56,Z", "2024-02-29T12:34:56.",
    "2024-02-29T12:34:56.5",
    "2024-02-29T12:34:56.5.5Z", "2024-02-29T12:34:56.+00:00", "2024-02-29T12:34:56+0000",
    "2024-02-29T12:34:56+00", "2024-02-29T12:34:56+24:00", "2024-02-29T12:34:56+00:60",
    "2024-02-29T12:34:56+00:0", "2024-02-29T12:34:56+00:000", "2024-02-29T12:34:56Z+00:00",
    "2024-02-29T12:34:56ZZ", " 2024-02-29T12:34:56Z", "2024-02-29T12:34:56Z ",
    "2024-02-29  12:34:56Z", "2024-02-29_12:34:56Z", "2024/02/29T12:34:56Z", "20240229T123456Z",
    "24-02-29T12:34:56Z", "02024-02-29T12:34:56Z", "2024-2-29T12:34:56Z", "+2024-02-29T12:34:56Z",
    "1900-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2023-02-29T00:00:00Z", "2024-02-30T00:00:00Z",
    "2024-00-01T00:00:00Z", "2024-13-01T00:00:00Z", "2024-01-00T00:00:00Z", "2024-01-32T00:00:00Z",
    "2024-04-31T00:00:00Z", "2024-06-31T00:00:00Z", "2024-09-31T00:00:00Z", "2024-11-31T00:00:00Z",
    "2024-01-01T24:00:01Z", "2024-01-01T24:01:00Z", "2024-01-01T25:00:00Z",
    "2024-01-01T24:00:00.1Z", "2024-01-01T24:00:00.0000000001Z", "2024-01-01T24:59:60Z",
    "2024-01-01T00:60:00Z", "2024-01-01T00:00:60Z", "2024-01-01T23:58:60Z", "2024-01-01T23:59:61Z",
    "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
    "1677-09-21T00:12:43.145224191Z", "2262-04-11T23:47:16.854775808Z",
    "1677-09-21T00:12:43.145224192+00:01", "2262-04-11T23:47:16.854775807-00:01",
    "1676-12-31T00:00:00Z", "2263-01-01T00:00:00Z",
  ])
  func invalid(_ text: String) {
    let found = scan(text.utf8)
    #expect(found.value == nil)
    #expect(found.areEqual)
    #expect(TimestampOracle.nanoseconds(text.utf8) == nil)
  }

  @Test func leapYears() {
    for (year, isLeap) in [
      (1700, false), (1800, false), (1900, false), (2000, true), (2024, true), (2023, false),
      (2100, false), (2104, true), (2200, false),
    ] {
      let found = scan("\(year)-02-29T00:00:00Z".utf8)
      #expect((found.value != nil) == isLeap, "\(year)")
      #expect(found.areEqual)
    }
  }

  private static let samples = [
    "2024-02-29T23:59:59Z", "2024-02-29T23:59:59.123Z", "2015-11-30 09:05:07.123456+05:30",
    "1999-12-31T23:59:59.123456789Z", "2016-12-31t23:59:60,5-00:30", "2024-01-31T24:00:00.0Z",
    "1970-01-01T00:00:00.1234567890123456+23:59", "2000-10-10T10:10:10.12345678z",
  ]

  @Test func everyPrefixIsRejected() {
    for sample in Self.samples {
      for length in 0..<sample.utf8.count {
        let found = scan(sample.utf8.prefix(length))
        #expect(found.value == nil && found.areEqual)
      }
    }
  }

  @Test func singleByteMutations() {
    var wrong: [String] = []
    for sample in Self.samples {
      for position in 0..<sample.utf8.count {
        for byte in UInt8.min...UInt8.max {
          var bytes = Array(sample.utf8)
          bytes[position] = byte
          let cursor = ByteCursor(ByteView(unsafe bytes.span.bytes))
          let found = cursor.scanTimestamp(at: 0, byteCount: bytes.count)
          if found != TimestampOracle.nanoseconds(bytes) { wrong.append("\(bytes)") }
        }
      }
    }
    #expect(wrong == [])
  }

  /// Instants broken down by the C library, written with all lengths of fraction and any offset.
  @Test func randomInstants() {
    var generator = SeededGenerator(seed: 30)
    let buffer = TextBuffer()
    var wrong: [String] = []
    for _ in 0..<200_000 {
      let instant = Int64(bitPattern: generator.next())
      let digitCount = generator.below(13)
      let offset = generator.below(3) == 0 ? generator.below(2 * 1440 - 1) - 1439 : nil
      buffer.removeAll()
      let expected = append(instant, digitCount: digitCount, offset: offset, to: buffer)
      let isRight = buffer.withCursor {
        $0.scanTimestamp(at: 0, byteCount: $0.end) == expected
          && $0.scanUnusualTimestamp(at: 0, byteCount: $0.end) == expected
      }
      if !isRight { wrong.append(buffer.text(0..<buffer.count)) }
    }
    #expect(wrong.prefix(10) == [])
  }

  /// Appends an instant with an offset in minutes, or `Z`; returns what the digits leave of it.
  private func append(
    _ instant: Int64, digitCount: Int, offset: Int?, to buffer: TextBuffer
  ) -> Int64? {
    var (seconds, nanoseconds) = instant.quotientAndRemainder(dividingBy: 1_000_000_000)
    if nanoseconds < 0 {
      nanoseconds += 1_000_000_000
      seconds -= 1
    }
    var local = time_t(seconds) + (offset ?? 0) * 60
    var fields = unsafe tm()
    _ = unsafe gmtime_r(&local, &fields)
    buffer.appendDecimal(UInt64(unsafe fields.tm_year + 1900), digits: 4)
    for (mark, value) in unsafe [
      ("-", fields.tm_mon + 1), ("-", fields.tm_mday), ("T", fields.tm_hour),
      (":", fields.tm_min), (":", fields.tm_sec),
    ] {
      buffer.append(mark)
      buffer.appendDecimal(UInt64(value), digits: 2)
    }
    var kept: Int64 = 0
    if digitCount > 0 {
      buffer.append(".")
      var unit: Int64 = 100_000_000
      for _ in 0..<digitCount {
        let digit = unit == 0 ? instant & 7 : nanoseconds / unit % 10
        buffer.append(UInt8(ascii: "0") + UInt8(digit))
        kept += digit * unit
        unit /= 10
      }
    }
    guard let offset else {
      buffer.append("Z")
      return sum(seconds, kept)
    }
    buffer.append(offset < 0 ? "-" : "+")
    buffer.appendDecimal(UInt64(offset.magnitude / 60), digits: 2)
    buffer.append(":")
    buffer.appendDecimal(UInt64(offset.magnitude % 60), digits: 2)
    return sum(seconds, kept)
  }

  private func sum(_ seconds: Int64, _ nanoseconds: Int64) -> Int64? {
    Int64(exactly: Int128(seconds) * 1_000_000_000 + Int128(nanoseconds))
  }
}
