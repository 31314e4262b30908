import Testing

@testable import Spalt

/// A damaged stream gives everything before the damage, and says where and what it is.
@Suite struct LZ4DamageTests {
  private static let dictionary = SampleContent.lines(byteCount: 500, seed: 2)

  /// Small files of all kinds, with their content.
  private static let samples: [(name: String, bytes: [UInt8], content: [UInt8])] = {
    let content = SampleContent.lines(byteCount: 400, seed: 3)
    var samples = LZ4FrameWriter.few.map { ($0.summary, $0.frame(content), content) }
    samples.append(("legacy", LZ4FrameWriter.legacy(content, blockByteCount: 130), content))
    let two =
      LZ4FrameWriter.few[1].frame(content) + LZ4FrameWriter.skippable(Array(0..<20))
      + LZ4FrameWriter.few[3].frame(content)
    samples.append(("two frames", two, content + content))
    return samples
  }()

  /// Lengths at which a file may end: there it is whole.
  private func ends(_ bytes: [UInt8]) throws -> Set<Int> {
    var ends: Set<Int> = []
    for byteCount in 4...bytes.count {
      let outcome = try ContentOutcome.read(Array(bytes[..<byteCount]))
      if outcome.damages.isEmpty { ends.insert(byteCount) }
    }
    return ends
  }

  @Test func whereFilesMayEnd() throws {
    #expect(try Self.samples.map { try ends($0.bytes).count } == [1, 1, 1, 1, 1, 5, 3])
  }

  @Test func everyTruncation() throws {
    for (name, bytes, content) in Self.samples {
      let ends = try ends(bytes)
      for byteCount in 4..<bytes.count where !ends.contains(byteCount) {
        let file = try TemporaryFile(bytes[..<byteCount])
        var outcomes: [ContentOutcome] = []
        for options in InputOptions.ways(pieces: [byteCount % 2 == 0 ? 1 : 1 << 20]) {
          let outcome = try ContentOutcome.read(file.path, options)
          let way = "\(name), \(byteCount) bytes, \(options.summary)"
          #expect(content.starts(with: outcome.bytes), "\(way)")
          #expect(outcome.flaws == [], "\(way)")
          #expect(outcome.damages.count == 1, "\(way)")
          #expect(outcome.damages.first?.compressedOffset == byteCount, "\(way)")
          #expect(outcome.damages.first?.contentOffset == outcome.bytes.count, "\(way)")
          // What is half a record is none.
          if let last = outcome.bytes.last, last != 0x0A {
            #expect(outcome.cuts.count == 1, "\(way)")
            #expect(outcome.cuts.last?.upperBound == outcome.bytes.count)
          } else {
            #expect(outcome.cuts == [])
          }
          outcomes.append(outcome.essence)
        }
        #expect(outcomes.allSatisfy { $0 == outcomes[0] }, "\(outcomes.map(\.summary))")
      }
    }
  }

  @Test func whatIsThereOfATruncatedBlockIsRead() throws {
    // One block holds everything: its beginning is all there is.
    let content = SampleContent.lines(byteCount: 60_000, seed: 5)
    for isLinked in [false, true] {
      for storing in [LZ4FrameWriter.Storing.never, .always] {
        let compressed = LZ4FrameWriter(isLinked: isLinked, storing: storing).frame(content)
        let truncated = Array(compressed[..<(compressed.count / 2)])
        for options in InputOptions.ways(pieces: [64, 1 << 20]) {
          let outcome = try ContentOutcome.read(truncated, options)
          #expect(content.starts(with: outcome.bytes))
          #expect(outcome.bytes.count > 20_000)
          #expect(outcome.damages.map(\.reason) == ["the stream ends in the middle of a block"])
          #expect(outcome.damages.map(\.block) == [1])
        }
      }
    }
  }

  @Test func truncationInALongMatch() throws {
    // A length of hundreds of bytes of 255.
    var content = SampleContent.lines(byteCount: 5000, seed: 5)
    content += Array(repeating: 0x0A, count: 60_000)
    let compressed = LZ4FrameWriter().frame(content)
    #expect(compressed.suffix(60).contains(0xFF))
    for missing in [30, 100, 200] {
      let outcome = try ContentOutcome.read(Array(compressed.dropLast(missing)))
      #expect(content.starts(with: outcome.bytes))
      #expect(outcome.bytes.count >= 5000)
    }
  }

  @Test func recordsBeforeATruncation() throws {
    let content = SampleContent.lines(byteCount: 2500, seed: 8, longest: 60)
    let plain = try TemporaryFile(content)
    let expected = try Snapshot.read([plain.path], .text)
    for writer in LZ4FrameWriter.few {
      let compressed = writer.frame(content)
      for byteCount in stride(from: 8, to: compressed.count, by: 97) {
        let file = try TemporaryFile(compressed[..<byteCount])
        var base = ReaderOptions.text
        base.sampleByteCount = byteCount % 2 == 0 ? 10 : 8 << 20
        for options in ReaderOptions.variants(of: base, count: 3, seed: UInt64(byteCount)) {
          let partial = PartialSnapshot.read([file.path], options)
          let way = "\(writer.summary), \(byteCount) bytes, \(options.summary)"
          guard case .damaged(let path, let damage) = partial.error else {
            Issue.record("\(way): \(partial.error.map { "\($0)" } ?? "no error")")
            continue
          }
          #expect(path == file.path)
          #expect(damage.compressedOffset == byteCount)
          let rows = partial.snapshot.rows
          #expect(expected.rows.starts(with: rows), "\(way)")
          let recordEnd = expected.positions.prefix(rows.count).last.map {
            $0.offset + $0.byteCount
          }
          // All complete records are there: what is left is less than one.
          let isComplete =
            !content[(recordEnd ?? 0)..<damage.contentOffset].dropFirst().contains(0x0A)
          #expect(isComplete || rows.count == expected.rows.count, "\(way)")
          if !rows.isEmpty {
            #expect(partial.snapshot.rejects.allSatisfy { $0.reason == .cutByDamage }, "\(way)")
            #expect(partial.snapshot.isAccounted, "\(way)")
          }
        }
      }
    }
  }

  @Test(arguments: [true, false])
  func everyFlippedByte(verifies: Bool) throws {
    for (name, bytes, content) in Self.samples {
      var silentCount = 0
      for index in stride(from: 0, to: bytes.count, by: verifies ? 1 : 3) {
        let change: UInt8 = [0x01, 0x80, 0xFF][index % 3]
        do {
          var damaged = bytes
          damaged[index] ^= change
          let file = try TemporaryFile(damaged)
          var outcomes: [ContentOutcome] = []
          for options in InputOptions.ways(pieces: [100], { $0.verifiesChecksums = verifies }) {
            let outcome = try ContentOutcome.read(file.path, options)
            #expect(outcome.flaws == [])
            outcomes.append(outcome.essence)
          }
          let way = "\(name), byte \(index), \(change)"
          #expect(outcomes.allSatisfy { $0 == outcomes[0] }, "\(way): \(outcomes.map(\.summary))")
          if outcomes[0].damages.isEmpty, outcomes[0].bytes != content { silentCount += 1 }
          // What comes after the magic number is a skippable frame, or nothing that is known.
          if index < 4 { silentCount = 0 }
        }
      }
      // Without checksums literals may change and nobody can tell.
      let hasChecksums = name.contains("checksum") || name == "two frames"
      if verifies, hasChecksums { #expect(silentCount == 0, "\(name)") }
    }
  }

  // MARK: - What is said

  /// Damages of a stream, the same for every way of reading.
  private func damages(
    _ bytes: [UInt8], _ change: (inout InputOptions) -> Void = { _ in }
  ) throws -> [String] {
    let file = try TemporaryFile(bytes)
    let all = try InputOptions.ways(pieces: [64, 1 << 20], change).map {
      try ContentOutcome.read(file.path, $0).damages.map(\.description)
    }
    #expect(Set(all).count == 1, "\(all)")
    return all[0]
  }

  private func message(_ offset: Int, _ place: String, _ contentOffset: Int, _ reason: String)
    -> String
  {
    "damaged lz4 at compressed offset \(offset) (\(place)), after \(contentOffset) bytes of content: "
      + reason
  }

  @Test func checksums() throws {
    let content = SampleContent.lines(byteCount: 100, seed: 1)
    var writer = LZ4FrameWriter(hasContentChecksum: true, blockByteCounts: [60, 40])
    let parts = writer.parts(content)
    var damaged = parts.bytes
    damaged[damaged.count - 1] ^= 1
    #expect(
      try damages(damaged) == [
        message(
          parts.blocks[1].range.upperBound, "frame 1", 100,
          "the checksum of the frame's content does not match")
      ])
    #expect(try damages(damaged) { $0.verifiesChecksums = false } == [])
    writer.hasBlockChecksums = true
    let checked = writer.parts(content)
    damaged = checked.bytes
    damaged[checked.blocks[1].range.upperBound - 1] ^= 1
    #expect(
      try damages(damaged) == [
        message(
          checked.blocks[1].range.lowerBound, "frame 1, block 2", 60,
          "the block's checksum does not match")
      ])
    #expect(try damages(damaged) { $0.verifiesChecksums = false } == [])
  }

  @Test func wrongLengthOfContent() throws {
    let content = SampleContent.lines(byteCount: 100, seed: 1)
    let writer = LZ4FrameWriter(tellsContentByteCount: true)
    let body = writer.frame(content).dropFirst(15)
    for told in [0, 99, 101, Int(UInt32.max), .max] {
      let damaged = writer.header(byteCount: told) + body
      let expected = message(
        damaged.count - 4, "frame 1", 100,
        "the frame holds 100 bytes where its header says \(told)")
      #expect(try damages(damaged) == [expected])
      #expect(try damages(damaged) { $0.verifiesChecksums = false } == [expected])
    }
  }

  @Test func headers() throws {
    func damaged(_ flags: UInt8, _ descriptor: UInt8) -> [UInt8] {
      let checksum = UInt8(truncatingIfNeeded: LZ4FrameWriter.checksum([flags, descriptor]) >> 8)
      return [4, 0x22, 0x4D, 0x18, flags, descriptor, checksum, 0, 0, 0, 0]
    }
    #expect(try damages(damaged(0x60, 0x40)) == [])
    let cases: [(UInt8, UInt8, String)] = [
      (0xA0, 0x40, "the frame's version is 2, not 1"),
      (0x62, 0x40, "the frame's header has reserved bits set"),
      (0x60, 0x41, "the frame's header has reserved bits set"),
      (0x60, 0xC0, "the frame's header has reserved bits set"),
      (0x60, 0x30, "the frame's block size, number 3, does not exist"),
    ]
    for (flags, descriptor, reason) in cases {
      #expect(try damages(damaged(flags, descriptor)) == [message(0, "frame 1", 0, reason)])
    }
    var wrong = damaged(0x60, 0x40)
    wrong[6] ^= 1
    #expect(
      try damages(wrong) == [
        message(0, "frame 1", 0, "the checksum of the frame's header does not match")
      ])
  }

  @Test func blocksThatAreTooLong() throws {
    let writer = LZ4FrameWriter()
    let good = writer.parts(SampleContent.lines(byteCount: 100, seed: 1))
    let end = good.blocks[0].range.upperBound
    for word in [65_537, 0x7FFF_FFFF, 0x8001_0001, 0xFFFF_FFFF] as [UInt32] {
      let damaged =
        good.bytes[..<end] + LZ4FrameWriter.littleEndian(word) + Array(repeating: 0, count: 50)
      #expect(
        try damages(Array(damaged)) == [
          message(
            end, "frame 1, block 2", 100,
            "the block's length, \(word & 0x7FFF_FFFF) bytes, is more than the 65536 that the frame allows"
          )
        ])
    }
  }

  @Test func whatWasDecodedBehindDamageDoesNotCount() throws {
    let writer = LZ4FrameWriter(hasContentChecksum: true, blockByteCounts: [50])
    let content = SampleContent.lines(byteCount: 100, seed: 1)
    let frame = writer.frame(content)
    var damaged = frame
    damaged[frame.count - 1] ^= 1
    // The frames behind are decoded before it is known that the checksum does not match.
    let file = try TemporaryFile(frame + damaged + frame + frame + [1, 2, 3])
    for options in InputOptions.ways(pieces: [1, 64, 1 << 20]) {
      let outcome = try ContentOutcome.read(file.path, options)
      #expect(outcome.bytes == content + content, "\(options.summary)")
      #expect(outcome.damages.map(\.frame) == [2])
      #expect(outcome.frameCount == 2)
      #expect(outcome.blockCount == 4)
      #expect(outcome.lostByteCount == 0)
    }
  }

  @Test func aBlockOfNothingInALegacyFrame() throws {
    let bytes: [UInt8] = [0x02, 0x21, 0x4C, 0x18, 0, 0, 0, 0, 1, 2]
    let file = try TemporaryFile(bytes)
    for options in InputOptions.ways(pieces: [1, 64, 1 << 20]) {
      let outcome = try ContentOutcome.read(file.path, options)
      #expect(outcome.damages.map(\.compressedOffset) == [4])
      #expect(outcome.damages.map(\.reason) == ["the block is malformed"])
    }
  }

  @Test func whatFollowsAFrame() throws {
    let frame = LZ4FrameWriter().frame(SampleContent.lines(byteCount: 100, seed: 1))
    #expect(
      try damages(frame + Array("garbage".utf8)) == [
        message(
          frame.count, "frame 2", 100, "what follows the frame before is no LZ4 frame")
      ])
    #expect(
      try damages(frame + [0, 0]) == [
        message(
          frame.count + 2, "frame 2", 100,
          "the stream ends in the middle of a frame's magic number")
      ])
  }

  @Test func aDictionaryThatIsMissing() throws {
    let content = Self.dictionary + Self.dictionary
    for isLinked in [false, true] {
      let writer = LZ4FrameWriter(
        isLinked: isLinked, hasContentChecksum: true, dictionary: Self.dictionary,
        dictionaryNumber: 7)
      #expect(try damages(writer.frame(content)).count == 1)
      // A wrong one of the same length is found out by the checksum.
      let other = SampleContent.noise(byteCount: 500, seed: 3)
      #expect(try damages(writer.frame(content)) { $0.lz4Dictionary = other }.count == 1)
      #expect(try damages(writer.frame(content)) { $0.lz4Dictionary = Self.dictionary } == [])
    }
  }

  @Test func oneOfSeveralInputsIsDamaged() throws {
    let content = SampleContent.lines(byteCount: 1000, seed: 1)
    let good = LZ4FrameWriter.few[0].frame(content)
    let files = try [good, Array(good.dropLast(30)), good].map { try TemporaryFile($0) }
    let plain = try TemporaryFile(content)
    let whole = try Snapshot.read([plain.path], .text)
    for options in ReaderOptions.variants(of: .text, count: 6, seed: 2) {
      let partial = PartialSnapshot.read(files.map(\.path), options)
      guard case .damaged(let path, _) = partial.error else {
        Issue.record("\(partial.error.map { "\($0)" } ?? "no error")")
        continue
      }
      #expect(path == files[1].path)
      let counts = (0..<3).map { index in
        partial.snapshot.positions.count { $0.inputIndex == index }
      }
      #expect(counts[0] == whole.rows.count)
      #expect(counts[2] == whole.rows.count)
      #expect((1..<whole.rows.count).contains(counts[1]))
    }
  }
}
