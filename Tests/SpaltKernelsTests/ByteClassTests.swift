import SpaltKernels
import Testing

/// Holds the kernels for classes of bytes against one that looks at a byte at a time.
@Suite("Kernels for classes of bytes")
struct ByteClassTests {
  /// Sixteen sets of high nibbles: no bytes, all, those that end a logfmt word, and any.
  static let classes: [[UInt8]] = {
    var random = TestRandom(seed: 31)
    let fixed = [
      [UInt8](repeating: 0, count: 16), [UInt8](repeating: 255, count: 16),
      classOf { $0 <= 0x20 || $0 == 0x22 || $0 == 0x3D }, classOf { $0 == 0x20 },
      classOf { $0 == 0x7F },
    ]
    return fixed
      + (0..<7).map { _ in (0..<16).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
  }()

  static func classOf(_ isMember: (UInt8) -> Bool) -> [UInt8] {
    var highNibbles = [UInt8](repeating: 0, count: 16)
    for byte in UInt8(0)..<128 where isMember(byte) {
      highNibbles[Int(byte % 16)] |= 1 << (byte / 16)
    }
    return highNibbles
  }

  let tables = Table.available()
  let input = GuardedBytes(atLeast: 8192)
  let output = GuardedBytes(atLeast: 4096)

  func fill(seed: UInt64, asciiOnly: Bool = false) {
    var random = TestRandom(seed: seed)
    for index in 0..<input.count {
      let byte = UInt8(truncatingIfNeeded: random.next())
      unsafe input.base[index] = asciiOnly ? byte & 0x7F : byte
    }
  }

  /// The first difference between a table and the obvious loop, or nil.
  func difference(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ highNibbles: [UInt8]) -> String? {
    var members = [UInt64](repeating: 0, count: (count + 63) / 64)
    for index in 0..<count {
      let byte = unsafe bytes[index]
      if byte >= 128 || highNibbles[Int(byte % 16)] & 1 << (byte / 16) != 0 {
        members[index / 64] |= 1 << UInt64(index % 64)
      }
    }
    for table in tables {
      let kernels = unsafe table.kernels
      let words = unsafe output.words(members.count)
      unsafe kernels.byteClassBitmap(bytes, count, highNibbles, words)
      if unsafe !equal(words, members) { return "\(table.name) byteClassBitmap, \(count) bytes" }
    }
    return nil
  }

  func equal(_ words: UnsafePointer<UInt64>, _ expected: [UInt64]) -> Bool {
    for index in expected.indices where unsafe words[index] != expected[index] { return false }
    return true
  }

  @Test("Every alignment and length up to 200")
  func alignmentsAndLengths() {
    fill(seed: 1)
    for distance in 0..<64 {
      for count in 0...200 {
        let highNibbles = Self.classes[(distance + count) % Self.classes.count]
        if let wrong = unsafe difference(input.end - distance - count, count, highNibbles) {
          Issue.record("distance \(distance): \(wrong), class \(highNibbles)")
          return
        }
      }
    }
  }

  @Test("Long ranges", arguments: [false, true])
  func longRanges(asciiOnly: Bool) {
    fill(seed: 2, asciiOnly: asciiOnly)
    for count in [255, 256, 257, 4095, 4096, 4097, 8192] {
      for highNibbles in Self.classes {
        if let wrong = unsafe difference(input.end - count, count, highNibbles) {
          Issue.record("\(wrong), class \(highNibbles)")
          return
        }
      }
    }
  }

  @Test("Every byte is in its own class and in no other")
  func everyByte() {
    for index in 0..<input.count { unsafe input.base[index] = UInt8(truncatingIfNeeded: index) }
    for byte in UInt8(0)..<128 {
      let highNibbles = Self.classOf { $0 == byte }
      for count in [256, 300] {
        if let wrong = unsafe difference(input.end - count, count, highNibbles) {
          Issue.record("class of \(byte): \(wrong)")
          return
        }
      }
    }
  }
}
