/// Access logs of web servers: the Common Log Format of NCSA httpd, the combined format, which adds referer
/// and user agent, both with the virtual host in front, and all of these with further fields at the end.
///
///     vhost host ident user [time] "request" status bytes "referer" "user_agent" further fields
struct AccessFormat: LogFormat {
  let name = "access"
  let summary = "access logs of web servers: common, combined, with a virtual host"
  let tokenSyntax = TokenSyntax.plain

  let columns: [ColumnDefinition] = AccessField.allCases.map {
    ColumnDefinition(name: $0.name, type: $0.type)
  }

  let wordDelimiters: ByteClass? = ByteClass { byte in
    byte <= UInt8(ascii: " ") || byte == AccessByte.quote || byte == AccessByte.backslash
  }

  let listsStops = true

  func makeScanner(_ tree: inout FieldTree, _ options: FormatOptions) -> any RecordScanner {
    AccessScanner(&tree, options)
  }

  func probes(
    _ condition: NecessaryCondition, _ schema: Schema, _ options: FormatOptions
  ) -> ProbedCondition? {
    AccessProbes.condition(condition, schema, options)
  }

  func makeWalk(
    _ tree: inout FieldTree, _ wanted: WantedFields, _ options: FormatOptions
  ) -> (any RecordWalk)? {
    AccessWalk(&tree, wanted)
  }

  func mayHold(surplus name: String) -> Bool {
    guard name.hasPrefix(Self.surplusName) else { return false }
    let number = name.dropFirst(Self.surplusName.count)
    return number.utf8.first != UInt8(ascii: "0") && Int(number).map { $0 > 0 } ?? false
  }

  /// What fields behind those of the combined format are called, with their number.
  static let surplusName = "extra"

  func likeness(_ line: borrowing ByteCursor, from start: Int, _ fault: RecordFault) -> Double {
    line.holdsLogDate(from: start) ? 0.15 : 0
  }
}

/// The columns of an access log, in their order.
enum AccessField: Int, CaseIterable {
  case vhost, host, ident, user, time, method, path, `protocol`, status, bytes, referer, userAgent

  /// The column's name.
  var name: String { self == .userAgent ? "user_agent" : "\(self)" }

  /// The column's type.
  var type: ColumnType {
    switch self {
    case .time: .timestamp
    case .status, .bytes: .int64
    default: .string
    }
  }
}

/// The bytes that hold a line of an access log together.
enum AccessByte {
  static let quote = UInt8(ascii: "\"")
  static let backslash = UInt8(ascii: "\\")
  static let space = UInt8(ascii: " ")
  static let dash = UInt8(ascii: "-")
  static let openBracket = UInt8(ascii: "[")
  static let closeBracket = UInt8(ascii: "]")
}

extension ByteCursor {
  /// Whether `[dd/Mon/yyyy:` stands in the line, as far as the separators tell.
  fileprivate func holdsLogDate(from start: Int) -> Bool {
    var at = start
    while at < end {
      if byte(at: at) == AccessByte.openBracket, byte(at: at &+ 3) == UInt8(ascii: "/"),
        byte(at: at &+ 7) == UInt8(ascii: "/"), byte(at: at &+ 12) == UInt8(ascii: ":")
      {
        return true
      }
      at &+= 1
    }
    return false
  }
}
