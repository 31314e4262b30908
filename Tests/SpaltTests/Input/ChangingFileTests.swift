import Foundation
import Testing

@testable import Spalt

/// Files that other programs change while they are read.
@Suite struct ChangingFileTests {
  private static let lineCount = 20_000

  private static func line(_ number: Int, _ letter: Character = "a") -> String {
    "{\"n\":\(number),\"text\":\"\(String(repeating: letter, count: 40))\"}\n"
  }

  private static func lines(_ range: Range<Int>, _ letter: Character = "a") -> String {
    range.map { line($0, letter) }.joined()
  }

  private static func options(_ mode: InputMode, threadCount: Int = 2) -> ReaderOptions {
    var options = ReaderOptions()
    options.formatName = "ndjson"
    options.inputMode = mode
    options.threadCount = threadCount
    options.pieceByteCount = 64 << 10
    options.sampleByteCount = 64 << 10
    return options
  }

  /// What a reader gives of a file, on which `change` is done after the first batch.
  private struct Reading {
    var numbers: [Int64] = []
    var error: SpaltError?
    var modes: [String] = []
    /// Whether all lines that came out are as they were written.
    var isTrue = true
    /// Records of batches in which a string was not what it was when they were handed out.
    var unverifiedCount = 0

    init(
      _ paths: [String], _ options: ReaderOptions, after batchCount: Int = 1,
      change: () throws -> Void
    ) throws {
      try FaultGuard.install()
      var reader = try RecordReader(paths: paths, options: options)
      var count = 0
      do {
        while let batch = try reader.next() {
          add(batch)
          count += 1
          if count == batchCount { try change() }
        }
      } catch let error as SpaltError { self.error = error }
      modes = reader.inputModeNames
    }

    private mutating func add(_ batch: borrowing RecordBatch) {
      var read: [(Int64, String)] = []
      let texts = batch.column(1)
      let values = batch.column(0)
      for row in 0..<batch.rowCount {
        guard let number = values.int64(row), let text = texts.text(row) else { continue }
        read.append((number, text.makeString()))
      }
      do { try batch.verify() } catch {
        unverifiedCount += batch.rowCount
        return
      }
      for (number, text) in read {
        numbers.append(number)
        let letters = Set(text)
        if text.count != 40 || letters.count != 1 { isTrue = false }
      }
      if read.count != batch.rowCount { isTrue = false }
    }

    var change: FileChange? {
      guard case .changed(_, let change)? = error else { return nil }
      return change
    }
  }

  @Test(arguments: 1...3) func aTruncationEndsTheInput(threadCount: Int) throws {
    let file = try TemporaryFile(text: Self.lines(0..<Self.lineCount))
    let other = try TemporaryFile(text: Self.lines(0..<10, "b"))
    let byteCount = Self.lines(0..<Self.lineCount).utf8.count
    let left = byteCount * 3 / 4 + 11
    let reading = try Reading(
      [file.path, other.path], Self.options(.mmap, threadCount: threadCount)
    ) {
      try file.shorten(to: left)
    }
    #expect(reading.isTrue)
    let change = try #require(reading.change)
    #expect(change.kind == .truncated(toByteCount: left))
    #expect(change.range == left..<byteCount)
    // The other input was read all the same.
    #expect(reading.numbers.suffix(10) == ArraySlice((0..<10).map(Int64.init)))
    let own = reading.numbers.dropLast(10)
    #expect(own.elementsEqual((0..<own.count).map(Int64.init)))
    #expect(change.goodRecordCount == own.count + reading.unverifiedCount)
    #expect(own.count > Self.lineCount / 2)
    #expect(reading.error?.description.contains("and are good") == true)
  }

  /// Whatever is left, nothing comes out that is not in it, and all of a batch that lies in it does.
  @Test func everyPlaceOfTruncation() throws {
    let text = Self.lines(0..<3000)
    let byteCount = text.utf8.count
    for left in stride(from: 0, to: byteCount, by: byteCount / 23) {
      let file = try TemporaryFile(text: text)
      var options = Self.options(.mmap)
      options.pieceByteCount = 4096
      options.sampleByteCount = 4096
      let reading = try Reading([file.path], options) {
        try file.shorten(to: left)
      }
      #expect(reading.isTrue)
      #expect(reading.numbers.elementsEqual((0..<reading.numbers.count).map(Int64.init)))
      #expect(reading.change?.kind == .truncated(toByteCount: left))
    }
  }

  /// Pieces that were taken to find out the format, and were not handed on when the change was noticed.
  @Test func whatWasInspectedIsAccountedFor() throws {
    let text = Self.lines(0..<Self.lineCount)
    for left in [0, 100, text.utf8.count / 3] {
      for threadCount in 1...3 {
        try FaultGuard.install()
        let file = try TemporaryFile(text: text)
        var options = ReaderOptions()
        options.threadCount = threadCount
        options.pieceByteCount = 32 << 10
        options.sampleByteCount = 32 << 10
        options.inputMode = .mmap
        // A schema is at hand, so that only the format has to be found out.
        options.schema = try RecordReader(paths: [file.path], options: options).inputSchema
        var reader = try RecordReader(paths: [file.path], options: options)
        try file.shorten(to: left)
        var error: SpaltError?
        do { while try reader.next() != nil {} } catch let thrown { error = thrown }
        if case .changed? = error { continue }
        Issue.record("\(String(describing: error))")
      }
    }
  }

  @Test func whatIsReadOfATruncatedFileIsNoHalfRecord() throws {
    let text = Self.lines(0..<Self.lineCount)
    let left = text.utf8.count * 3 / 4 + 11
    let file = try TemporaryFile(text: text)
    let reading = try Reading([file.path], Self.options(.read)) {
      try file.shorten(to: left)
    }
    #expect(reading.isTrue)
    #expect(reading.numbers.elementsEqual((0..<reading.numbers.count).map(Int64.init)))
    #expect(reading.change?.kind == .truncated(toByteCount: left))
  }

  @Test func whatIsAppendedIsReadToo() throws {
    // With and without an end of the last line.
    for cut in [0, 1, 20] {
      let text = Self.lines(0..<Self.lineCount)
      let more = Self.lines(Self.lineCount..<Self.lineCount + 500)
      let file = try TemporaryFile(text: String(text.dropLast(cut)))
      let reading = try Reading([file.path], Self.options(.auto)) {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file.path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data((String(text.suffix(cut)) + more).utf8))
        try handle.close()
      }
      #expect(reading.error == nil)
      #expect(reading.isTrue)
      #expect(reading.numbers.elementsEqual((0..<Self.lineCount + 500).map(Int64.init)))
      #expect(reading.modes == ["mmap+read"])
    }
  }

  @Test func aFileThatIsReplacedStaysWhatItWas() throws {
    let file = try TemporaryFile(text: Self.lines(0..<Self.lineCount))
    let new = try TemporaryFile(text: Self.lines(0..<5, "b"))
    let reading = try Reading([file.path], Self.options(.auto)) {
      try new.move(to: file.path)
    }
    #expect(reading.error == nil)
    #expect(reading.numbers.count == Self.lineCount)
  }

  /// Writes a file anew in place, as `cp` does it.
  private static func rewrite(_ path: String, _ text: String) throws {
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
  }

  @Test func aFileThatIsWrittenAnewIsFoundOut() throws {
    for count in [100, Self.lineCount, Self.lineCount + 100] {
      let file = try TemporaryFile(text: Self.lines(0..<Self.lineCount))
      let reading = try Reading([file.path], Self.options(.mmap)) {
        try Self.rewrite(file.path, Self.lines(5_000_000..<5_000_000 + count, "b"))
      }
      // Whoever looks between the two steps finds it truncated.
      #expect(reading.change != nil)
    }
  }

  @Test func whatIsWrittenInPlaceIsOverwritten() throws {
    let text = Self.lines(0..<1000)
    let byteCount = text.utf8.count
    let texts = [
      Self.lines(0..<1000, "b"), Self.lines(0..<1100, "b"),
      // The same beginning: truncated and appended to.
      String(text.prefix(byteCount / 2)) + Self.lines(0..<1000, "c"),
    ]
    for newText in texts {
      let file = try TemporaryFile(text: text)
      let mapping = try #require(try Mapping.ofFile(at: file.path))
      #expect(mapping.change(in: 0..<byteCount) == nil)
      // File systems note times by a clock that ticks every few milliseconds.
      Thread.sleep(forTimeInterval: 0.02)
      try Self.rewrite(file.path, newText)
      let change = try #require(mapping.change(in: 0..<10))
      #expect(change.kind == .overwritten)
      #expect(SpaltError.changed(path: "a", change).description.contains("--io read"))
    }
  }

  /// Beyond so many, files are not kept open, but opened again.
  @Test func manyFilesAreWatched() throws {
    let text = Self.lines(0..<20)
    var files: [(Mapping, TemporaryFile)] = []
    for _ in 0..<300 {
      let file = try TemporaryFile(text: text)
      files.append((try #require(try Mapping.ofFile(at: file.path)), file))
    }
    for (number, (mapping, file)) in files.enumerated() {
      #expect(mapping.change(in: 0..<100) == nil)
      switch number % 3 {
      case 0:
        try file.shorten(to: 90)
        #expect(mapping.change(in: 0..<100)?.kind == .truncated(toByteCount: 90))
      case 1:
        // Another file has the name now; the bytes are still those of the first.
        try TemporaryFile(text: "x").move(to: file.path)
        #expect(mapping.change(in: 0..<100) == nil)
      default: #expect(mapping.currentByteCount == text.utf8.count)
      }
    }
  }

  @Test func aCompressedFileThatIsTruncated() throws {
    let folder = URL(fileURLWithPath: #filePath).appendingPathComponent(
      "../../../../TestData/compressed"
    ).standardized.path
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
      for mode in [InputMode.mmap, .read] {
        let file = try TemporaryFile(bytes)
        var options = ReaderOptions()
        options.inputMode = mode
        try FaultGuard.install()
        // Mapped, or at least opened, and not decoded yet.
        let mapping = try #require(try Mapping.ofFile(at: file.path))
        try file.shorten(to: bytes.count / 2)
        #expect(
          mapping.change(in: 0..<bytes.count)?.kind == .truncated(toByteCount: bytes.count / 2))
        var content = try ContentReader(path: file.path)
        try file.shorten(to: 0)
        var error: SpaltError?
        do { while try content.next() != nil {} } catch let thrown { error = thrown }
        guard case .changed? = error else {
          Issue.record("\(name): \(String(describing: error))")
          continue
        }
      }
    }
  }

  /// Strings lie in the file: who reads them later can ask whether they are still true.
  @Test func aBatchThatIsKeptCanBeChecked() throws {
    try FaultGuard.install()
    let file = try TemporaryFile(text: Self.lines(0..<1000))
    var reader = try RecordReader(paths: [file.path], options: Self.options(.mmap))
    guard let batch = try reader.next() else {
      Issue.record("no batch")
      return
    }
    try batch.verify()
    try file.shorten(to: 20)
    var error: SpaltError?
    do { try batch.verify() } catch let thrown { error = thrown }
    #expect(error != nil)
    let number = batch.column(0).int64(999)
    #expect(number == 999)
  }

  /// The text of a batch that was cut down is made when it is written; by then, the file may be another.
  @Test func noSinkWritesWhatIsNotTrueAnyMore() throws {
    try FaultGuard.install()
    for isTable in [false, true] {
      let file = try TemporaryFile(text: Self.lines(0..<1000))
      let output = TemporaryFile.newPath()
      defer { _ = unsafe unlink(output) }
      var options = Self.options(.mmap)
      options.representation = .text
      let reader = try RecordReader(paths: [file.path], options: options)
      let schema = reader.schema
      var error: SpaltError?
      do {
        if isTable {
          try Self.write(
            reader, file.path, TableSink(schema: schema, target: .file(output)))
        } else {
          let formatter = try #require(SinkFormat.ndjson.formatter(for: schema))
          try Self.write(reader, file.path, TextSink(formatter: formatter, target: .file(output)))
        }
      } catch let thrown as SpaltError { error = thrown }
      guard case .changed? = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(!FileManager.default.fileExists(atPath: output))
    }
  }

  private static func write<Sink: BatchSink & ~Copyable>(
    _ given: consuming RecordReader, _ path: String, _ givenSink: consuming Sink
  ) throws(SpaltError) {
    var reader = given
    var sink = givenSink
    while let batch = try reader.next() {
      // The last page reads as zeros from here on.
      _ = unsafe truncate(path, 20)
      try sink.write(batch)
    }
    try sink.finish()
  }
}
