/// Each record as it stood in the input, and a line end.
public struct RawFormatter: BatchFormatter {
  public init() {}

  public func format(
    _ batch: borrowing RecordBatch, to output: inout TextBuffer
  ) throws(SpaltError) {
    for row in 0..<batch.rowCount {
      try output.append(batch.recordBytes(row))
      try output.append(0x0A as UInt8)
    }
  }
}
