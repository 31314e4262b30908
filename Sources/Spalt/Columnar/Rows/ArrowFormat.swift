/// Arrow IPC files and streams as inputs.
struct ArrowFormat: ColumnarFormat {
  var description: String { "an Arrow IPC file or stream" }

  /// How much of a stream's first message is waited for.
  private static let inspectedByteCount = 64 << 10

  func recognises(_ beginning: borrowing ByteView) -> Recognition {
    let beginning = copy beginning
    switch ArrowBeginning.recognise(beginning) {
    case .file, .stream: return .yes
    case .none: return Self.mayBegin(beginning) ? .needsMore : .no
    }
  }

  /// Whether what there is could be the beginning of the magic, or of a first message.
  private static func mayBegin(_ view: ByteView) -> Bool {
    guard view.byteCount < inspectedByteCount else { return false }
    if Recognition.matching(ArrowBeginning.magic, view) != .no { return view.byteCount < 8 }
    return Recognition.matching([0xFF, 0xFF, 0xFF, 0xFF], view) != .no
  }

  func makeSource(
    of mapping: Mapping, path: String, _ context: InputContext
  ) -> any ByteSource {
    ArrowSource(MappedArrowMessages(mapping, path: path, context), path: path, context)
  }

  func makeSource(
    _ beginning: consuming ReadBuffer, descriptor: Int32, path: String, byteCount: Int?,
    _ context: InputContext
  ) -> any ByteSource {
    ArrowSource(
      ReadArrowMessages(
        beginning, descriptor: descriptor, path: path, byteCount: byteCount, context),
      path: path, context)
  }
}
