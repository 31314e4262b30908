/// Compressed bytes on their way into a decoder: a mapped file, or what is read from a descriptor, through one
/// buffer.
///
/// A decoder asks whether there are as many bytes as it needs, looks at them, and consumes them.
final class CompressedInput {
  /// What messages call it.
  let path: String
  /// Offset in the compressed stream of the first byte that was not consumed.
  private(set) var offset = 0
  /// Whether `has` came back because it would have had to wait for another process.
  private(set) var isWaiting = false
  /// Whether the reader was interrupted: there will be no more bytes.
  private(set) var wasInterrupted = false

  private let mapping: Mapping?
  private let reading: Reading?

  /// What it takes to read.
  private final class Reading {
    let descriptor: Int32
    let mayWait: Bool
    let interrupter: ReaderInterrupter
    let pool: ChunkPool
    var buffer: ReadBuffer
    /// Where in the buffer the first byte stands that was not consumed.
    var start = 0
    var isAtEnd = false

    init(
      _ buffer: consuming ReadBuffer, descriptor: Int32, mayWait: Bool,
      interrupter: ReaderInterrupter, pool: ChunkPool
    ) {
      self.buffer = buffer
      self.descriptor = descriptor
      self.mayWait = mayWait
      self.interrupter = interrupter
      self.pool = pool
    }

    deinit { if descriptor != 0 { Syscalls.close(descriptor) } }
  }

  /// The bytes of a mapped file, from `offset` on.
  init(_ mapping: Mapping, path: String, offset: Int = 0) {
    precondition(offset >= 0 && offset <= mapping.byteCount, "outside the file")
    self.offset = offset
    self.mapping = mapping
    self.path = path
    reading = nil
  }

  /// What is read from `descriptor`, after what was read already; it begins at `offset` of the stream. The descriptor is
  /// closed in the end unless it is standard input.
  init(
    _ beginning: consuming ReadBuffer, descriptor: Int32, mayWait: Bool, path: String,
    interrupter: ReaderInterrupter, pool: ChunkPool, offset: Int = 0
  ) {
    self.offset = offset
    mapping = nil
    self.path = path
    reading = Reading(
      beginning, descriptor: descriptor, mayWait: mayWait, interrupter: interrupter, pool: pool)
  }

  /// Whether the bytes are mapped: then all of them are at hand.
  var isMapped: Bool { mapping != nil }
  /// Whether the input comes from another process, which may take its time.
  var mayWait: Bool { reading?.mayWait ?? false }

  /// The mapped file.
  var mappedFile: Mapping? { mapping }

  /// Bytes that are at hand.
  var byteCount: Int {
    if let mapping { return mapping.byteCount - offset }
    guard let reading else { return 0 }
    return reading.buffer.filledByteCount - reading.start
  }

  /// Whether there are `wanted` bytes; reads on if need be. When there are not, the input has ended, or
  /// `isWaiting` is set.
  func has(_ wanted: Int) throws(SpaltError) -> Bool {
    isWaiting = false
    guard let reading else { return byteCount >= wanted }
    while byteCount < wanted {
      if reading.isAtEnd || wasInterrupted { return false }
      try makeRoom(reading)
      guard try read(reading) else { return false }
    }
    return true
  }

  /// Whether all bytes were consumed and there are no more.
  func isAtEnd() throws(SpaltError) -> Bool {
    let hasMore = try has(1)
    return !hasMore && !isWaiting
  }

  /// Waits until there is more to read, or the end has come, or the reader was interrupted.
  func waitForMore() {
    guard let reading, reading.mayWait else { return }
    wasInterrupted = !reading.interrupter.waitForInput(reading.descriptor)
  }

  /// Room for more at the end of the buffer: what was consumed is given up; a full buffer is doubled, so that
  /// its size follows what arrived and not what a header says.
  private func makeRoom(_ reading: Reading) throws(SpaltError) {
    guard reading.buffer.isFull || reading.start == reading.buffer.filledByteCount else { return }
    let rest = reading.buffer.filledByteCount - reading.start
    if reading.start * 2 >= reading.buffer.byteCount || rest == 0 {
      reading.buffer.dropFirst(reading.start)
    } else {
      var larger = try ReadBuffer(byteCount: reading.buffer.byteCount * 2, pool: reading.pool)
      larger.append(
        reading.buffer.view(offset: 0).slice(reading.start..<reading.buffer.filledByteCount))
      reading.buffer = larger
    }
    reading.start = 0
  }

  /// Reads once; false at the end of the input, or when that would have to be waited for.
  private func read(_ reading: Reading) throws(SpaltError) -> Bool {
    if reading.mayWait, !Syscalls.hasInput(reading.descriptor) {
      isWaiting = true
      return false
    }
    reading.isAtEnd = try reading.buffer.fill(from: reading.descriptor, path: path) == 0
    return !reading.isAtEnd
  }

  /// The bytes at hand.
  @_lifetime(borrow self)
  func view() -> ByteView {
    // SAFETY: mapping and buffer belong to `self`; the buffer changes only in `has`, which a caller that
    // still uses a view does not call: views last from one call to the next.
    let view: ByteView
    if let mapping {
      view = unsafe ByteView(
        base: mapping.base + offset, byteCount: mapping.byteCount - offset, offset: offset)
    } else if let reading {
      view = unsafe ByteView(
        base: reading.buffer.base + reading.start,
        byteCount: reading.buffer.filledByteCount - reading.start, offset: offset)
    } else {
      view = ByteView(RawSpan())
    }
    return unsafe bound(view, to: self)
  }

  /// Says that the first bytes at hand were used.
  func consume(_ count: Int) {
    precondition(count >= 0 && count <= byteCount, "more than there is")
    offset += count
    reading?.start += count
  }
}
