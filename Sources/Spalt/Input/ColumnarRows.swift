/// Records that lie in columns already, as a source hands them to a decoder: those of one record batch of an Arrow file.
protocol ColumnarRows: AnyObject, Sendable {
  /// Number of records.
  var rowCount: Int { get }
  /// Bytes of the source that the records stand for: the batch itself, and what belongs to no record around it.
  var sourceByteCount: Int { get }
}

/// A format whose files hold columns, not lines.
protocol ColumnarFormat: Sendable {
  /// Whether an input that begins like this is in the format.
  func recognises(_ beginning: borrowing ByteView) -> Recognition
  /// What messages call the format.
  var description: String { get }

  /// A source for a mapped file.
  func makeSource(
    of mapping: Mapping, path: String, _ context: InputContext
  ) -> any ByteSource

  /// A source for a descriptor from which the bytes in `beginning` were read already; it takes both over.
  func makeSource(
    _ beginning: consuming ReadBuffer, descriptor: Int32, path: String, byteCount: Int?,
    _ context: InputContext
  ) -> any ByteSource
}

/// Which inputs are taken for columns.
enum ColumnarInputs: Sendable {
  /// None: somebody said that they hold lines.
  case none
  /// Those that begin like files of the format.
  case detected(any ColumnarFormat)
  /// All, because somebody said so.
  case all(any ColumnarFormat)

  /// Whether an input that begins like this holds columns.
  func recognises(_ beginning: borrowing ByteView) -> Recognition {
    switch self {
    case .none: .no
    case .detected(let format), .all(let format): format.recognises(beginning)
    }
  }

  /// The format, if there is one.
  var format: (any ColumnarFormat)? {
    switch self {
    case .none: nil
    case .detected(let format), .all(let format): format
    }
  }

  /// Throws when an input that is not recognised has to be.
  func checkUnrecognised(path: String) throws(SpaltError) {
    guard case .all(let format) = self else { return }
    throw .input(path: path, reason: "not \(format.description)")
  }

  /// Throws when an input is compressed as a whole and has to hold columns: their places in the file would mean nothing.
  func checkCompressed(path: String) throws(SpaltError) {
    guard case .all = self else { return }
    throw .input(path: path, reason: Self.compressedReason)
  }

  /// Throws when the content of a compressed input, whose first bytes are shown, holds columns.
  func checkContent(_ beginning: borrowing ByteView, path: String) throws(SpaltError) {
    guard beginning.offset == 0, recognises(beginning) == .yes else { return }
    throw .input(path: path, reason: Self.compressedReason)
  }

  private static let compressedReason =
    "Arrow within another compression is not read; decompress it first (Arrow's own compression is read)"
}
