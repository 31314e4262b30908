/// Writes each record as it stood in the input, and a line end.
public struct RawSink: ~Copyable, BatchSink {
  private var output: OutputBuffer

  /// A sink that writes to `target`.
  public init(target: OutputTarget) throws(SpaltError) {
    output = try target.open()
  }

  public mutating func write(_ batch: borrowing RecordBatch) throws(SpaltError) {
    for row in 0..<batch.rowCount {
      try output.append(batch.recordBytes(row))
      try output.append(0x0A as UInt8)
    }
  }

  public mutating func finish() throws(SpaltError) { try output.flush() }

  public var byteCount: Int { output.totalByteCount }
}
