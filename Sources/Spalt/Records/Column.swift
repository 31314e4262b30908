/// A borrowed column of a batch: typed values, and which of them are null.
///
/// A column ends before its batch does: using it after the batch was consumed, sent or destroyed does
/// not compile.
public struct Column: ~Escapable {
  /// The type of the values.
  public let type: ColumnType
  /// Number of values, null ones included.
  public let rowCount: Int
  /// The buffers as Arrow has them, which are longer than the rows need.
  let validity: ByteView
  let values: ByteView
  /// What the views in a text column's values point into.
  let texts: TextSource

  @_lifetime(copy validity, copy values, copy texts)
  init(
    type: ColumnType, rowCount: Int, validity: ByteView, values: ByteView, texts: TextSource
  ) {
    self.type = type
    self.rowCount = rowCount
    self.validity = validity
    self.values = values
    self.texts = texts
  }

  /// Whether the value in `row` is null.
  public func isNull(_ row: Int) -> Bool {
    precondition(row >= 0 && row < rowCount, "no such row")
    return validity[row >> 3] & (1 << UInt8(row & 7)) == 0
  }

  /// Number of null values. O(rows / 64).
  public var nullCount: Int {
    var valid = 0
    var row = 0
    while row < rowCount {
      var word = validity.load(at: row / 8, as: UInt64.self)
      if rowCount - row < 64 { word &= (1 << UInt64(rowCount - row)) - 1 }
      valid += word.nonzeroBitCount
      row += 64
    }
    return rowCount - valid
  }

  /// All values of an `int64` column; where null, 0, or whatever an Arrow file has there. Traps for another type.
  public var int64s: Span<Int64> {
    @_lifetime(copy self)
    get {
      precondition(type == .int64, "not a column of integers")
      return values.span(of: Int64.self, count: rowCount)
    }
  }

  /// All values of a `float64` column; where null, 0, or whatever an Arrow file has there. Traps for another type.
  public var float64s: Span<Double> {
    @_lifetime(copy self)
    get {
      precondition(type == .float64, "not a column of floating-point numbers")
      return values.span(of: Double.self, count: rowCount)
    }
  }

  /// All values of a `timestamp` column, in nanoseconds since 1970-01-01T00:00:00Z; where null, 0, or whatever an Arrow file has there.
  /// Traps for another type.
  public var timestampsNanoseconds: Span<Int64> {
    @_lifetime(copy self)
    get {
      precondition(type == .timestamp, "not a column of timestamps")
      return values.span(of: Int64.self, count: rowCount)
    }
  }

  /// The value in `row` of a `bool` column, or nil when it is null. Traps for another type.
  public func bool(_ row: Int) -> Bool? {
    precondition(type == .bool, "not a column of truth values")
    return isNull(row) ? nil : values[row >> 3] & (1 << UInt8(row & 7)) != 0
  }

  /// The integer in `row`, or nil when it is null. Traps for another type.
  public func int64(_ row: Int) -> Int64? { isNull(row) ? nil : int64s[row] }

  /// The number in `row`, or nil when it is null. Traps for another type.
  public func float64(_ row: Int) -> Double? { isNull(row) ? nil : float64s[row] }

  /// The time in `row`, in nanoseconds since 1970-01-01T00:00:00Z, or nil when it is null.
  public func timestampNanoseconds(_ row: Int) -> Int64? {
    isNull(row) ? nil : timestampsNanoseconds[row]
  }

  /// The text in `row` of a `string` or `json` column, or nil when it is null: valid UTF-8, in place.
  /// Traps for another type.
  @_lifetime(copy self)
  public func text(_ row: Int) -> ByteView? {
    precondition(type.isText, "not a column of text")
    if isNull(row) { return nil }
    return TextColumn(views: values, texts: texts).text(row)
  }
}
