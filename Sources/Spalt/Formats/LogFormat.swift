/// A log format: what the pipeline has to know of it. One folder, and one line in `FormatRegistry`.
protocol LogFormat: Sendable {
  /// What the format is called on the command line and in `_format`.
  var name: String { get }
  /// The format in a few words, for the help.
  var summary: String { get }
  /// In which syntax the texts of values stand in the input.
  var tokenSyntax: TokenSyntax { get }
  /// The columns of every input in this format, if they do not depend on what stands in it. Empty when the
  /// columns are found out from a sample.
  var columns: [ColumnDefinition] { get }
  /// Which bytes end a word in this format, so that words can be found by a block kernel; nil when its
  /// learned shapes have no words.
  var wordDelimiters: ByteClass? { get }
  /// Whether the walk looks at the places of quotes as a list, not in a plane of marks.
  var listsStops: Bool { get }
  /// Whether the records of one shape can be learned.
  var learnsShapes: Bool { get }
  /// Whether one line may hold several records.
  var allowsSeveralRecordsPerLine: Bool { get }
  /// Whether every line is a record, blank ones too, and its text goes to the schema's column for lines.
  var recordIsLine: Bool { get }

  /// A scanner. The nodes of its own columns, if it has any, are added to `tree`, in their order.
  func makeScanner(_ tree: inout FieldTree, _ options: FormatOptions) -> any RecordScanner

  /// Whether records may hold fields called `name` that make no column unless somebody asks for them.
  func mayHold(surplus name: String) -> Bool

  /// How well a line that is no record of this format, because of `fault`, looks like a damaged one: from 0,
  /// the line is something else, to 1.
  func likeness(_ line: borrowing ByteCursor, from start: Int, _ fault: RecordFault) -> Double

  /// A condition as it can be searched for in the raw bytes of this format, or nil when bytes do not tell.
  func probes(
    _ condition: NecessaryCondition, _ schema: Schema, _ options: FormatOptions
  ) -> ProbedCondition?

  /// A walk that finds the fields of many records at a time, for columns as they are wanted, or nil when
  /// there is none. `tree` tells the columns of the format's own nodes.
  func makeWalk(
    _ tree: inout FieldTree, _ wanted: WantedFields, _ options: FormatOptions
  ) -> (any RecordWalk)?
}

extension LogFormat {
  var columns: [ColumnDefinition] { [] }
  var wordDelimiters: ByteClass? { nil }
  var listsStops: Bool { false }
  var learnsShapes: Bool { false }
  var allowsSeveralRecordsPerLine: Bool { false }
  var recordIsLine: Bool { false }

  func mayHold(surplus name: String) -> Bool { false }

  func likeness(_ line: borrowing ByteCursor, from start: Int, _ fault: RecordFault) -> Double { 0 }

  func probes(
    _ condition: NecessaryCondition, _ schema: Schema, _ options: FormatOptions
  ) -> ProbedCondition? { nil }

  func makeWalk(
    _ tree: inout FieldTree, _ wanted: WantedFields, _ options: FormatOptions
  ) -> (any RecordWalk)? { nil }
}

/// What formats can be told.
struct FormatOptions: Sendable {
  var kernels: ScanKernels
  /// Whether escapes that a web server wrote are decoded.
  var decodesEscapes = false
}

/// Finds the fields of many records at a time: the first of two passes over them.
protocol RecordWalk: Sendable {
  /// Finds the fields of records, from `start` on, and notes where their values stand.
  ///
  /// Stops at a record that begins at or behind `limit`, after `maximumRowCount` records, or at a record
  /// that needs a closer look by the scanner, such as one that is longer than `maximumByteCount`. Every
  /// record has a line feed behind it; what it notes is what the scanner would have found.
  func walk(
    _ cursor: borrowing ByteCursor, from start: Int, upTo limit: Int, maximumRowCount: Int,
    maximumByteCount: Int, _ marks: borrowing RecordMarks, _ table: borrowing FieldTable
  ) -> ShapeWalk
}

extension ReaderOptions {
  /// What formats are told.
  var format: FormatOptions { FormatOptions(kernels: kernels, decodesEscapes: decodesEscapes) }
}
