/// gzip (RFC 1952): one or more members, also those of BGZF, which can be decoded in parallel.
struct GzipCodec: Codec {
  /// What decodes deflate; the fastest there is unless tests say otherwise.
  var library: InflateLibrary?

  var name: String { "gzip" }

  func recognises(_ beginning: borrowing ByteView) -> Recognition {
    let magic = Recognition.matching(GzipHeader.magic, beginning)
    guard magic == .yes else { return magic }
    guard beginning.byteCount > 3 else { return .needsMore }
    // With a flag that does not exist, it is something else or broken; both are better said than printed.
    return .yes
  }

  func makeDecoder(_ options: CodecOptions) throws(SpaltError) -> any ContentDecoder {
    try GzipDecoder(options, library ?? .fastest)
  }
}
