/// Reads the values of one array, row by row.
///
/// The lengths of buffers were checked when the array was made, so that plain values need no further checks. What
/// leads elsewhere (offsets, views, indices) is checked with each use: the bytes of a mapped file may change at any
/// time. Rows must exist, otherwise reading them traps. What stands in null rows means nothing, and is not checked
/// unless it is asked for.
struct ArrowArrayView: ~Escapable {
  let rowCount: Int
  let validity: ByteView
  let isAllNull: Bool
  /// Values, bits, views or offsets.
  let values: ByteView
  /// What offsets refer to.
  let data: ByteView
  /// Bytes of one value, or of an offset.
  let width: Int
  let array: ArrowArray
  // What the loops below would have to look up for each row.
  let layout: ArrowLayout
  let isText: Bool
  private let isSigned: Bool
  private let fixedListCount: Int?
  private let dictionaryCount: Int

  @_lifetime(borrow array)
  init(_ array: borrowing ArrowArray) {
    rowCount = array.rowCount
    isAllNull = array.layout == .none
    width = array.width
    let validity = array.buffers.view(0)
    // Without nulls, nobody needs to know which rows they are.
    self.validity = validity.slice(0..<(array.nullCount == 0 ? 0 : validity.byteCount))
    values = array.buffers.view(1)
    data = array.buffers.view(2)
    self.array = copy array
    layout = array.layout
    dictionaryCount = array.dictionaryCount
    isSigned = array.isSigned
    isText = array.isText
    fixedListCount = array.fixedListCount
  }

  @inline(__always)
  private func check(_ row: Int) {
    precondition(row >= 0 && row < rowCount, "no such row")
  }

  /// What is wrong with a row.
  func fault(_ row: Int, _ reason: String) -> SpaltError {
    array.batch.fault(array.node, row: row, reason)
  }

  // MARK: - Nulls

  /// Whether any row may be null.
  var mayHaveNulls: Bool { isAllNull || !validity.isEmpty }

  /// Whether a row is null. For a dictionary, a row that is not may still stand for a value that is.
  @inline(__always)
  func isNull(_ row: Int) -> Bool {
    check(row)
    if validity.isEmpty { return isAllNull }
    return validity[row >> 3] >> UInt8(row & 7) & 1 == 0
  }

  // MARK: - Plain values

  /// A truth value.
  func bool(_ row: Int) -> Bool {
    check(row)
    precondition(layout == .bits, "no truth values")
    return values[row >> 3] >> UInt8(row & 7) & 1 != 0
  }

  @inline(__always)
  private func load<Value: BitwiseCopyable>(_ row: Int, as type: Value.Type) -> Value {
    check(row)
    return values.load(at: row * MemoryLayout<Value>.size, as: type)
  }

  /// An integer of any width, a date, time, timestamp or duration. Unsigned numbers of 64 bits keep their bits.
  @inline(__always)
  func integer(_ row: Int) -> Int64 {
    switch width {
    case 1: isSigned ? Int64(load(row, as: Int8.self)) : Int64(load(row, as: UInt8.self))
    case 2: isSigned ? Int64(load(row, as: Int16.self)) : Int64(load(row, as: UInt16.self))
    case 4: isSigned ? Int64(load(row, as: Int32.self)) : Int64(load(row, as: UInt32.self))
    case 8: load(row, as: Int64.self)
    default: preconditionFailure("no integers")
    }
  }

  /// A floating-point number of 16, 32 or 64 bits.
  func floatingPoint(_ row: Int) -> Double {
    switch width {
    case 2: Self.half(load(row, as: UInt16.self))
    case 4: Double(load(row, as: Float.self))
    case 8: load(row, as: Double.self)
    default: preconditionFailure("no floating-point numbers")
    }
  }

  /// The value of a number of 16 bits (IEEE 754, binary16).
  private static func half(_ bits: UInt16) -> Double {
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = Double(bits & 0x3FF)
    let magnitude =
      switch exponent {
      case 0: fraction * 0x1p-24
      case 0x1F: fraction == 0 ? Double.infinity : Double.nan
      default: Double(sign: .plus, exponent: exponent - 15, significand: 1 + fraction * 0x1p-10)
      }
    return bits >> 15 == 0 ? magnitude : -magnitude
  }

  /// A decimal, without its scale.
  func decimal(_ row: Int) -> ArrowDecimal {
    check(row)
    switch width {
    case 4: return ArrowDecimal(Int64(load(row, as: Int32.self)))
    case 8: return ArrowDecimal(load(row, as: Int64.self))
    default:
      var words = InlineArray<4, UInt64>(repeating: 0)
      let count = width / 8
      precondition(count == 2 || count == 4, "no decimals")
      for index in 0..<count {
        words[index] = values.load(at: row * width + index * 8, as: UInt64.self)
      }
      if count == 2, words[1] >> 63 != 0 {
        words[2] = .max
        words[3] = .max
      }
      return ArrowDecimal(words)
    }
  }

  /// An interval: its months, days and nanoseconds stand for themselves.
  func interval(_ row: Int) -> (months: Int, days: Int, nanoseconds: Int64) {
    check(row)
    let start = row * width
    switch width {
    case 4: return (Int(values.load(at: start, as: Int32.self)), 0, 0)
    case 8:
      let milliseconds = Int64(values.load(at: start + 4, as: Int32.self))
      return (0, Int(values.load(at: start, as: Int32.self)), milliseconds * 1_000_000)
    case 16:
      return (
        Int(values.load(at: start, as: Int32.self)),
        Int(values.load(at: start + 4, as: Int32.self)), values.load(at: start + 8, as: Int64.self)
      )
    default: preconditionFailure("no intervals")
    }
  }

  /// All values as they lie there; nil when their address does not suit the type, or they have another width.
  @_lifetime(copy self)
  func span<Value: BitwiseCopyable>(of type: Value.Type) -> Span<Value>? {
    guard width == MemoryLayout<Value>.stride, values.isAligned(to: type) else { return nil }
    return values.span(of: type, count: rowCount)
  }

  // MARK: - What leads elsewhere

  /// Offset `index` of the array, as it stands there.
  @inline(__always)
  func offset(_ index: Int) -> Int {
    width == 4
      ? Int(values.load(at: index * 4, as: Int32.self))
      : Int(values.load(at: index * 8, as: Int64.self))
  }

  /// The rows of the column within a list or map that belong to a row; also for lists of fixed size.
  /// - Throws: `SpaltError.input` when there are no such rows.
  func listRange(_ row: Int) throws(SpaltError) -> Range<Int> {
    check(row)
    if let count = fixedListCount {
      // That there are enough rows was checked with the batch.
      return row * count..<row * count + count
    }
    guard case .list = layout else { preconditionFailure("no list") }
    let start = offset(row)
    let end = offset(row + 1)
    guard start >= 0, start <= end, end <= array.childRowCount else {
      throw fault(row, "the list has the rows \(start) to \(end) of \(array.childRowCount)")
    }
    return start..<end
  }

  /// The index of a row's value in the dictionary, which exists.
  /// - Throws: `SpaltError.input` when there is no such value.
  func dictionaryIndex(_ row: Int) throws(SpaltError) -> Int {
    let index = integer(row)
    guard _fastPath(index >= 0 && index < dictionaryCount) else {
      guard array.dictionary != nil else {
        throw fault(row, "the values of its dictionary are missing")
      }
      throw fault(row, "index \(index) leads outside the dictionary's \(dictionaryCount) values")
    }
    return Int(index)
  }
}
