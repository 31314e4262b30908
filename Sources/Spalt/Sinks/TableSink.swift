/// How a table looks.
public struct TableOptions: Sendable {
  /// Cells that a line may take; nil for lines of any length, in which nothing is cut.
  public var width: Int?
  /// Whether values are coloured.
  public var usesColor: Bool
  /// The column that holds the level or severity of a record, if one does.
  public var levelColumn: Int?
  /// Prints times whose values the batches hold.
  public var timeText: TimeText?

  /// Options for a table of this width.
  public init(
    width: Int? = nil, usesColor: Bool = false, levelColumn: Int? = nil, timeText: TimeText? = nil
  ) {
    self.width = width
    self.usesColor = usesColor
    self.levelColumn = levelColumn
    self.timeText = timeText
  }
}

/// Writes records as aligned columns under a line of names, for people to read.
///
/// The first records fix the widths; what is wider later takes the room that its line has to spare, and is cut
/// when there is none, which `…` shows. Numbers stand to the right. A value that is `null` is written `null`, a key that the record lacks is blank. Columns that
/// have no room are left out; the header ends with their number (`+3`). The column `_extra` is only shown when
/// one of the first records has something there.
///
/// Text is escaped in every table, wherever it goes: see `TerminalText`. The batches must come from a
/// reader with the representation `text`.
public struct TableSink: ~Copyable, BatchSink {
  /// How many records the widths are made for.
  static let sampleRowCount = 100

  private let schema: Schema
  private let options: TableOptions
  private let text: FieldText
  private let colors: TableColors
  private let isRightAligned: [Bool]
  private let flushesBatches: Bool
  private var output: OutputBuffer
  private var cell: TextBuffer
  private var line: TextBuffer
  /// The lines of a batch, which are written when it was checked that they are true.
  private var lines: TextBuffer
  /// The columns that are shown, and how wide, once the first records are known.
  private var shown: (columns: [Int], layout: TableLayout)?
  private var hasHiddenExtra = false

  /// A table of the columns of `schema`.
  public init(
    schema: Schema, target: OutputTarget, options: TableOptions = TableOptions()
  ) throws(SpaltError) {
    let pool = ChunkPool(budget: MemoryBudget())
    let output = try target.open(byteCount: 64 << 10)
    flushesBatches = output.isTerminal
    self.output = output
    cell = TextBuffer(pool: pool)
    line = TextBuffer(pool: pool)
    lines = TextBuffer(pool: pool)
    self.schema = schema
    self.options = options
    text = FieldText(schema: schema, timeText: options.timeText)
    colors = TableColors(schema: schema, levelColumn: options.levelColumn)
    isRightAligned = schema.columns.map { $0.type == .int64 || $0.type == .float64 }
  }

  /// The columns that had no room, and `_extra` if something in it was not shown.
  public var hiddenColumnNames: [String] {
    guard let shown else { return [] }
    let hidden = shown.columns.suffix(shown.layout.hiddenCount).map { schema.columns[$0].name }
    return hidden + (hasHiddenExtra ? [Schema.extraName] : [])
  }

  public var byteCount: Int { output.totalByteCount }

  public mutating func finish() throws(SpaltError) { try output.finish() }

  public mutating func write(_ batch: borrowing RecordBatch) throws(SpaltError) {
    guard batch.rowCount > 0 else { return }
    let fields = batch.fields
    let columns: [Int]
    let layout: TableLayout
    if let shown {
      (columns, layout) = shown
    } else {
      (columns, layout) = try measure(fields)
      shown = (columns, layout)
      try writeHeader(columns, layout)
    }
    for row in 0..<fields.rowCount { try writeRow(fields, row, columns, layout) }
    noteHiddenExtra(fields, columns)
    do { try batch.verify() } catch {
      lines.clear()
      throw error
    }
    try Self.move(lines, to: &output)
    lines.clear()
    if flushesBatches { try output.flush() }
  }

  // MARK: - Widths

  /// Fixes the columns and their widths from the first rows of a batch.
  private mutating func measure(
    _ fields: borrowing BatchFields
  ) throws(SpaltError) -> (columns: [Int], layout: TableLayout) {
    let rowCount = min(fields.rowCount, Self.sampleRowCount)
    var columns: [Int] = []
    var naturals: [Int] = []
    for column in schema.columns.indices {
      var widest = 0
      for row in 0..<rowCount {
        _ = try makeCell(fields, column, row)
        widest = max(widest, TableText.cellCount(ByteCursor(cell.view)))
      }
      if column == schema.extraColumn, widest == 0 { continue }
      columns.append(column)
      let name = Array(schema.columns[column].name.utf8)
      naturals.append(max(widest, TableText.cellCount(ByteCursor(ByteView(name.span)))))
    }
    let isText = columns.map { schema.columns[$0].type.isText }
    return (columns, TableLayout(naturals: naturals, isText: isText, width: options.width))
  }

  private mutating func noteHiddenExtra(_ fields: borrowing BatchFields, _ columns: [Int]) {
    guard let extra = schema.extraColumn, !hasHiddenExtra, !columns.contains(extra) else { return }
    for row in 0..<fields.rowCount where fields.hasValue(extra, row) { hasHiddenExtra = true }
  }

  // MARK: - Lines

  /// How much of a line is still free, and by how much it is ahead of the columns.
  private struct LineState {
    var spareWidth: Int
    var overhang = 0
  }

  /// Makes the text of one field.
  private mutating func makeCell(
    _ fields: borrowing BatchFields, _ column: Int, _ row: Int
  ) throws(SpaltError) -> FieldKind {
    cell.clear()
    let kind = try text.append(fields, column, row, to: &cell)
    if kind == .null { try cell.append(Array("null".utf8)) }
    return kind == .string && schema.columns[column].type == .timestamp ? .time : kind
  }

  private mutating func writeHeader(
    _ columns: [Int], _ layout: TableLayout
  ) throws(SpaltError) {
    line.clear()
    var state = LineState(spareWidth: 0)
    for (place, width) in layout.widths.enumerated() {
      cell.clear()
      try cell.append(Array(schema.columns[columns[place]].name.utf8))
      let isRightAligned = isRightAligned[columns[place]]
      try appendCell(width, TableColors.header, isRightAligned: isRightAligned, &state)
    }
    if layout.hiddenCount > 0 {
      let note = Array(TableLayout.note(hiddenCount: layout.hiddenCount).utf8)
      cell.clear()
      try cell.append(note)
      try appendCell(note.count, TableColors.note, isRightAligned: false, &state)
    }
    try writeLine()
  }

  private mutating func writeRow(
    _ fields: borrowing BatchFields, _ row: Int, _ columns: [Int], _ layout: TableLayout
  ) throws(SpaltError) {
    line.clear()
    var state = LineState(spareWidth: layout.spareWidth)
    for (place, width) in layout.widths.enumerated() {
      let column = columns[place]
      let kind = try makeCell(fields, column, row)
      try appendCell(
        width, colors.color(column, kind, cell), isRightAligned: isRightAligned[column], &state)
    }
    try writeLine()
  }

  /// Appends the cell's text to the line, padded to `width`, and the gap behind it. Text that is wider
  /// takes what the line has to spare, and is cut when that is not enough.
  private mutating func appendCell(
    _ width: Int, _ color: String?, isRightAligned: Bool, _ state: inout LineState
  ) throws(SpaltError) {
    let cellCount = TableText.cellCount(ByteCursor(cell.view))
    let limit = state.spareWidth == .max ? Int.max : width + state.spareWidth
    let taken = min(cellCount, limit)
    if taken > width {
      if state.spareWidth != .max { state.spareWidth -= taken - width }
      state.overhang += taken - width
    }
    if isRightAligned { try pad(width - taken, &state) }
    let color = options.usesColor && cellCount > 0 ? color : nil
    if let color { try line.append(Array("\u{1B}[\(color)m".utf8)) }
    let used = try Self.append(cell, limit: limit, isCut: cellCount > limit, to: &line)
    if color != nil { try line.append(Array("\u{1B}[0m".utf8)) }
    // A wide character that did not fit leaves a cell free even where the text is cut.
    try pad((isRightAligned ? taken : max(width, taken)) - used, &state)
    for _ in 0..<TableLayout.gap { try line.append(UInt8(ascii: " ")) }
  }

  /// Appends blanks, fewer if the line is ahead of its columns.
  private mutating func pad(_ count: Int, _ state: inout LineState) throws(SpaltError) {
    guard count > 0 else { return }
    let saved = min(count, state.overhang)
    state.overhang -= saved
    if state.spareWidth != .max { state.spareWidth += saved }
    for _ in 0..<count - saved { try line.append(UInt8(ascii: " ")) }
  }

  private static func append(
    _ cell: borrowing TextBuffer, limit: Int, isCut: Bool, to line: inout TextBuffer
  ) throws(SpaltError) -> Int {
    try TableText.append(ByteCursor(cell.view), limit: limit, isCut: isCut, to: &line)
  }

  /// Writes the line without the blanks at its end.
  private mutating func writeLine() throws(SpaltError) {
    var end = line.byteCount
    while end > 0, line[end - 1] == UInt8(ascii: " ") { end -= 1 }
    line.truncate(toByteCount: end)
    try line.append(JSONByte.lineFeed)
    try Self.append(line, to: &lines)
  }

  private static func append(
    _ line: borrowing TextBuffer, to lines: inout TextBuffer
  ) throws(SpaltError) {
    try lines.append(line.view)
  }

  private static func move(
    _ line: borrowing TextBuffer, to output: inout OutputBuffer
  ) throws(SpaltError) {
    try output.append(line.view)
  }
}

/// Text in the cells of a table.
enum TableText {
  /// Cells that the text takes on a terminal, escapes included.
  static func cellCount(_ cursor: borrowing ByteCursor) -> Int {
    var count = 0
    var index = 0
    while index < cursor.end {
      let character = TerminalText.character(cursor, at: index)
      count += character.cellCount
      index += character.byteCount
    }
    return count
  }

  /// Appends as much of the text as fits into `limit` cells; if it is cut, `…` takes the last one.
  /// - Returns: cells that were used.
  static func append(
    _ cursor: borrowing ByteCursor, limit: Int, isCut: Bool, to line: inout TextBuffer
  ) throws(SpaltError) -> Int {
    let room = isCut ? limit - 1 : limit
    var used = 0
    var index = 0
    while index < cursor.end {
      let character = TerminalText.character(cursor, at: index)
      guard used + character.cellCount <= room else { break }
      used += character.cellCount
      if character.isHarmless {
        try line.append(cursor.view(at: index, byteCount: character.byteCount))
      } else {
        try line.append(Array(character.escape.utf8))
      }
      index += character.byteCount
    }
    guard isCut else { return used }
    try line.append(Array("…".utf8))
    return used + 1
  }
}
