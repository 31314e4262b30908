/// The compressed formats that Spalt reads, and those that it can only name.
enum CodecRegistry {
  static let codecs: [any Codec] = [LZ4Codec(), GzipCodec(), ZstdCodec()]

  /// What the beginning of an input is.
  enum Beginning {
    /// Not compressed, as far as Spalt knows.
    case plain
    case compressed(any Codec)
    /// Something that Spalt does not read; the reason says what to do.
    case unreadable(UnreadableFormat)
    /// There are too few bytes to tell.
    case needsMore
  }

  /// How much of an input is looked at, if it has as much.
  static let inspectedByteCount = 4 << 10

  /// Tells what an input is by its first bytes. O(skippable frames that it begins with).
  /// - Parameter isWhole: whether there are no more bytes.
  static func recognise(_ beginning: borrowing ByteView, isWhole: Bool = false) -> Beginning {
    var needsMore = false
    for codec in codecs {
      switch codec.recognises(beginning) {
      case .yes: return .compressed(codec)
      case .needsMore: needsMore = true
      case .no: break
      }
    }
    for format in UnreadableFormat.allCases {
      switch format.recognises(beginning) {
      case .yes: return .unreadable(format)
      case .needsMore: needsMore = true
      case .no: break
      }
    }
    // No text begins like this, whatever follows; and more bytes would not make a difference.
    if isWhole || !needsMore, LZ4FrameHeader.isSkippableFrame(beginning) {
      return .compressed(LZ4Codec())
    }
    return needsMore && !isWhole ? .needsMore : .plain
  }

  /// The codec of which a whole input is the beginning of a magic number that is no text.
  private static func cutCodec(_ beginning: borrowing ByteView) -> (any Codec)? {
    guard beginning.byteCount >= 2, beginning[0] < 0x20 || beginning[1] >= 0x80 else { return nil }
    for codec in codecs where codec.recognises(beginning) == .needsMore { return codec }
    return nil
  }
}
