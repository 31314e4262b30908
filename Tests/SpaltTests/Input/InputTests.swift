import Foundation
import Testing

@testable import Spalt

/// Files, pipes, and what is neither.
@Suite struct InputTests {
  private func error(_ path: String, _ options: ReaderOptions = ReaderOptions.ndjson) -> SpaltError?
  {
    do {
      _ = try Snapshot.read([path], options)
      return nil
    } catch {
      return error as? SpaltError
    }
  }

  private func options(_ mode: InputMode) -> ReaderOptions {
    var options = ReaderOptions.ndjson
    options.inputMode = mode
    return options
  }

  @Test func aMissingFileIsNamed() {
    let path = TemporaryFile.newPath()
    for mode in InputMode.allCases {
      let found = error(path, options(mode))
      #expect(found == .system(SystemError(call: "open", subject: path, code: ENOENT)))
      #expect(found?.description.contains(path) == true)
    }
  }

  @Test func aMissingFileAfterAGoodOne() throws {
    // The first file is read and delivered; then the error comes.
    let good = try TemporaryFile(text: String(repeating: "{\"a\":1}\n", count: 100))
    let missing = TemporaryFile.newPath()
    var options = ReaderOptions.ndjson
    options.sampleByteCount = 10
    options.threadCount = 2
    var reader = try RecordReader(paths: [good.path, missing], options: options)
    var rowCount = 0
    var found: SpaltError?
    do throws(SpaltError) {
      while let batch = try reader.next() { rowCount += batch.rowCount }
    } catch { found = error }
    #expect(rowCount == 100)
    #expect(found == .system(SystemError(call: "open", subject: missing, code: ENOENT)))
  }

  @Test func aFolderIsRefused() {
    let folder = FileManager.default.temporaryDirectory.path
    for mode in InputMode.allCases {
      #expect(
        error(folder, options(mode))
          == .input(path: folder, reason: "is a directory; read what is in it with -r"))
    }
  }

  @Test func anEmptyFileIsFineInEveryMode() throws {
    let file = try TemporaryFile()
    for mode in InputMode.allCases {
      let snapshot = try Snapshot.read([file.path], options(mode))
      #expect(snapshot.rows.isEmpty)
      #expect(snapshot.statistics.byteCount == 0)
    }
  }

  @Test func noInputsAreFine() throws {
    #expect(try Snapshot.read([], ReaderOptions.ndjson).rows.isEmpty)
  }

  @Test func filesAreMappedAndPipesAreRead() throws {
    let empty = try TemporaryFile()
    let file = try TemporaryFile(text: "{\"a\":1}\n")
    let fifo = try TemporaryFile(fifo: ())
    startWriter(fifo.path) { writeAll(Array("{\"a\":2}\n".utf8), to: $0) }
    var reader = try RecordReader(paths: [file.path, fifo.path, empty.path])
    var values: [Int64?] = []
    while let batch = try reader.next() {
      let column = batch.column(0)
      for row in 0..<batch.rowCount { values.append(column.int64(row)) }
    }
    #expect(values == [1, 2])
    #expect(reader.inputModeNames == ["mmap", "read", "read"])
  }

  @Test func aPipeCannotBeMapped() throws {
    let fifo = try TemporaryFile(fifo: ())
    startWriter(fifo.path) { _ in }
    #expect(
      error(fifo.path, options(.mmap))
        == .input(path: fifo.path, reason: "not a regular file, so it cannot be mapped"))
    startWriter(fifo.path) { _ in }
    var zeroCopy = ReaderOptions.ndjson
    zeroCopy.requiresZeroCopy = true
    #expect(
      error(fifo.path, zeroCopy)
        == .input(path: fifo.path, reason: "not a regular file, so it cannot be mapped"))
  }

  @Test func aPipeGivesTheSameAsAFile() throws {
    var generator = LineGenerator(seed: 31)
    let bytes = generator.lines(500)
    let file = try TemporaryFile(bytes)
    let expected = try Snapshot.read([file.path], .plain())
    // Writes of odd sizes, so that reads end anywhere.
    for size in [977, 8192, 65_536] {
      let fifo = try TemporaryFile(fifo: ())
      startWriter(fifo.path) { descriptor in
        for start in stride(from: 0, to: bytes.count, by: size) {
          writeAll(Array(bytes[start..<min(bytes.count, start + size)]), to: descriptor)
        }
      }
      var options = ReaderOptions.plain()
      options.inputMode = .auto
      options.threadCount = 2
      let snapshot = try Snapshot.read([fifo.path], options)
      #expect(snapshot.differences(from: expected) == [], "\(size)")
    }
  }

  @Test func aPipeThatGivesOneByteAtATime() throws {
    let text = "\u{FEFF}{\"a\":1,\"s\":\"é\\u00e9\"}\r\n\r\nbroken\n{\"a\":2}{\"a\":3}\n{\"a\":4}"
    let bytes = Array(text.utf8)
    let file = try TemporaryFile(bytes)
    let fifo = try TemporaryFile(fifo: ())
    startWriter(fifo.path) { descriptor in
      for byte in bytes {
        writeAll([byte], to: descriptor)
        waitUntilTaken(descriptor)
      }
    }
    let expected = try Snapshot.read([file.path])
    let snapshot = try Snapshot.read([fifo.path])
    #expect(snapshot.differences(from: expected) == [])
    #expect(snapshot.column("a") == (1...4).map { .int64($0) })
    #expect(snapshot.rejects.map(\.line) == [3])
  }

  @Test func aPipeThatGivesOneLineAtATime() throws {
    // A program that writes its log line by line fills the sample in thousands of small reads.
    let fifo = try TemporaryFile(fifo: ())
    startWriter(fifo.path) { descriptor in
      for number in 0..<600 {
        guard writeAll(Array("{\"n\":\(number)}\n".utf8), to: descriptor) else { return }
        waitUntilTaken(descriptor)
      }
    }
    let snapshot = try Snapshot.read([fifo.path])
    #expect(snapshot.column("n") == (0..<600).map { .int64($0) })
  }

  @Test func optionsThatMakeNoSenseAreRefused() throws {
    let changes: [(inout ReaderOptions) -> Void] = [
      { $0.threadCount = 0 }, { $0.threadCount = 1025 }, { $0.maximumRecordByteCount = 0 },
      { $0.maximumRecordByteCount = 1 << 30 }, { $0.pieceByteCount = 63 },
      { $0.pieceByteCount = 65 << 20 },
    ]
    for change in changes {
      var options = ReaderOptions.ndjson
      change(&options)
      guard case .usage = error("/dev/null", options) else {
        Issue.record("\(options.summary): not refused")
        continue
      }
    }
  }

  @Test func manyInputsAreOneInOrder() throws {
    let files = try (0..<20).map { index in
      try TemporaryFile(text: (0..<index).map { "{\"file\":\(index),\"line\":\($0)}\n" }.joined())
    }
    for threadCount in 1...3 {
      var options = ReaderOptions.ndjson
      options.threadCount = threadCount
      options.pieceByteCount = 64
      let snapshot = try Snapshot.read(files.map(\.path), options)
      let expected = (0..<20).flatMap { index in
        Array(repeating: Cell.int64(Int64(index)), count: index)
      }
      #expect(snapshot.column("file") == expected)
      #expect(snapshot.positions.map { Cell.int64(Int64($0.inputIndex)) } == expected)
      #expect(snapshot.isAccounted)
    }
  }
}

@Suite struct MappedFileTests {
  @Test func theBytesOfAFile() throws {
    let temporary = try TemporaryFile(text: "some text")
    let file = try MappedFile(path: temporary.path)
    #expect(file.byteCount == 9)
    #expect(file.path == temporary.path)
    let all = file.bytes
    #expect(all.makeString() == "some text")
    let part = file.bytes.slice(5..<9)
    #expect(part.makeString() == "text")
    #expect(part.offset == 5)
    let isSame = part.hasSameBytes(as: all.slice(5..<9))
    #expect(isSame)
    file.close()
  }

  @Test func anEmptyFile() throws {
    let temporary = try TemporaryFile()
    let file = try MappedFile(path: temporary.path)
    #expect(file.byteCount == 0)
    let bytes = file.bytes
    #expect(bytes.isEmpty == true)
    #expect(bytes.makeString() == "")
  }

  @Test func whatCannotBeMapped() throws {
    let missing = TemporaryFile.newPath()
    #expect(throws: SpaltError.system(SystemError(call: "open", subject: missing, code: ENOENT))) {
      _ = try MappedFile(path: missing).byteCount
    }
    let folder = FileManager.default.temporaryDirectory.path
    #expect(throws: SpaltError.self) { _ = try MappedFile(path: folder).byteCount }
    #expect(throws: SpaltError.self) { _ = try MappedFile(path: "/dev/null").byteCount }
  }

  @Test func anIndexOutsideTraps() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let temporary = try TemporaryFile(text: "abc")
      let file = try MappedFile(path: temporary.path)
      _ = file.bytes[3]
    }
    #expect(result.saysOnStandardError("index outside the view"))
  }
}
