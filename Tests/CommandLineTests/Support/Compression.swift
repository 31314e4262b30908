import CLZ4
import CZstd
import Foundation

/// How a copy of a file is compressed.
enum Compression: String, CaseIterable, Sendable {
  /// 4 MiB, independent, with a checksum of the content: what the command `lz4` makes.
  case lz4
  /// 64 KiB, independent, with checksums of the blocks.
  case lz4Small
  /// 64 KiB, each block referring to those before it.
  case lz4Linked
  /// The format of before 2013.
  case lz4Legacy
  /// Many small frames, with skippable ones between them, cut anywhere in the content.
  case lz4Frames
  case zstd

  /// The compressed content.
  func compress(_ content: Data) throws -> Data {
    switch self {
    case .lz4:
      return try Self.frame(content, blockSize: LZ4F_max4MB, isLinked: false, checksum: .content)
    case .lz4Small:
      return try Self.frame(content, blockSize: LZ4F_max64KB, isLinked: false, checksum: .block)
    case .lz4Linked:
      return try Self.frame(content, blockSize: LZ4F_max64KB, isLinked: true, checksum: .content)
    case .lz4Legacy: return try Self.legacyFrame(content)
    case .lz4Frames: return try Self.frames(content)
    case .zstd: return try Self.zstdFrame(content)
    }
  }

  private enum Checksum { case content, block }

  private static func frame(
    _ content: Data, blockSize: LZ4F_blockSizeID_t, isLinked: Bool, checksum: Checksum
  ) throws -> Data {
    var preferences = LZ4F_preferences_t()
    preferences.frameInfo.blockSizeID = blockSize
    preferences.frameInfo.blockMode = isLinked ? LZ4F_blockLinked : LZ4F_blockIndependent
    switch checksum {
    case .content:
      preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled
    case .block: preferences.frameInfo.blockChecksumFlag = LZ4F_blockChecksumEnabled
    }
    // SAFETY: the buffers are alive for the call, and as large as the library was told.
    let capacity = unsafe LZ4F_compressFrameBound(content.count, &preferences)
    return unsafe try filled(capacity) { target in
      unsafe content.withUnsafeBytes { source in
        let count = unsafe LZ4F_compressFrame(
          target.baseAddress, capacity, source.baseAddress, source.count, &preferences)
        return LZ4F_isError(count) == 0 ? count : nil
      }
    }
  }

  private static func legacyFrame(_ content: Data) throws -> Data {
    var frame = littleEndian(0x184C_2102)
    var start = content.startIndex
    while start < content.endIndex {
      let part = content[start..<min(content.endIndex, start + 8 << 20)]
      let capacity = Int(LZ4_compressBound(Int32(part.count)))
      let block = unsafe try filled(capacity) { target in
        unsafe part.withUnsafeBytes { source in
          // SAFETY: as above.
          let count = unsafe LZ4_compress_default(
            source.baseAddress?.assumingMemoryBound(to: CChar.self),
            target.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(part.count),
            Int32(capacity))
          return count > 0 ? Int(count) : nil
        }
      }
      frame += littleEndian(UInt32(block.count)) + block
      start = part.endIndex
    }
    return frame
  }

  private static func frames(_ content: Data) throws -> Data {
    var result = try frame(Data(), blockSize: LZ4F_max64KB, isLinked: false, checksum: .content)
    var start = content.startIndex
    var byteCount = 1
    while start < content.endIndex {
      let part = content[start..<min(content.endIndex, start + byteCount)]
      result += littleEndian(0x184D_2A57) + littleEndian(3) + Data("abc".utf8)
      result += try frame(
        Data(part), blockSize: LZ4F_max64KB, isLinked: byteCount % 2 == 0, checksum: .content)
      start = part.endIndex
      byteCount = min(byteCount * 2 + 1, 40_000)
    }
    return result
  }

  private static func zstdFrame(_ content: Data) throws -> Data {
    let capacity = ZSTD_compressBound(content.count)
    return unsafe try filled(capacity) { target in
      unsafe content.withUnsafeBytes { source in
        // SAFETY: as above.
        let count = unsafe ZSTD_compress(
          target.baseAddress, capacity, source.baseAddress, source.count, 3)
        return ZSTD_isError(count) == 0 ? count : nil
      }
    }
  }

  private static func littleEndian(_ number: UInt32) -> Data {
    Data((0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
  }

  /// Data of at most `capacity` bytes, of which `body` writes as many as it says.
  private static func filled(
    _ capacity: Int, _ body: (UnsafeMutableRawBufferPointer) -> Int?
  ) throws -> Data {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity + 1, alignment: 16)
    defer { unsafe buffer.deallocate() }
    guard let count = unsafe body(buffer) else { throw TestFailure("compression failed") }
    return unsafe Data(bytes: buffer.baseAddress.unsafelyUnwrapped, count: count)
  }
}
