/// How Arrow files and streams are written.
public struct ArrowOptions: Equatable, Sendable {
  /// The layout of string columns. Columns of JSON text are `utf8` unless they are `utf8View`.
  public enum Strings: String, CaseIterable, Sendable {
    /// Texts one behind the other, which everything reads.
    case utf8
    /// Short texts in place, others behind references.
    case utf8View = "utf8_view"
    /// 32-bit numbers of texts, each of which is stored once. For columns of few distinct values.
    case dictionary
  }

  /// How buffers are compressed, each by itself.
  public enum Compression: String, CaseIterable, Sendable {
    case none, lz4, zstd
  }

  public var strings: Strings
  public var compression: Compression

  /// Options for these layouts.
  public init(strings: Strings = .utf8, compression: Compression = .none) {
    self.strings = strings
    self.compression = compression
  }
}
