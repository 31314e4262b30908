/// A piece that waits to be decoded. A box, because pieces cannot be copied into an array.
final class WaitingPiece {
  private var piece: SourcePiece?

  init(_ piece: consuming SourcePiece) { self.piece = consume piece }

  func take() -> SourcePiece? { piece.take() }

  func setFormats(_ formats: InputFormats) { change { $0.formats = formats } }

  func setWindowByteCount(_ byteCount: Int) { change { $0.windowByteCount = byteCount } }

  private func change(_ body: (inout SourcePiece) -> Void) {
    guard var piece = piece.take() else { return }
    body(&piece)
    self.piece = consume piece
  }

  /// Bytes of the source that the piece stands for.
  var byteCount: Int {
    guard let piece = piece.take() else { return 0 }
    let byteCount = piece.sourceByteCount
    self.piece = consume piece
    return byteCount
  }

  /// Shows the piece, and gives its length.
  func visit(
    _ body: (borrowing SourcePiece) throws(SpaltError) -> Void
  ) throws(SpaltError) -> Int {
    guard let piece = piece.take() else { return 0 }
    try body(piece)
    let byteCount = piece.sourceByteCount
    self.piece = consume piece
    return byteCount
  }
}
