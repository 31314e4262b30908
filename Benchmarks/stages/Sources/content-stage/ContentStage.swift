import Spalt

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Reads the content of one file by the library and drops each segment; prints how many bytes it was,
/// and in which time, as the benchmark's other programs do.
@main
struct ContentStage {
  static func main() {
    guard let arguments = Arguments(CommandLine.arguments.dropFirst()) else {
      fail("usage: content-stage FILE [--no-verify] [-j N]", status: 2)
    }
    do throws(SpaltError) {
      let start = ContinuousClock.now
      let byteCount = try read(arguments)
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      print("{\"bytes\": \(byteCount), \"seconds\": \(seconds)}")
    } catch {
      fail("content-stage: \(error)", status: 1)
    }
  }

  static func read(_ arguments: Arguments) throws(SpaltError) -> Int {
    var options = ReaderOptions()
    options.verifiesChecksums = arguments.verifiesChecksums
    options.threadCount = arguments.threadCount
    var content = try ContentReader(path: arguments.path, options: options)
    var byteCount = 0
    while let segment = try content.next() {
      byteCount += segment.byteCount
    }
    return byteCount
  }

  static func fail(_ message: String, status: Int32) -> Never {
    var line = message + "\n"
    // SAFETY: the buffer is valid for the call, and `write` reads no more than its count.
    line.withUTF8 { text in _ = unsafe write(STDERR_FILENO, text.baseAddress, text.count) }
    exit(status)
  }
}

struct Arguments {
  var path = ""
  var verifiesChecksums = true
  var threadCount = 1

  init?(_ words: some Collection<String>) {
    var words = words.makeIterator()
    while let word = words.next() {
      switch word {
      case "--no-verify": verifiesChecksums = false
      case let word where word.hasPrefix("-j"):
        guard let count = Int(word == "-j" ? words.next() ?? "" : String(word.dropFirst(2))),
          count > 0
        else { return nil }
        threadCount = count
      case let word where path.isEmpty && !word.hasPrefix("-"): path = word
      default: return nil
      }
    }
    if path.isEmpty { return nil }
  }
}
