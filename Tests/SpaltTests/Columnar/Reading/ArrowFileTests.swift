import Foundation
import Testing

@testable import Spalt

/// Files that are opened by their path.
@Suite struct ArrowFileTests {
  @Test func columnsAreReadWhereTheyLie() throws {
    var maker = ArrowMaker(fields: [
      ArrowMaker.integer("count"), ArrowMaker.text("message"),
      ArrowMaker.field("share", 3, [0: .int16(2)]), ArrowMaker.field("good", 6),
    ])
    let shares = [0.5, -2.25, .infinity].flatMap {
      FlatWriter.littleEndian(Int(bitPattern: UInt($0.bitPattern)), 8)
    }
    maker.addBatch([
      ArrowMaker.Array(
        rowCount: 3, nullCount: 1,
        buffers: [[0b101], [5, -6, 7].flatMap { FlatWriter.littleEndian($0, 8) }]),
      ArrowMaker.texts(["one", "", "drei"]),
      ArrowMaker.Array(rowCount: 3, buffers: [[], shares]),
      ArrowMaker.Array(rowCount: 3, buffers: [[], [0b110]]),
    ])
    let path = try TemporaryFile(maker.file())
    let file = try ArrowFile(path: path.path)
    #expect(
      file.schema == [
        ArrowColumn(name: "count", typeName: "int64", isNullable: true),
        ArrowColumn(name: "message", typeName: "utf8", isNullable: true),
        ArrowColumn(name: "share", typeName: "float64", isNullable: true),
        ArrowColumn(name: "good", typeName: "bool", isNullable: true),
      ])
    #expect(try file.countRows() == 3)
    let batch = try file.batch(0)
    let counts = try batch.column(0)
    #expect(counts.nullCount == 1)
    #expect((0..<3).map { counts.isNull($0) } == [false, true, false])
    #expect((0..<3).map { counts.int64($0) } == [5, nil, 7])
    #expect(counts.float64(0) == nil)
    var spanned: [Int64] = []
    if let values = counts.int64s {
      for index in values.indices { spanned.append(values[index]) }
    }
    #expect(spanned == [5, -6, 7])
    let messages = try batch.column(1)
    try messages.checkText()
    #expect(try messages.bytes(2)?.makeString() == "drei")
    #expect(messages.int64s == nil ? true : false)
    let shareColumn = try batch.column(2)
    #expect((0..<3).map { shareColumn.float64($0) } == [0.5, -2.25, .infinity])
    let goodColumn = try batch.column(3)
    #expect((0..<3).map { goodColumn.bool($0) } == [false, true, true])
    try file.validate()
    try file.verify()
  }

  @Test func whatIsNoArrowFileIsRefused() throws {
    let empty = try TemporaryFile()
    let text = try TemporaryFile(text: "no arrow\n")
    for path in [empty.path, text.path] {
      #expect(throws: SpaltError.self) { _ = try ArrowFile(path: path) }
    }
    #expect(throws: SpaltError.self) { _ = try ArrowFile(path: path("missing")) }
  }

  private func path(_ name: String) -> String { TemporaryFile.newPath() + name }

  /// A file that has been truncated gives zeros, and `verify` says so.
  @Test func truncationIsNoticed() throws {
    var maker = ArrowMaker(fields: [ArrowMaker.integer("count")])
    maker.addBatch([ArrowMaker.integers(Array(repeating: 1, count: 10_000))])
    let path = try TemporaryFile(maker.file())
    let file = try ArrowFile(path: path.path)
    let column = try file.batch(0).column(0)
    #expect(column.int64(9999) == 1)
    try path.shorten(to: 4096)
    #expect(throws: SpaltError.self) { try file.verify() }
  }

  // MARK: - What is touched

  /// A file of two large columns, of which nothing is in the page cache but what was written: the footer, and the
  /// batch's metadata. The columns are holes.
  private func sparse(
    rowCount: Int
  ) throws -> (file: TemporaryFile, byteCount: Int, bodyOffset: Int) {
    let byteCount = rowCount * 8
    // Made small first, to learn what its metadata are: the lengths in them are all that differs.
    let nodes =
      FlatWriter.littleEndian(rowCount, 8) + FlatWriter.littleEndian(0, 8)
      + FlatWriter.littleEndian(rowCount, 8) + FlatWriter.littleEndian(0, 8)
    let buffers = [(0, 0), (0, byteCount), (byteCount, 0), (byteCount, byteCount)].flatMap {
      FlatWriter.littleEndian($0.0, 8) + FlatWriter.littleEndian($0.1, 8)
    }
    let batch: FlatWriter.Table = [
      0: .int64(rowCount), 1: .structures(nodes, count: 2), 2: .structures(buffers, count: 4),
    ]
    let message = FlatWriter([
      0: .int16(4), 1: .int8(3), 2: .table(batch), 3: .int64(2 * byteCount),
    ]).bytes
    let padding = [UInt8](repeating: 0, count: 4096 - 16 - message.count)
    let metadata = [0xFF, 0xFF, 0xFF, 0xFF] + FlatWriter.littleEndian(4096 - 16, 4)
    let beginning = ArrowBeginning.magic + [0, 0] + metadata + message + padding
    let schema: FlatWriter.Table = [
      1: .tables([ArrowMaker.integer("one"), ArrowMaker.integer("two")])
    ]
    let block =
      FlatWriter.littleEndian(8, 8) + FlatWriter.littleEndian(4096 - 8, 8)
      + FlatWriter.littleEndian(2 * byteCount, 8)
    let footer = FlatWriter([
      0: .int16(4), 1: .table(schema), 3: .structures(block, count: 1),
    ]).bytes
    let file = try TemporaryFile(beginning)
    let handle = try #require(FileHandle(forWritingAtPath: file.path))
    try handle.seek(toOffset: UInt64(4096 + 2 * byteCount))
    try handle.write(
      contentsOf: Data(
        footer + FlatWriter.littleEndian(footer.count, 4) + ArrowBeginning.magic))
    try handle.close()
    return (file, byteCount, 4096)
  }

  /// How many pages in a range of a file are in memory.
  private func warmPageCount(_ path: String, _ range: Range<Int>) throws -> Int {
    let mapping = try #require(try Mapping.ofFile(at: path, advice: .random))
    let page = Syscalls.pageByteCount
    var scratch = [UInt8](repeating: 0, count: range.count / page + 1)
    let cold = unsafe Syscalls.coldPageCount(
      mapping.base + range.lowerBound, byteCount: range.count, &scratch)
    return range.count / page - (try #require(cold))
  }

  /// Opening a file touches its metadata, and reading a column that column.
  @Test func onlyWhatIsNeededIsTouched() throws {
    let rowCount = 4 << 20
    let (path, byteCount, start) = try sparse(rowCount: rowCount)
    let one = start..<start + byteCount
    let two = start + byteCount..<start + 2 * byteCount
    // Around the ends of the file, which are looked at before anybody can say how the file is read.
    let slack = 64
    let file = try ArrowFile(path: path.path)
    #expect(file.schema.count == 2)
    let batch = try file.batch(0)
    #expect(batch.rowCount == rowCount)
    #expect(try warmPageCount(path.path, one) <= slack)
    #expect(try warmPageCount(path.path, two) <= slack)
    let first = try batch.column(0)
    var sum: Int64 = 0
    if let values = first.int64s {
      for index in values.indices { sum &+= values[index] }
      #expect(values.count == rowCount)
    }
    #expect(sum == 0)
    #expect(try warmPageCount(path.path, one) == byteCount / Syscalls.pageByteCount)
    #expect(try warmPageCount(path.path, two) <= slack)
  }

  /// A reader touches the columns that are selected, and those of its filter.
  @Test func onlyWhatIsSelectedIsTouched() throws {
    let (path, byteCount, start) = try sparse(rowCount: 1 << 20)
    let one = start..<start + byteCount
    let two = start + byteCount..<start + 2 * byteCount
    var options = ReaderOptions()
    options.inputMode = .mmap
    options.selectedColumns = ["two"]
    var reader = try RecordReader(paths: [path.path], options: options)
    var count = 0
    while let batch = try reader.next() { count += batch.rowCount }
    #expect(count == 1 << 20)
    // A page may be looked at with the last values of the column before it.
    #expect(try warmPageCount(path.path, two) == byteCount / Syscalls.pageByteCount)
    #expect(try warmPageCount(path.path, one) <= 64)
  }
}
