import Foundation

@testable import Spalt

/// A folder of its own, and the files in it.
final class FaultFolder: Sendable {
  let path = TemporaryFile.newPath()

  init(_ files: [String: [UInt8]]) throws {
    for (name, bytes) in files {
      let file = URL(fileURLWithPath: path(name))
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: file)
    }
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func path(_ name: String) -> String { "\(path)/\(name)" }

  /// The paths of all that is in the folder, from here.
  var names: Set<String> {
    Set((try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? [])
  }

  func bytes(_ name: String) -> [UInt8]? {
    FileManager.default.contents(atPath: path(name)).map { [UInt8]($0) }
  }

  /// Writes a file with permissions that new files do not have by themselves.
  func write(_ bytes: [UInt8], _ name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    _ = unsafe chmod(path(name), 0o620)
  }

  func permissions(_ name: String) -> UInt32 {
    var status = stat()
    _ = unsafe stat(path(name), &status)
    return UInt32(status.st_mode & 0o7777)
  }

  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: target)
  }

  func remove(_ name: String) { try? FileManager.default.removeItem(atPath: path(name)) }
}

/// A named pipe with bytes in it, whose writer goes when they were read or nobody wants them any more.
final class FilledPipe: Sendable {
  private let readingDescriptor: Int32
  private let isWanted = Guarded(true)

  /// - Parameter bytes: no more than a pipe holds.
  init(_ path: String, _ bytes: [UInt8]) {
    _ = unsafe mkfifo(path, 0o600)
    // Somebody who could read, so that opening for writing does not wait.
    readingDescriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
    writeAll(bytes, to: descriptor)
    Thread.detachNewThread { [self] in
      while isWanted.withLock({ $0 }) {
        var count: Int32 = 0
        guard unsafe ioctl(descriptor, UInt(FIONREAD), &count) == 0, count > 0 else { break }
        usleep(100)
      }
      _ = close(descriptor)
    }
  }

  /// Nobody will read any more.
  func end() { isWanted.withLock { $0 = false } }

  deinit { _ = close(readingDescriptor) }
}
