import Spalt

/// Takes the input for an Arrow file and reads everything of it. A file that was found to be good must be read
/// without an error. The first byte chooses how much memory there is.
@c(spaltFuzzArrowReader)
public func fuzzArrowReader(_ data: UnsafePointer<UInt8>?, _ byteCount: Int) -> CInt {
  guard let data, byteCount >= 2 else { return 0 }
  let fuzzer = ArrowFuzzer(memoryByteCount: data[0] & 1 == 0 ? 1 << 20 : 32 << 20)
  fuzzer.run(UnsafeRawBufferPointer(start: data + 1, count: byteCount - 1))
  return 0
}

struct ArrowFuzzer {
  let memoryByteCount: Int
  private let files = ScratchFiles()

  init(memoryByteCount: Int) { self.memoryByteCount = memoryByteCount }

  /// More rows are not looked at one by one.
  private static let rowCountLimit = 1000

  func run(_ bytes: UnsafeRawBufferPointer) {
    files.write(bytes, to: files.input)
    do throws(SpaltError) {
      let file = try ArrowFile(path: files.input, memoryByteCount: memoryByteCount)
      let isGood = try isGood(file)
      for index in 0..<file.batchCount { try read(file, index, isGood: isGood) }
      try file.verify()
    } catch {
      check(error)
    }
  }

  private func isGood(_ file: borrowing ArrowFile) throws(SpaltError) -> Bool {
    do throws(SpaltError) {
      try file.validate()
      return true
    } catch {
      check(error)
      return false
    }
  }

  private func read(
    _ file: borrowing ArrowFile, _ index: Int, isGood: Bool
  ) throws(SpaltError) {
    let batch = try file.batch(index)
    for column in 0..<batch.columnCount {
      do throws(SpaltError) {
        read(try batch.column(column), isGood: isGood)
      } catch {
        check(error)
      }
    }
  }

  private func read(_ column: borrowing ArrowFileColumn, isGood: Bool) {
    var sum: Int64 = 0
    if let values = column.int64s {
      for row in values.indices { sum &+= values[row] }
    }
    if let values = column.float64s {
      for row in values.indices { sum &+= Int64(bitPattern: values[row].bitPattern) }
    }
    do throws(SpaltError) {
      try column.checkText()
      for row in 0..<min(column.rowCount, Self.rowCountLimit) {
        sum &+= column.int64(row) ?? 0
        sum &+= column.bool(row) == true ? 1 : 0
        sum &+= Int64(bitPattern: column.float64(row)?.bitPattern ?? 0)
        guard let bytes = try column.bytes(row) else { continue }
        for index in 0..<bytes.byteCount { sum &+= Int64(bytes[index]) }
      }
    } catch {
      check(error)
      if isGood { fatalError("a good file is not read: \(error)") }
    }
    Self.use(sum)
  }

  @inline(never)
  private static func use(_ sum: Int64) {}

  private func check(_ error: SpaltError) {
    switch error {
    case .input, .memoryBudgetExceeded: return
    default: fatalError("the file cannot be read: \(error)")
    }
  }
}
