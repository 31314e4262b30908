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

  /// The text.
  let needle: Needle
  let test: Test
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
