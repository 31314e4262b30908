/// Where a sink writes to.
public enum OutputTarget: Sendable {
  case standardOutput
  /// A file. A regular one gets its name when it is complete; see `TextSink.finish`.
  case file(String)

  /// A buffer in front of the target.
  func open(byteCount: Int = 256 << 10) throws(SpaltError) -> OutputBuffer {
    let pool = ChunkPool(budget: MemoryBudget())
    switch self {
    case .standardOutput:
      return try OutputBuffer(
        file: OutputFile(descriptor: 1, path: "standard output", ownsDescriptor: false),
        pool: pool, byteCount: byteCount)
    case .file(let path):
      let file: OutputFile
      do { file = try OutputFile(path: path) } catch { throw .system(error) }
      return try OutputBuffer(file: file, pool: pool, byteCount: byteCount)
    }
  }

  /// Whether writing to the target would overwrite the file at `path`.
  public func overwrites(_ path: String) -> Bool {
    guard case .file(let target) = self else { return false }
    do {
      guard let identity = try Syscalls.identity(of: path) else { return false }
      return try Syscalls.identity(of: target) == identity
    } catch {
      // What cannot be asked about may be the same.
      return target == path
    }
  }

  /// Writes a short text to the target.
  public func write(_ text: String) throws(SpaltError) {
    var output = try open(byteCount: 64 << 10)
    try output.append(Array(text.utf8))
    try output.finish()
  }
}
