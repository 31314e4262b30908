import Testing

@testable import Spalt

/// Reads what a builder made, as the format says, with nothing taken for granted.
private struct Buffer {
  let bytes: [UInt8]

  func number(_ position: Int, byteCount: Int) -> Int {
    #expect(position % byteCount == 0, "a number that is not aligned")
    return (0..<byteCount).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
  }

  /// What a reference leads to.
  func target(_ reference: Int) -> Int { reference + number(reference, byteCount: 4) }

  /// Where a field of a table stands, or nil when it is absent.
  func field(_ index: Int, of table: Int) -> Int? {
    let distance = Int(Int32(truncatingIfNeeded: number(table, byteCount: 4)))
    let fields = table - distance
    let byteCount = number(fields, byteCount: 2)
    guard 4 + 2 * index < byteCount else { return nil }
    let offset = number(fields + 4 + 2 * index, byteCount: 2)
    #expect(offset < number(fields + 2, byteCount: 2))
    return offset == 0 ? nil : table + offset
  }

  func string(_ reference: Int) -> String {
    let start = target(reference)
    let end = start + 4 + number(start, byteCount: 4)
    #expect(bytes[end] == 0)
    return String(decoding: bytes[start + 4..<end], as: UTF8.self)
  }
}

@Suite struct FlatBufferBuilderTests {
  @Test func fieldsStandWhereTheTableSays() throws {
    var builder = FlatBufferBuilder()
    let places = builder.table(
      [.uint8(7), .int64(-2), .absent, .int16(300), .reference, .int32(70_000), .absent],
      for: FlatBufferBuilder.root)
    builder.string("Größe", for: places[4])
    let buffer = Buffer(bytes: builder.bytes)
    let table = buffer.target(0)
    #expect(buffer.bytes[try #require(buffer.field(0, of: table))] == 7)
    #expect(buffer.number(try #require(buffer.field(1, of: table)), byteCount: 8) == -2)
    #expect(buffer.field(2, of: table) == nil)
    #expect(buffer.number(try #require(buffer.field(3, of: table)), byteCount: 2) == 300)
    #expect(buffer.string(try #require(buffer.field(4, of: table))) == "Größe")
    #expect(buffer.number(try #require(buffer.field(5, of: table)), byteCount: 4) == 70_000)
    #expect(buffer.field(6, of: table) == nil)
    #expect(buffer.field(7, of: table) == nil)
  }

  @Test(arguments: 0..<9) func vectorsAreAligned(shift: Int) throws {
    var builder = FlatBufferBuilder()
    let places = builder.table([.reference, .reference, .reference], for: FlatBufferBuilder.root)
    builder.string(String(repeating: "x", count: shift), for: places[0])
    let start = builder.numbers([1, 2, 3, 4], count: 2, for: places[1])
    let references = builder.references(count: 2, for: places[2])
    for (index, reference) in references.enumerated() {
      builder.string("string \(index)", for: reference)
    }
    let buffer = Buffer(bytes: builder.bytes)
    let table = buffer.target(0)
    let numbers = buffer.target(try #require(buffer.field(1, of: table)))
    #expect(buffer.number(numbers, byteCount: 4) == 2)
    #expect(start == numbers + 4)
    #expect((0..<4).map { buffer.number(start + 8 * $0, byteCount: 8) } == [1, 2, 3, 4])
    let strings = buffer.target(try #require(buffer.field(2, of: table)))
    #expect(buffer.number(strings, byteCount: 4) == 2)
    #expect(buffer.string(strings + 8) == "string 1")
  }

  @Test func emptyTablesAndVectorsAreThere() throws {
    var builder = FlatBufferBuilder()
    let places = builder.table([.reference, .reference], for: FlatBufferBuilder.root)
    _ = builder.table([], for: places[0])
    _ = builder.numbers([], count: 0, for: places[1])
    let buffer = Buffer(bytes: builder.bytes)
    let table = buffer.target(0)
    let inner = buffer.target(try #require(buffer.field(0, of: table)))
    #expect(buffer.field(0, of: inner) == nil)
    let numbers = buffer.target(try #require(buffer.field(1, of: table)))
    #expect(buffer.number(numbers, byteCount: 4) == 0)
  }
}
