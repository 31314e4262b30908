/// A small file of text, written line by line.
public final class TextFile {
  private var output: OutputBuffer

  /// Begins the file at `path`. A regular file gets its name when it is finished, and leaves nothing
  /// behind when it is not.
  public init(path: String) throws(SpaltError) {
    output = try OutputTarget.file(path).open(byteCount: 64 << 10)
  }

  /// Appends text.
  public func write(_ text: String) throws(SpaltError) { try output.append(Array(text.utf8)) }

  /// Writes what was collected and completes the file.
  public func finish() throws(SpaltError) { try output.finish() }
}
