/// One way in which a record can meet a condition on a field: a text that then stands in its line, and a
/// closer look at what stands around it. Plain data, because the closer look is taken at every line.
struct FieldProbe: BitwiseCopyable {
  /// What has to stand around the text.
  enum Test: UInt8, BitwiseCopyable {
    /// The text is enough.
    case none
    /// The text is the value, and before it stands its key, which is `key`.
    case keyBefore
    /// The text is the key, and its value is an integer from `lower` to `upper`.
    case int64
    /// A number from `lower` to `upper`, which are the bits of `Double`s.
    case float64
    /// A time from `lower` to `upper`, in nanoseconds since 1970-01-01T00:00:00Z.
    case timestamp
    /// One of the texts from `lower` up to `upper` of the sieve's list.
    case texts
    case notNull
    /// A level of at least the rank `lower`.
    case severity
  }

  /// Where a value stands that belongs to the text.
  enum Syntax: UInt8, BitwiseCopyable {
    /// Behind the text, which is a key, a colon and perhaps white space.
    case json
    /// Right behind the text. A value may be in quotes.
    case adjacent
  }

  /// The text.
  let needle: Needle
  let test: Test
  var syntax = Syntax.json
  var key = Literal.empty
  var lower: Int64 = 0
  var upper: Int64 = 0
}

/// A condition as a sieve looks for it: probes, of which every record that meets the condition passes at
/// least one, and the texts that they compare values with.
struct ProbedCondition: Sendable {
  var probes: [FieldProbe]
  var texts: [Literal] = []

  /// Adds the probes of another condition, any of which will do.
  mutating func append(_ other: ProbedCondition) {
    for var probe in other.probes {
      if probe.test == .texts {
        probe.lower += Int64(texts.count)
        probe.upper += Int64(texts.count)
      }
      probes.append(probe)
    }
    texts += other.texts
  }
}

extension ProbedCondition {
  /// That a text stands in the line as it is; nil when nothing of it is sure to. `isPlain` says which bytes
  /// have no other spelling.
  init?(containing text: [UInt8], isPlain: (UInt8) -> Bool = { _ in true }) {
    // U+FFFD may stand for ill-formed bytes, and what comes behind its first byte is not looked for alone.
    let parts = text.split {
      !isPlain($0) || $0 == 0xEF || $0 == 0xBF || $0 == 0xBD || $0 == 0
    }
    // Two bytes at least, or else every line has it.
    guard let longest = parts.max(by: { $0.count < $1.count }), longest.count >= 2 else {
      return nil
    }
    self.init(probes: [FieldProbe(needle: Needle(Array(longest)), test: .none)])
  }

  /// That one of some conditions is met; nil when one of them cannot be searched for.
  static func any(_ conditions: [ProbedCondition?]) -> ProbedCondition? {
    var all = ProbedCondition(probes: [])
    for condition in conditions {
      guard let condition else { return nil }
      all.append(condition)
    }
    return all.probes.isEmpty || all.probes.count > LineSieve.probeLimit ? nil : all
  }
}
