import CZlib

/// Makes gzip streams by zlib.
enum GzipSamples {
  /// A sequence of numbers that is the same in every run.
  struct Numbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  /// Lines that look like a log.
  static func log(byteCount: Int, seed: UInt64 = 1) -> [UInt8] {
    var numbers = Numbers(seed: seed)
    var text = ""
    while text.utf8.count < byteCount {
      let status = [200, 200, 404, 500].randomElement(using: &numbers) ?? 0
      text += """
        {"time":\(1_700_000_000 + text.utf8.count),"status":\(status),"id":"\(numbers.next())"}\n
        """
    }
    return Array(text.utf8.prefix(byteCount))
  }

  /// What cannot be compressed, so that deflate stores it.
  static func noise(byteCount: Int) -> [UInt8] {
    var numbers = Numbers(seed: 7)
    return (0..<byteCount).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }
  }

  /// A raw deflate stream.
  static func deflated(_ content: [UInt8], level: Int32 = 6, strategy: Int32 = 0) -> [UInt8] {
    var stream = unsafe z_stream()
    var output = [UInt8](repeating: 0, count: content.count + content.count / 8 + 1000)
    // SAFETY: both arrays live for the calls, which stay inside the lengths that are given.
    return unsafe content.withUnsafeBufferPointer { input in
      unsafe output.withUnsafeMutableBufferPointer { output in
        unsafe deflateInit2_(
          &stream, level, Z_DEFLATED, -15, 8, strategy, zlibVersion(),
          Int32(MemoryLayout<z_stream>.size))
        unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        unsafe stream.avail_in = UInt32(input.count)
        unsafe stream.next_out = output.baseAddress
        unsafe stream.avail_out = UInt32(output.count)
        let code = unsafe deflate(&stream, Z_FINISH)
        precondition(code == Z_STREAM_END, "zlib failed")
        let rest = unsafe Int(stream.avail_out)
        unsafe deflateEnd(&stream)
        return unsafe Array(output.dropLast(rest))
      }
    }
  }

  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    // SAFETY: the array is as long as is said.
    unsafe UInt32(crc32_z(0, bytes, bytes.count))
  }

  static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    (0..<number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }

  static func trailer(_ content: [UInt8]) -> [UInt8] {
    littleEndian(checksum(content)) + littleEndian(UInt32(truncatingIfNeeded: content.count))
  }

  static let plainHeader: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]

  /// A header with every field that there is.
  static let fullHeader: [UInt8] = {
    var header: [UInt8] = [0x1F, 0x8B, 8, 0x1F, 1, 2, 3, 4, 2, 3]
    header += [7, 0, 0x41, 0x70, 3, 0, 9, 9, 9]
    header += Array("app.log".utf8) + [0] + Array("a comment".utf8) + [0]
    return header + littleEndian(UInt16(truncatingIfNeeded: checksum(header)))
  }()

  static func member(
    _ content: [UInt8], header: [UInt8] = plainHeader, level: Int32 = 6, strategy: Int32 = 0
  ) -> [UInt8] {
    header + deflated(content, level: level, strategy: strategy) + trailer(content)
  }

  /// A block of BGZF.
  static func block(_ content: [UInt8], level: Int32 = 6) -> [UInt8] {
    let stream = deflated(content, level: level)
    var block: [UInt8] = [0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 0xFF, 6, 0, 0x42, 0x43, 2, 0]
    block += littleEndian(UInt16(stream.count + 18 + 8 - 1))
    return block + stream + trailer(content)
  }

  /// A file of BGZF, whose last block is empty.
  static func blocked(_ content: [UInt8], blockByteCount: Int) -> [UInt8] {
    var file: [UInt8] = []
    for start in stride(from: 0, to: content.count, by: blockByteCount) {
      file += block(Array(content[start..<min(content.count, start + blockByteCount)]))
    }
    return file + block([])
  }
}
