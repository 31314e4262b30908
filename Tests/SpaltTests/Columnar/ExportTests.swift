import CSpalt
import Testing

@testable import Spalt

/// Batches in the form of the Arrow C data interface, read as a consumer would.
@Suite struct ExportTests {
  private static let text = """
    {"t":"2024-02-29T12:00:00.25Z","n":-7,"x":0.5,"ok":true,"msg":"a text of more than twelve bytes","tags":["a"]}
    not a record
    {"n":null,"ok":false,"msg":"esc\\naped, and longer than twelve"}
    {"n":3,"msg":"short"}
    {"n":4,"msg":"another text of more than twelve bytes"}

    """
  private static let messages: [String?] = [
    "a text of more than twelve bytes", "esc\naped, and longer than twelve", "short",
    "another text of more than twelve bytes",
  ]

  /// Exports the first batch of a text, and shows it with its schema.
  private func withExport(
    of text: String = text, _ strings: ExportedStrings = .utf8View, prepares: Bool = true,
    hardens: Bool = false, mode: InputMode = .mmap, condition: String? = nil,
    _ body: (UnsafeMutablePointer<CArrowArray>, Schema) throws -> Void
  ) throws {
    let file = try TemporaryFile(text: text)
    var options = ReaderOptions.ndjson
    options.inputMode = mode
    options.preparesExport = prepares
    options.hardens = hardens
    var selection = RecordSelection()
    selection.condition = try condition.map { try Expression($0) }
    var reader = try RecordReader(
      inputs: [InputPath(file.path)], options: options, selection: selection)
    let schema = reader.schema
    guard let batch = try reader.next() else {
      Issue.record("there is no batch")
      return
    }
    let exported = try batch.export(strings: strings)
    reader.close()
    let array = UnsafeMutablePointer<CArrowArray>.allocate(capacity: 1)
    defer { unsafe array.deallocate() }
    unsafe exported.move(to: array)
    try unsafe body(array, schema)
    if let release = unsafe array.pointee.release { unsafe release(array) }
    let isReleased = unsafe array.pointee.release == nil
    #expect(isReleased)
  }

  private func child(
    _ array: UnsafeMutablePointer<CArrowArray>, _ name: String, _ schema: Schema
  ) throws -> UnsafeMutablePointer<CArrowArray> {
    let index = try #require(schema.index(of: name))
    return unsafe try #require(array.pointee.children[index])
  }

  @Test(arguments: [ExportedStrings.utf8View, .utf8], [true, false])
  func valuesAreThoseOfTheBatch(strings: ExportedStrings, prepares: Bool) throws {
    for (mode, hardens) in [(InputMode.mmap, true), (.read, false)] {
      unsafe try withExport(strings, prepares: prepares, hardens: hardens, mode: mode) {
        array, schema in
        let rowCount = unsafe array.pointee.length
        let childCount = unsafe array.pointee.n_children
        #expect(rowCount == 4)
        #expect(childCount == Int64(schema.columns.count))
        let messages = unsafe texts(try child(array, "msg", schema), strings)
        #expect(messages == Self.messages)
        let tags = unsafe texts(try child(array, "tags", schema), strings)
        #expect(tags == ["[\"a\"]", nil, nil, nil])
        let numbers = unsafe try child(array, "n", schema).pointee
        let nullCount = unsafe numbers.null_count
        #expect(nullCount == 1)
        let values = unsafe numbers.buffers[1]!.assumingMemoryBound(to: Int64.self)
        let found = unsafe [values[0], values[1], values[2], values[3]]
        #expect(found == [-7, 0, 3, 4])
        let validity = unsafe numbers.buffers[0]!.load(as: UInt8.self) & 0xF
        #expect(validity == 0b1101)
      }
    }
  }

  @Test func aColumnWithoutNullsHasNoValidity() throws {
    unsafe try withExport { array, schema in
      let column = unsafe try child(array, "msg", schema).pointee
      let hasValidity = unsafe column.buffers[0] != nil
      let nullCount = unsafe column.null_count
      #expect(!hasValidity)
      #expect(nullCount == 0)
    }
  }

  @Test func dataBuffersAreNarrowedToTheRecordsThatAreLeft() throws {
    let lines = (0..<50).map { "{\"n\":\($0),\"msg\":\"a message of record number \($0)\"}\n" }
    unsafe try withExport(of: lines.joined(), condition: "n >= 20 AND n < 30 AND msg <> ''") {
      array, schema in
      let column = unsafe try child(array, "msg", schema)
      let messages = unsafe texts(column, .utf8View)
      #expect(messages == (20..<30).map { "a message of record number \($0)" })
      let bufferCount = unsafe column.pointee.n_buffers
      #expect(bufferCount == 4)
      let byteCount = unsafe column.pointee.buffers[3]!.load(as: Int64.self)
      #expect(byteCount == Int64(lines[20..<30].joined().utf8.count - 1))
      let first = unsafe column.pointee.buffers[2]!.load(as: UInt8.self)
      #expect(first == UInt8(ascii: "{"))
    }
  }

  @Test func aColumnOfShortTextsHasNoDataBuffers() throws {
    unsafe try withExport(of: "{\"a\":\"short\"}\n{\"a\":\"texts\"}\n") { array, schema in
      let column = unsafe try child(array, "a", schema)
      let bufferCount = unsafe column.pointee.n_buffers
      #expect(bufferCount == 3)
      let found = unsafe texts(column, .utf8View)
      #expect(found == ["short", "texts"])
    }
  }

  /// What a consumer keeps is columns: the places of records go back to the system.
  @Test func keptBatchesHaveNoPagesForPlacesOfRecords() throws {
    let input = try TemporaryFile(text: String(repeating: "{\"a\":1}\n", count: 1_300_000))
    var options = ReaderOptions.ndjson
    options.representation = .values
    options.preparesExport = true
    var reader = try RecordReader(paths: [input.path], options: options)
    var kept: [BatchParts] = []
    while let batch = try reader.next() { kept.append(batch.parts()) }
    func residentCount(_ parts: BatchParts, _ range: Range<Int>) -> Int? {
      let slab = parts.slab
      let view = slab.view(range)
      let page = Syscalls.pageByteCount
      let start = unsafe (Int(bitPattern: view.base) + page - 1) & -page
      let count = unsafe Int(bitPattern: view.base) + view.byteCount - start
      var scratch = [UInt8](repeating: 0, count: count / page)
      guard let address = unsafe UnsafeRawPointer(bitPattern: start) else { return nil }
      return unsafe Syscalls.coldPageCount(address, byteCount: count & -page, &scratch).map {
        count / page - $0
      }
    }
    let (first, last) = (try #require(kept.first), try #require(kept.dropLast().last))
    let places = first.layout.recordStartsStart..<first.layout.rowFormatsStart
    #expect(try #require(residentCount(first, places)) > 0)
    #expect(residentCount(last, places) == 0)
    #expect(try #require(residentCount(last, last.valuesRange(ofColumn: 0))) > 0)
    var (rowCount, sum) = (0, 0 as Int64)
    for parts in kept {
      let slab = parts.slab
      let values = slab.view(parts.valuesRange(ofColumn: 0)).span(
        of: Int64.self, count: parts.rowCount)
      for row in values.indices { sum += values[row] }
      rowCount += parts.rowCount
    }
    #expect(rowCount == 1_300_000)
    #expect(sum == 1_300_000)
  }

  @Test func structuresAreReleasedInAnyOrder() throws {
    unsafe try withExport { array, schema in
      // One child is moved out and outlives all else; another is released before its parent.
      let message = unsafe try child(array, "msg", schema)
      var moved = unsafe message.pointee
      unsafe message.pointee.release = nil
      let number = unsafe try child(array, "n", schema)
      unsafe number.pointee.release!(number)
      let isReleased = unsafe number.pointee.release == nil
      #expect(isReleased)
      unsafe array.pointee.release!(array)
      let messages = unsafe withUnsafeMutablePointer(to: &moved) { unsafe texts($0, .utf8View) }
      #expect(messages == Self.messages)
      unsafe moved.release!(&moved)
      let isNil = unsafe moved.release == nil
      #expect(isNil)
    }
  }

  @Test func whatIsNotMovedIsReleased() throws {
    let file = try TemporaryFile(text: Self.text)
    let monitor = MemoryMonitor()
    do {
      var reader = try RecordReader(inputs: [InputPath(file.path)], monitor: monitor)
      var rowCount = 0
      while let batch = try reader.next() {
        let exported = try batch.export()
        rowCount += exported.rowCount
      }
      #expect(rowCount == 4)
    }
    #expect(monitor.leaks.isEmpty)
  }

  @Test func schemas() throws {
    let schema = Schema(columns: [
      ColumnDefinition(name: "b", type: .bool), ColumnDefinition(name: "i", type: .int64),
      ColumnDefinition(name: "f", type: .float64), ColumnDefinition(name: "t", type: .timestamp),
      ColumnDefinition(name: "größe", type: .string), ColumnDefinition(name: "j", type: .json),
    ])
    for (strings, format) in [(ExportedStrings.utf8View, "vu"), (.utf8, "u")] {
      var exported = unsafe CArrowSchema()
      unsafe schema.export(strings: strings, to: &exported)
      var found: [String] = []
      for index in 0..<Int(unsafe exported.n_children) {
        let field = unsafe exported.children[index]!.pointee
        unsafe found.append(String(cString: field.name) + " " + String(cString: field.format))
        let isNullable = unsafe field.flags == 2
        #expect(isNullable)
      }
      #expect(
        found == ["b b", "i l", "f g", "t tsn:UTC", "größe \(format)", "j \(format)"])
      let metadata = unsafe exported.children[5]!.pointee.metadata!
      let bytes = unsafe UnsafeRawBufferPointer(start: metadata, count: 8 + 20 + 4 + 10).map { $0 }
      #expect(bytes[0..<8] == [2, 0, 0, 0, 20, 0, 0, 0])
      #expect(String(decoding: bytes[8..<28], as: UTF8.self) == "ARROW:extension:name")
      #expect(String(decoding: bytes[32..<42], as: UTF8.self) == "arrow.json")
      unsafe exported.release!(&exported)
      let isReleased = unsafe exported.release == nil
      #expect(isReleased)
    }
  }

  @Test func streamsEndAndFailAgain() throws {
    let file = try TemporaryFile(text: Self.text)
    var options = StreamOptions()
    options.rejects = .fail
    let stream = try BatchStream(
      input: InputPath(file.path), options: ReaderOptions(), selection: RecordSelection(),
      stream: options)
    let rowCount = try stream.next()?.rowCount
    #expect(rowCount == 1)
    for _ in 0..<2 {
      let error = #expect(throws: SpaltError.self) { _ = try stream.next() }
      #expect(error?.description.contains("line 2") == true)
    }
    options.rejects = .skip
    options.limit = 2
    let limited = try BatchStream(
      input: InputPath(file.path), options: ReaderOptions(), selection: RecordSelection(),
      stream: options)
    var count = 0
    while let batch = try limited.next() { count += batch.rowCount }
    #expect(count == 2)
    #expect(limited.report.rowCount == 2)
  }
}

/// The texts of an array, read as a consumer would.
@unsafe
private func texts(
  _ pointer: UnsafeMutablePointer<CArrowArray>, _ strings: ExportedStrings
) -> [String?] {
  let array = unsafe pointer.pointee
  let buffers = unsafe array.buffers!
  return unsafe (0..<Int(array.length)).map { row -> String? in
    if let validity = unsafe buffers[0] {
      let byte = unsafe validity.load(fromByteOffset: row / 8, as: UInt8.self)
      if byte >> UInt8(row % 8) & 1 == 0 { return nil }
    }
    let bytes: UnsafeRawBufferPointer
    if strings == .utf8 {
      let offsets = unsafe buffers[1]!.assumingMemoryBound(to: Int32.self)
      unsafe bytes = UnsafeRawBufferPointer(
        start: buffers[2]! + Int(offsets[row]), count: Int(offsets[row + 1] - offsets[row]))
    } else {
      let view = unsafe buffers[1]! + row * 16
      let fields = (0..<4).map { unsafe view.load(fromByteOffset: $0 * 4, as: Int32.self) }
      let byteCount = Int(fields[0])
      if byteCount <= 12 {
        unsafe bytes = UnsafeRawBufferPointer(start: view + 4, count: byteCount)
      } else {
        let index = Int(fields[2])
        let sizes = unsafe buffers[Int(array.n_buffers) - 1]!.assumingMemoryBound(to: Int64.self)
        let isInside = unsafe Int64(fields[3]) + Int64(byteCount) <= sizes[index]
        #expect(isInside)
        unsafe bytes = UnsafeRawBufferPointer(
          start: buffers[2 + index]! + Int(fields[3]), count: byteCount)
      }
    }
    return unsafe String(decoding: bytes, as: UTF8.self)
  }
}
