@testable import Spalt

/// Makes Arrow files and streams by hand, good and bad ones.
struct ArrowMaker {
  typealias Table = FlatWriter.Table

  /// One array: its rows, nulls and buffers.
  struct Array {
    var rowCount: Int
    var nullCount = 0
    var buffers: [[UInt8]]
    var variadicCount: Int?
  }

  var version = 4
  var endianness = 0
  var isMarked = true
  /// 0 for LZ4, 1 for zstd; the buffers are compressed already.
  var codec: Int?
  var fields: [Table]
  private var messages: [(bytes: [UInt8], metadataByteCount: Int, kind: Int)] = []

  init(codec: Int? = nil, fields: [Table]) {
    self.codec = codec
    self.fields = fields
  }

  // MARK: - Schemas

  static func field(
    _ name: String, _ number: Int, _ type: Table = [:], children: [Table] = [],
    dictionary: Int? = nil
  ) -> Table {
    var field: Table = [
      0: .text(name), 1: .int8(1), 2: .int8(number), 3: .table(type), 5: .tables(children),
    ]
    if let dictionary { field[4] = .table([0: .int64(dictionary)]) }
    return field
  }

  static func integer(_ name: String, bitWidth: Int = 64) -> Table {
    field(name, 2, [0: .int32(bitWidth), 1: .int8(1)])
  }

  static func text(_ name: String) -> Table { field(name, 5) }

  private var schema: Table { [0: .int16(endianness), 1: .tables(fields)] }

  // MARK: - Messages

  private func message(_ kind: Int, _ header: Table, _ body: [UInt8]) -> (bytes: [UInt8], Int) {
    let table: Table = [
      0: .int16(version), 1: .int8(kind), 2: .table(header), 3: .int64(body.count),
    ]
    var metadata = FlatWriter(table).bytes
    let prefixByteCount = isMarked ? 8 : 4
    while (metadata.count + prefixByteCount) % 8 != 0 { metadata.append(0) }
    let marker: [UInt8] = isMarked ? [0xFF, 0xFF, 0xFF, 0xFF] : []
    let prefix = marker + FlatWriter.littleEndian(metadata.count, 4)
    return (prefix + metadata + body, prefix.count + metadata.count)
  }

  private func batch(_ arrays: [Array], rowCount: Int) -> (header: Table, body: [UInt8]) {
    var body: [UInt8] = []
    var nodes: [UInt8] = []
    var buffers: [UInt8] = []
    var variadicCounts: [UInt8] = []
    for array in arrays {
      nodes += FlatWriter.littleEndian(array.rowCount, 8)
      nodes += FlatWriter.littleEndian(array.nullCount, 8)
      for buffer in array.buffers {
        buffers += FlatWriter.littleEndian(body.count, 8)
        buffers += FlatWriter.littleEndian(buffer.count, 8)
        body += buffer
        while body.count % 8 != 0 { body.append(0) }
      }
      if let count = array.variadicCount { variadicCounts += FlatWriter.littleEndian(count, 8) }
    }
    var header: Table = [
      0: .int64(rowCount), 1: .structures(nodes, count: arrays.count),
      2: .structures(buffers, count: buffers.count / 16),
      4: .structures(variadicCounts, count: variadicCounts.count / 8),
    ]
    if let codec { header[3] = .table([0: .int8(codec)]) }
    return (header, body)
  }

  mutating func addBatch(_ arrays: [Array], rowCount: Int? = nil) {
    let (header, body) = batch(arrays, rowCount: rowCount ?? arrays[0].rowCount)
    let (bytes, count) = message(3, header, body)
    messages.append((bytes, count, 3))
  }

  mutating func addDictionary(_ id: Int, isDelta: Bool = false, _ array: Array) {
    let (header, body) = batch([array], rowCount: array.rowCount)
    let (bytes, count) = message(
      2, [0: .int64(id), 1: .table(header), 2: .int8(isDelta ? 1 : 0)], body)
    messages.append((bytes, count, 2))
  }

  /// Adds a message of any kind.
  mutating func addMessage(kind: Int) {
    let (bytes, count) = message(kind, [:], [])
    messages.append((bytes, count, kind))
  }

  // MARK: - Files and streams

  var stream: [UInt8] {
    let end: [UInt8] = isMarked ? [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0] : [0, 0, 0, 0]
    return message(1, schema, []).bytes + messages.flatMap(\.bytes) + end
  }

  /// A file; places in the footer may be changed.
  func file(_ change: (inout [(offset: Int, metadata: Int, body: Int)]) -> Void = { _ in })
    -> [UInt8]
  {
    var bytes: [UInt8] = ArrowBeginning.magic + [0, 0] + message(1, schema, []).bytes
    var places: [Int: [(offset: Int, metadata: Int, body: Int)]] = [:]
    for message in messages {
      let body = message.bytes.count - message.metadataByteCount
      places[message.kind, default: []].append((bytes.count, message.metadataByteCount, body))
      bytes += message.bytes
    }
    var batches = places[3] ?? []
    change(&batches)
    let footer = FlatWriter([
      0: .int16(version), 1: .table(schema), 2: Self.blocks(places[2] ?? []),
      3: Self.blocks(batches),
    ]).bytes
    return bytes + footer + FlatWriter.littleEndian(footer.count, 4) + ArrowBeginning.magic
  }

  private static func blocks(
    _ places: [(offset: Int, metadata: Int, body: Int)]
  ) -> FlatWriter.Value {
    let bytes = places.flatMap {
      FlatWriter.littleEndian($0.offset, 8) + FlatWriter.littleEndian($0.metadata, 8)
        + FlatWriter.littleEndian($0.body, 8)
    }
    return .structures(bytes, count: places.count)
  }

  // MARK: - Arrays

  static func integers(_ values: [Int], byteCount: Int = 8) -> Array {
    Array(
      rowCount: values.count,
      buffers: [[], values.flatMap { FlatWriter.littleEndian($0, byteCount) }])
  }

  static func offsets(_ values: [Int], byteCount: Int = 4) -> [UInt8] {
    values.flatMap { FlatWriter.littleEndian($0, byteCount) }
  }

  static func texts(_ values: [String]) -> Array {
    var ends = [0]
    for value in values { ends.append(ends[ends.count - 1] + value.utf8.count) }
    return Array(
      rowCount: values.count, buffers: [[], offsets(ends), Swift.Array(values.joined().utf8)])
  }
}
