import Foundation
import Testing

@testable import Spalt

@Suite struct TimeZoneFileTests {
  private func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/\(name)")))
  }

  private func header(_ version: String, _ counts: [Int]) -> [UInt8] {
    Array("TZif".utf8) + (version.isEmpty ? [0] : Array(version.utf8))
      + [UInt8](repeating: 0, count: 15) + counts.flatMap { bigEndian($0, byteCount: 4) }
  }

  private func bigEndian(_ value: Int, byteCount: Int) -> [UInt8] {
    (0..<byteCount).map { UInt8(truncatingIfNeeded: value >> (8 * (byteCount - 1 - $0))) }
  }

  /// A block with transitions to the types 1, 0, 1, …, and leap seconds.
  private func block(
    _ version: String, timeByteCount: Int, _ transitions: [Int], offsets: [Int],
    leapSeconds: [(Int, Int)] = []
  ) -> [UInt8] {
    var bytes = header(version, [0, 0, leapSeconds.count, transitions.count, offsets.count, 4])
    for time in transitions { bytes += bigEndian(time, byteCount: timeByteCount) }
    for index in transitions.indices { bytes.append(UInt8((index + 1) % 2)) }
    for offset in offsets { bytes += bigEndian(offset, byteCount: 4) + [0, 0] }
    bytes += Array("ABC".utf8) + [0]
    for (time, correction) in leapSeconds {
      bytes += bigEndian(time, byteCount: timeByteCount) + bigEndian(correction, byteCount: 4)
    }
    return bytes
  }

  @Test func versionOne() throws {
    let file = try #require(
      TimeZoneFile(block("", timeByteCount: 4, [-100, 1000], offsets: [60, 120])))
    #expect(file.transitions == [-100, 1000])
    #expect(file.offsets == [60, 120, 60])
    #expect(file.rule == nil)
  }

  @Test(arguments: ["2", "3", "4"]) func laterVersions(version: String) throws {
    // The first block is skipped, whatever it says.
    let first = block(version, timeByteCount: 4, [5, 6, 7], offsets: [1, 2, 3])
    let second = block(version, timeByteCount: 8, [-1 << 40, 1000], offsets: [60, 120])
    let bytes = first + second + Array("\nABC-1\n".utf8)
    let file = try #require(TimeZoneFile(bytes))
    #expect(file.transitions == [-1 << 40, 1000])
    #expect(file.offsets == [60, 120, 60])
    #expect(file.rule == PosixTimeZone("ABC-1".utf8))
    #expect(try #require(TimeZoneFile(first + second + [0x0A, 0x0A])).rule == nil)
  }

  @Test func leapSecondsAreTakenOut() throws {
    let file = try #require(
      TimeZoneFile(
        block(
          "", timeByteCount: 4, [10, 101, 302], offsets: [0, 60],
          leapSeconds: [(100, 1), (200, 2)])))
    #expect(file.transitions == [10, 100, 300])
  }

  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: "/usr/share/zoneinfo/right/Europe/Berlin")),
    arguments: ["Europe/Berlin", "America/New_York", "UTC"])
  func zonesThatCountLeapSeconds(name: String) throws {
    let right = try TimeZoneRules.named("right/\(name)")
    let plain = try TimeZoneRules.named(name)
    // These files may end where the list of leap seconds does.
    let seconds = stride(
      from: clock("1900-01-01T00:00:00"), to: clock("2025-01-01T00:00:00"), by: 6 * 3600)
    let wrong = seconds.filter { right.offsetSeconds(atUTC: $0) != plain.offsetSeconds(atUTC: $0) }
    #expect(wrong.prefix(5) == [])
  }

  @Test func brokenFiles() throws {
    let good = try bytes("Europe/Berlin")
    #expect(TimeZoneFile(good) != nil)
    for count in 0..<good.count { #expect(TimeZoneFile(Array(good.prefix(count))) == nil) }
    #expect(TimeZoneFile(header("", [0, 0, 0, 0, 0, 0])) == nil, "no types")
    #expect(
      TimeZoneFile(block("", timeByteCount: 4, [9, 9], offsets: [0, 60])) == nil, "not ascending")
    #expect(TimeZoneFile(block("", timeByteCount: 4, [9], offsets: [0])) == nil, "no such type")
    #expect(TimeZoneFile(block("", timeByteCount: 4, [], offsets: [93_600])) == nil, "great offset")
    #expect(TimeZoneFile(header("2", [-1, 0, 0, 0, 1, 4])) == nil, "negative count")
    #expect(TimeZoneFile(header("2", [0, 0, 0, Int(Int32.max), 1, 4])) == nil, "too many")
  }

  @Test func changedBytesDoNoHarm() throws {
    var generator = SeededGenerator(seed: 12)
    for name in ["Europe/Berlin", "Africa/Casablanca", "UTC"] {
      let good = try bytes(name)
      for _ in 0..<3000 {
        var bytes = good
        for _ in 0...generator.below(3) {
          bytes[generator.below(bytes.count)] = UInt8(generator.below(256))
        }
        guard let file = TimeZoneFile(bytes) else { continue }
        let zone = TimeZoneRules(
          name: name, transitions: file.transitions, offsets: file.offsets, rule: file.rule)
        for seconds in [Int64.min, -3_000_000_000, 0, 1_700_000_000, 5_000_000_000, .max] {
          #expect(abs(seconds &- zone.utcSeconds(ofLocal: seconds)) < 200_000)
        }
      }
    }
  }
}
