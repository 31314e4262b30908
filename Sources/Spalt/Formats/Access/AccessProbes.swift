/// Finds what the bytes of an access log tell about conditions.
///
/// Text stands in a line as it is, unless escapes are decoded or its UTF-8 is ill-formed. A quote, a space and
/// the three digits of the status stand in every line that has one.
enum AccessProbes {
  /// `condition` as a sieve looks for it, or nil when bytes do not tell.
  static func condition(
    _ condition: NecessaryCondition, _ schema: Schema, _ options: FormatOptions
  ) -> ProbedCondition? {
    switch condition {
    case .int64(let column, let range):
      guard field(column, schema) == .status else { return nil }
      return status(range)
    case .texts(let column, let texts):
      guard isText(column, schema), !options.decodesEscapes else { return nil }
      return .any(texts.map { ProbedCondition(containing: $0) })
    case .containsText(let column, let text):
      guard isText(column, schema), !options.decodesEscapes else { return nil }
      return ProbedCondition(containing: text)
    case .float64, .timestamp, .isNotNull, .severity, .any: return nil
    }
  }

  /// The format's own column that a column of the schema is, with its own type.
  private static func field(_ column: Int, _ schema: Schema) -> AccessField? {
    let definition = schema.columns[column]
    return AccessField.allCases.first {
      $0.name == definition.name && $0.type == definition.type
    }
  }

  private static func isText(_ column: Int, _ schema: Schema) -> Bool {
    field(column, schema)?.type == .string
  }

  /// A probe for a status. A request may hold a quote, a space and digits, too, which does no harm.
  private static func status(_ range: ClosedRange<Int64>) -> ProbedCondition? {
    // With a zero in front, three digits are no number.
    let all: ClosedRange<Int64> = 100...999
    guard range.overlaps(all) else { return nil }
    let wanted = range.clamped(to: all)
    var needle = Needle([AccessByte.quote, AccessByte.space])
    needle.requireDigit(
      from: wanted.lowerBound / 100, to: wanted.upperBound / 100, behind: 0)
    return ProbedCondition(
      probes: [
        FieldProbe(
          needle: needle, test: .int64, syntax: .adjacent, lower: wanted.lowerBound,
          upper: wanted.upperBound)
      ])
  }
}
