/// The schema of one or more inputs, with what a sample of them holds in each column.
///
/// Only the sample is looked at: the records that begin in the first `sampleByteCount` bytes of all
/// inputs together, which are those that the schema is inferred from.
public struct SchemaSurvey: Sendable {
  /// The columns, as a reader with the same options infers them.
  public let schema: Schema
  /// The same columns with null counts and samples.
  public private(set) var columns: [ColumnSummary]
  /// The formats of the records in the sample.
  public private(set) var formatNames: [String] = []
  /// Records in the sample.
  public private(set) var recordCount = 0
  /// Rejected records in the sample.
  public private(set) var rejectedCount = 0
  /// Whether the inputs go on behind the sample.
  public private(set) var isPartial = false
  /// For each column, the beginnings of its samples, by which values are told apart.
  private var beginnings: [[[UInt8]]]

  /// Reads the sample of the inputs. `options.sampleByteCount` says how much that is; `Int.max` is
  /// everything. O(values in the sample).
  /// - Throws: `SpaltError` as `RecordReader` does.
  public init(inputs: [InputPath], options: ReaderOptions) throws(SpaltError) {
    var options = options
    options.representation = .text
    var reader = try RecordReader(inputs: inputs, options: options)
    self.init(reader.schema)
    formatNames = reader.formatNames
    try survey(&reader, upTo: options.sampleByteCount)
  }

  /// A survey of no records yet.
  init(_ schema: Schema) {
    self.schema = schema
    columns = schema.columns.enumerated().map { index, column in
      ColumnSummary(column, role: schema.role(ofColumn: index))
    }
    beginnings = Array(repeating: [], count: columns.count)
  }

  private mutating func survey(
    _ reader: inout RecordReader, upTo limit: Int
  ) throws(SpaltError) {
    var inputIndex = 0
    var inputStart = 0
    while true {
      let consumedByteCount = reader.statistics.byteCount
      guard let batch = try reader.next() else { return }
      if reader.inputIndex != inputIndex {
        inputIndex = reader.inputIndex
        inputStart = consumedByteCount
      }
      let rowCount = Self.rowCount(of: batch, before: limit - inputStart)
      let rejectedCount = batch.rejects.count { $0.offset < limit - inputStart }
      add(batch, rowCount: rowCount)
      try batch.verify()
      self.rejectedCount += rejectedCount
      if rowCount < batch.rowCount || rejectedCount < batch.rejects.count {
        isPartial = true
        return
      }
    }
  }

  /// How many of a batch's records begin before `limit`, an offset in their input.
  private static func rowCount(of batch: borrowing RecordBatch, before limit: Int) -> Int {
    var rowCount = batch.rowCount
    while rowCount > 0, batch.recordBytes(rowCount - 1).offset >= limit { rowCount -= 1 }
    return rowCount
  }

  /// Takes the first rows of a batch into account.
  mutating func add(_ batch: borrowing RecordBatch, rowCount: Int) {
    for index in columns.indices {
      let sampleCount = beginnings[index].count
      add(batch, index, rowCount: rowCount)
      columns[index].samples += beginnings[index][sampleCount...].map(Self.sample)
    }
    recordCount += rowCount
  }

  /// Takes the first rows of a column into account.
  private mutating func add(_ batch: borrowing RecordBatch, _ index: Int, rowCount: Int) {
    let type = columns[index].definition.type
    let fields = batch.fields
    if fields.hasTokens(index) {
      for row in 0..<rowCount {
        let syntax = fields.tokenSyntax(row).resolved(for: type)
        guard let text = fields.token(index, row), !Self.isNull(text, syntax, type) else {
          columns[index].nullCount += 1
          continue
        }
        if beginnings[index].count < ColumnSummary.sampleLimit {
          add(Self.content(text, syntax, type), index)
        }
      }
    } else if let values = batch.values(index) {
      for row in 0..<rowCount {
        guard let text = values.text(row) else {
          columns[index].nullCount += 1
          continue
        }
        if beginnings[index].count < ColumnSummary.sampleLimit { add(text, index) }
      }
    }
  }

  /// Whether a token is null: JSON's word for it, or nothing where no text can be.
  private static func isNull(
    _ text: borrowing ByteView, _ syntax: TokenSyntax, _ type: ColumnType
  ) -> Bool {
    guard syntax == .json else { return text.isEmpty && !type.isText }
    // "null", little-endian.
    return text.byteCount == 4 && text.load(at: 0, as: UInt32.self) == 0x6C6C_756E
  }

  /// The text of a value without the quotes that mean nothing in a column of strings or times.
  @_lifetime(copy text)
  private static func content(
    _ text: ByteView, _ syntax: TokenSyntax, _ type: ColumnType
  ) -> ByteView {
    guard syntax != .plain, type != .json, text.byteCount >= 2, text[0] == UInt8(ascii: "\"") else {
      return text
    }
    return text.slice(1..<text.byteCount - 1)
  }

  /// Enough bytes to tell whether a sample is cut: a scalar has four at most.
  private static let beginningByteCount = (ColumnSummary.sampleLength + 1) * 4

  /// Keeps the beginning of a value unless there is one like it.
  private mutating func add(_ text: borrowing ByteView, _ index: Int) {
    let beginning = text.slice(0..<min(text.byteCount, Self.beginningByteCount))
    for known in beginnings[index] where ByteView(known.span).hasSameBytes(as: beginning) {
      return
    }
    var bytes: [UInt8] = []
    for position in 0..<beginning.byteCount { bytes.append(beginning[position]) }
    beginnings[index].append(bytes)
  }

  /// The beginning of a value as text, cut.
  private static func sample(_ beginning: [UInt8]) -> String {
    let scalars = String(decoding: beginning, as: UTF8.self).unicodeScalars
    guard scalars.count > ColumnSummary.sampleLength else { return String(scalars) }
    return String(scalars.prefix(ColumnSummary.sampleLength - 1)) + "…"
  }
}
