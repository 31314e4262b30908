import SpaltKernels

/// The block kernels that fit this processor best, resolved once and carried by whoever scans.
/// `SPALT_KERNEL=name` in the environment forces a set by name.
@safe
public struct ScanKernels: @unchecked Sendable {  // points to constant tables
  // SAFETY: a table of the C module, which is never freed.
  private let table: UnsafePointer<SpaltKernelTable>

  /// The kernels in use.
  public static let current: ScanKernels = {
    // SAFETY: the C function never returns null.
    unsafe ScanKernels(table: spaltKernels())
  }()

  private init(table: UnsafePointer<SpaltKernelTable>) { unsafe self.table = table }

  /// The kernels called `name`, or nil when this processor has none of that name.
  public init?(named name: String) {
    // SAFETY: the name is a NUL-terminated string for the length of the call.
    guard let table = unsafe spaltKernelNamed(name) else { return nil }
    unsafe self.table = table
  }

  /// The set's name: `avx512`, `avx2`, `sse2`, `neon` or `scalar`.
  public var name: String {
    // SAFETY: the name is a constant string of the C module.
    unsafe String(cString: table.pointee.name)
  }

  /// The index in `range` of the first `byte`, or the range's end.
  @inline(__always)
  func firstIndex(of byte: UInt8, _ cursor: borrowing ByteCursor, in range: Range<Int>) -> Int {
    precondition(range.lowerBound >= 0 && range.upperBound <= cursor.end, "outside the bytes")
    // SAFETY: the range lies inside the cursor's bytes.
    let found = unsafe table.pointee.findByte(
      (cursor.base + range.lowerBound).assumingMemoryBound(to: UInt8.self), range.count, byte)
    return range.lowerBound + found
  }

  /// The index in `range` of the last `byte`, or nil.
  func lastIndex(of byte: UInt8, _ cursor: borrowing ByteCursor, in range: Range<Int>) -> Int? {
    precondition(range.lowerBound >= 0 && range.upperBound <= cursor.end, "outside the bytes")
    // SAFETY: the range lies inside the cursor's bytes.
    let found = unsafe table.pointee.findLastByte(
      (cursor.base + range.lowerBound).assumingMemoryBound(to: UInt8.self), range.count, byte)
    return found == range.count ? nil : range.lowerBound + found
  }

  /// Number of `byte` in `range`.
  func count(of byte: UInt8, _ cursor: borrowing ByteCursor, in range: Range<Int>) -> Int {
    precondition(range.lowerBound >= 0 && range.upperBound <= cursor.end, "outside the bytes")
    // SAFETY: the range lies inside the cursor's bytes.
    return unsafe table.pointee.countByte(
      (cursor.base + range.lowerBound).assumingMemoryBound(to: UInt8.self), range.count, byte)
  }

  /// The index in `range` of the first byte that ends or complicates a JSON string: a quote, a
  /// backslash or a control character; or the range's end.
  func firstStringEnd(_ cursor: borrowing ByteCursor, in range: Range<Int>) -> Int {
    precondition(range.lowerBound >= 0 && range.upperBound <= cursor.end, "outside the bytes")
    // SAFETY: the range lies inside the cursor's bytes.
    let found = unsafe table.pointee.findStringEnd(
      (cursor.base + range.lowerBound).assumingMemoryBound(to: UInt8.self), range.count)
    return range.lowerBound + found
  }

  /// Writes a bitmap of the bytes in `range` that end or complicate a JSON string, multi-byte
  /// characters included, to `words`, which has room for one bit a byte and a word.
  @unsafe func writeStringSpecials(
    _ cursor: borrowing ByteCursor, in range: Range<Int>, to words: UnsafeMutablePointer<UInt64>
  ) {
    precondition(range.lowerBound >= 0 && range.upperBound <= cursor.end, "outside the bytes")
    // SAFETY: the range lies inside the cursor's bytes, and the caller vouches for the words.
    unsafe table.pointee.stringSpecialBitmap(
      (cursor.base + range.lowerBound).assumingMemoryBound(to: UInt8.self), range.count, words)
  }

  /// Writes a bitmap of the bytes in `range` that belong to a class to `words`, which has room for one bit
  /// a byte and a word.
  @unsafe func writeClassMarks(
    _ cursor: borrowing ByteCursor, in range: Range<Int>, _ byteClass: ByteClass,
    to words: UnsafeMutablePointer<UInt64>
  ) {
    precondition(range.lowerBound >= 0 && range.upperBound <= cursor.end, "outside the bytes")
    let bytes = unsafe (cursor.base + range.lowerBound).assumingMemoryBound(to: UInt8.self)
    // SAFETY: the range lies inside the cursor's bytes, and the caller vouches for the words.
    unsafe withUnsafeBytes(of: byteClass.highNibbles) { highNibbles in
      unsafe table.pointee.byteClassBitmap(
        bytes, range.count, highNibbles.assumingMemoryBound(to: UInt8.self).baseAddress!, words)
    }
  }

  /// Writes the places of the bytes in `range` that end or complicate a JSON string, multi-byte characters
  /// included, counted from the range's start, to `offsets`, which has room for `capacity` of them.
  /// - Returns: the number of places written; with `capacity` of them there may be more.
  @unsafe func writeStringSpecialOffsets(
    _ cursor: borrowing ByteCursor, in range: Range<Int>,
    to offsets: UnsafeMutablePointer<UInt32>, capacity: Int
  ) -> Int {
    precondition(range.lowerBound >= 0 && range.upperBound <= cursor.end, "outside the bytes")
    // SAFETY: the range lies inside the cursor's bytes, and the caller vouches for the offsets.
    return unsafe table.pointee.stringSpecialOffsets(
      (cursor.base + range.lowerBound).assumingMemoryBound(to: UInt8.self), range.count, 0,
      offsets, capacity)
  }

  /// Writes the offsets of line feeds in `range`, counted from its beginning, until `capacity` are written.
  /// - Returns: how many.
  @unsafe func writeLineOffsets(
    _ cursor: borrowing ByteCursor, in range: Range<Int>,
    to offsets: UnsafeMutablePointer<UInt32>, capacity: Int
  ) -> Int {
    precondition(range.lowerBound >= 0 && range.upperBound <= cursor.end, "outside the bytes")
    // SAFETY: the range lies inside the cursor's bytes, and the caller vouches for the offsets.
    return unsafe table.pointee.lineOffsets(
      (cursor.base + range.lowerBound).assumingMemoryBound(to: UInt8.self), range.count, 0,
      offsets, capacity)
  }

  /// Writes bitmaps of the line feeds in `range`, and of the places where a needle may stand or a Unicode
  /// escape begins, which are added to what `hits` holds; both have room for one bit a byte. The summary, with room for a
  /// bit for each word of hits, tells which of them are not zero.
  /// - Returns: the number of line feeds.
  @unsafe func writeProbes(
    _ cursor: borrowing ByteCursor, in range: Range<Int>, _ needle: SpaltNeedle,
    lineFeeds: UnsafeMutablePointer<UInt64>, hits: UnsafeMutablePointer<UInt64>,
    summary: UnsafeMutablePointer<UInt64>
  ) -> Int {
    precondition(range.lowerBound >= 0 && range.upperBound <= cursor.end, "outside the bytes")
    // SAFETY: the range lies inside the cursor's bytes, and the caller vouches for the words.
    return unsafe table.pointee.probeBitmaps(
      (cursor.base + range.lowerBound).assumingMemoryBound(to: UInt8.self), range.count, needle,
      lineFeeds, hits, summary)
  }

  /// Stores integers for fields; see `FieldTable.storeIntegers`.
  @unsafe func storeShortIntegers(
    _ cursor: borrowing ByteCursor, _ fields: UnsafePointer<UInt64>, count: Int,
    to values: UnsafeMutablePointer<UInt64>
  ) -> SpaltStoredFields {
    // SAFETY: that many bytes can be loaded, and the caller vouches for fields and values.
    unsafe table.pointee.storeShortIntegers(
      cursor.base.assumingMemoryBound(to: UInt8.self), cursor.loadableByteCount, fields, count,
      values)
  }

  /// The index in `range` where the first ill-formed UTF-8 sequence starts, or nil.
  func firstInvalidUTF8(_ cursor: borrowing ByteCursor, in range: Range<Int>) -> Int? {
    precondition(range.lowerBound >= 0 && range.upperBound <= cursor.end, "outside the bytes")
    // SAFETY: the range lies inside the cursor's bytes.
    let found = unsafe table.pointee.validateUTF8(
      (cursor.base + range.lowerBound).assumingMemoryBound(to: UInt8.self), range.count)
    return found == range.count ? nil : range.lowerBound + found
  }

  /// Goes on with XXH32 over the whole stripes of 16 bytes at the beginning of a view.
  /// - Returns: how many bytes that were.
  func addXXH32Stripes(_ view: borrowing ByteView, to lanes: inout InlineArray<4, UInt32>) -> Int {
    var copy = (lanes[0], lanes[1], lanes[2], lanes[3])
    // SAFETY: the view covers that many bytes; the lanes are four words that lie in a row.
    let count = unsafe withUnsafeMutableBytes(of: &copy) { words in
      unsafe table.pointee.xxh32Stripes(
        words.assumingMemoryBound(to: UInt32.self).baseAddress.unsafelyUnwrapped,
        view.base.assumingMemoryBound(to: UInt8.self), view.byteCount)
    }
    lanes = [copy.0, copy.1, copy.2, copy.3]
    return count
  }
}
