import Foundation
import Testing

/// What is particular to compressed files. That all else is as for plain ones, `CompressedRuns` sees to.
struct CompressedFileTests {
  private static let log = Samples.serviceLog(byteCount: 300_000)

  /// The content's complete lines, as far as it is a prefix of the log.
  private static func isPrefixOfLines(_ output: Data) -> Bool {
    log.starts(with: output) && (output.isEmpty || output.last == UInt8(ascii: "\n"))
  }

  @Test(arguments: Compression.allCases)
  func whatComesBeforeTheEndOfACutFileIsRead(compression: Compression) throws {
    let folder = try TemporaryFolder()
    let whole = try compression.compress(Self.log)
    let path = try folder.write("cut", whole.prefix(whole.count * 2 / 3))
    for options in [["-j", "1"], ["-j", "2"], ["--io", "read"]] {
      let outcome = try Program.execute(
        Program.path, [path, "-f", "ndjson", "-O", "raw"] + options)
      #expect(outcome.status == 2)
      #expect(Self.isPrefixOfLines(outcome.output), "\(options)")
      #expect(outcome.output.count > Self.log.count / 4, "\(options): \(outcome.output.count)")
      let message = try #require(outcome.errorLines.last)
      #expect(message.hasPrefix("spalt: \(path): damaged "), "\(message)")
      #expect(message.contains(" at compressed offset ") && message.contains(" bytes of content: "))
    }
  }

  /// Two frames, of which a byte in the middle of the first is wrong.
  private static func damagedFrames() throws -> Data {
    let half = log.count / 2
    var first = try Compression.lz4Small.compress(log.prefix(half))
    first[first.count / 2] ^= 0x55
    return first + (try Compression.lz4Small.compress(Data(log.dropFirst(half))))
  }

  @Test func skippingGoesOnBehindDamage() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("damaged.lz4", try Self.damagedFrames())
    let strict = try Program.execute(Program.path, [path, "-O", "raw"])
    #expect(strict.status == 2)
    #expect(Self.isPrefixOfLines(strict.output))
    for policy in ["skip", "keep"] {
      let outcome = try Program.execute(
        Program.path, [path, "-O", "raw", "--on-error", policy, "--stats", "json"])
      #expect(outcome.status == 0, "\(outcome.errorText)")
      #expect(outcome.output.count > strict.output.count)
      #expect(outcome.errorText.contains("the block's checksum does not match; read on behind it"))
      let statistics = try Statistics(outcome)
      let compression = try #require(statistics.sections["compression"])
      #expect(compression["gaps"] as? Int == 1)
      let lost = try #require(compression["lost"] as? Int)
      #expect(lost > 0 && lost < 64 << 10)
      let byteCount = try Data(contentsOf: URL(fileURLWithPath: path)).count
      #expect(compression["compressed"] as? Int == byteCount)
      // What was read of the content is accounted for to the last byte.
      statistics.expectIdentity(
        inputByteCount: try #require(compression["content"] as? Int))
    }
  }

  @Test func wrongChecksumsCanBeIgnored() throws {
    let folder = try TemporaryFolder()
    var frame = try Compression.lz4.compress(Self.log)
    frame[frame.count - 1] ^= 1
    let path = try folder.write("log", frame)
    let strict = try Program.execute(Program.path, [path, "-O", "raw"])
    #expect(strict.status == 2)
    #expect(strict.errorText.contains("the checksum of the frame's content does not match"))
    let lax = try Program.execute(Program.path, [path, "-O", "raw", "--no-verify"])
    #expect(lax.status == 0)
    #expect(lax.output == Self.log)
  }

  @Test func otherFormatsAreNamedWithACommand() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "an old log", Data("BZh91AY&SY".utf8) + Data(repeating: 7, count: 90))
    let outcome = try Program.execute(Program.path, [path])
    #expect(outcome.status == 2)
    #expect(
      outcome.errorLines == [
        "spalt: \(path): is bzip2, which is not read; try: bzip2 -dc '\(path)' | spalt"
      ])
  }

  @Test func dictionariesMustBeThere() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("log", try Compression.lz4.compress(Self.log))
    let outcome = try Program.execute(
      Program.path, [path, "--lz4-dictionary", folder.path("none"), "-c"])
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains(folder.path("none")))
  }

  @Test(arguments: Compression.allCases)
  func progressCountsCompressedBytes(compression: Compression) throws {
    let folder = try TemporaryFolder()
    let content = try compression.compress(Self.log)
    let path = try folder.write("log", content)
    let outcome = try Program.execute(Program.path, [path, "-c", "--progress", "json"])
    let last = try #require(outcome.errorLines.last)
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
    #expect(report["bytes"] as? Int == content.count, "\(last)")
  }

  /// A sample that is too large to be held is decompressed again, unless what comes with it cannot be.
  @Test func whatCannotBeReadAgainIsHeld() throws {
    let folder = try TemporaryFolder()
    let block = Samples.serviceLog(byteCount: 4_000_000)
    let content = (0..<10).reduce(into: Data()) { data, _ in data += block }
    let path = try folder.write("log", try Compression.lz4.compress(content))
    let late = Data("{\"only_here\":1}\n".utf8)
    let piped = try Program.execute(
      Program.path, ["schema", "--full", path, "-", "--memory", "400MiB"], input: late)
    #expect(piped.status == 0, "\(piped.errorText)")
    let files = try Program.execute(
      Program.path, ["schema", "--full", path, try folder.write("late", late)])
    #expect(files.status == 0, "\(files.errorText)")
    #expect(files.text.contains("only_here"))
    #expect(files.text == piped.text)
  }

  /// The window that a zstd frame asks for may be more than there is room for: others are read all the same.
  @Test func aWindowBeyondTheBudgetIsDamageOfItsFile() throws {
    let folder = try TemporaryFolder()
    let good = try Compression.zstd.compress(Self.log)
    // No sizes, a window of 1 GiB, and blocks of 128 KiB of the same byte, more than is decoded at once.
    let block = Data([0x02, 0x00, 0x10, 0x0A])
    let greedy =
      Data([0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xA0])
      + (0..<299).reduce(into: Data()) { data, _ in data += block }
      + Data([0x03, 0x00, 0x10, 0x0A])
    let paths = [
      try folder.write("1", good), try folder.write("2", good + greedy),
      try folder.write("3", good),
    ]
    for threads in ["1", "2"] {
      let outcome = try Program.execute(
        Program.path, paths + ["-f", "ndjson", "-O", "raw", "-j", threads])
      #expect(outcome.status == 2)
      #expect(outcome.output == Self.log + Self.log + Self.log)
      #expect(outcome.errorText.contains("\(paths[1]): damaged zstd at compressed offset"))
      #expect(outcome.errorText.contains("more than is left of --memory"))
    }
  }

  /// Thousands of small files are held in memory as samples no longer than there is room.
  @Test func manySmallFilesAreRead() throws {
    let folder = try TemporaryFolder()
    let compressed = try Compression.gzip.compress(Data("{\"a\":1}\n".utf8))
    let paths = try (0..<1000).map { try folder.write("\($0)", compressed) }
    let outcome = try Program.execute(
      Program.path, paths + ["--count", "--memory", "48MiB", "-j", "2"])
    #expect(outcome.text == "1000\n", "\(outcome.errorText)")
  }

  #if os(Linux)
    /// A piece of 2 MiB costs a few allocations, a block or a record none.
    @Test(
      .enabled(if: Program.isGiven, "only optimised programs are counted: make test"),
      .enabled(if: Tools.mallocCounter != nil, "no C compiler for the counter"),
      arguments: Compression.allCases.filter { $0 != .lz4Frames })
    func blocksAllocateNothing(compression: Compression) throws {
      let counter = try #require(Tools.mallocCounter)
      let folder = try TemporaryFolder()
      let block = Samples.serviceLog(byteCount: 4_000_000)
      let copies = try [3, 12].map { count in
        try folder.write(
          "\(count)",
          try compression.compress((0..<count).reduce(into: Data()) { data, _ in data += block }))
      }
      for threads in ["1", "2"] {
        let counts = try copies.map { path in
          let outcome = try Program.execute(
            Program.path, [path, "-O", "none", "-j", threads],
            environment: ["LD_PRELOAD": counter, "MALLOC_COUNTER_FILE": folder.path("count")])
          #expect(outcome.status == 0, "\(outcome.errorText)")
          return try #require(Int(try folder.text("count").trimmingCharacters(in: .newlines)))
        }
        let pieceCount = 36_000_000 / (2 << 20)
        #expect(counts[1] - counts[0] <= 100 + 10 * pieceCount, "-j \(threads): \(counts)")
      }
    }
  #endif
}
