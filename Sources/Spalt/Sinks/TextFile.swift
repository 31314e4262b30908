/// A small file of text, written line by line.
public final class TextFile {
  private var output: OutputBuffer

  /// Creates or empties the file at `path`.
  public init(path: String) throws(SpaltError) {
    output = try OutputTarget.file(path).open(byteCount: 64 << 10)
  }

  /// Appends text.
  public func write(_ text: String) throws(SpaltError) { try output.append(Array(text.utf8)) }

  /// Writes what was collected.
  public func flush() throws(SpaltError) { try output.flush() }
}
