import Testing

@testable import Spalt

/// Buffers that are compressed.
@Suite struct ArrowExpansionTests {
  private static let values = (0..<200_000).map { $0 * $0 % 1000 }
  private static let content = values.flatMap { FlatWriter.littleEndian($0, 8) }

  private func stream(_ frame: [UInt8], codec: Int, says byteCount: Int? = nil) -> [UInt8] {
    var maker = ArrowMaker(codec: codec, fields: [ArrowMaker.integer("count")])
    let prefix = FlatWriter.littleEndian(byteCount ?? Self.content.count, 8)
    maker.addBatch([.init(rowCount: Self.values.count, buffers: [[], prefix + frame])])
    return maker.stream
  }

  private func sum(_ bytes: [UInt8], budgetByteCount: Int = 16 << 20) throws -> Int {
    let content = try ArrowReading(bytes, budgetByteCount: budgetByteCount)
    let array = try content.batches[0].array(column: 0)
    #expect(try content.batches[0].buffer(0, 1).isExpanded)
    let view = ArrowArrayView(array)
    var sum = 0
    if let span = view.span(of: Int64.self) {
      for index in span.indices { sum += Int(span[index]) }
    } else {
      Issue.record("the values are not aligned")
    }
    return sum
  }

  /// Frames as any writer may make them.
  private static let lz4Writers: [LZ4FrameWriter] = [
    LZ4FrameWriter(),
    LZ4FrameWriter(blockSizeCode: 7),
    LZ4FrameWriter(isLinked: true),
    LZ4FrameWriter(isLinked: true, storing: .everySecond, hasBlockChecksums: true),
    LZ4FrameWriter(storing: .always, hasContentChecksum: true, tellsContentByteCount: true),
    LZ4FrameWriter(isLinked: true, blockByteCounts: [100, 65_536, 3]),
  ]

  @Test func everyKindOfFrameIsExpanded() throws {
    let expected = Self.values.reduce(0, +)
    for writer in Self.lz4Writers {
      let bytes = stream(writer.frame(Self.content), codec: 0)
      #expect(try sum(bytes) == expected, "\(writer.summary)")
    }
    for tellsContentSize in [true, false] {
      let kind = ZstdSamples.Kind(tellsContentSize: tellsContentSize, flushedByteCount: 300_000)
      #expect(try sum(stream(ZstdSamples.frame(Self.content, kind), codec: 1)) == expected)
    }
  }

  private func reason(_ bytes: [UInt8], budgetByteCount: Int = 16 << 20) -> String {
    do {
      return "\(try sum(bytes, budgetByteCount: budgetByteCount))"
    } catch {
      return "\(error)"
    }
  }

  @Test func framesMustHoldWhatTheLengthSays() {
    let count = Self.content.count
    let lz4 = LZ4FrameWriter().frame(Self.content)
    let told = LZ4FrameWriter(tellsContentByteCount: true).frame(Self.content)
    var silent = ZstdSamples.Kind()
    silent.tellsContentSize = false
    let zstd = ZstdSamples.frame(Self.content)
    let zstdSilent = ZstdSamples.frame(Self.content, silent)
    for (frame, codec) in [(lz4, 0), (told, 0), (zstd, 1), (zstdSilent, 1)] {
      for says in [count - 1, count + 1, 1, 0, -2, .max, 1 << 40] {
        let found = reason(stream(frame, codec: codec, says: says))
        #expect(found.contains("column 'count'"), "\(codec) \(says): \(found)")
      }
      let tail = reason(stream(frame + [0], codec: codec))
      #expect(tail.contains("exactly one"), "\(tail)")
      #expect(reason(stream(frame + frame, codec: codec)).contains("exactly one"))
      #expect(reason(stream(Array(frame.dropLast(3)), codec: codec)).contains("column 'count'"))
      #expect(reason(stream(frame, codec: 1 - codec)).contains("holds no"))
      let small = reason(stream(frame, codec: codec), budgetByteCount: count)
      #expect(small.contains("memory budget exceeded"), "\(small)")
    }
    #expect(reason(stream(LZ4FrameWriter.legacy(Self.content), codec: 0)).contains("holds no"))
  }

  @Test func checksumsAreVerified() {
    let writer = LZ4FrameWriter(storing: .always, hasBlockChecksums: true)
    var frame = writer.frame(Self.content)
    frame[100] ^= 1
    #expect(reason(stream(frame, codec: 0)).contains("checksum"))
    var other = LZ4FrameWriter(storing: .always, hasContentChecksum: true).frame(Self.content)
    other[100] ^= 1
    #expect(reason(stream(other, codec: 0)).contains("checksum"))
  }

  /// Buffers that did not become smaller are stored, and lie where they are.
  @Test func storedBuffersAreNotCopied() throws {
    let content = try ArrowReading(stream(Self.content, codec: 0, says: -1))
    let buffer = try content.batches[0].buffer(0, 1)
    #expect(!buffer.isExpanded)
    #expect(buffer.byteCount == Self.content.count)
    #expect(try content.batches[0].texts(column: 0).compactMap { $0 }.count == Self.values.count)
  }

  /// A column that nobody asks for is not decompressed.
  @Test func onlyWantedColumnsAreExpanded() throws {
    var maker = ArrowMaker(
      codec: 1, fields: [ArrowMaker.integer("one"), ArrowMaker.integer("two")])
    let frame = FlatWriter.littleEndian(Self.content.count, 8) + ZstdSamples.frame(Self.content)
    let array = ArrowMaker.Array(rowCount: Self.values.count, buffers: [[], frame])
    maker.addBatch([array, array])
    let content = try ArrowReading(maker.stream)
    let before = content.pool.budget.reservedByteCount
    let one = try content.batches[0].array(column: 1)
    let taken = content.pool.budget.reservedByteCount - before
    #expect(taken >= Self.content.count && taken < 2 * Self.content.count)
    // Whoever asks again gets the same bytes.
    let again = try content.batches[0].array(column: 1)
    #expect(again.buffers[1] === one.buffers[1])
    #expect(content.pool.budget.reservedByteCount - before == taken)
  }
}
