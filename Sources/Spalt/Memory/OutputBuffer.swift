/// Collects output and writes it in large pieces. One chunk, taken once.
struct OutputBuffer: ~Copyable {
  private let chunk: Chunk
  private let descriptor: Int32
  private let path: String
  /// Whether the descriptor is closed with the buffer.
  private let ownsDescriptor: Bool
  private var count = 0
  /// Bytes taken so far, written or not.
  private(set) var totalByteCount = 0

  /// A buffer in front of an open descriptor.
  init(
    descriptor: Int32, path: String, ownsDescriptor: Bool, pool: ChunkPool,
    byteCount: Int = 256 << 10
  ) throws(SpaltError) {
    let chunk = try pool.lease(byteCount: byteCount)
    self.chunk = chunk
    self.descriptor = descriptor
    self.path = path
    self.ownsDescriptor = ownsDescriptor
  }

  deinit { if ownsDescriptor { Syscalls.close(descriptor) } }

  /// Appends one byte.
  @inline(__always)
  mutating func append(_ byte: UInt8) throws(SpaltError) {
    if count == chunk.byteCount { try flush() }
    // SAFETY: `count` is less than the chunk's length.
    unsafe chunk.base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count += 1
    totalByteCount += 1
  }

  /// Appends the bytes of a view.
  @inline(__always)
  mutating func append(_ view: borrowing ByteView) throws(SpaltError) {
    totalByteCount += view.byteCount
    if view.byteCount > chunk.byteCount - count {
      try flush()
      if view.byteCount > chunk.byteCount { return try writeThrough(view) }
    }
    // SAFETY: the chunk has room for the view, and the two do not overlap.
    unsafe (chunk.base + count).copyMemory(from: view.base, byteCount: view.byteCount)
    count += view.byteCount
  }

  /// Appends the bytes of an array.
  mutating func append(_ bytes: [UInt8]) throws(SpaltError) { try append(ByteView(bytes.span)) }

  private func writeThrough(_ view: borrowing ByteView) throws(SpaltError) {
    do {
      // SAFETY: the buffer covers the view, which is borrowed for the call.
      unsafe try Syscalls.writeAll(
        descriptor, UnsafeRawBufferPointer(start: view.base, count: view.byteCount), path: path)
    } catch { throw .system(error) }
  }

  /// Writes what was collected.
  mutating func flush() throws(SpaltError) {
    guard count > 0 else { return }
    let collected = count
    count = 0
    try writeThrough(chunk.view(byteCount: collected, offset: 0))
  }
}
