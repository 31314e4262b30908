/// A line of the log: the fields that have a value, in their order.
final class LogRecord {
  let fields: [Field]

  init(fields: [Field]) {
    self.fields = fields
  }
}

/// One field of a record.
final class Field {
  let name: String
  let value: Value

  init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }
}

/// What a field holds. Texts stand as they were in the log, with their escapes.
enum Value {
  case text(String)
  case integer(Int)
  /// In nanoseconds since 1970.
  case time(Int)
}

/// The names of the fields, as the generator of the logs calls them; none is longer than the 15 bytes that fit a
/// `String` itself.
enum FieldName {
  static let host = "ip"
  static let ident = "ident"
  static let user = "user"
  static let time = "ts"
  static let method = "method"
  static let path = "path"
  static let `protocol` = "protocol"
  static let status = "status"
  static let byteCount = "bytes"
  static let referer = "referer"
  static let agent = "agent"
}
