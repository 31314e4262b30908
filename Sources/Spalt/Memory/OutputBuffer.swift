/// Collects output and writes it in large pieces. One chunk, taken once.
struct OutputBuffer: ~Copyable {
  private let chunk: Chunk
  private var file: OutputFile
  private var count = 0
  /// The first failure: what was written is then incomplete for good.
  private var failure: SpaltError?
  /// Bytes taken so far, written or not.
  private(set) var totalByteCount = 0

  /// A buffer in front of a file.
  init(
    file: consuming OutputFile, pool: ChunkPool, byteCount: Int = 256 << 10
  ) throws(SpaltError) {
    let chunk = try pool.lease(byteCount: byteCount, lifetime: .lasting)
    self.chunk = chunk
    self.file = file
  }

  /// Whether the output goes to a terminal.
  var isTerminal: Bool { Syscalls.isTerminal(file.descriptor) }

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

  /// Writes bytes to the file, past the chunk.
  private static func write(
    _ view: borrowing ByteView, to file: borrowing OutputFile
  ) throws(SpaltError) {
    do {
      // SAFETY: the buffer covers the view, which is borrowed for the call.
      unsafe try Syscalls.writeAll(
        file.descriptor, UnsafeRawBufferPointer(start: view.base, count: view.byteCount),
        path: file.path)
    } catch { throw .system(error) }
  }

  private mutating func writeThrough(_ view: borrowing ByteView) throws(SpaltError) {
    if let failure { throw failure }
    do { try Self.write(view, to: file) } catch {
      failure = error
      throw error
    }
  }

  /// Writes what was collected.
  mutating func flush() throws(SpaltError) {
    if let failure { throw failure }
    guard count > 0 else { return }
    let collected = count
    count = 0
    do { try Self.write(chunk.view(byteCount: collected, offset: 0), to: file) } catch {
      failure = error
      throw error
    }
  }

  /// Writes what was collected and gives the file its name. Nothing can be appended afterwards. A buffer
  /// that failed before fails again: half a file gets no name.
  mutating func finish() throws(SpaltError) {
    try flush()
    do { try file.commit() } catch { throw .system(error) }
  }
}
