import Foundation
import Spalt
import Testing

@testable import SpaltCLI

/// The line that shows how far a run has got. Time is what the test says it is.
struct ProgressTests {
  /// Foundation has one, too.
  private typealias Progress = SpaltCLI.Progress

  /// A terminal that keeps what is written to it, and a clock.
  private final class Terminal {
    var columnCount: Int?
    var milliseconds = 1000
    var writes: [String] = []

    init(columnCount: Int?) { self.columnCount = columnCount }

    var screen: ProgressScreen {
      ProgressScreen(
        columnCount: { self.columnCount },
        nanoseconds: { UInt64(self.milliseconds) * 1_000_000 },
        write: { self.writes.append($0) })
    }

    var text: String { writes.joined() }

    /// What stands in the one line of the terminal now.
    var line: String {
      var cells: [Character] = []
      var column = 0
      for character in text {
        if character == "\r" {
          column = 0
        } else {
          if column == cells.count { cells.append(character) } else { cells[column] = character }
          column += 1
        }
      }
      return String(String(cells).reversed().drop { $0 == " " }.reversed())
    }
  }

  private func progress(
    _ mode: ProgressMode, _ terminal: Terminal, total: Int? = 1_000_000_000,
    printsToTerminal: Bool = false
  ) -> Progress {
    Progress(
      mode: mode, totalByteCount: total, printsToTerminal: printsToTerminal,
      screen: terminal.screen)
  }

  /// Calls every 10 ms for so long, at 1 MB each.
  private func run(_ progress: inout Progress, _ terminal: Terminal, milliseconds: Int) {
    let start = terminal.milliseconds
    while terminal.milliseconds < start + milliseconds {
      terminal.milliseconds += 10
      progress.update(
        byteCount: (terminal.milliseconds - 1000) * 100_000, records: terminal.milliseconds,
        rejects: 0)
    }
  }

  @Test func shortRunsAreQuiet() {
    let terminal = Terminal(columnCount: 80)
    var progress = progress(.auto, terminal)
    run(&progress, terminal, milliseconds: 490)
    progress.finish()
    #expect(terminal.writes.isEmpty)
  }

  @Test func theLineIsDrawnFiveTimesASecond() {
    let terminal = Terminal(columnCount: 80)
    var progress = progress(.auto, terminal)
    run(&progress, terminal, milliseconds: 500)
    #expect(terminal.writes.count == 1)
    #expect(
      terminal.line
        == "[>                             ] 50.0 MB of 1.00 GB  5 %  100 MB/s  0:10 left")
    run(&progress, terminal, milliseconds: 1000)
    #expect(terminal.writes.count == 6)
    #expect(terminal.line.hasSuffix("150 MB of 1.00 GB  15 %  100 MB/s  0:09 left"))
  }

  @Test func theLineIsCleared() {
    let terminal = Terminal(columnCount: 80)
    var progress = progress(.auto, terminal)
    run(&progress, terminal, milliseconds: 2000)
    #expect(!terminal.line.isEmpty)
    progress.finish()
    #expect(terminal.line == "")
    #expect(terminal.text.hasSuffix("\r"))
    let count = terminal.writes.count
    progress.finish()
    run(&progress, terminal, milliseconds: 2000)
    #expect(terminal.writes.count == count)
  }

  @Test func somethingElseCanBePrintedInBetween() {
    let terminal = Terminal(columnCount: 80)
    var progress = progress(.auto, terminal)
    run(&progress, terminal, milliseconds: 1000)
    progress.clear()
    #expect(terminal.line == "")
    let count = terminal.writes.count
    progress.clear()
    #expect(terminal.writes.count == count)
    run(&progress, terminal, milliseconds: 1000)
    #expect(!terminal.line.isEmpty)
  }

  @Test func noEscapeCodesAndNoWrappedLines() {
    for columnCount in [1, 2, 5, 20, 40, 41, 60, 80, 300] {
      let terminal = Terminal(columnCount: columnCount)
      var progress = progress(.auto, terminal)
      run(&progress, terminal, milliseconds: 3000)
      progress.finish()
      #expect(terminal.text.allSatisfy { $0 == "\r" || $0 >= " " && $0 <= "~" })
      let longest = terminal.text.split(separator: "\r").map(\.count).max() ?? 0
      #expect(longest <= max(0, columnCount - 1), "\(columnCount)")
    }
  }

  @Test func aTerminalMayBeMadeNarrower() {
    let terminal = Terminal(columnCount: 120)
    var progress = progress(.auto, terminal)
    run(&progress, terminal, milliseconds: 1000)
    terminal.columnCount = 30
    terminal.writes = []
    run(&progress, terminal, milliseconds: 1000)
    progress.finish()
    let longest = terminal.text.split(separator: "\r").map(\.count).max() ?? 0
    #expect(longest == 29)
  }

  @Test func withoutATerminalNothingIsShown() {
    for (columnCount, printsToTerminal, mode) in [
      (nil, false, ProgressMode.auto), (80, true, .auto), (80, false, .never),
    ] as [(Int?, Bool, ProgressMode)] {
      let terminal = Terminal(columnCount: columnCount)
      var progress = progress(mode, terminal, printsToTerminal: printsToTerminal)
      run(&progress, terminal, milliseconds: 5000)
      progress.finish()
      #expect(terminal.writes.isEmpty)
    }
  }

  @Test func rejectsAndUnknownSizes() {
    let terminal = Terminal(columnCount: 80)
    var progress = progress(.auto, terminal, total: nil)
    terminal.milliseconds += 2000
    progress.update(byteCount: 3_000_000, records: 10, rejects: 7)
    #expect(terminal.line == "3.00 MB  1.50 MB/s  7 rejected")
    terminal.milliseconds += 1000
    progress.update(byteCount: 3_000_000, records: 10, rejects: 7)
    #expect(terminal.line == "3.00 MB  1.13 MB/s  7 rejected", "the rate follows within seconds")
  }

  /// A file that grows while it is read, and an empty one.
  @Test func sizesThatAreWrong() {
    for total in [0, 1, 1000] {
      let terminal = Terminal(columnCount: 80)
      var progress = progress(.auto, terminal, total: total)
      terminal.milliseconds += 1000
      progress.update(byteCount: 5000, records: 1, rejects: 0)
      #expect(terminal.line.contains("0:00 left"))
      #expect(terminal.line.contains("100 %") == (total > 0))
    }
  }

  private struct Report: Decodable, Equatable {
    let bytes: Int
    let total_bytes: Int?
    let records: Int
    let rejects: Int
    let elapsed_ms: Int
    let bytes_per_second: Int?
    let seconds_left: Int?
    let done: Bool
  }

  private func reports(_ terminal: Terminal) throws -> [Report] {
    #expect(
      terminal.writes.allSatisfy { $0.hasSuffix("}\n") && $0.filter { $0 == "\n" }.count == 1 })
    return try terminal.writes.map { try JSONDecoder().decode(Report.self, from: Data($0.utf8)) }
  }

  @Test func jsonIsPrintedOnceASecondAndAtTheEnd() throws {
    let terminal = Terminal(columnCount: nil)
    var progress = progress(.json, terminal)
    run(&progress, terminal, milliseconds: 2500)
    progress.finish()
    progress.finish()
    let reports = try reports(terminal)
    #expect(reports.map(\.elapsed_ms) == [1000, 2000, 2500])
    #expect(reports.map(\.bytes) == [100_000_000, 200_000_000, 250_000_000])
    #expect(reports.map(\.done) == [false, false, true])
    #expect(reports.map(\.bytes_per_second) == [100_000_000, 100_000_000, 100_000_000])
    #expect(reports.map(\.seconds_left) == [9, 8, 8])
  }

  @Test func jsonOfAShortRunIsOneLine() throws {
    let terminal = Terminal(columnCount: 80)
    var progress = progress(.json, terminal, total: nil)
    progress.update(byteCount: 12, records: 1, rejects: 1)
    progress.finish()
    #expect(
      try reports(terminal) == [
        Report(
          bytes: 12, total_bytes: nil, records: 1, rejects: 1, elapsed_ms: 0,
          bytes_per_second: nil, seconds_left: nil, done: true)
      ])
  }

  @Test func numbersOfBytesHaveThreeDigits() {
    let cases: [(Double, String)] = [
      (0, "0 B"), (999, "999 B"), (999.4, "999 B"), (999.6, "1.00 kB"), (1000, "1.00 kB"),
      (9_994, "9.99 kB"), (9_996, "10.0 kB"), (12_345, "12.3 kB"), (99_960, "100 kB"),
      (999_499, "999 kB"), (999_600, "1.00 MB"), (2.104e9, "2.10 GB"), (4e10, "40.0 GB"),
      (1.005e12, "1.00 TB"), (1e30, "1000000000000 EB"), (-5, "0 B"),
    ]
    for (count, text) in cases { #expect(ProgressLine.bytes(count) == text, "\(count)") }
  }

  @Test func durations() {
    let cases = [(0, "0:00"), (7, "0:07"), (754, "12:34"), (3599, "59:59"), (3723, "1:02:03")]
    for (seconds, text) in cases { #expect(ProgressLine.duration(seconds: seconds) == text) }
  }

  @Test func sizesOfInputsAreSummed() throws {
    let folder = try TemporaryFolder()
    let paths = try [
      folder.write("a", Data(count: 1000)), folder.write("b", Data(count: 23)),
      folder.path("missing"),
    ].map { InputPath($0) }
    #expect(InputSizes.totalByteCount(of: paths) == 1023)
    #expect(InputSizes.totalByteCount(of: paths + ["/dev/null"]) == nil)
    #expect(InputSizes.totalByteCount(of: []) == 0)
  }
}
