/// The content of a TZif file (RFC 8536 and RFC 9636, versions 1 to 4), as far as offsets need it.
struct TimeZoneFile {
  /// No file is longer: the longest ones of the database have 4 KiB.
  static let maximumByteCount = 1 << 20

  private(set) var transitions: [Int64] = []
  /// The offsets before the first transition, and from each one on.
  private(set) var offsets: [Int32] = []
  private(set) var rule: PosixTimeZone?

  /// Reads a file; nil when it is not well-formed.
  init?(_ bytes: [UInt8]) {
    var reader = BigEndianReader(bytes: bytes)
    guard let header = Header(&reader) else { return nil }
    guard header.version >= 2 else {
      guard read(header, timeByteCount: 4, &reader) else { return nil }
      return
    }
    // The first block, of 32-bit times, is there for old readers; a better one follows.
    reader.index += header.byteCount(timeByteCount: 4)
    guard let header = Header(&reader), read(header, timeByteCount: 8, &reader),
      let footer = reader.footer()
    else { return nil }
    if !footer.isEmpty {
      guard let rule = PosixTimeZone(footer) else { return nil }
      self.rule = rule
    }
  }

  private struct Header {
    let version: Int
    let utcFlagCount, standardFlagCount, leapSecondCount, transitionCount, typeCount: Int
    let nameByteCount: Int

    init?(_ reader: inout BigEndianReader) {
      guard reader.integer(byteCount: 4) == 0x545A_6966,  // "TZif"
        let digit = reader.integer(byteCount: 1)
      else { return nil }
      version = digit == 0 ? 1 : Int(digit) - 0x30
      reader.index += 15
      var counts: [Int] = []
      for _ in 0..<6 {
        guard let count = reader.integer(byteCount: 4), count >= 0 else { return nil }
        counts.append(Int(count))
      }
      (utcFlagCount, standardFlagCount, leapSecondCount) = (counts[0], counts[1], counts[2])
      (transitionCount, typeCount, nameByteCount) = (counts[3], counts[4], counts[5])
    }

    func byteCount(timeByteCount: Int) -> Int {
      transitionCount * (timeByteCount + 1) + typeCount * 6 + nameByteCount
        + leapSecondCount * (timeByteCount + 4) + standardFlagCount + utcFlagCount
    }
  }

  /// Reads the block behind a header; false when it is not well-formed.
  private mutating func read(
    _ header: Header, timeByteCount: Int, _ reader: inout BigEndianReader
  ) -> Bool {
    guard header.typeCount > 0,
      header.byteCount(timeByteCount: timeByteCount) <= reader.bytes.count - reader.index
    else { return false }
    for _ in 0..<header.transitionCount {
      guard let time = reader.integer(byteCount: timeByteCount), time > transitions.last ?? .min
      else { return false }
      transitions.append(time)
    }
    let types = (0..<header.transitionCount).compactMap { _ in reader.integer(byteCount: 1) }
    var typeOffsets: [Int32] = []
    for _ in 0..<header.typeCount {
      // An offset beyond what the RFC advises would break the arithmetic of days.
      guard let offset = reader.integer(byteCount: 4), (-89_999...93_599).contains(offset)
      else { return false }
      typeOffsets.append(Int32(offset))
      reader.index += 2
    }
    // Before the first transition, the first type holds.
    offsets = [typeOffsets[0]]
    for type in types {
      guard Int(type) < typeOffsets.count else { return false }
      offsets.append(typeOffsets[Int(type)])
    }
    reader.index += header.nameByteCount
    guard removeLeapSeconds(header, timeByteCount: timeByteCount, &reader) else { return false }
    reader.index += header.standardFlagCount + header.utcFlagCount
    return true
  }

  /// The files in `right/` count leap seconds; POSIX time does not.
  private mutating func removeLeapSeconds(
    _ header: Header, timeByteCount: Int, _ reader: inout BigEndianReader
  ) -> Bool {
    var index = 0
    var correction: Int64 = 0
    for _ in 0..<header.leapSecondCount {
      guard let time = reader.integer(byteCount: timeByteCount),
        let next = reader.integer(byteCount: 4)
      else { return false }
      while index < transitions.count, transitions[index] < time {
        transitions[index] = transitions[index] &- correction
        index += 1
      }
      correction = next
    }
    while index < transitions.count {
      transitions[index] = transitions[index] &- correction
      index += 1
    }
    return true
  }
}

/// Reads integers one after the other, the highest byte first.
private struct BigEndianReader {
  let bytes: [UInt8]
  /// Index of the next byte; it may lie behind the end.
  var index = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// A signed integer of 4 or 8 bytes or an unsigned one of 1 byte; nil behind the end.
  mutating func integer(byteCount: Int) -> Int64? {
    guard index <= bytes.count - byteCount else { return nil }
    var value: UInt64 = 0
    for byte in bytes[index..<index + byteCount] { value = value << 8 | UInt64(byte) }
    index += byteCount
    switch byteCount {
    case 1: return Int64(value)
    case 4: return Int64(Int32(truncatingIfNeeded: value))
    default: return Int64(bitPattern: value)
    }
  }

  /// The text between two line feeds; nil when there is none.
  mutating func footer() -> ArraySlice<UInt8>? {
    guard index < bytes.count, bytes[index] == 0x0A else { return nil }
    let rest = bytes[(index + 1)...]
    guard let end = rest.firstIndex(of: 0x0A) else { return nil }
    return rest[..<end]
  }
}
