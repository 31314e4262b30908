/// An output format with its options.
public struct OutputFormat: Sendable {
  /// The format.
  public var format: SinkFormat

  /// `format` with default options.
  public init(_ format: SinkFormat) { self.format = format }

  /// What makes the text of batches of `schema`, or nil when there is no text.
  public func formatter(for schema: Schema) -> (any BatchFormatter)? {
    format.formatter(for: schema)
  }
}
