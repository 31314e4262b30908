/// Finds what bytes of logfmt tell about conditions.
///
/// A key has one spelling, with its equals sign right behind it. A value stands bare, as it is, or in quotes, where
/// most bytes stand for themselves but for `\u` escapes, which sieves let through.
enum LogfmtProbes {
  /// `condition` as a sieve looks for it, or nil when bytes do not tell.
  static func condition(
    _ condition: NecessaryCondition, _ schema: Schema
  ) -> ProbedCondition? {
    switch condition {
    case .int64(let column, let range):
      return keyed(column, .int64, range.lowerBound, range.upperBound, schema)
    case .float64(let column, let range):
      return keyed(
        column, .float64, Int64(bitPattern: range.lowerBound.bitPattern),
        Int64(bitPattern: range.upperBound.bitPattern), schema)
    case .timestamp(let column, let range):
      return keyed(column, .timestamp, range.lowerBound, range.upperBound, schema)
    case .severity(let column, let minimum):
      return keyed(column, .severity, minimum, 0, schema)
    case .isNotNull(let column): return isNotNull(column, schema)
    case .texts(let column, let texts): return self.condition(texts, column, schema)
    case .containsText(let column, let text):
      guard schema.isFromInput(column), !containsBytes(Self.madeText, text) else { return nil }
      return ProbedCondition(containing: text, isPlain: isPlain)
    case .any(let conditions): return .any(conditions.map { self.condition($0, schema) })
    }
  }

  /// The text of a key without a value, which does not stand in the line.
  private static let madeText = Array("true".utf8)

  /// A probe for the key of a column, with a test of its value. Keys without a value meet no such test.
  private static func keyed(
    _ column: Int, _ test: FieldProbe.Test, _ lower: Int64, _ upper: Int64, _ schema: Schema
  ) -> ProbedCondition? {
    guard let key = assignedKey(column, schema) else { return nil }
    var needle = Needle(key)
    if test == .int64 { needle.leaveOutIntegers(outside: lower...upper, behind: 0) }
    return ProbedCondition(
      probes: [
        FieldProbe(needle: needle, test: test, syntax: .adjacent, lower: lower, upper: upper)
      ])
  }

  /// A column of numbers or times needs a value; any other is also filled by its key alone.
  private static func isNotNull(_ column: Int, _ schema: Schema) -> ProbedCondition? {
    guard let key = assignedKey(column, schema) else { return nil }
    switch schema.columns[column].type {
    case .int64, .float64, .timestamp:
      return ProbedCondition(probes: [FieldProbe(needle: Needle(key), test: .none)])
    case .bool, .string, .json:
      return ProbedCondition(containing: Array(key.dropLast()))
    }
  }

  private static func condition(
    _ texts: [[UInt8]], _ column: Int, _ schema: Schema
  ) -> ProbedCondition? {
    guard let key = assignedKey(column, schema), !texts.contains(Self.madeText) else { return nil }
    if texts.count == 1, !texts[0].isEmpty, texts[0].allSatisfy(isPlain) {
      // The value is rarer than its key.
      return ProbedCondition(
        probes: [
          FieldProbe(
            needle: Needle(texts[0]), test: .keyBefore, syntax: .adjacent,
            key: Literal(ByteView(key.span)))
        ])
    }
    let beginnings = texts.flatMap { [bareBeginning($0), quotedBeginning($0)] }
    return ProbedCondition(
      probes: [
        FieldProbe(
          needle: Needle(key), test: .texts, syntax: .adjacent, upper: Int64(beginnings.count))
      ],
      texts: beginnings.map(literal))
  }

  private static func literal(_ bytes: [UInt8]) -> Literal {
    let kept = Array(bytes.prefix(Literal.maximumByteCount))
    return Literal(ByteView(kept.span))
  }

  /// What a text begins with that stands bare: all of it, up to what ill-formed bytes may have become.
  private static func bareBeginning(_ text: [UInt8]) -> [UInt8] {
    Array(text.prefix { $0 != replacementByte && $0 != 0 })
  }

  /// What a text begins with that stands in quotes: its first bytes that have no other spelling.
  private static func quotedBeginning(_ text: [UInt8]) -> [UInt8] {
    let plain = text.prefix(while: isPlain)
    return [JSONByte.quote] + plain + (plain.count == text.count ? [JSONByte.quote] : [])
  }

  /// The key of a column's values with its equals sign; nil when the column is not the input's own, or the
  /// key cannot be searched for.
  private static func assignedKey(_ column: Int, _ schema: Schema) -> [UInt8]? {
    guard schema.isFromInput(column), let keys = FieldPath.keys(of: schema.columns[column].name)
    else { return nil }
    let key = Array(keys.joined(separator: [LogfmtByte.dot])) + [LogfmtByte.equals]
    return key.count > Literal.maximumByteCount || key.contains(0) ? nil : key
  }

  /// What U+FFFD begins with, which may stand for any ill-formed bytes.
  private static let replacementByte: UInt8 = 0xEF

  /// Whether a byte of text has no other spelling, bare or in quotes, than itself and `\u` escapes.
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != replacementByte && byte != JSONByte.quote
      && byte != JSONByte.backslash && byte != UInt8(ascii: "/") && byte != UInt8(ascii: "'")
  }

  private static func containsBytes(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    text.indices.contains { text[$0...].starts(with: part) }
  }
}
