/// What kind of value a scanner found in a field.
enum ScannedKind: UInt8, BitwiseCopyable {
  // JSON values. The range of a string includes its quotes; its content may hold JSON escapes.
  case string, number, `true`, `false`, null, array, emptyObject
  /// A string in quotes that is not quite JSON's: it holds control characters as they are, or `\'`.
  case looseString
  /// Bare text that may stand for a number, a truth value or a time: what it is, its column decides.
  /// Empty text is none.
  case word
  /// A key without a value, which means `true`. Its range is empty.
  case flag
  /// Text as it stands, which is never anything else.
  case text
  /// Text with backslash escapes as web servers write them, to be decoded.
  case escapedText
  /// A time as web servers write it: `10/Oct/2000:13:55:36 -0700`.
  case logTime

  init(_ kind: JSONKind) {
    switch kind {
    case .string: self = .string
    case .number: self = .number
    case .true: self = .true
    case .false: self = .false
    case .null: self = .null
    case .array: self = .array
    case .emptyObject: self = .emptyObject
    }
  }
}

/// One field of a record: where its value stands, and under which key.
struct ScannedField: BitwiseCopyable {
  let node: Int32
  let kind: ScannedKind
  /// Whether a later field under the same key replaced this one.
  var isReplaced = false
  /// Whether the field never makes a column of its own, but goes to `_extra` unless somebody asks for it.
  var isSurplus = false
  /// Whether the field has no place but `_extra`: found out when it is written.
  var isExtra = false
  /// First byte of the value: the quote of a string.
  let start: Int32
  /// Just past the value: behind the quote of a string.
  let end: Int32

  /// Where the value stands.
  var range: Range<Int> { Int(start)..<Int(end) }

  /// Where the text of a value stands: a string's without its quotes.
  var contentRange: Range<Int> {
    kind == .string || kind == .looseString ? Int(start) + 1..<Int(end) - 1 : range
  }
}

/// What is wrong with a record, and the index of the byte at fault.
struct RecordFault: BitwiseCopyable, Error {
  let reason: RejectReason
  let index: Int
}

/// Why a record could not be scanned: its own fault, or the machine's.
enum RecordScanFailure: Error {
  case fault(RecordFault)
  case system(SpaltError)

  init(_ fault: JSONFault) { self = .fault(RecordFault(reason: fault.reason, index: fault.index)) }
}
