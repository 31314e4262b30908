import Foundation
import Testing

@testable import Spalt

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A folder of its own, and what is in it.
private final class Folder {
  let path = TemporaryFile.newPath()

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func path(_ name: String) -> String { "\(path)/\(name)" }

  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  func text(_ name: String) -> String? { try? String(contentsOfFile: path(name), encoding: .utf8) }

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
  }

  func permissions(_ name: String) -> UInt32 {
    var status = stat()
    _ = unsafe stat(path(name), &status)
    return UInt32(status.st_mode & 0o7777)
  }
}

private func write(_ text: String, to path: String, finishes: Bool = true) throws {
  var output = try OutputTarget.file(path).open(byteCount: 64 << 10)
  try output.append(Array(text.utf8))
  if finishes { try output.finish() }
}

/// Writes 400 kB in pieces; gives the error that comes of it. Whoever finishes after a failed write
/// nevertheless must fail again.
private func failure(to path: String, disarming disarm: () -> Void) -> SpaltError? {
  do throws(SpaltError) {
    var output = try OutputTarget.file(path).open(byteCount: 64 << 10)
    do throws(SpaltError) {
      for _ in 0..<40 { try output.append([UInt8](repeating: 0x61, count: 10_000)) }
    } catch {
      disarm()
      try output.finish()
      return nil
    }
    try output.finish()
    return nil
  } catch { return error }
}

/// Files come into being whole or not at all.
@Suite struct OutputFileTests {
  @Test func aFinishedFileHasItsName() throws {
    let folder = try Folder()
    var output = try OutputTarget.file(folder.path("out")).open()
    try output.append(Array("text".utf8))
    try output.flush()
    #expect(folder.text("out") == nil)
    #expect(folder.names.count == 1)
    #expect(folder.names[0].hasPrefix(".spalt-"))
    try output.finish()
    #expect(folder.names == ["out"])
    #expect(folder.text("out") == "text")
  }

  @Test func anUnfinishedFileLeavesNothing() throws {
    let folder = try Folder()
    try write("text", to: folder.path("out"), finishes: false)
    #expect(folder.names.isEmpty)
    try folder.write("out", "as it was")
    try write("text", to: folder.path("out"), finishes: false)
    #expect(folder.names == ["out"])
    #expect(folder.text("out") == "as it was")
  }

  @Test func permissionsAreKept() throws {
    let folder = try Folder()
    for permissions: UInt32 in [0o600, 0o640, 0o755] {
      try folder.write("out", "as it was, longer than what comes")
      _ = unsafe chmod(folder.path("out"), mode_t(permissions))
      try write("new", to: folder.path("out"))
      #expect(folder.permissions("out") == permissions)
      #expect(folder.text("out") == "new")
    }
  }

  // What follows changes the whole process, so it runs in one of its own.

  @Test func newFilesFollowTheMask() async {
    await #expect(processExitsWith: .success) {
      let folder = try Folder()
      umask(0o027)
      try write("new", to: folder.path("out"))
      #expect(folder.permissions("out") == 0o640)
    }
  }

  @Test func linksAreFollowed() throws {
    let folder = try Folder()
    try FileManager.default.createDirectory(
      atPath: folder.path("sub"), withIntermediateDirectories: true)
    try folder.write("sub/file", "as it was")
    for (link, target) in [("a", "sub/file"), ("b", folder.path("a")), ("c", "sub/new")] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path(link), withDestinationPath: target)
    }
    try write("by b", to: folder.path("b"))
    #expect(folder.text("sub/file") == "by b")
    try write("by c", to: folder.path("c"))
    #expect(folder.text("sub/new") == "by c")
    for link in ["a", "b", "c"] {
      #expect(
        (try? FileManager.default.destinationOfSymbolicLink(atPath: folder.path(link))) != nil)
    }
    #expect(folder.names == ["a", "b", "c", "sub"])
  }

  #if DEBUG
    @Test func failuresLeaveWhatWasThere() async {
      await #expect(processExitsWith: .success) {
        let folder = try Folder()
        try folder.write("out", "as it was")
        let path = folder.path("out")
        for (call, before, code) in [
          ("write", 0, ENOSPC), ("write", 2, EIO), ("close", 0, EDQUOT), ("rename", 0, EACCES),
        ] {
          FaultInjection.arm(call, after: before, code: code)
          let found = failure(to: path) { FaultInjection.disarm() }
          FaultInjection.disarm()
          #expect(found == .system(SystemError(call: call, subject: path, code: code)))
          #expect(folder.names == ["out"])
          #expect(folder.text("out") == "as it was")
        }
      }
    }
  #endif

  @Test func fullDisksLeaveNothing() async {
    await #expect(processExitsWith: .success) {
      let folder = try Folder()
      _ = signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 100_000, rlim_max: 100_000)
      _ = unsafe setrlimit(__rlimit_resource_t(1), &limit)
      let path = folder.path("out")
      let found = failure(to: path) {}
      #expect(found == .system(SystemError(call: "write", subject: path, code: EFBIG)))
      #expect(folder.names.isEmpty)
    }
  }

  @Test func filesThatCannotBeWritten() throws {
    let folder = try Folder()
    for (path, code) in [(folder.path("none/out"), ENOENT), (folder.path, EISDIR)] {
      #expect(throws: SpaltError.system(SystemError(call: "open", subject: path, code: code))) {
        _ = try OutputTarget.file(path).open()
      }
    }
    #expect(folder.names.isEmpty)
  }

  @Test func specialFilesAreWrittenDirectly() throws {
    try write("text", to: "/dev/null")
    let pipe = try TemporaryFile(fifo: ())
    let descriptor = unsafe open(pipe.path, O_RDONLY | O_NONBLOCK)
    defer { _ = close(descriptor) }
    try write("text", to: pipe.path)
    var bytes = [UInt8](repeating: 0, count: 10)
    #expect(unsafe read(descriptor, &bytes, 10) == 4)
    #expect(Array(bytes.prefix(4)) == Array("text".utf8))
    #expect(
      throws: SpaltError.system(SystemError(call: "write", subject: "/dev/full", code: ENOSPC))
    ) { try write("text", to: "/dev/full") }
  }

  @Test func signalsRemoveWhatIsTemporary() async {
    await #expect(processExitsWith: .success) {
      let folder = try Folder()
      try folder.write("out", "as it was")
      var output = try OutputTarget.file(folder.path("out")).open()
      try output.append(Array("text".utf8))
      #expect(folder.names.count == 2)
      TemporaryFiles.unlinkAll()
      #expect(folder.names == ["out"])
      #expect(throws: SpaltError.self) { try output.finish() }
      #expect(folder.text("out") == "as it was")
    }
  }

  @Test func theTableOfTemporaryFilesHasRoomAgain() async {
    await #expect(processExitsWith: .success) {
      let folder = try Folder()
      for round in 0..<50 {
        try write("text", to: folder.path("out\(round)"), finishes: round % 2 == 0)
      }
      let path = folder.path("noted")
      let entries = (0..<16).map { _ in TemporaryFiles.register(path) }
      try folder.write("noted", "")
      TemporaryFiles.unlinkAll()
      #expect(!folder.names.contains("noted"))
      // With the table full, files are written all the same.
      try write("text", to: folder.path("last"))
      #expect(folder.text("last") == "text")
      entries.forEach(TemporaryFiles.unregister)
    }
  }
}
