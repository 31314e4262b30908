extension InputPath {
  /// How deep folders may lie in each other.
  private static let depthLimit = 256

  /// The files in the folder at this path, and in the folders in it, by name; the path itself when it is
  /// no folder. Links to folders are not followed. What cannot be looked at is noted in `failures`.
  public func expanded(_ failures: inout [SpaltError]) -> [InputPath] {
    do {
      guard !isStandardInput, try Directory.isDirectory(bytes) else { return [self] }
    } catch {
      failures.append(.system(error))
      return []
    }
    var files: [InputPath] = []
    Self.collect(bytes, 0, &files, &failures)
    return files
  }

  private static func collect(
    _ path: [UInt8], _ depth: Int, _ files: inout [InputPath], _ failures: inout [SpaltError]
  ) {
    guard depth < depthLimit else {
      failures.append(
        .input(
          path: String(decoding: path, as: UTF8.self),
          reason: "more than \(depthLimit) folders deep"))
      return
    }
    let names: [[UInt8]]
    do { names = try Directory.names(in: path) } catch {
      failures.append(.system(error))
      return
    }
    let slash = UInt8(ascii: "/")
    for name in names {
      let child = (path.last == slash ? path : path + [slash]) + name
      do {
        switch try Directory.kind(of: child) {
        case .file: files.append(InputPath(bytes: child))
        case .directory: collect(child, depth + 1, &files, &failures)
        case .other: continue
        }
      } catch { failures.append(.system(error)) }
    }
  }
}
