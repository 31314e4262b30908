/// Looks at the beginning of each input before its first piece is handed out, to find out which formats it
/// has.
protocol InputInspector: AnyObject {
  /// How much of an input is looked at, in bytes.
  var byteCount: Int { get }
  /// Begins with a new input.
  func begin()
  /// Looks at the lines that begin in the first `remainingByteCount` bytes of a piece.
  func look(
    at piece: borrowing SourcePiece, remainingByteCount: Int
  ) throws(SpaltError)
  /// Ends with an input that holds columns, whose number is `inputIndex`, and says which format that is.
  func finishColumns(inputIndex: Int) -> InputFormats
  /// Ends with the input, whose number is `inputIndex`, and says which formats it has.
  func finish(inputIndex: Int) -> InputFormats
}
