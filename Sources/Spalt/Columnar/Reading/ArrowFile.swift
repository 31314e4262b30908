/// A column of an Arrow file's schema.
public struct ArrowColumn: Equatable, Sendable {
  public let name: String
  /// What the type is called in Arrow's own tools: `int64`, `utf8`, `timestamp[us, UTC]`.
  public let typeName: String
  /// Whether the schema allows nulls.
  public let isNullable: Bool
}

/// An Arrow IPC file, also known as Feather version 2, read where it lies.
///
/// The file is mapped. Opening it reads its footer; a batch reads its metadata; a column's values are read by whoever
/// reads them. Uncompressed values are not copied: spans and texts lie in the file itself. Those of compressed files
/// are decompressed, column by column, when they are first asked for.
///
/// What leads from one place of the file to another is checked when it is used, so that no file, however malformed,
/// makes a program read anything else. If another process truncates the file or writes to it meanwhile, values may
/// be wrong: `verify` tells.
///
/// Specification: Arrow Columnar Format 1.5, "IPC File Format"; metadata versions V4 and V5, little-endian.
public struct ArrowFile: ~Copyable, Sendable {
  let core: ArrowFileCore

  /// Opens a file and reads its footer. O(columns + batches); touches the file's ends only.
  /// - Parameters:
  ///   - path: a regular file.
  ///   - memoryByteCount: what decompressed values may take at once.
  /// - Throws: `SpaltError.system` when the file cannot be opened or mapped, `.input` when it is no Arrow file, or
  ///   one of a version, byte order or type that is not read.
  public init(path: String, memoryByteCount: Int = 256 << 20) throws(SpaltError) {
    core = try ArrowFileCore(path: path, memoryByteCount: memoryByteCount)
  }

  /// The columns. O(columns).
  public var schema: [ArrowColumn] {
    core.footer.schema.fields.map {
      ArrowColumn(name: $0.name, typeName: $0.typeName, isNullable: $0.isNullable)
    }
  }

  /// Custom metadata of the schema.
  public var metadata: [(key: String, value: String)] {
    core.footer.schema.metadata.map { ($0.key, $0.value) }
  }

  /// Number of record batches.
  public var batchCount: Int { core.footer.batches.count }

  /// Number of rows of all batches. O(batches): reads their metadata.
  /// - Throws: `SpaltError.input` when a batch's metadata are malformed.
  public func countRows() throws(SpaltError) -> Int {
    var count = 0
    for index in 0..<batchCount {
      let sum = count.addingReportingOverflow(try core.header(index).rowCount)
      count = sum.overflow ? .max : sum.partialValue
    }
    return count
  }

  /// Batch `index`, whose structure is checked. O(columns); touches its metadata only.
  ///
  /// With the first batch, the metadata of dictionaries are read, if there are any.
  /// - Precondition: there is such a batch.
  /// - Throws: `SpaltError.input` when it is malformed.
  public func batch(_ index: Int) throws(SpaltError) -> ArrowFileBatch {
    precondition(index >= 0 && index < batchCount, "no such batch")
    return ArrowFileBatch(batch: try core.batch(index), core: core)
  }

  /// Checks that what was read so far were the bytes of the file: that nobody has truncated it meanwhile, or written
  /// to it without appending, as far as the system tells. One system call, as a rule.
  /// - Throws: `SpaltError.changed`.
  public func verify() throws(SpaltError) { try core.verify() }
}

/// A record batch of an Arrow file. It keeps the file mapped.
public struct ArrowFileBatch: ~Copyable, Sendable {
  fileprivate let batch: ArrowBatch
  fileprivate let core: ArrowFileCore

  /// Number of rows.
  public var rowCount: Int { batch.rowCount }

  /// Number of columns.
  public var columnCount: Int { batch.columns.count }

  /// The values of a column; decompressed if they are compressed. Of one that is not, the system is asked for pages
  /// that are not in memory, but nothing is waited for; no other column is touched.
  /// - Precondition: there is such a column.
  /// - Throws: `SpaltError.input` when its type is not read (unions, run-end encoded, list views) or it is malformed;
  ///   `.memoryBudgetExceeded` when there is no memory to decompress it.
  public func column(_ index: Int) throws(SpaltError) -> ArrowFileColumn {
    precondition(index >= 0 && index < columnCount, "no such column")
    core.prefetch(batch, column: index)
    return ArrowFileColumn(array: try batch.array(column: index))
  }
}

/// The values of one column of a batch.
public struct ArrowFileColumn: ~Copyable, Sendable {
  private let array: ArrowArray

  init(array: ArrowArray) { self.array = array }

  /// Number of rows.
  public var rowCount: Int { array.rowCount }

  /// Number of nulls, as the file says.
  public var nullCount: Int { array.layout == .none ? array.rowCount : array.nullCount }

  /// Whether a row is null. O(1).
  /// - Precondition: there is such a row.
  public func isNull(_ row: Int) -> Bool { ArrowArrayView(array).isNull(row) }

  /// Signed integers of 64 bits, timestamps, durations, and times and dates of 64 bits, where they lie. What stands
  /// in null rows means nothing. Nil for other types, and where the file has placed them at an address that does not
  /// suit them; `int64` reads them there.
  public var int64s: Span<Int64>? {
    @_lifetime(borrow self)
    get {
      guard array.kind == .integer, array.isSigned else { return nil }
      return ArrowArrayView(array).span(of: Int64.self)
    }
  }

  /// Floating-point numbers of 64 bits, as `int64s`.
  public var float64s: Span<Double>? {
    @_lifetime(borrow self)
    get {
      guard array.kind == .floatingPoint else { return nil }
      return ArrowArrayView(array).span(of: Double.self)
    }
  }

  /// An integer of any width, a date, time, timestamp or duration. Nil when the row is null, for numbers that no
  /// `Int64` has, and for other types. O(1).
  /// - Precondition: there is such a row.
  public func int64(_ row: Int) -> Int64? {
    guard array.kind == .integer else { return nil }
    let view = ArrowArrayView(array)
    if view.isNull(row) { return nil }
    let value = view.integer(row)
    return value < 0 && !array.isSigned ? nil : value
  }

  /// A floating-point number of any width. Nil when the row is null, and for other types. O(1).
  /// - Precondition: there is such a row.
  public func float64(_ row: Int) -> Double? {
    guard array.kind == .floatingPoint else { return nil }
    let view = ArrowArrayView(array)
    return view.isNull(row) ? nil : view.floatingPoint(row)
  }

  /// A truth value. Nil when the row is null, and for other types. O(1).
  /// - Precondition: there is such a row.
  public func bool(_ row: Int) -> Bool? {
    guard array.kind == .bool else { return nil }
    let view = ArrowArrayView(array)
    return view.isNull(row) ? nil : view.bool(row)
  }

  /// The bytes of a text or of binary data, where they lie. Nil when the row is null, and for other types; columns
  /// with a dictionary are of another type. O(1).
  /// - Precondition: there is such a row.
  /// - Throws: `SpaltError.input` when they lie outside their buffer.
  @_lifetime(borrow self)
  public func bytes(_ row: Int) throws(SpaltError) -> ByteView? {
    guard array.kind == .bytes else { return nil }
    let view = ArrowArrayView(array)
    guard !view.isNull(row) else { return nil }
    let place = try view.bytesPlace(row)
    return array.buffers.view(place.buffer, place.offset..<place.offset + place.byteCount)
  }

  /// Checks that every text of the column is UTF-8, so that `bytes` gives whole characters. O(bytes).
  /// - Throws: `SpaltError.input`.
  public func checkText() throws(SpaltError) { try ArrowArrayView(array).checkText() }
}
