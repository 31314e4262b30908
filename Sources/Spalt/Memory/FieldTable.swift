import SpaltKernels

/// Where the value of a field stands in the input, in one word.
struct FieldSpan: BitwiseCopyable {
  /// What is known of the value. The first two need no closer look to be text.
  enum Kind: UInt64 {
    /// The content of a string of plain ASCII without escapes; its quotes stand around it.
    case plainString
    /// Plain ASCII without quotes.
    case word
    /// The content of a string that holds escapes or characters beyond ASCII.
    case oddString
    /// Text without quotes that holds characters beyond ASCII.
    case oddText
    /// A number or a word of JSON.
    case bare
    case array
    /// A time as web servers write it.
    case logTime
    /// There is no value.
    case none
  }

  private let bits: UInt64

  /// No value.
  static let none = FieldSpan(.none, start: 0, end: 0)

  /// The value from `start` to `end`, indexes below 512 Mi.
  @inline(__always)
  init(_ kind: Kind, start: Int, end: Int) {
    bits =
      UInt64(UInt32(truncatingIfNeeded: start))
      | UInt64(truncatingIfNeeded: end) &<< 32 | kind.rawValue &<< 61
  }

  /// As above, or no value when `isNone`: without a branch, for values of which nobody can guess it.
  @inline(__always)
  init(_ kind: Kind, start: Int, end: Int, isNone: Bool) {
    let mask: UInt64 = isNone ? 0 : .max
    bits = (FieldSpan(kind, start: start, end: end).bits & mask) | (Self.none.bits & ~mask)
  }

  @inline(__always) var isLogTime: Bool { bits &>> 61 == Kind.logTime.rawValue }
  /// Whether the value is text that can be viewed as it stands.
  @inline(__always) var isPlainText: Bool { bits &>> 62 == 0 }
  @inline(__always) var kind: Kind { Kind(rawValue: bits &>> 61) ?? .none }
  @inline(__always) var start: Int { Int(truncatingIfNeeded: bits & 0xFFFF_FFFF) }
  @inline(__always) var end: Int { Int(truncatingIfNeeded: bits &>> 32 & 0x1FFF_FFFF) }
  @inline(__always) var byteCount: Int { end &- start }
}

/// Where the fields of some records stand, column by column.
@safe
struct FieldTable: ~Copyable {
  /// The most records that the table holds: as many as a word has bits.
  static let rowCapacity = 64

  private let chunk: Chunk
  // SAFETY: start of `chunk`, which has room for `count` spans.
  private let base: UnsafeMutablePointer<FieldSpan>
  private let count: UInt

  /// A table of `columnCount` columns.
  init(columnCount: Int, pool: ChunkPool) throws(SpaltError) {
    let count = columnCount * Self.rowCapacity
    let chunk = try pool.lease(
      byteCount: count * MemoryLayout<FieldSpan>.stride, lifetime: .lasting)
    // SAFETY: the chunk is page-aligned, and memory of a plain type needs no initialisation order.
    unsafe base = chunk.base.bindMemory(to: FieldSpan.self, capacity: count)
    self.chunk = chunk
    self.count = UInt(count)
  }

  /// The field at `index`: column times `rowCapacity`, plus the row.
  @inline(__always)
  subscript(index: Int) -> FieldSpan {
    get {
      precondition(UInt(bitPattern: index) < count, "outside the table")
      // SAFETY: `index` was checked.
      return unsafe base[index]
    }
    nonmutating set {
      precondition(UInt(bitPattern: index) < count, "outside the table")
      // SAFETY: `index` was checked; the table has one owner.
      unsafe base[index] = newValue
    }
  }

  /// The column whose first index is `field`.
  @inline(__always)
  @_lifetime(borrow self)
  func column(at field: Int) -> FieldColumn {
    precondition(
      field >= 0 && field + Self.rowCapacity <= Int(bitPattern: count), "outside the table")
    // SAFETY: the column was checked to lie inside.
    return unsafe bound(FieldColumn(base: base + field), to: self)
  }

  /// Makes the first `columnCount` columns hold no values.
  func clear(columnCount: Int) {
    let fieldCount = min(columnCount * Self.rowCapacity, Int(count))
    // SAFETY: that many fields are inside; the table has one owner.
    unsafe base.update(repeating: .none, count: fieldCount)
  }

  /// Makes the first `count` fields from `index` on hold no values.
  func clear(from index: Int, count: Int) {
    precondition(index >= 0 && count >= 0 && index + count <= Int(self.count), "outside the table")
    // SAFETY: all of the fields were checked to lie inside; the table has one owner.
    unsafe (base + index).update(repeating: .none, count: count)
  }

  /// Sum of the byte counts of `count` fields from `index` on.
  func byteCountSum(from index: Int, count: Int) -> Int {
    precondition(index >= 0 && count >= 0 && index + count <= Int(self.count), "outside the table")
    var sum = 0
    for field in index..<index + count {
      // SAFETY: all of the fields were checked to lie inside.
      sum &+= unsafe base[field].byteCount
    }
    return sum
  }

  /// The spans of `count` fields from `index` on.
  @unsafe
  private func spans(from index: Int, count: Int) -> UnsafePointer<UInt64> {
    precondition(index >= 0 && count >= 0 && index + count <= Int(self.count), "outside the table")
    // SAFETY: they lie inside, and a span is one word.
    return unsafe UnsafeRawPointer(base + index).assumingMemoryBound(to: UInt64.self)
  }

  /// Stores the string views of `count` fields from `index` on, at most 64, at `offset` of the slab.
  /// - Parameter valid: one bit a field, of which those are cleared that have no value.
  /// - Returns: one bit for each field that needs a closer look, and whose view was not stored.
  @inline(__always)
  func storeViews(
    from index: Int, count: Int, _ cursor: borrowing ByteCursor, at offset: Int,
    _ writer: borrowing SlabWriter, valid: inout UInt64
  ) -> UInt64 {
    precondition(count <= Self.rowCapacity, "more fields than a word has bits")
    // SAFETY: the spans exist, 16 bytes at every index below `loads16`, and the slab has room for the views.
    return unsafe spaltStoreViews(
      spans(from: index, count: count), count, cursor.base, Int(cursor.loads16),
      writer.room(at: offset, byteCount: count &* 16), &valid)
  }

  /// Stores the 64-bit integers of `count` fields from `index` on, at most 64, at `offset` of the slab.
  /// - Returns: which of them have values, and which of these were not stored and need a closer look.
  func storeIntegers(
    from index: Int, count: Int, _ cursor: borrowing ByteCursor, at offset: Int,
    _ writer: borrowing SlabWriter, _ kernels: ScanKernels
  ) -> SpaltStoredFields {
    precondition(count <= Self.rowCapacity, "more fields than a word has bits")
    // SAFETY: the spans exist, and the slab has room for the values.
    return unsafe kernels.storeShortIntegers(
      cursor, spans(from: index, count: count), count: count,
      to: writer.room(at: offset, byteCount: count &* 8).assumingMemoryBound(to: UInt64.self))
  }

  /// Stores where `count` fields from `index` on stand: indexes and lengths of 32 bits each.
  /// - Returns: the sum of the lengths.
  func storePlaces(
    from index: Int, count: Int, startsAt starts: Int, byteCountsAt byteCounts: Int,
    _ writer: borrowing SlabWriter
  ) -> Int {
    // SAFETY: the spans exist, and the slab has room for both.
    unsafe spaltStorePlaces(
      spans(from: index, count: count), count,
      writer.room(at: starts, byteCount: count &* 4).assumingMemoryBound(to: UInt32.self),
      writer.room(at: byteCounts, byteCount: count &* 4).assumingMemoryBound(to: UInt32.self))
  }
}

/// One column of a field table, for loops over its rows.
@safe
struct FieldColumn: ~Escapable {
  // SAFETY: valid for `FieldTable.rowCapacity` fields.
  private let base: UnsafeMutablePointer<FieldSpan>

  @unsafe
  @_lifetime(borrow base)
  fileprivate init(base: UnsafeMutablePointer<FieldSpan>) { unsafe self.base = base }

  /// The field in row `row`, modulo the number of rows.
  @inline(__always)
  subscript(row: Int) -> FieldSpan {
    // SAFETY: as many rows as a word has bits exist, and the table has one owner.
    get { unsafe base[row & (FieldTable.rowCapacity - 1)] }
    nonmutating set { unsafe base[row & (FieldTable.rowCapacity - 1)] = newValue }
  }
}
