import Foundation
import Testing

@testable import Spalt

@Suite struct ResidencyTests {
  /// Memory that nobody has touched is not there.
  @Test func untouchedPagesAreCold() throws {
    let page = Syscalls.pageByteCount
    let memory = unsafe try Syscalls.mapAnonymous(byteCount: 8 * page)
    defer { unsafe Syscalls.unmap(memory, byteCount: 8 * page) }
    var scratch = [UInt8](repeating: 0, count: 8)
    #expect(
      unsafe Syscalls.coldPageCount(memory, byteCount: 8 * page, &scratch) == 8)
    for index in [1, 2, 6] {
      unsafe memory.storeBytes(of: 1, toByteOffset: index * page, as: UInt8.self)
    }
    #expect(
      unsafe Syscalls.coldPageCount(memory, byteCount: 8 * page, &scratch) == 5)
    #expect(
      unsafe Syscalls.coldPageCount(memory, byteCount: 2 * page + 1, &scratch) == 1)
  }

  @Test func onePieceInEightIsLookedAt() throws {
    let page = Syscalls.pageByteCount
    let file = try TemporaryFile(Array(repeating: 0x20, count: 40 * page))
    let mapping = try #require(try Mapping.ofFile(at: file.path))
    let sample = ResidencySample()
    #expect(sample.pages.coldShare == nil)
    for piece in 0..<20 { sample.look(at: mapping, piece * 2 * page..<(piece + 1) * 2 * page) }
    // Pieces 0, 8 and 16.
    #expect(sample.pages.sampledCount == 6)
    // A piece that touches three pages.
    let other = ResidencySample()
    other.look(at: mapping, page - 1..<2 * page + 1)
    #expect(other.pages.sampledCount == 3)
  }

  /// Holes of a file that nobody has read are in no cache.
  @Test func unreadPagesAreCold() throws {
    let page = Syscalls.pageByteCount
    let file = try TemporaryFile()
    #expect(unsafe truncate(file.path, off_t(64 * page)) == 0)
    let mapping = try #require(try Mapping.ofFile(at: file.path))
    // The file's two ends were read when it was mapped, and perhaps something around them.
    let sample = ResidencySample()
    sample.look(at: mapping, 24 * page..<40 * page)
    #expect(sample.pages == PageResidency(sampledCount: 16, coldCount: 16))
    #expect(sample.pages.coldShare == 1)
    mapping.populate(0..<64 * page)
    var sum = 0
    for index in 0..<64 { sum += Int(mapping.view(0..<64 * page)[index * page]) }
    #expect(sum == 0)
    let later = ResidencySample()
    later.look(at: mapping, 0..<64 * page)
    #expect(later.pages == PageResidency(sampledCount: 64, coldCount: 0))
  }
}
