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
  /// Comma-separated values, with a line of column names.
  case csv
  /// Tab-separated values, with a line of column names and escapes instead of quotes.
  case tsv
  /// `key=value` pairs.
  case logfmt
  /// Aligned columns for people to read; see `TableSink`.
  case table
  /// The records' own bytes, a line each.
  case raw
  /// An Arrow IPC file; see `ArrowSink`.
  case arrow
  /// An Arrow IPC stream, which can be read while it is written.
  case arrowStream = "arrow-stream"
  /// Nothing: everything is decoded and dropped.
  case none

  /// Whether it is one of the formats of Apache Arrow.
  public var isArrow: Bool { self == .arrow || self == .arrowStream }

  /// What makes the text of batches of `schema`, or nil when there is none that a batch could tell by
  /// itself, or no text at all. `timeText`, if given, prints times whose values the batches hold.
  public func formatter(
    for schema: Schema, timeText: TimeText? = nil
  ) -> (any BatchFormatter)? {
    switch self {
    case .ndjson: NDJSONFormatter(schema: schema, timeText: timeText)
    case .csv: CSVFormatter(schema: schema, timeText: timeText)
    case .tsv: TSVFormatter(schema: schema, timeText: timeText)
    case .logfmt: LogfmtFormatter(schema: schema, timeText: timeText)
    case .raw: RawFormatter()
    case .table, .arrow, .arrowStream, .none: nil
    }
  }

  /// What a reader must keep of each column for this format.
  public var representation: ReaderOptions.Representation {
    switch self {
    case .ndjson, .csv, .tsv, .logfmt, .table: .text
    case .raw: .none
    case .arrow, .arrowStream, .none: .values
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
