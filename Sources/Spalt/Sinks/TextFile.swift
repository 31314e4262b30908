/// A small file of text, written line by line.
public final class TextFile {
  private var output: OutputBuffer
  private let descriptor: Int32

  /// Creates or empties the file at `path`.
  public init(path: String) throws(SpaltError) {
    let opened = try OutputTarget.file(path).open()
    descriptor = opened.descriptor
    output = try OutputBuffer(
      descriptor: opened.descriptor, path: path, pool: ChunkPool(budget: MemoryBudget()),
      byteCount: 64 << 10)
  }

  deinit { Syscalls.close(descriptor) }

  /// Appends text.
  public func write(_ text: String) throws(SpaltError) { try output.append(Array(text.utf8)) }

  /// Writes what was collected.
  public func flush() throws(SpaltError) { try output.flush() }
}

extension OutputTarget {
  /// Writes a short text to a target.
  public static func write(_ text: String, to target: OutputTarget) throws(SpaltError) {
    let (descriptor, path, isOwned) = try target.open()
    defer { if isOwned { Syscalls.close(descriptor) } }
    var output = try OutputBuffer(
      descriptor: descriptor, path: path, pool: ChunkPool(budget: MemoryBudget()),
      byteCount: 64 << 10)
    try output.append(Array(text.utf8))
    try output.flush()
  }
}
