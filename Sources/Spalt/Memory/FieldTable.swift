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

  @inline(__always) var isLogTime: Bool { bits &>> 61 == Kind.logTime.rawValue }
  @inline(__always) var isPlainString: Bool { bits &>> 61 == 0 }
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
    let chunk = try pool.lease(byteCount: count * MemoryLayout<FieldSpan>.stride)
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

  /// The words of the first `count` fields from `index` on.
  @unsafe func words(from index: Int, count: Int) -> UnsafePointer<UInt64> {
    precondition(index >= 0 && count >= 0 && index + count <= Int(self.count), "outside the table")
    // SAFETY: the fields were checked to lie inside, and each of them is one word.
    return unsafe UnsafeRawPointer(base + index).assumingMemoryBound(to: UInt64.self)
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
