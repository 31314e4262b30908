import Testing

@testable import Spalt

/// Small files that are made here, with one thing that is wrong with each.
@Suite struct ArrowHandmadeTests {
  private let pool = ChunkPool(budget: MemoryBudget(limitByteCount: 1 << 20))

  /// What is said of a file when all of it is read.
  private func reason(_ bytes: [UInt8]) -> String {
    do throws(SpaltError) {
      let content = try ArrowReading(bytes, pool)
      for batch in content.allBatches { try batch.validate() }
      return "nothing"
    } catch {
      return "\(error)"
    }
  }

  private func texts(
    _ offsets: [Int], _ bytes: [UInt8], validity: [UInt8] = []
  ) -> [UInt8] {
    var maker = ArrowMaker(fields: [ArrowMaker.text("message")])
    maker.addBatch([
      ArrowMaker.Array(
        rowCount: offsets.count - 1, nullCount: validity.isEmpty ? 0 : 1,
        buffers: [validity, ArrowMaker.offsets(offsets), bytes])
    ])
    return maker.stream
  }

  @Test func aGoodFileIsRead() throws {
    var maker = ArrowMaker(fields: [ArrowMaker.integer("count"), ArrowMaker.text("message")])
    maker.addBatch([ArrowMaker.integers([1, -2, 3]), ArrowMaker.texts(["a", "", "é"])])
    for isMarked in [true, false] {
      maker.isMarked = isMarked
      for bytes in [maker.stream, maker.file()] {
        let content = try ArrowReading(bytes)
        #expect(try content.batches[0].texts(column: 0) == ["1", "-2", "3"])
        #expect(try content.batches[0].texts(column: 1) == ["a", "", "é"])
        #expect(reason(bytes) == "nothing")
      }
    }
  }

  @Test func offsetsAndTextAreChecked() {
    let bytes = Array("aéb€".utf8)
    #expect(reason(texts([0, 1, 3, 4, 7], bytes)) == "nothing")
    let falling = reason(texts([0, 3, 1, 4, 7], bytes))
    #expect(falling.contains("column 'message', row 1: the value has the bytes 3 to 1 of 7"))
    #expect(reason(texts([0, 1, 3, 4, 8], bytes)).contains("0 to 8 of 7"))
    #expect(reason(texts([-1, 1, 3, 4, 7], bytes)).contains("-1 to 7 of 7"))
    #expect(reason(texts([0, 1, 2, 4, 7], bytes)).contains("within a character"))
    let bad: [UInt8] = [0x61, 0xFF, 0x62]
    #expect(reason(texts([0, 1, 3], bad)).contains("row 1: the text is not UTF-8"))
    #expect(reason(texts([0, 1, 3], bad, validity: [0b11])).contains("row 1: the text"))
    #expect(reason(texts([0, 1, 3], bad, validity: [0b01])) == "nothing")
    // Nobody refers to the bad byte.
    #expect(reason(texts([2, 3], bad)) == "nothing")
  }

  @Test func viewsAreChecked() {
    func views(_ view: [UInt8], _ data: [UInt8]) -> [UInt8] {
      var maker = ArrowMaker(fields: [ArrowMaker.field("message", 24)])
      maker.addBatch([
        ArrowMaker.Array(rowCount: 1, buffers: [[], view, data], variadicCount: 1)
      ])
      return maker.stream
    }
    func view(_ byteCount: Int, _ prefix: String, _ buffer: Int, _ offset: Int) -> [UInt8] {
      FlatWriter.littleEndian(byteCount, 4) + Array(prefix.utf8)
        + FlatWriter.littleEndian(buffer, 4) + FlatWriter.littleEndian(offset, 4)
    }
    let data = Array("0123456789abcdef".utf8)
    #expect(reason(views(view(13, "2345", 0, 2), data)) == "nothing")
    #expect(reason(views(view(13, "2345", 1, 2), data)).contains("buffer 1, which does not exist"))
    #expect(reason(views(view(13, "2345", -1, 2), data)).contains("does not exist"))
    #expect(reason(views(view(15, "2345", 0, 2), data)).contains("15 bytes at 2 of 16"))
    #expect(reason(views(view(13, "2345", 0, -1), data)).contains("at -1"))
    #expect(reason(views(view(13, "2346", 0, 2), data)).contains("begins with other bytes"))
    #expect(reason(views(view(-1, "2345", 0, 2), data)).contains("-1 bytes"))
    #expect(reason(views(view(4, "2345", 0, 0), data)) == "nothing")
    #expect(reason(views(view(4, "2345", 1, 0), data)).contains("more than its 4 bytes"))
  }

  @Test func listsAndDictionariesAreChecked() {
    func list(_ offsets: [Int]) -> [UInt8] {
      var maker = ArrowMaker(fields: [
        ArrowMaker.field("list", 12, children: [ArrowMaker.integer("item")])
      ])
      maker.addBatch([
        ArrowMaker.Array(
          rowCount: offsets.count - 1, buffers: [[], ArrowMaker.offsets(offsets)]),
        ArrowMaker.integers([1, 2, 3]),
      ])
      return maker.stream
    }
    #expect(reason(list([0, 1, 3])) == "nothing")
    #expect(reason(list([0, 1, 4])).contains("the rows 1 to 4 of 3"))
    #expect(reason(list([0, 2, 1])).contains("the rows 2 to 1 of 3"))
    #expect(reason(list([-2, 2, 3])).contains("the rows -2 to 2 of 3"))
    func indices(_ values: [Int]) -> [UInt8] {
      var maker = ArrowMaker(fields: [ArrowMaker.field("level", 5, dictionary: 9)])
      maker.addDictionary(9, ArrowMaker.texts(["info", "warn"]))
      maker.addBatch([ArrowMaker.integers(values, byteCount: 4)])
      return maker.stream
    }
    #expect(reason(indices([0, 1, 1])) == "nothing")
    #expect(reason(indices([0, 2])).contains("row 1: index 2 leads outside the dictionary's 2"))
    #expect(reason(indices([-1])).contains("index -1"))
  }

  @Test func halfPrecisionNumbersAreRead() throws {
    let values: [(UInt16, String)] = [
      (0x3C00, "1.0"), (0xC000, "-2.0"), (0x7BFF, "65504.0"), (0x0001, "\(0x1p-24)"),
      (0x0400, "\(0x1p-14)"), (0x8000, "-0.0"), (0x7C00, "inf"), (0xFC00, "-inf"), (0x7E00, "nan"),
      (0x3555, "0.333251953125"),
    ]
    var maker = ArrowMaker(fields: [ArrowMaker.field("half", 3)])
    maker.addBatch([ArrowMaker.integers(values.map { Int($0.0) }, byteCount: 2)])
    let batch = try ArrowReading(maker.stream).batches[0]
    #expect(try batch.texts(column: 0) == values.map(\.1))
  }

  @Test func numbersOfManyWordsAreRead() throws {
    func digits(_ words: InlineArray<4, UInt64>) -> String {
      let value = ArrowDecimal(words)
      var digits: [UInt8] = []
      value.appendDigits(to: &digits)
      return (value.isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self)
    }
    #expect(digits([0, 0, 0, 0]) == "0")
    #expect(digits([0, 1, 0, 0]) == "18446744073709551616")
    #expect(digits([.max, .max, .max, .max]) == "-1")
    let least = "57896044618658097711785492504343953926634992332820282019728792003956564819968"
    #expect(digits([0, 0, 0, 1 << 63]) == "-" + least)
    #expect(ArrowDecimal(Int64.min).int64 == .min)
    #expect(ArrowDecimal([0, 1, 0, 0]).int64 == nil)
    #expect(ArrowDecimal([5, 0, 0, 0]).int64 == 5)
    #expect(ArrowDecimal([1 << 63, 0, 0, 0]).int64 == nil)
  }

  /// Indices are not text, whatever they stand for.
  @Test func indicesHaveNoText() throws {
    var maker = ArrowMaker(fields: [ArrowMaker.field("level", 5, dictionary: 9)])
    maker.addDictionary(9, ArrowMaker.texts(["info"]))
    maker.addBatch([ArrowMaker.integers([0], byteCount: 4)])
    let file = try TemporaryFile(maker.file())
    let column = try ArrowFile(path: file.path).batch(0).column(0)
    try column.checkText()
    #expect(try column.bytes(0) == nil ? true : false)
    #expect(column.int64(0) == nil)
  }

  /// Batches keep the dictionary that they were read with.
  @Test func dictionariesGrowAndAreReplaced() throws {
    var maker = ArrowMaker(fields: [ArrowMaker.field("level", 5, dictionary: 9)])
    maker.addDictionary(9, ArrowMaker.texts(["info", "warn"]))
    maker.addBatch([ArrowMaker.integers([1], byteCount: 4)])
    maker.addDictionary(9, isDelta: true, ArrowMaker.texts(["error"]))
    maker.addBatch([ArrowMaker.integers([1, 2], byteCount: 4)])
    maker.addDictionary(9, ArrowMaker.texts(["low", "high"]))
    maker.addBatch([ArrowMaker.integers([1], byteCount: 4)])
    let content = try ArrowReading(maker.stream)
    let values = try content.batches.map { batch in
      let array = try batch.array(column: 0)
      let view = ArrowArrayView(array)
      let dictionary = try #require(array.dictionary)
      return try (0..<array.rowCount).map { row in
        let place = try #require(dictionary.place(of: try view.dictionaryIndex(row)))
        return try dictionary.parts[place.part].texts(column: 0)[place.row]
      }
    }
    #expect(values == [["warn"], ["warn", "error"], ["high"]])
    let file = try TemporaryFile(maker.file())
    let opened = try ArrowFile(path: file.path)
    #expect(throws: SpaltError.self) { try opened.validate() }
  }

  @Test func structureIsChecked() {
    func batch(_ array: ArrowMaker.Array, rowCount: Int? = nil) -> String {
      var maker = ArrowMaker(fields: [ArrowMaker.integer("count")])
      maker.addBatch([array], rowCount: rowCount)
      return reason(maker.stream)
    }
    let eight = [UInt8](repeating: 1, count: 8)
    #expect(batch(.init(rowCount: 1, buffers: [[], eight])) == "nothing")
    #expect(batch(.init(rowCount: 2, buffers: [[], eight])).contains("too few for 2 rows"))
    #expect(batch(.init(rowCount: 1, nullCount: 1, buffers: [[], eight])).contains("too few"))
    #expect(batch(.init(rowCount: 1, nullCount: 2, buffers: [[], eight])).contains("2 nulls"))
    #expect(batch(.init(rowCount: -1, buffers: [[], eight])).contains("-1 rows"))
    #expect(batch(.init(rowCount: .max, buffers: [[], eight])).contains("hardly any bytes"))
    #expect(batch(.init(rowCount: 1, buffers: [eight])).contains("too few buffers"))
    #expect(batch(.init(rowCount: 1, buffers: [[], eight]), rowCount: 3).contains("1 rows, not 3"))
    var maker = ArrowMaker(fields: [ArrowMaker.integer("count"), ArrowMaker.integer("other")])
    maker.addBatch([ArrowMaker.integers([1])])
    #expect(reason(maker.stream).contains("too few arrays"))
  }

  @Test func whatIsNotReadIsNamed() {
    func changed(_ change: (inout ArrowMaker) -> Void) -> String {
      var maker = ArrowMaker(fields: [ArrowMaker.integer("count")])
      change(&maker)
      maker.addBatch([ArrowMaker.integers([1])])
      return reason(maker.stream)
    }
    #expect(changed { $0.endianness = 1 }.contains("big-endian"))
    #expect(changed { $0.version = 2 }.contains("version V3, which is not read"))
    #expect(changed { $0.version = 0 }.contains("version V1, which is not read"))
    #expect(changed { $0.version = 5 }.contains("neither a file nor a stream"))
    #expect(changed { $0.addMessage(kind: 4) }.contains("tensor"))
    #expect(changed { $0.addMessage(kind: 5) }.contains("tensor"))
    #expect(changed { $0.addMessage(kind: 9) }.contains("unknown kind 9"))
    #expect(changed { $0.codec = 7 }.contains("compressed in an unknown way"))
    #expect(changed { $0.fields = [ArrowMaker.field("x", 99)] }.contains("type number 99"))
    #expect(changed { $0.fields = [ArrowMaker.integer("x", bitWidth: 7)] }.contains("7 bits"))
    let item = ArrowMaker.field("item", 5, dictionary: 1)
    let itself = ArrowMaker.field("list", 12, children: [item], dictionary: 1)
    #expect(changed { $0.fields = [itself] }.contains("refer to itself"))
  }

  /// Columns of types that are not read do not keep others from being read.
  @Test func otherColumnsAreReadBesideUnreadableOnes() throws {
    let item = ArrowMaker.integer("item")
    // Number of the type, its fields, metadata version, and how many buffers and columns within it there are.
    let kinds: [(Int, FlatWriter.Table, Int, String, Int, Int)] = [
      (25, [:], 4, "list view", 3, 1), (26, [:], 4, "large list view", 3, 1),
      (14, [0: .int16(0)], 4, "sparse union", 1, 2), (14, [0: .int16(1)], 4, "dense union", 2, 2),
      (14, [0: .int16(0)], 3, "sparse union", 2, 2), (14, [0: .int16(1)], 3, "dense union", 3, 2),
      (22, [:], 4, "run-end encoded", 0, 2),
    ]
    for (number, type, version, name, buffers, children) in kinds {
      var maker = ArrowMaker(fields: [
        ArrowMaker.field(
          "odd", number, type, children: Array(repeating: item, count: children)),
        ArrowMaker.text("message"),
      ])
      maker.version = version
      let odd = ArrowMaker.Array(rowCount: 1, buffers: Array(repeating: [0], count: buffers))
      let within = Array(repeating: ArrowMaker.integers([7]), count: children)
      maker.addBatch([odd] + within + [ArrowMaker.texts(["good"])])
      let batch = try ArrowReading(maker.stream).batches[0]
      #expect(try batch.texts(column: 1) == ["good"])
      let error = #expect(throws: SpaltError.self) { try batch.array(column: 0) }
      #expect("\(error!)".contains("values of type \(name) are not read"))
    }
  }

  @Test func footersAreChecked() throws {
    var maker = ArrowMaker(fields: [ArrowMaker.integer("count")])
    maker.addBatch([ArrowMaker.integers([1])])
    maker.addBatch([ArrowMaker.integers([2])])
    #expect(reason(maker.file()) == "nothing")
    #expect(reason(maker.file { $0.append($0[0]) }).contains("two messages overlap"))
    #expect(reason(maker.file { $0[1].offset -= 8 }).contains("two messages overlap"))
    #expect(reason(maker.file { $0[1].offset += 1 << 40 }).contains("outside the file"))
    #expect(reason(maker.file { $0[1].offset = -8 }).contains("outside the file"))
    #expect(reason(maker.file { $0[1].body = .max }).contains("outside the file"))
    #expect(reason(maker.file { $0[1].body -= 8 }).contains("other lengths"))
    #expect(reason(maker.file { $0[1].metadata = -1 }).contains("outside the file"))
    let file = maker.file()
    for byteCount in [7, 8, 20, file.count / 2, file.count - 1] {
      let cut = reason(Array(file.prefix(byteCount)))
      #expect(cut.contains("cut off") || cut.contains("neither"), "\(byteCount): \(cut)")
    }
    let stream = maker.stream
    let good = (1..<stream.count).filter { reason(Array(stream.prefix($0))) == "nothing" }
    // A stream may end behind any message: the schema, and two batches.
    #expect(good.count == 3)
  }

  @Test func textFilesAreNotTakenForArrow() {
    for text in ["ARROW1", "ARROW1ab", "{\"level\":\"info\"}\n", "\0\0\0\0\0\0\0\0", "2024-06-11"] {
      let bytes = Array(text.utf8)
      #expect(ArrowBeginning.recognise(ByteView(bytes.span)) == .none, "\(text)")
    }
  }
}
