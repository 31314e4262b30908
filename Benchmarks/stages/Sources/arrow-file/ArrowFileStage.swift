import Spalt

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Opens an Arrow file, or sums columns of it, and prints in which time, as the benchmark's other programs do.
@main
struct ArrowFileStage {
  static func main() {
    let words = Array(CommandLine.arguments.dropFirst())
    guard words.count >= 2, words[0] == "open" || words.count >= 3 else {
      fail("usage: arrow-file open FILE | sum FILE COLUMN…", status: 2)
    }
    do throws(SpaltError) {
      let start = ContinuousClock.now
      let file = try ArrowFile(path: words[1], memoryByteCount: 4 << 30)
      let sum = words[0] == "open" ? Int64(file.schema.count) : try sum(file, Array(words[2...]))
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      print("{\"sum\": \(sum), \"seconds\": \(seconds)}")
      // Nobody's seconds include the end of the mapping.
      close(file)
    } catch {
      fail("arrow-file: \(error)", status: 1)
    }
  }

  static func close(_ file: consuming ArrowFile) {}

  static func sum(_ file: borrowing ArrowFile, _ names: [String]) throws(SpaltError) -> Int64 {
    let columns = file.schema.enumerated().filter { names.contains($1.name) }.map(\.offset)
    var total: Int64 = 0
    for index in 0..<file.batchCount {
      let batch = try file.batch(index)
      for column in columns { total &+= Self.sum(try batch.column(column)) }
    }
    try file.verify()
    return total
  }

  @inline(never)
  static func sum(_ column: borrowing ArrowFileColumn) -> Int64 {
    guard let values = column.int64s, column.nullCount == 0 else {
      fail("arrow-file: not a column of integers without nulls", status: 1)
    }
    var total: Int64 = 0
    for index in values.indices { total &+= values[index] }
    return total
  }

  static func fail(_ message: String, status: Int32) -> Never {
    var line = message + "\n"
    // SAFETY: the buffer is valid for the call, and `write` reads no more than its count.
    line.withUTF8 { text in _ = unsafe write(STDERR_FILENO, text.baseAddress, text.count) }
    exit(status)
  }
}
