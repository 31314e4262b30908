#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Reads an access log in the combined format, and makes an object of every field.
///
///     baseline keep FILE [--check]     the whole file in memory, the objects of all records alive until the end
///     baseline stream FILE [--check]   blocks of 1 MiB, the objects of one record alive at a time
///
/// It prints one JSON object: how many records there were, the time, and sums of the fields that are numbers. With
/// `--check` it goes through all texts, too, and prints their sums, for a run that is not timed.
///
/// It is meant to be as fast as objects allow: one pass over the bytes, `memchr`, no regular expression, no slice
/// that lives on, names of fields that need no memory, arrays of the right size. At the end it exits without freeing
/// the records, which would take seconds. What it pays for are the objects themselves.
@main
struct Baseline {
  static func main() {
    let words = Array(CommandLine.arguments.dropFirst())
    let checks = words.dropFirst(2).elementsEqual(["--check"])
    guard words.count == 2 || checks else { fail("usage: baseline keep|stream FILE [--check]") }
    let start = ContinuousClock.now
    var reading = Reading(checks: checks)
    switch words[0] {
    case "keep": keep(path: words[1], &reading)
    case "stream": stream(path: words[1], &reading)
    default: fail("no such mode: \(words[0])")
    }
    if reading.rejectedCount > 0 { fail("\(reading.rejectedCount) lines are no records") }
    print(reading.json(seconds: (ContinuousClock.now - start) / .seconds(1)))
    withExtendedLifetime(reading.records) { exit(0) }
  }

  /// Everything at once: the bytes, and all records.
  static func keep(path: String, _ reading: inout Reading) {
    let bytes = InputFile(path: path).readAll()
    _ = eachRecord(in: bytes, count: bytes.count, isLast: true, &reading) { record, reading in
      reading.records.append(record)
    }
  }

  /// Block by block; a line that a block cuts off is moved to the start of the next one.
  static func stream(path: String, _ reading: inout Reading) {
    let file = InputFile(path: path)
    var block = [UInt8](repeating: 0, count: 1 << 20)
    var filledCount = 0
    var isLast = false
    while !isLast {
      if filledCount == block.count { block += repeatElement(0, count: block.count) }
      let count = file.read(into: &block, from: filledCount)
      filledCount += count
      isLast = count == 0
      let rest = eachRecord(in: block, count: filledCount, isLast: isLast, &reading) { _, _ in }
      for index in rest..<filledCount { block[index - rest] = block[index] }
      filledCount -= rest
    }
  }

  /// Makes a record of every complete line among the first `count` bytes, and of the last one also without a line
  /// feed; returns where the line begins that is not complete.
  static func eachRecord(
    in bytes: [UInt8], count: Int, isLast: Bool, _ reading: inout Reading,
    _ body: (LogRecord, inout Reading) -> Void
  ) -> Int {
    var start = 0
    while start < count {
      let end = bytes.firstIndex(of: .lineFeed, in: start..<count)
      if end == nil && !isLast { break }
      if let record = AccessLine.record(in: bytes, start..<(end ?? count)) {
        reading.add(record)
        body(record, &reading)
      } else {
        reading.rejectedCount += 1
      }
      start = (end ?? count - 1) + 1
    }
    return start
  }
}

/// Ends the program with a message.
func fail(_ message: String) -> Never {
  var line = "baseline: \(message)\n"
  // SAFETY: the buffer is valid for the call, and `write` reads no more than its count.
  line.withUTF8 { text in _ = unsafe write(STDERR_FILENO, text.baseAddress, text.count) }
  exit(2)
}
