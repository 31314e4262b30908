import Foundation
import Testing

@testable import Spalt

/// A library reader on a file that is changed at a random moment: `make soak` runs this a thousand times.
@Suite struct ChangingFileSoak {
  private static let runCount =
    ProcessInfo.processInfo.environment["SPALT_SOAK_RUNS"].flatMap { Int($0) } ?? 10

  private enum Change: CaseIterable { case truncation, replacement, appending }

  private static func line(_ number: Int, _ letter: String) -> String {
    "{\"n\":\(number),\"text\":\"\(letter)\(String(number, radix: 36))\(letter)\"}\n"
  }

  @Test func nothingComesOutThatWasNotInTheFile() throws {
    try FaultGuard.install()
    let old = Data((0..<30_000).map { Self.line($0, "old line ") }.joined().utf8)
    let new = Data((0..<10_000).map { Self.line($0, "new line ") }.joined().utf8)
    var statuses: [String: Int] = [:]
    for _ in 0..<Self.runCount {
      let path = TemporaryFile.newPath()
      defer { _ = unsafe unlink(path) }
      try old.write(to: URL(fileURLWithPath: path))
      let change = Change.allCases.randomElement() ?? .truncation
      let delay = Double.random(in: 0..<0.05)
      let length = Int.random(in: 0..<old.count)
      let isDone = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        Thread.sleep(forTimeInterval: delay)
        Self.apply(change, path, length, new)
        isDone.signal()
      }
      let error = try read(path)
      isDone.wait()
      switch error {
      case nil: statuses["good", default: 0] += 1
      case .changed?:
        #expect(change == .truncation)
        statuses["changed", default: 0] += 1
      default: Issue.record("\(String(describing: error))")
      }
    }
    #expect(statuses.values.reduce(0, +) == Self.runCount)
  }

  private static func apply(_ change: Change, _ path: String, _ length: Int, _ new: Data) {
    switch change {
    case .truncation: _ = unsafe truncate(path, off_t(length))
    case .replacement:
      let other = path + ".new"
      try? new.write(to: URL(fileURLWithPath: other))
      _ = unsafe rename(other, path)
    case .appending:
      let handle = try? FileHandle(forWritingTo: URL(fileURLWithPath: path))
      _ = try? handle?.seekToEnd()
      try? handle?.write(contentsOf: new)
      try? handle?.close()
    }
  }

  /// Reads a file, and expects every record of verified batches to be as it was written.
  private func read(_ path: String) throws -> SpaltError? {
    var options = ReaderOptions()
    options.inputMode = [.auto, .mmap, .read].randomElement() ?? .auto
    options.threadCount = Int.random(in: 1...3)
    options.pieceByteCount = 32 << 10
    options.sampleByteCount = 32 << 10
    do {
      var reader = try RecordReader(paths: [path], options: options)
      while let batch = try reader.next() {
        guard let numbers = batch.column(named: "n"), let texts = batch.column(named: "text") else {
          continue
        }
        var odd: [String] = []
        for row in 0..<batch.rowCount {
          let number = numbers.int64(row).map { String($0, radix: 36) } ?? ""
          let text = texts.text(row)?.makeString() ?? ""
          let isTrue = ["old line ", "new line "].contains { text == $0 + number + $0 }
          if !isTrue { odd.append(text) }
        }
        do { try batch.verify() } catch { return error }
        #expect(odd == [])
      }
      return nil
    } catch { return error }
  }
}
