/// Finds what bytes of JSON tell about conditions.
enum JSONProbes {
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
    case .isNotNull(let column): return keyed(column, .notNull, 0, 0, schema)
    case .texts(let column, let texts): return self.condition(texts, column, schema)
    case .containsText(let column, let text):
      guard schema.isFromInput(column) else { return nil }
      return ProbedCondition(containing: text, isPlain: isPlain)
    case .any(let conditions): return .any(conditions.map { self.condition($0, schema) })
    }
  }

  /// A probe for the key of a column, with a test of its value.
  private static func keyed(
    _ column: Int, _ test: FieldProbe.Test, _ lower: Int64, _ upper: Int64, _ schema: Schema
  ) -> ProbedCondition? {
    guard let key = quotedKey(column, schema) else { return nil }
    var needle = Needle(key)
    if test == .int64 { needle.leaveOutIntegers(outside: lower...upper) }
    return ProbedCondition(
      probes: [FieldProbe(needle: needle, test: test, lower: lower, upper: upper)])
  }

  private static func condition(
    _ texts: [[UInt8]], _ column: Int, _ schema: Schema
  ) -> ProbedCondition? {
    guard let key = quotedKey(column, schema), texts.allSatisfy({ $0.allSatisfy(isPlain) })
    else { return nil }
    if texts.count == 1, !texts[0].isEmpty {
      // The value is rarer than its key.
      return ProbedCondition(
        probes: [
          FieldProbe(
            needle: Needle(quoted(texts[0])), test: .keyBefore, key: Literal(ByteView(key.span)))
        ])
    }
    return ProbedCondition(
      probes: [
        FieldProbe(needle: Needle(key), test: .texts, upper: Int64(texts.count))
      ],
      texts: texts.map { Needle(quoted($0)).literal })
  }

  /// The key that values of a column stand under, in quotes; nil when the column is not the input's own,
  /// or the key has spellings that cannot be searched for.
  private static func quotedKey(_ column: Int, _ schema: Schema) -> [UInt8]? {
    guard schema.isFromInput(column),
      let key = FieldPath.keys(of: schema.columns[column].name)?.last,
      key != Array(Schema.valueName.utf8), key.allSatisfy(isPlain),
      key.count + 2 <= Literal.maximumByteCount
    else { return nil }
    return quoted(key)
  }

  private static func quoted(_ text: [UInt8]) -> [UInt8] {
    [JSONByte.quote] + text + [JSONByte.quote]
  }

  /// Whether a byte of text has no other spelling in JSON than itself and `\u` escapes. Bytes beyond ASCII
  /// qualify, but for the first of U+FFFD, which is what ill-formed bytes become.
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != 0xEF && byte != JSONByte.quote && byte != JSONByte.backslash
      && byte != UInt8(ascii: "/")
  }
}
