import SpaltKernels

/// What code takes for granted of the layout of types: those that C reads or writes, those that lie in the
/// memory of batches, and those that share a line of cache on purpose. Checked once in a process, before the
/// first chunk is handed out.
enum LayoutChecks {
  /// Each is a condition and what it says.
  static var all: [(holds: Bool, meaning: String)] {
    [
      (isLaidOut(TextView.self, byteCount: 16, alignment: 8), "a string view has 16 bytes"),
      (isLaidOut(FieldSpan.self, byteCount: 8, alignment: 8), "a field's place is one word"),
      (isLaidOut(FieldSpan?.self, byteCount: 9, alignment: 8), "a field's place has no spare bits"),
      (isLaidOut(Interval.self, byteCount: 16, alignment: 8), "a span of time has 16 bytes"),
      (isLaidOut(SIMD2<UInt64>.self, byteCount: 16, alignment: 16), "a view fits a vector"),
      (isLaidOut(ArenaBlock.self, byteCount: 24, alignment: 8), "a block's place is three words"),
      (
        isLaidOut(ChunkDescriptor.self, byteCount: 32, alignment: 8),
        "a chunk's place is four words"
      ),
      (
        isLaidOut(PlainText.self, byteCount: 65, alignment: 16),
        "what is odd in a text is four vectors and a flag"
      ),
      (isLaidOut(SpaltStoredFields.self, byteCount: 16, alignment: 8), "stored fields: two words"),
      (isLaidOut(SpaltNeedle.self, byteCount: 9, alignment: 1), "a needle is nine bytes"),
      (Syscalls.pageByteCount <= ChunkPool.chunkStepByteCount, "chunks are made of whole pages"),
      (PaddedGuards<ChunkFront>.lineByteCount % 64 == 0, "padding is made of lines"),
      (UInt32(1).littleEndian == 1, "numbers are stored with the lowest byte first"),
    ]
  }

  private static let areDone: Bool = {
    for check in all { precondition(check.holds, "\(check.meaning): not so here") }
    return true
  }()

  /// Traps when a type is not laid out as it has to be.
  static func run() { _ = areDone }

  private static func isLaidOut<Value>(
    _ type: Value.Type, byteCount: Int, alignment: Int
  ) -> Bool {
    MemoryLayout<Value>.size == byteCount && MemoryLayout<Value>.alignment == alignment
  }
}
