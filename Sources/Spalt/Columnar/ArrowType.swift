/// The type of an Arrow array: the `Type` union of Schema.fbs, in the Arrow columnar format, version 1.5.
enum ArrowType: Equatable, Sendable {
  case null
  case bool
  /// 8, 16, 32 or 64 bits.
  case integer(bitWidth: Int, isSigned: Bool)
  /// 16, 32 or 64 bits.
  case floatingPoint(bitWidth: Int)
  /// A whole number of 32, 64, 128 or 256 bits, to be divided by 10 to the power of `scale`.
  case decimal(bitWidth: Int, precision: Int, scale: Int)
  /// Days of 32 bits, or milliseconds of 64 bits, since 1970-01-01.
  case date(ArrowDateUnit)
  /// Time since midnight: 32 bits for seconds and milliseconds, 64 bits for finer units.
  case time(TimeUnit)
  /// 64 bits since 1970-01-01T00:00:00, in UTC when there is a zone, on a clock of unknown zone otherwise.
  case timestamp(TimeUnit, zone: String?)
  /// 64 bits.
  case duration(TimeUnit)
  case interval(ArrowIntervalUnit)
  /// UTF-8 with offsets of 32 bits, or of 64 when large.
  case utf8(isLarge: Bool)
  case binary(isLarge: Bool)
  case utf8View
  case binaryView
  case fixedSizeBinary(byteCount: Int)
  case list(isLarge: Bool)
  case fixedSizeList(count: Int)
  case structure
  case map(keysAreSorted: Bool)
  /// A type whose values are not read, by its name: union, run-end encoded, list view.
  case unreadable(String)
}

/// What a date counts.
enum ArrowDateUnit: UInt8, Sendable { case day, millisecond }

/// What an interval holds: months (32 bits), days and milliseconds (2 × 32), or months, days and nanoseconds
/// (32, 32, 64).
enum ArrowIntervalUnit: UInt8, Sendable { case yearMonth, dayTime, monthDayNano }

/// How the values of a field are encoded by a dictionary.
struct ArrowDictionaryEncoding: Equatable, Sendable {
  let id: Int64
  /// 8, 16, 32 or 64 bits.
  let indexBitWidth: Int
  let indexIsSigned: Bool
  let isOrdered: Bool
}

/// A field of a schema.
struct ArrowField: Equatable, Sendable {
  var name: String
  /// With a dictionary, the type of its values.
  var type: ArrowType
  var isNullable = true
  var children: [ArrowField] = []
  var dictionary: ArrowDictionaryEncoding?
  var metadata: [ArrowKeyValue] = []
}

/// One pair of custom metadata.
struct ArrowKeyValue: Equatable, Sendable {
  let key: String
  let value: String
}

/// The schema of a file or stream.
struct ArrowSchema: Equatable, Sendable {
  var fields: [ArrowField]
  var metadata: [ArrowKeyValue] = []
}
