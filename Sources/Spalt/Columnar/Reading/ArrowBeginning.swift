/// What an input is, as its first bytes tell.
enum ArrowBeginning: Equatable, Sendable {
  /// An Arrow file, also known as Feather version 2.
  case file
  /// An Arrow stream.
  case stream
  case none

  /// What a file begins and ends with.
  static let magic: [UInt8] = Array("ARROW1".utf8)
  /// The longest metadata of a schema that are believed without having been seen.
  private static let maximumMetadataByteCount = 256 << 20

  /// Recognises an input by its first bytes: a file by its magic, a stream by a first message that is a schema.
  /// The beginning of that message is enough.
  static func recognise(_ view: ByteView) -> ArrowBeginning {
    if hasMagic(view, at: 0), view.byteCount >= 8, view[6] == 0, view[7] == 0 { return .file }
    do throws(ArrowFault) {
      guard
        case .message(let prefixByteCount, let metadataByteCount) = try ArrowMessage.prefix(view),
        metadataByteCount <= maximumMetadataByteCount
      else { return .none }
      let end = min(view.byteCount, prefixByteCount + metadataByteCount)
      let reader = FlatBufferReader(view.slice(prefixByteCount..<end))
      let table = try reader.root()
      let version = try reader.value(0, of: table, default: Int16(0))
      let kind = try reader.value(1, of: table, default: UInt8(0))
      return kind == 1 && (0...4).contains(version) ? .stream : .none
    } catch {
      return .none
    }
  }

  /// Whether the magic stands at an index.
  static func hasMagic(_ view: ByteView, at index: Int) -> Bool {
    guard index >= 0, view.byteCount - index >= magic.count else { return false }
    for (step, byte) in magic.enumerated() where view[index + step] != byte { return false }
    return true
  }
}
