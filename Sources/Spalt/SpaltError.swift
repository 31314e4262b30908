/// What can go wrong, with the file and the offset where that makes sense.
public enum SpaltError: Error, Sendable, Equatable {
  /// A system call failed.
  case system(SystemError)
  /// `--memory` was too small for what had to be held at once.
  case memoryBudgetExceeded(neededByteCount: Int, usedByteCount: Int, limitByteCount: Int)
  /// The input cannot be read as asked; the text says why.
  case input(path: String, reason: String)
  /// A compressed input is damaged; what comes before the damage was read.
  case damaged(path: String, DamageDescription)
  /// An input changed while it was being read: records of it are missing, from a place on.
  case changed(path: String, FileChange)
  /// Several inputs cannot be read, each for a reason of its own.
  case inputs([SpaltError])
  /// An option or a schema makes no sense; the text says why.
  case usage(String)
  /// An SQL expression is wrong, or failed for a record.
  case expression(ExpressionError)
  /// A regular expression needed more steps or memory than it may have, on the text at `offset`.
  case regexLimit(pattern: String, offset: Int, reason: String)
  /// A column cannot be written in the layout that was asked for; the text says why.
  case unwritable(column: String, reason: String)
  /// `--require-zero-copy` was given and a byte was copied.
  case copied(path: String, copy: CopyDescription)
  /// The bytes of the input do not add up to what was made of them: a defect of Spalt.
  case unaccounted(path: String, inputByteCount: Int, accountedByteCount: Int)

  /// Which copy broke the promise of `--require-zero-copy`.
  public struct CopyDescription: Sendable, Equatable {
    public let stage: LedgerStage
    public let reason: CopyReason
    public let offset: Int
    /// The column whose values were copied, if only those of one were.
    public var column: String?
  }
}

extension SpaltError {
  /// Whether the reader of a pipe that was written to has gone away.
  public var isClosedPipe: Bool {
    guard case .system(let error) = self else { return false }
    return error.isClosedPipe
  }
}

extension SpaltError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .system(let error):
      return error.description
    case .memoryBudgetExceeded(let needed, let used, let limit):
      return """
        memory budget exceeded: \(needed) bytes needed with \(used) of \(limit) in use; \
        allow more with --memory
        """
    case .input(let path, let reason):
      return "\(path): \(reason)"
    case .damaged(let path, let damage):
      return "\(path): \(damage)"
    case .changed(let path, let change):
      return "\(path): \(change)"
    case .inputs(let errors):
      return errors.map(\.description).joined(separator: "\n")
    case .usage(let reason):
      return reason
    case .expression(let error):
      return error.description
    case .regexLimit(let pattern, let offset, let reason):
      return "regular expression '\(pattern)' on the text at offset \(offset): \(reason)"
    case .unwritable(let column, let reason):
      return "column '\(column)' cannot be written: \(reason)"
    case .copied(let path, let copy):
      return """
        \(path): not zero-copy: \(copy.stage.name) copied bytes at offset \(copy.offset) \
        \(copy.column.map { "of column '\($0)' " } ?? "")(\(copy.reason.name))
        """
    case .unaccounted(let path, let input, let accounted):
      return "\(path): \(input) bytes read but \(accounted) accounted for; please report this"
    }
  }
}
