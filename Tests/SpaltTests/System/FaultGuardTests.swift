import Foundation
import Testing

@testable import Spalt

/// Pages of a mapped file that are gone when they are looked at.
@Suite struct FaultGuardTests {
  private static let pageByteCount = Syscalls.pageByteCount

  private static func file(pageCount: Int) throws -> TemporaryFile {
    try TemporaryFile(repeatElement(UInt8(ascii: "x"), count: pageCount * pageByteCount))
  }

  private static func byte(_ index: Int, of file: borrowing MappedFile) -> UInt8 {
    file.bytes[index]
  }

  private static func byte(_ index: Int, of mapping: Mapping) -> UInt8 {
    mapping.view(0..<mapping.byteCount)[index]
  }

  private static func error(of file: borrowing MappedFile) -> SpaltError? {
    do {
      try file.verify()
      return nil
    } catch { return error }
  }

  @Test func lostPagesAreZerosAndKnown() throws {
    try FaultGuard.install()
    let page = Self.pageByteCount
    let temporary = try Self.file(pageCount: 8)
    let file = try MappedFile(path: temporary.path)
    try file.verify()
    try temporary.shorten(to: 2 * page)
    #expect(Self.byte(2 * page - 1, of: file) == UInt8(ascii: "x"))
    #expect(Self.byte(5 * page + 17, of: file) == 0)
    #expect(Self.byte(2 * page, of: file) == 0)
    #expect(Self.byte(8 * page - 1, of: file) == 0)
    let change = FileChange(kind: .truncated(toByteCount: 2 * page), range: 2 * page..<8 * page)
    #expect(Self.error(of: file) == .changed(path: temporary.path, change))
  }

  /// The rest of the last page reads as zeros, and nobody gets a signal.
  @Test func aTruncationWithinAPageIsKnown() throws {
    let temporary = try Self.file(pageCount: 1)
    let file = try MappedFile(path: temporary.path)
    try temporary.shorten(to: 100)
    #expect(Self.byte(99, of: file) == UInt8(ascii: "x"))
    #expect(Self.byte(100, of: file) == 0)
    #expect(Self.error(of: file) != nil)
  }

  /// A page that was lost stays lost, even if the file has grown again meanwhile.
  @Test func whatWasLostIsNotForgotten() throws {
    try FaultGuard.install()
    let page = Self.pageByteCount
    let temporary = try Self.file(pageCount: 4)
    let mapping = try #require(try Mapping.ofFile(at: temporary.path))
    try temporary.shorten(to: page)
    #expect(Self.byte(3 * page, of: mapping) == 0)
    try temporary.shorten(to: 4 * page)
    #expect(
      mapping.change(in: 0..<page)?.range == nil
        || mapping.change(in: 0..<page)?.kind == .overwritten)
    #expect(mapping.change(in: 0..<4 * page) != nil)
  }

  @Test func manyThreadsMayRunIntoTheSameHole() throws {
    try FaultGuard.install()
    let page = Self.pageByteCount
    for _ in 0..<20 {
      let temporary = try Self.file(pageCount: 64)
      let mapping = try #require(try Mapping.ofFile(at: temporary.path))
      try temporary.shorten(to: 0)
      let sum = Guarded(0)
      var threads: [Thread] = []
      let done = DispatchGroup()
      for number in 0..<4 {
        done.enter()
        let thread = Thread {
          let view = mapping.view(0..<mapping.byteCount)
          var found = 0
          for index in 0..<64 { found += Int(view[(index * 7 + number * 5) % 64 * page]) }
          sum.withLock { $0 += found }
          done.leave()
        }
        threads.append(thread)
      }
      for thread in threads { thread.start() }
      done.wait()
      #expect(sum.withLock { $0 } == 0)
      #expect(mapping.change(in: 0..<1)?.kind == .truncated(toByteCount: 0))
    }
  }

  /// More mappings than one block of the guard's notes holds.
  @Test func manyMappingsAreGuarded() throws {
    try FaultGuard.install()
    let page = Self.pageByteCount
    var mappings: [(Mapping, TemporaryFile)] = []
    for _ in 0..<700 {
      let temporary = try Self.file(pageCount: 2)
      mappings.append((try #require(try Mapping.ofFile(at: temporary.path)), temporary))
    }
    for (mapping, temporary) in mappings {
      #expect(mapping.change(in: 0..<2 * page) == nil)
      try temporary.shorten(to: page)
    }
    for (mapping, _) in mappings {
      #expect(Self.byte(page + 1, of: mapping) == 0)
      #expect(
        mapping.change(in: 0..<2 * page)
          == FileChange(kind: .truncated(toByteCount: page), range: page..<2 * page))
    }
  }

  // MARK: - What is no affair of the guard's

  @Test func withoutTheGuardTheProcessEnds() async {
    await #expect(processExitsWith: .signal(SIGBUS)) {
      _ = signal(SIGBUS, SIG_DFL)
      let temporary = try TemporaryFile(repeatElement(1, count: 3 * Syscalls.pageByteCount))
      let file = try MappedFile(path: temporary.path)
      try temporary.shorten(to: 0)
      _ = file.bytes[0]
    }
  }

  @Test func aSignalThatSomebodySendsDoesWhatItDid() async {
    await #expect(processExitsWith: .signal(SIGBUS)) {
      _ = signal(SIGBUS, SIG_DFL)
      try FaultGuard.install()
      raise(SIGBUS)
    }
    await #expect(processExitsWith: .exitCode(42)) {
      _ = signal(SIGBUS) { _ in _exit(42) }
      try FaultGuard.install()
      try FaultGuard.install()
      raise(SIGBUS)
    }
    await #expect(processExitsWith: .exitCode(43)) {
      _ = signal(SIGBUS, SIG_IGN)
      try FaultGuard.install()
      raise(SIGBUS)
      exit(43)
    }
  }

  @Test func aFaultInAForeignMappingGoesToTheHandlerThatWasThere() async {
    await #expect(processExitsWith: .exitCode(44)) {
      _ = signal(SIGBUS) { _ in _exit(44) }
      try FaultGuard.install()
      try ForeignMapping().touchLostPage()
    }
    await #expect(processExitsWith: .signal(SIGBUS)) {
      _ = signal(SIGBUS, SIG_DFL)
      try FaultGuard.install()
      try ForeignMapping().touchLostPage()
    }
  }
}

/// A mapping that Spalt knows nothing of.
private struct ForeignMapping {
  func touchLostPage() throws {
    let byteCount = 2 * Syscalls.pageByteCount
    let temporary = try TemporaryFile(repeatElement(1, count: byteCount))
    let descriptor = try Syscalls.openForReading(temporary.path)
    let address = unsafe mmap(nil, byteCount, PROT_READ, MAP_SHARED, descriptor, 0)
    try temporary.shorten(to: 0)
    if unsafe address?.load(as: UInt8.self) == 1 { exit(1) }
  }
}
