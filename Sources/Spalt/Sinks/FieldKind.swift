/// What kind of value a field holds.
enum FieldKind {
  /// The record has no such field.
  case missing
  case null
  case string
  case number
  /// `true` or `false`.
  case bool
  /// An array or an object, as JSON text.
  case nested
  case time

  /// Whether there is no text.
  var isEmpty: Bool { self == .missing || self == .null }

  /// What text that stands without quotes is in a column of `type`: a logfmt word, or a field of an access
  /// log. No word is `null`, but nothing at all is null where it cannot be a text.
  init(word: borrowing ByteView, in type: ColumnType) {
    switch type {
    case .string: self = .string
    case .timestamp: self = word.isEmpty ? .null : .string
    case .int64, .float64, .bool, .json:
      if word.isEmpty {
        self = type == .json ? .string : .null
      } else {
        self = Self.look(of: word)
      }
    }
  }

  /// What JSON would take a word for, which is not empty.
  private static func look(of word: borrowing ByteView) -> FieldKind {
    let cursor = ByteCursor(copy word)
    switch word[0] {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), JSONByte.minus:
      return cursor.skipNumber(at: 0) == cursor.end ? .number : .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"):
      guard let (end, kind) = cursor.scanWord(at: 0), kind != .null, end == cursor.end else {
        return .string
      }
      return .bool
    default: return .string
    }
  }
}
