import ArgumentParser

/// Whether and how progress is shown.
enum ProgressMode: String, CaseIterable, ExpressibleByArgument {
  /// A line on standard error that is drawn again and again, if that is a terminal.
  case auto
  /// Not at all.
  case never
  /// JSON objects on standard error, a line each, for programs.
  case json
}

/// Shows on standard error how far a run has got. The thread that consumes batches calls it between
/// them; a call costs a look at the clock.
struct Progress {
  private let mode: ProgressMode
  private let totalByteCount: Int?
  private let screen: ProgressScreen
  private let startNanoseconds: UInt64
  /// When something was printed last.
  private var printedNanoseconds: UInt64
  /// Characters of the line that is on the terminal now.
  private var shownLength = 0
  private var counts = ProgressCounts()
  /// The counts when something was printed last.
  private var printedByteCount = 0
  /// Smoothed over the last seconds, once something was printed.
  private var bytesPerSecond: Double?
  private var isFinished = false

  /// Nothing appears on a terminal before this: short runs stay quiet.
  static let quietNanoseconds: UInt64 = 500_000_000
  /// The least time between two drawings on a terminal.
  static let drawingNanoseconds: UInt64 = 200_000_000
  /// The time between two objects of JSON.
  static let reportNanoseconds: UInt64 = 1_000_000_000

  /// - Parameters:
  ///   - totalByteCount: the size of the whole input in bytes, if it is known.
  ///   - printsToTerminal: whether records appear on a terminal; then `auto` shows nothing, because two
  ///     outputs on one screen would destroy each other.
  init(
    mode: ProgressMode, totalByteCount: Int?, printsToTerminal: Bool = false,
    screen: ProgressScreen = .standardError
  ) {
    let isQuiet = mode == .auto && (printsToTerminal || screen.columnCount() == nil)
    self.mode = isQuiet ? .never : mode
    self.totalByteCount = totalByteCount
    self.screen = screen
    startNanoseconds = self.mode == .never ? 0 : screen.nanoseconds()
    printedNanoseconds = startNanoseconds
  }

  /// Takes the counts so far, and shows them if it is time.
  mutating func update(byteCount: Int, records: Int, rejects: Int) {
    guard mode != .never, !isFinished else { return }
    counts = ProgressCounts(byteCount: byteCount, records: records, rejects: rejects)
    let now = screen.nanoseconds()
    switch mode {
    case .never: return
    case .json:
      guard now - printedNanoseconds >= Self.reportNanoseconds else { return }
      note(now)
      screen.write(json(now))
    case .auto:
      let wait = shownLength > 0 ? Self.drawingNanoseconds : Self.quietNanoseconds
      guard now - printedNanoseconds >= wait else { return }
      note(now)
      draw()
    }
  }

  /// Takes the line off the terminal, so that something else can be printed; the next update draws it
  /// again.
  mutating func clear() {
    guard shownLength > 0 else { return }
    let length = min(shownLength, max(0, (screen.columnCount() ?? 0) - 1))
    screen.write("\r" + String(repeating: " ", count: length) + "\r")
    shownLength = 0
  }

  /// Takes the line off the terminal, or prints the last object. To be called once at the end, and before
  /// an error is printed; further calls do nothing.
  mutating func finish() {
    guard mode != .never, !isFinished else { return }
    isFinished = true
    clear()
    guard mode == .json else { return }
    let now = screen.nanoseconds()
    // The last object's rate is that of the whole run.
    let seconds = Double(now - startNanoseconds) / 1e9
    bytesPerSecond = seconds > 0 ? Double(counts.byteCount) / seconds : nil
    screen.write(json(now))
  }

  /// Notes that the counts are printed now, and how fast they grew since the last time.
  private mutating func note(_ now: UInt64) {
    let seconds = Double(now - printedNanoseconds) / 1e9
    if seconds > 0 {
      let current = Double(counts.byteCount - printedByteCount) / seconds
      // A window of some seconds: new figures count as much as the time they cover.
      let weight = seconds / (seconds + 3)
      bytesPerSecond = bytesPerSecond.map { $0 + (current - $0) * weight } ?? current
    }
    printedNanoseconds = now
    printedByteCount = counts.byteCount
  }

  /// Seconds until the end at the present rate, if that can be said.
  private var secondsLeft: Int? {
    guard let totalByteCount, let bytesPerSecond, bytesPerSecond > 0 else { return nil }
    let seconds = (Double(max(0, totalByteCount - counts.byteCount)) / bytesPerSecond).rounded(.up)
    return seconds < 1e9 ? Int(seconds) : nil
  }

  /// Draws over the last line, with spaces where it was longer: no escape codes are needed.
  private mutating func draw() {
    guard let columnCount = screen.columnCount() else { return }
    let line = ProgressLine(
      counts: counts, totalByteCount: totalByteCount, bytesPerSecond: bytesPerSecond ?? 0,
      secondsLeft: secondsLeft
    ).text(columnCount: columnCount)
    let space = max(0, min(shownLength, columnCount - 1) - line.count)
    screen.write("\r" + line + String(repeating: " ", count: space))
    shownLength = line.count
  }

  private func json(_ now: UInt64) -> String {
    let figures: [(String, Int?)] = [
      ("bytes", counts.byteCount), ("total_bytes", totalByteCount), ("records", counts.records),
      ("rejects", counts.rejects),
      ("elapsed_ms", Int((now - startNanoseconds) / 1_000_000)),
      ("bytes_per_second", bytesPerSecond.map { Int($0.rounded()) }),
      ("seconds_left", secondsLeft),
    ]
    let members = figures.map { "\"\($0.0)\":\($0.1.map(String.init) ?? "null")" }
    return "{\(members.joined(separator: ",")),\"done\":\(isFinished)}\n"
  }
}

/// How far a run has got.
struct ProgressCounts {
  /// Bytes of input that were decoded.
  var byteCount = 0
  var records = 0
  var rejects = 0
}

/// Where progress is shown, and the clock it goes by. Tests have their own.
struct ProgressScreen {
  /// The width of the terminal, or nil when there is none.
  let columnCount: () -> Int?
  /// Time that never goes back.
  let nanoseconds: () -> UInt64
  let write: (String) -> Void

  static var standardError: ProgressScreen {
    ProgressScreen(
      columnCount: Console.terminalColumnCount, nanoseconds: Console.monotonicNanoseconds,
      write: Console.write)
  }
}
