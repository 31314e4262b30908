/// The type of a part of an expression.
enum ValueType: Sendable, Equatable {
  /// `NULL` as it is written: of any type.
  case null
  case bool
  case int64
  case float64
  /// Nanoseconds since 1970-01-01T00:00:00Z.
  case timestamp
  case interval
  case text
  /// Text as it is written in an expression: it takes the type of what it is used with.
  case literal
  /// A column of JSON text: it takes the type of what it is used with, value by value.
  case json

  init(_ type: ColumnType) {
    switch type {
    case .bool: self = .bool
    case .int64: self = .int64
    case .float64: self = .float64
    case .timestamp: self = .timestamp
    case .string: self = .text
    case .json: self = .json
    }
  }

  /// The type's name in SQL.
  var name: String {
    switch self {
    case .null: "NULL"
    case .bool: "BOOLEAN"
    case .int64: "BIGINT"
    case .float64: "DOUBLE"
    case .timestamp: "TIMESTAMP"
    case .interval: "INTERVAL"
    case .text, .literal: "VARCHAR"
    case .json: "JSON"
    }
  }

  var isText: Bool { self == .text || self == .literal }
  var isNumber: Bool { self == .int64 || self == .float64 }

  /// Bits that one value takes in a register.
  var bitWidth: Int {
    switch self {
    case .null, .bool: 1
    case .int64, .float64, .timestamp: 64
    case .interval, .text, .literal, .json: 128
    }
  }
}

/// A value that is known before the first record.
enum Constant: Sendable, Equatable {
  case null
  case bool(Bool)
  case int64(Int64)
  case float64(Double)
  case timestamp(Int64)
  case interval(Interval)
  case text([UInt8])
}
