/// Where an input is found. A path is bytes, which need not be text.
public struct InputPath: Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// The path's bytes, without a NUL.
  public let bytes: [UInt8]

  /// The path `text`; `-` is standard input.
  public init(_ text: String) { bytes = Array(text.utf8) }

  public init(stringLiteral text: String) { self.init(text) }

  /// The path of these bytes.
  public init(bytes: [UInt8]) { self.bytes = bytes }

  /// The path as text, for messages.
  public var description: String { String(decoding: bytes, as: UTF8.self) }

  /// Whether this is standard input.
  var isStandardInput: Bool { bytes == [UInt8(ascii: "-")] }
}
