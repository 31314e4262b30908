/// What happened to a file while it was being read.
public struct FileChange: Equatable, Sendable {
  /// What kind of change.
  public enum Kind: Equatable, Sendable {
    /// The file became shorter; so many bytes were left when it was looked at.
    case truncated(toByteCount: Int)
    /// Somebody wrote to the file, and not only behind its end.
    case overwritten
    /// The system cannot read these bytes any more, or cannot tell whether they are still there; with its error if it
    /// gave one.
    case unreadable(SystemError?)
  }

  public let kind: Kind
  /// The bytes that cannot be had, or that cannot be told from what was written over them. In a compressed file,
  /// bytes as they are stored.
  public let range: Range<Int>
  /// Records that were handed out, or ruled out by a filter, before the change was noticed, without a gap from the
  /// input's beginning on. They are as they stood in the file, also where they are gone by now.
  public var goodRecordCount = 0
}

extension FileChange: CustomStringConvertible {
  public var description: String {
    let bytes =
      range.isEmpty ? "its bytes" : "bytes \(range.lowerBound) to \(range.upperBound)"
    let what =
      switch kind {
      case .truncated(let byteCount): "truncated to \(byteCount) bytes, so that \(bytes) are gone"
      case .overwritten: "\(bytes) may have been overwritten"
      case .unreadable(let error):
        "\(bytes) cannot be read any more\(error.map { ": \($0.reason) (\($0.call))" } ?? "")"
      }
    let good =
      switch goodRecordCount {
      case 0: "no record came out before that was noticed"
      case 1: "1 record came out before that was noticed, and is good"
      default: "\(goodRecordCount) records came out before that was noticed, and are good"
      }
    let advice = kind == .overwritten ? "; a file that is written to like this wants --io read" : ""
    return "changed while it was being read: \(what); \(good)\(advice)"
  }
}
