/// Which buffers an array has, as the columnar format lays them out.
enum ArrowLayout: Equatable, Sendable {
  /// None: every row is null.
  case none
  /// Validity, and a bit a row.
  case bits
  /// Validity, and so many bytes a row.
  case fixed(byteCount: Int)
  /// Validity, offsets of so many bytes, and bytes.
  case bytes(offsetByteCount: Int)
  /// Validity, views of 16 bytes, and any number of buffers that they refer to.
  case views
  /// Validity, and offsets of so many bytes into a column within this one.
  case list(offsetByteCount: Int)
  /// Validity.
  case validity
  /// So many, whatever they mean.
  case opaque(bufferCount: Int)

  init(_ field: ArrowField, unionsHaveValidity: Bool) {
    if let dictionary = field.dictionary {
      self = .fixed(byteCount: dictionary.indexBitWidth / 8)
      return
    }
    switch field.type {
    case .null: self = .none
    case .bool: self = .bits
    case .integer(let width, _), .floatingPoint(let width), .decimal(let width, _, _):
      self = .fixed(byteCount: width / 8)
    case .date(let unit): self = .fixed(byteCount: unit == .day ? 4 : 8)
    case .time(let unit):
      self = .fixed(byteCount: unit == .seconds || unit == .milliseconds ? 4 : 8)
    case .timestamp, .duration: self = .fixed(byteCount: 8)
    case .interval(let unit):
      switch unit {
      case .yearMonth: self = .fixed(byteCount: 4)
      case .dayTime: self = .fixed(byteCount: 8)
      case .monthDayNano: self = .fixed(byteCount: 16)
      }
    case .utf8(let isLarge), .binary(let isLarge): self = .bytes(offsetByteCount: isLarge ? 8 : 4)
    case .utf8View, .binaryView: self = .views
    case .fixedSizeBinary(let byteCount): self = .fixed(byteCount: byteCount)
    case .list(let isLarge): self = .list(offsetByteCount: isLarge ? 8 : 4)
    case .map: self = .list(offsetByteCount: 4)
    case .fixedSizeList, .structure: self = .validity
    case .unreadable(let name):
      self = .opaque(bufferCount: Self.bufferCount(name, unionsHaveValidity: unionsHaveValidity))
    }
  }

  private static func bufferCount(_ name: String, unionsHaveValidity: Bool) -> Int {
    switch ArrowUnreadableLayout(rawValue: name) {
    case .sparseUnion: unionsHaveValidity ? 2 : 1
    case .denseUnion: unionsHaveValidity ? 3 : 2
    case .listView, .largeListView: 3
    case .runEndEncoded, nil: 0
    }
  }

  /// Number of buffers, those that views refer to left out.
  var bufferCount: Int {
    switch self {
    case .none: 0
    case .validity: 1
    case .bits, .fixed, .views, .list: 2
    case .bytes: 3
    case .opaque(let bufferCount): bufferCount
    }
  }

  /// Bytes of a value, or of an offset; 0 where there are none.
  var width: Int {
    switch self {
    case .fixed(let byteCount), .bytes(let byteCount), .list(let byteCount): byteCount
    case .views: 16
    default: 0
    }
  }

  /// Whether the first buffer tells which rows are null.
  var hasValidity: Bool {
    switch self {
    case .none, .opaque: false
    default: true
    }
  }

  /// The least bytes that a buffer of an array must have; nil when no number has so many.
  func minimumByteCount(ofBuffer index: Int, rowCount: Int, nullCount: Int) -> Int? {
    if case .opaque = self { return 0 }
    if index == 0 { return nullCount == 0 ? 0 : Self.bitmapByteCount(rowCount) }
    guard index == 1 else { return 0 }
    switch self {
    case .bits: return Self.bitmapByteCount(rowCount)
    case .fixed(let byteCount): return Self.product(rowCount, byteCount)
    case .views: return Self.product(rowCount, 16)
    case .bytes(let byteCount), .list(let byteCount):
      return rowCount == 0 ? 0 : rowCount == .max ? nil : Self.product(rowCount + 1, byteCount)
    default: return 0
    }
  }

  private static func bitmapByteCount(_ rowCount: Int) -> Int {
    rowCount / 8 + (rowCount % 8 == 0 ? 0 : 1)
  }

  private static func product(_ count: Int, _ byteCount: Int) -> Int? {
    let (product, overflows) = count.multipliedReportingOverflow(by: byteCount)
    return overflows ? nil : product
  }
}
