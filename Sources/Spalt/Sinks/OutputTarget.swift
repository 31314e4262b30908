/// Where a sink writes to.
public enum OutputTarget: Sendable {
  case standardOutput
  /// A file, which is created or emptied.
  case file(String)

  /// The descriptor and a name for messages. Whoever asks closes a file's descriptor in the end.
  func open() throws(SpaltError) -> (descriptor: Int32, path: String, isOwned: Bool) {
    switch self {
    case .standardOutput: return (1, "standard output", false)
    case .file(let path):
      do { return (try Syscalls.openForWriting(path), path, true) } catch { throw .system(error) }
    }
  }
}
