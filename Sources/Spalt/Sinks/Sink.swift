/// Consumes batches, in order.
public protocol BatchSink: ~Copyable {
  /// Takes the records of a batch.
  mutating func write(_ batch: borrowing RecordBatch) throws(SpaltError)
  /// Writes what is still held back. Called once, after the last batch.
  mutating func finish() throws(SpaltError)
  /// Bytes of output so far.
  var byteCount: Int { get }
}

/// The output formats.
public enum SinkFormat: String, CaseIterable, Sendable {
  /// One JSON object a line, with dotted names.
  case ndjson
  /// The records' own bytes, a line each.
  case raw
  /// Nothing: everything is decoded and dropped.
  case none

  /// What makes the text of batches of `schema`, or nil when there is no text.
  public func formatter(for schema: Schema) -> (any BatchFormatter)? {
    switch self {
    case .ndjson: NDJSONFormatter(schema: schema)
    case .raw: RawFormatter()
    case .none: nil
    }
  }

  /// What a reader must keep of each column for this format.
  public var representation: ReaderOptions.Representation {
    switch self {
    case .ndjson: .text
    case .raw: .none
    case .none: .values
    }
  }
}

/// Drops every batch.
public struct NullSink: BatchSink {
  public init() {}
  public mutating func write(_ batch: borrowing RecordBatch) {}
  public mutating func finish() {}
  public var byteCount: Int { 0 }
}
