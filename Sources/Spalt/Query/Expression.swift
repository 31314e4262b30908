/// An SQL expression that was parsed, but whose names are not yet those of a schema's columns.
///
///     let expression = try Expression("status >= 500 AND http.path LIKE '/api/%'")
///
/// The language is that of DuckDB, with these differences: names of columns are told apart by case; a
/// number with a fraction is a `DOUBLE`; all integers have 64 bits; a
/// `DATE` is the midnight at which the day begins; text with an offset from UTC becomes the time that it
/// means. `~` matches anywhere in a text, as PostgreSQL's does.
public struct Expression: Sendable {
  /// An expression with the text that it was parsed from.
  struct Part: Sendable {
    let text: String
    let syntax: Syntax
  }

  /// All of them must hold.
  let parts: [Part]

  private init(parts: [Part]) { self.parts = parts }

  /// Parses `text`. O(length).
  /// - Throws: `SpaltError.expression` when it is no expression, nests deeper than 250 levels or is
  ///   longer than 1 MiB.
  public init(_ text: String) throws(SpaltError) {
    do {
      parts = [Part(text: text, syntax: try Parser.parse(text))]
    } catch {
      throw .expression(error)
    }
  }

  /// The expression that is true where both are.
  public static func and(_ first: Expression, _ second: Expression) -> Expression {
    Expression(parts: first.parts + second.parts)
  }

  /// Names of the columns that it uses, each once, in the order in which they stand. A key that holds
  /// a dot or a quote is itself in double quotes, as in a schema.
  public var columnNames: [String] {
    var names: [String] = []
    var seen: Set<[UInt8]> = []
    func visit(_ syntax: Syntax) {
      if case .column(let keys) = syntax.kind {
        let name = Self.columnName(keys)
        if seen.insert(Array(name.utf8)).inserted { names.append(name) }
      }
      for child in syntax.kind.children { visit(child) }
    }
    for part in parts { visit(part.syntax) }
    return names
  }

  /// The name of the column with these keys.
  static func columnName(_ keys: [String]) -> String {
    FieldPath.name(ofKeys: keys.map { Array($0.utf8) })
  }
}
