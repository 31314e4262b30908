extension ChunkPool {
  /// The length of the chunk that a request gets: a multiple of 16 KiB, and of 1/64 of the power of two below.
  static func roundedByteCount(_ byteCount: Int) -> Int {
    let wanted = max(byteCount, minimumByteCount)
    let power = 1 << (Int.bitWidth - 1 - wanted.leadingZeroBitCount)
    let step = max(chunkStepByteCount, power / 64)
    return (wanted + step - 1) & -step
  }
}
