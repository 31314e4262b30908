/// A run of records in Arrow memory layout, with the place of each in the source.
///
/// A batch owns its columns and holds a share of the bytes its strings view. It cannot be copied:
/// it is handed on by moving, and everything that was borrowed from it ends before it does. When it
/// is destroyed its memory goes back to the pools it came from.
public struct RecordBatch: ~Copyable, Sendable {
  /// The columns' names and types.
  public var schema: Schema { layout.visibleSchema }
  /// Number of records.
  public private(set) var rowCount: Int
  /// Number of records before some were left out.
  let decodedRowCount: Int
  let layout: BatchLayout
  private let slab: SealedSlab
  /// Text that had to be made: decoded escapes, replaced bytes, `_extra`.
  private let texts: Arena
  /// What became of the input that this batch covers.
  public let statistics: BatchStatistics
  /// What in that input is not a record.
  public private(set) var rejects: [Reject]
  private let segment: Segment
  /// The bytes of the segment that views and record starts count from; nil for all of them.
  private let textWindow: Range<Int>?
  /// Where the texts of each column lie; empty when nobody asked.
  private let textPlaces: [TextPlaces]
  private let pool: ChunkPool
  /// The records as text, if the reader was asked for it.
  private var text: TextBuffer
  /// Whether the reader has made text of the records.
  private(set) var isFormatted = false

  /// A batch of what was decoded. Nothing writes to its columns and texts from now on.
  init(_ decoded: consuming DecodedBatch) {
    layout = decoded.layout
    rowCount = decoded.rowCount
    decodedRowCount = decoded.decodedRowCount
    statistics = decoded.notes.statistics
    rejects = decoded.notes.rejects
    pool = decoded.pool
    textWindow = decoded.textWindow
    textPlaces = decoded.textPlaces
    segment = decoded.segment
    slab = decoded.slab.seal()
    decoded.notes.texts.seal()
    texts = decoded.notes.texts
    text = TextBuffer(pool: pool)
  }

  /// Checks that what was read of this batch so far were the bytes of the input: that nobody has truncated a mapped
  /// file meanwhile, or written to it without appending, as far as the system tells. Batches are checked
  /// before a reader hands them out; their strings lie in the file, so who reads these later checks again
  /// before what was made of them is used. One system call, as a rule; none for what was read or decompressed.
  /// - Throws: `SpaltError.changed`.
  public func verify() throws(SpaltError) { try segment.verify() }

  /// Makes the lines of rejects, which decoders count from the batch's beginning, count from that of the
  /// file.
  mutating func moveRejects(byLines lineCount: Int) {
    for index in rejects.indices { rejects[index].line += lineCount }
  }

  /// Column `index` of the schema. Traps when there is none, or when it was not asked for.
  @_lifetime(borrow self)
  public func column(_ index: Int) -> Column {
    table.column(index)
  }

  /// The column called `name`, or nil when there is none whose values were asked for.
  @_lifetime(borrow self)
  public func column(named name: String) -> Column? {
    guard let index = schema.index(of: name), layout.columns[index].valuesStart >= 0 else {
      return nil
    }
    return table.column(index)
  }

  /// Column `index`, or nil when its values were not asked for.
  @_lifetime(borrow self)
  func values(_ index: Int) -> Column? {
    guard layout.columns[index].valuesStart >= 0 else { return nil }
    return table.column(index)
  }

  /// The text of column `index` as it stood in each record, or nil when it was not asked for.
  @_lifetime(borrow self)
  func tokens(_ index: Int) -> TextColumn? {
    let start = layout.columns[index].tokensStart
    guard start >= 0 else { return nil }
    return TextColumn(
      views: slab.view(start..<start + layout.rowCapacity * 16), texts: textSource)
  }

  /// The index of record `row`'s format in the layout's tables.
  func formatIndex(_ row: Int) -> Int {
    precondition(row >= 0 && row < rowCount, "no such row")
    return table.formatIndex(row)
  }

  /// In which syntax the tokens of record `row` are.
  func tokenSyntax(_ row: Int) -> TokenSyntax { layout.tokenSyntaxes[formatIndex(row)] }

  var table: RecordTable {
    @_lifetime(borrow self)
    get {
      RecordTable(
        layout: layout, rowCount: rowCount, slab: slab.view(0..<layout.byteCount),
        texts: textSource)
    }
  }

  /// All fields, for sinks that go from record to record.
  var fields: BatchFields {
    @_lifetime(borrow self)
    get { BatchFields(table) }
  }

  /// The bytes that string views point into.
  var textSource: TextSource {
    @_lifetime(borrow self)
    get { TextSource(input: segment.view(textWindow), arena: texts.chunks) }
  }

  /// The original bytes of record `row`, with its absolute offset, without the line's end.
  @_lifetime(borrow self)
  public func recordBytes(_ row: Int) -> ByteView {
    precondition(row >= 0 && row < rowCount, "no such row")
    return Record(table: table, row: row).bytes
  }

  /// A run of the input that this batch covers, such as the text of a reject; nil when it is not at
  /// hand.
  @_lifetime(borrow self)
  public func input(at offset: Int, byteCount: Int) -> ByteView? {
    let start = offset - segment.offset
    guard start >= 0, byteCount >= 0, start + byteCount <= segment.byteCount else { return nil }
    return segment.view.slice(start..<start + byteCount)
  }

  /// A cursor over the records, in order: `while let record = cursor.next()`.
  public var records: RecordCursor {
    @_lifetime(borrow self)
    get { RecordCursor(table) }
  }

  /// Keeps only the first `count` records. What the statistics say does not change.
  public mutating func truncate(to count: Int) {
    precondition(count >= 0, "a count is not negative")
    guard count < rowCount else { return }
    rowCount = count
    isFormatted = false
  }

  /// The records as text, if `isFormatted`.
  var formattedText: ByteView {
    @_lifetime(borrow self)
    get { text.view }
  }

  /// Makes text of the records, in room for `capacity` bytes to begin with.
  mutating func format(
    capacity: Int, _ body: (borrowing RecordBatch, inout TextBuffer) throws(SpaltError) -> Void
  ) throws(SpaltError) {
    var made = TextBuffer(pool: pool)
    try made.reserve(capacity)
    try body(self, &made)
    text = made
    isFormatted = true
  }

  /// Takes the batch apart, into parts that can be shared.
  consuming func parts() -> BatchParts {
    // A consumer that keeps batches has no use for the places of records, which stand behind the columns.
    if pool.liveByteCount > Self.keptByteCount { slab.dropPages(from: layout.recordStartsStart) }
    let window = textWindow ?? 0..<segment.byteCount
    return BatchParts(
      layout: layout, rowCount: rowCount, textWindow: window, textPlaces: textPlaces,
      slab: SharedSlab(slab), texts: SharedTexts(texts), input: SharedSegment(segment), pool: pool)
  }

  /// Memory in use of which a consumer has probably kept most. Where a pipeline of many threads has as much, its pages
  /// come back as they are written to.
  private static let keptByteCount = 32 << 20
}
