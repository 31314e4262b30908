import SpaltKernels

/// A position that moves forward over borrowed bytes.
///
/// Every load is checked once and is unchecked inside. Reading beyond the end is not an error: it
/// gives zeros, and zero is no digit, no quote and no JSON syntax, so that a parser needs no second
/// version of itself for the last bytes of a segment. Nothing is ever read outside the view.
///
/// Indexes count from the start of the view; `offset(of:)` turns one into an absolute offset.
@safe
public struct ByteCursor: ~Escapable {
  /// Start of the bytes. SAFETY: valid for `end` bytes while the cursor's lifetime lasts.
  @usableFromInline let base: UnsafeRawPointer

  /// Index just past the last byte.
  public private(set) var end: Int

  /// Index of the next byte. Any value is harmless: beyond `end`, loads give zeros.
  public var position: Int

  /// Number of indexes at which 8, 16 and 32 bytes can be loaded whole.
  @usableFromInline let loads8: UInt
  @usableFromInline let loads16: UInt
  @usableFromInline let loads32: UInt

  /// Absolute offset of index 0.
  public let origin: Int

  /// A cursor at the first byte of `view`.
  @inline(__always)
  @_lifetime(copy view)
  public init(_ view: ByteView) {
    // SAFETY: the cursor copies the view's lifetime and never reads outside it.
    unsafe self.base = view.base
    self.end = view.byteCount
    self.position = 0
    self.loads8 = UInt(bitPattern: max(0, view.byteCount - 7))
    self.loads16 = UInt(bitPattern: max(0, view.byteCount - 15))
    self.loads32 = UInt(bitPattern: max(0, view.byteCount - 31))
    self.origin = view.offset
  }

  /// The absolute offset in the source of the byte at `index`.
  public func offset(of index: Int) -> Int { origin + index }

  /// Whether `position` is at or beyond the end.
  public var isAtEnd: Bool { position >= end }

  /// The byte at `index`, or zero outside the view.
  @inline(__always)
  public func byte(at index: Int) -> UInt8 {
    guard UInt(bitPattern: index) < UInt(bitPattern: end) else { return 0 }
    // SAFETY: `index` was checked just above.
    return unsafe base.load(fromByteOffset: index, as: UInt8.self)
  }

  /// The 8 bytes from `index` as a little-endian word; bytes outside the view are zero.
  @inline(__always)
  public func word(at index: Int) -> UInt64 {
    if _fastPath(UInt(bitPattern: index) < loads8) {
      // SAFETY: `loads8` counts the indexes that have 8 bytes before the end.
      return UInt64(littleEndian: unsafe base.loadUnaligned(fromByteOffset: index, as: UInt64.self))
    }
    return paddedWord(at: index)
  }

  @inline(never)
  private func paddedWord(at index: Int) -> UInt64 {
    var word: UInt64 = 0
    for step in 0..<8 { word |= UInt64(byte(at: index &+ step)) &<< UInt64(8 * step) }
    return word
  }

  /// The 16 bytes from `index`; bytes outside the view are zero.
  @inline(__always)
  func block(at index: Int) -> SIMD16<UInt8> {
    if _fastPath(UInt(bitPattern: index) < loads16) {
      // SAFETY: `loads16` counts the indexes that have 16 bytes before the end.
      return unsafe base.loadUnaligned(fromByteOffset: index, as: SIMD16<UInt8>.self)
    }
    return paddedBlock(at: index)
  }

  @inline(never)
  private func paddedBlock(at index: Int) -> SIMD16<UInt8> {
    var block = SIMD16<UInt8>(repeating: 0)
    for step in 0..<16 { block[step] = byte(at: index &+ step) }
    return block
  }

  /// The view of `byteCount` bytes at `index`. Traps when they are not all inside.
  @inline(__always)
  @_lifetime(copy self)
  public func view(at index: Int, byteCount: Int) -> ByteView {
    precondition(index >= 0 && byteCount >= 0 && index <= end - byteCount, "outside the bytes")
    // SAFETY: the range was checked, and the view copies the cursor's lifetime.
    let view = unsafe ByteView(base: base + index, byteCount: byteCount, offset: origin + index)
    return unsafe _overrideLifetime(view, copying: self)
  }

  /// The same bytes and indexes, but ending at `newEnd`: loads beyond it give zeros.
  @_lifetime(copy self)
  func limited(to newEnd: Int) -> ByteCursor {
    precondition(newEnd >= 0 && newEnd <= end, "a limit lies inside the bytes")
    // SAFETY: fewer of the same bytes, under the same lifetime.
    let view = unsafe ByteView(base: base, byteCount: newEnd, offset: origin)
    return ByteCursor(unsafe _overrideLifetime(view, copying: self))
  }

  /// The same bytes and indexes, but ending with a line: just past its line feed, or where the bytes end.
  /// Loads may see what follows, since no record goes on behind a line feed, and so stay fast.
  @_lifetime(copy self)
  func ending(withLineTo lineEnd: Int) -> ByteCursor {
    precondition(lineEnd == end || byte(at: lineEnd - 1) == 0x0A, "not the end of a line")
    var cursor = copy self
    cursor.end = lineEnd
    return cursor
  }

  /// How many bytes from the first on may be loaded, of which those from `end` on mean nothing.
  var loadableByteCount: Int { loads8 > 0 ? Int(bitPattern: loads8) + 7 : end }

  /// Asks for bytes that will be looked at soon.
  func prefetch(_ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= end, "outside the bytes")
    // SAFETY: the range lies inside, and prefetching changes nothing.
    unsafe spaltPrefetch(base + range.lowerBound, range.count)
  }

  /// Number of bytes from `index` before the first quote, backslash, control character or byte of a
  /// multi-byte sequence, looking at 16 bytes at most; nil when there are no 16 bytes to look at.
  @inline(__always)
  func plainStringStep(at index: Int) -> Int? {
    guard _fastPath(UInt(bitPattern: index) < loads16) else { return nil }
    // SAFETY: 16 bytes exist at `index`.
    return Int(unsafe spaltFirstStringSpecial16(base + index))
  }

  /// The index just past the number or word at `index`: of the first byte that cannot stand in one.
  @inline(__always)
  func bareEnd(from index: Int) -> Int {
    var at = index
    while _fastPath(UInt(bitPattern: at) < loads16) {
      // SAFETY: 16 bytes exist at `at`.
      let step = Int(unsafe spaltFirstBareEnd16(base + at))
      at &+= step
      if _fastPath(step < 16) { return at }
    }
    return bareEndNearEnd(from: at)
  }

  @inline(never)
  private func bareEndNearEnd(from index: Int) -> Int {
    var at = index
    while at < end {
      let byte = byte(at: at)
      if byte <= 0x20 || byte >= 0x80 || byte == 0x2C || byte | 0x20 == 0x7D { return at }
      at &+= 1
    }
    return at
  }

  /// Number of bytes from `index` before the first space, control character, equals sign or quote, looking
  /// at 16 bytes at most; nil when there are no 16 bytes to look at.
  @inline(__always)
  func wordStep(at index: Int) -> Int? {
    guard _fastPath(UInt(bitPattern: index) < loads16) else { return nil }
    // SAFETY: 16 bytes exist at `index`.
    return Int(unsafe spaltFirstWordEnd16(base + index))
  }

  /// As `plainStringStep`, but multi-byte sequences do not stop it.
  @inline(__always)
  func stringStep(at index: Int) -> Int? {
    guard _fastPath(UInt(bitPattern: index) < loads16) else { return nil }
    // SAFETY: 16 bytes exist at `index`.
    return Int(unsafe spaltFirstStringEnd16(base + index))
  }
}
