/// The bytes that a batch's string views point into: data buffer 0 is the input itself, buffer i + 1
/// is chunk i of the batch's arena.
struct TextSource: ~Escapable {
  let input: ByteView
  let arena: ArenaChunks

  @_lifetime(copy input, copy arena)
  init(input: ByteView, arena: ArenaChunks) {
    self.input = input
    self.arena = arena
  }
}

/// Arrow string views (`Utf8View`): 4 bytes of length, then 12 bytes of text, or else 4 bytes of
/// prefix, the index of the data buffer and the offset into it.
///
/// In a column of tokens, a view of zeros is that of a record that lacks the field. The view of a token of
/// no bytes is told apart from it by a 1 where text would begin.
struct TextColumn: ~Escapable {
  private let views: ByteView
  private let texts: TextSource

  static let byteCount = 16
  /// The longest text that lies in the view itself.
  static let inlineByteCount = 12

  @_lifetime(copy views, copy texts)
  init(views: ByteView, texts: TextSource) {
    self.views = views
    self.texts = texts
  }

  /// Length in bytes of the text in `row`.
  @inline(__always)
  func byteCount(_ row: Int) -> Int {
    Int(views.load(at: row * Self.byteCount, as: UInt32.self))
  }

  /// Whether there is a text in `row`, if only an empty one. For columns of tokens.
  @inline(__always)
  func isPresent(_ row: Int) -> Bool {
    views.load(at: row * Self.byteCount, as: UInt64.self) != 0
  }

  /// The text in `row`; empty where there is none.
  @inline(__always)
  @_lifetime(copy self)
  func text(_ row: Int) -> ByteView {
    let start = row * Self.byteCount
    let byteCount = byteCount(row)
    if byteCount <= Self.inlineByteCount { return views.slice(start + 4..<start + 4 + byteCount) }
    let bufferIndex = Int(views.load(at: start + 8, as: UInt32.self))
    let offset = Int(views.load(at: start + 12, as: UInt32.self))
    if bufferIndex == 0 { return texts.input.slice(offset..<offset + byteCount) }
    return texts.arena.view(bufferIndex - 1).slice(offset..<offset + byteCount)
  }
}
