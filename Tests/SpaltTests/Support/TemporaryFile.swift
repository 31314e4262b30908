import Foundation

@testable import Spalt

/// A file that exists as long as this object.
final class TemporaryFile {
  let path: String

  init(_ bytes: some Sequence<UInt8> = []) throws {
    path = Self.newPath()
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  convenience init(text: String) throws { try self.init(text.utf8) }

  /// A first-in-first-out special file.
  init(fifo: Void) throws {
    path = Self.newPath()
    guard unsafe mkfifo(path, 0o600) == 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  static func newPath() -> String {
    FileManager.default.temporaryDirectory
      .appendingPathComponent("spalt-test-\(UUID().uuidString)").path
  }

  /// Makes the file as long as that, in place.
  func shorten(to byteCount: Int) throws {
    guard unsafe truncate(path, off_t(byteCount)) == 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  /// Does something to the file and sets its times back.
  func keepingTimes(_ body: () throws -> Void) throws {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw CocoaError(.fileReadUnknown) }
    try body()
    #if canImport(Darwin)
      var times = [status.st_atimespec, status.st_mtimespec]
    #else
      var times = [status.st_atim, status.st_mtim]
    #endif
    guard unsafe utimensat(AT_FDCWD, path, &times, 0) == 0 else {
      throw CocoaError(.fileWriteUnknown)
    }
  }

  /// Gives the file another name, in place of the file that has it.
  func move(to path: String) throws {
    guard unsafe rename(self.path, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  deinit { _ = unsafe unlink(path) }
}
