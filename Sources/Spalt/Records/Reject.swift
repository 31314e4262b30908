/// Why a record was not accepted.
public enum RejectReason: UInt8, CaseIterable, BitwiseCopyable, Sendable {
  case unexpectedByte
  case unexpectedEnd
  case invalidNumber
  case invalidLiteral
  case invalidEscape
  case controlCharacter
  case unterminatedString
  case missingColon
  case missingComma
  case trailingContent
  case tooDeep
  case tooLong
  case tooManyRecordsOnLine
  case invalidUTF8Key
  case unexpectedQuote
  case missingClientFields
  case missingLogTime
  case invalidLogTime
  case missingRequest
  case unterminatedRequest
  case invalidResponseSize
  case missingSpace
  case tooManyFields
  case unlikely
  case replacementCharacterKey
  case missingKey
  case quoteInWord
  case equalsInValue
  case cutByDamage

  /// The reason in words.
  public var description: String {
    switch self {
    case .unexpectedByte: "unexpected byte where a value or key should begin"
    case .unexpectedEnd: "the record ends in the middle of a value"
    case .invalidNumber: "not a JSON number"
    case .invalidLiteral: "not true, false or null"
    case .invalidEscape: "invalid escape in a string"
    case .controlCharacter: "control character in a string"
    case .unterminatedString: "string without closing quote"
    case .missingColon: "no colon after a key"
    case .missingComma: "no comma or closing bracket after a value"
    case .trailingContent: "content after the value"
    case .tooDeep: "nested too deeply"
    case .tooLong: "longer than --max-record"
    case .tooManyRecordsOnLine: "more records on one line than a batch holds"
    case .invalidUTF8Key: "ill-formed UTF-8 in a key"
    case .unexpectedQuote: "a quote before the time"
    case .missingClientFields: "fewer fields before the time than host, ident and user"
    case .missingLogTime: "no time in brackets behind host, ident and user"
    case .invalidLogTime: "not a time like 10/Oct/2000:13:55:36 -0700"
    case .missingRequest: "no request in quotes behind the time"
    case .unterminatedRequest: "no quote with a space and a status behind it ends the request"
    case .invalidResponseSize: "the size of the response is neither a number nor a dash"
    case .missingSpace: "no single space between two fields"
    case .tooManyFields: "more than a thousand fields behind those that the format knows"
    case .unlikely: "does not look like a record of the input's formats"
    case .replacementCharacterKey: "U+FFFD in a key"
    case .missingKey: "no key before the equals sign"
    case .quoteInWord: "quote in a key or in a value that did not begin with one"
    case .equalsInValue: "equals sign in a value without quotes"
    case .cutByDamage: "cut off by damage of the compressed input"
    }
  }
}

/// A run of input that is not a record: where it lies and what is wrong with it.
public struct Reject: BitwiseCopyable, Sendable {
  public let reason: RejectReason
  /// Absolute offset in the source of the line's first byte.
  public let offset: Int
  /// Length in bytes, without the line's end.
  public let byteCount: Int
  /// Absolute offset of the byte at fault.
  public let faultOffset: Int
  /// The line's number in its file, counted from 1.
  public internal(set) var line: Int
}
