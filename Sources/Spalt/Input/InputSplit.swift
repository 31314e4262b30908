/// A part of one file that can be read by itself. Made by `SplitPlan`; see there.
public struct InputSplit: Sendable {
  /// Where the file is found.
  public let path: InputPath
  /// Where the part begins and ends in the file as it is stored, in bytes. A record belongs to the part that its first
  /// byte is in, so reading goes on behind the end for a record that begins before it.
  public let range: Range<Int>
  /// The columns of all splits of the plan.
  public let schema: Schema
  /// The file's size, in bytes, and its time of modification, in nanoseconds since 1970, when the plan was made.
  public let fileByteCount: Int
  public let fileModificationNanoseconds: Int64
  /// The formats that its lines may have.
  let formats: InputFormats
  let part: InputPart

  /// Whether the split is its whole file.
  var isWhole: Bool {
    if case .whole = part { return true }
    return false
  }

  /// Checks that a reader can read the split as it is asked to.
  func check(_ paths: [InputPath], _ options: ReaderOptions) throws(SpaltError) {
    guard paths.count == 1, paths[0].bytes == path.bytes else {
      throw .usage("a split is of one input, '\(path)', and was opened as another")
    }
    guard !isWhole else { return }
    for name in options.selectedColumns ?? [] {
      let isKnown =
        switch Provenance(rawValue: name) {
        case .line, .record: false
        case .offset: part.hasOffsets
        default: true
        }
      guard isKnown || schema.index(of: name) != nil else {
        throw .usage("'\(name)' cannot be told in a split of a file")
      }
    }
  }

  /// Checks that the file is the one that was planned.
  func check(_ status: FileStatus) throws(SpaltError) {
    // Pipes and devices have neither.
    guard fileByteCount >= 0 else { return }
    guard
      status.byteCount != fileByteCount
        || status.modificationNanoseconds != fileModificationNanoseconds
    else { return }
    let isShorter = status.byteCount < fileByteCount
    throw .changed(
      path: path.description,
      FileChange(
        kind: isShorter ? .truncated(toByteCount: status.byteCount) : .overwritten,
        range: isShorter ? status.byteCount..<fileByteCount : range))
  }
}

/// What a split consists of.
enum InputPart: Sendable {
  /// All of the file, whatever it is.
  case whole
  /// The lines that begin in the split's range of an uncompressed file.
  case lines
  /// Record batches of an Arrow file, as their numbers in its footer: those whose messages begin in the split's range.
  case batches(Range<Int>)
  /// The lines that begin in the content of LZ4 blocks that lie in the split's range.
  case blocks(LZ4Split)

  /// Whether it is known where in the file's content records stand.
  var hasOffsets: Bool {
    switch self {
    case .blocks, .batches: return false
    case .whole, .lines: return true
    }
  }

  /// Where in the content of a compressed file the split's own begins, as far as that is known.
  var contentStart: Int {
    if case .blocks(let split) = self { return split.contentStart }
    return 0
  }
}
