import Testing

@testable import Spalt

/// What an input is, by its first bytes and by nothing else.
@Suite struct RecognitionTests {
  private func recognise(_ bytes: [UInt8], isWhole: Bool = false) -> String {
    switch CodecRegistry.recognise(ByteView(bytes.span), isWhole: isWhole) {
    case .plain: "plain"
    case .compressed(let codec): codec.name
    case .unreadable(let format): "\(format)"
    case .needsMore: "needs more"
    }
  }

  private static let beginnings: [(name: String, bytes: [UInt8])] = [
    ("lz4", [0x04, 0x22, 0x4D, 0x18]),
    ("lz4", [0x02, 0x21, 0x4C, 0x18]),
    ("bzip2", Array("BZh9".utf8) + [0x31, 0x41, 0x59, 0x26, 0x53, 0x59]),
    ("bzip2", Array("BZh1".utf8) + [0x17, 0x72, 0x45, 0x38, 0x50, 0x90]),
    ("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]),
    ("zip", [0x50, 0x4B, 0x03, 0x04]),
    ("compress", [0x1F, 0x9D]),
    ("sevenZip", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]),
  ]

  @Test func everyBeginning() {
    for (name, bytes) in Self.beginnings {
      #expect(recognise(bytes) == name)
      #expect(recognise(bytes + [1, 2, 3]) == name)
      for byteCount in 0..<bytes.count {
        #expect(recognise(Array(bytes[..<byteCount])) == "needs more", "\(name), \(byteCount)")
        #expect(recognise(Array(bytes[..<byteCount]), isWhole: true) == "plain")
      }
      for index in bytes.indices {
        var other = bytes
        other[index] ^= 0x40
        #expect(recognise(other + Array("and so on".utf8)) == "plain", "\(name), \(index)")
      }
    }
  }

  @Test func textThatLooksSimilar() throws {
    let texts = [
      "BZh is no bzip2\n", "BZh91 error\n", "PK\n", "PK 3 4 things\n", "Public request\n", "Zzz\n",
      "7z is a format\n", "{\"a\":1}\n", "P", "", "\n", "\u{FEFF}BZh9", "_", "7", "7z",
    ]
    for text in texts {
      let file = try TemporaryFile(text: text)
      for mode in InputMode.allCases {
        var options = InputOptions()
        options.mode = mode
        let outcome = try ContentOutcome.read(file.path, options)
        #expect(outcome.bytes == Array(text.utf8), "\(text)")
        #expect(!outcome.modeName.contains(" "))
      }
      let piped = try ContentOutcome.readPipe(Array(text.utf8), portions: [1])
      #expect(piped.bytes == Array(text.utf8), "\(text)")
    }
  }

  /// A block as Hadoop's codec frames it.
  private func hadoop(_ content: [UInt8]) -> [UInt8] {
    var encoder = LZ4BlockEncoder(content)
    let block = encoder.block(0..<content.count, historyStart: 0)
    return [UInt32(content.count), UInt32(block.count)].flatMap {
      LZ4FrameWriter.littleEndian($0.byteSwapped)
    } + block
  }

  @Test func hadoopsFraming() {
    for byteCount in [1, 5, 100, 3000, 200_000] {
      let bytes = hadoop(SampleContent.lines(byteCount: byteCount, seed: 1))
      #expect(recognise(Array(bytes.prefix(4096))) == "hadoopLZ4", "\(byteCount)")
    }
    // Zeros, as they stand in a file that a crash has left behind, and other binary data.
    #expect(recognise(Array(repeating: 0, count: 100)) == "plain")
    #expect(recognise([0, 0, 0, 10, 0, 0, 0, 200, 1, 1, 1, 1]) == "plain")
    #expect(recognise([0, 0, 0, 10, 0, 0, 0, 5, 0xF0, 0xFF, 1, 1, 1, 1]) == "plain")
  }

  @Test func whatIsNotReadIsNamedWithACommand() throws {
    let commands = [
      ("bzip2", "bzip2 -dc"), ("xz", "xz -dc"), ("zip", "unzip -p"), ("compress", "gzip -dc"),
      ("sevenZip", "7z x -so"), ("hadoopLZ4", "hadoop fs -text"),
    ]
    let hadoop = hadoop(SampleContent.lines(byteCount: 500, seed: 2))
    for (name, bytes) in Self.beginnings + [("hadoopLZ4", hadoop)] where name != "lz4" {
      let command = try #require(commands.first { $0.0 == name }?.1)
      let file = try TemporaryFile(bytes + Array(repeating: 0x41, count: 100))
      for mode in InputMode.allCases {
        var options = ReaderOptions.ndjson
        options.inputMode = mode
        let partial = PartialSnapshot.read([file.path], options)
        guard case .input(let path, let reason) = partial.error else {
          Issue.record("\(name): \(partial.error.map { "\($0)" } ?? "no error")")
          continue
        }
        #expect(path == file.path)
        #expect(reason.contains("\(command) \(file.path) | spalt"), "\(reason)")
      }
    }
  }

  @Test func skippableFrames() {
    let frame = LZ4FrameWriter.skippable([1, 2, 3])
    #expect(recognise(frame) == "needs more")
    #expect(recognise(frame, isWhole: true) == "lz4")
    #expect(recognise(Array(frame.prefix(8)), isWhole: true) == "lz4")
    #expect(recognise(Array(frame.prefix(7)), isWhole: true) == "plain")
    #expect(recognise(frame + frame + [0x04, 0x22, 0x4D, 0x18]) == "lz4")
    #expect(recognise(frame + [0x04, 0x22], isWhole: true) == "lz4")
    for isWhole in [false, true] {
      #expect(recognise(frame + Array("garbage".utf8), isWhole: isWhole) == "lz4")
    }
    #expect(recognise(Array("Pure text".utf8)) == "plain")
  }
}
