/// A borrowed look at contiguous bytes that still knows where in the source they stand.
///
/// A view cannot outlive what it borrows: it is `~Escapable`, so storing it in a global, an array, an
/// escaping closure or a task does not compile. What must live longer is an offset and a length, or a
/// copy that the ledger sees.
@safe
public struct ByteView: ~Escapable {
  /// Start of the bytes. SAFETY: valid for `byteCount` bytes while the view's lifetime lasts.
  @usableFromInline let base: UnsafeRawPointer

  /// Length of the view in bytes.
  public let byteCount: Int

  /// Absolute offset in the source of the view's first byte.
  public let offset: Int

  /// A view of `byteCount` bytes at `base`, to be bound to its owner by the caller at once.
  @unsafe @inline(__always)
  @_lifetime(borrow base)
  init(base: UnsafeRawPointer, byteCount: Int, offset: Int) {
    unsafe self.base = base
    self.byteCount = byteCount
    self.offset = offset
  }

  /// A view of all bytes of a span, with offsets that start at `offset`.
  @_lifetime(copy span)
  public init(_ span: RawSpan, offset: Int = 0) {
    // SAFETY: the view copies the span's lifetime, so the pointer stays valid as long as the span's
    // owner is borrowed. An empty span may have no address; any aligned dummy will do, never read.
    let base = unsafe span.withUnsafeBytes {
      unsafe $0.baseAddress ?? UnsafeRawPointer(bitPattern: 16)!
    }
    let view = unsafe ByteView(base: base, byteCount: span.byteCount, offset: offset)
    self = unsafe _overrideLifetime(view, copying: span)
  }

  /// A view of all bytes of a span, with offsets that start at `offset`.
  @_lifetime(copy span)
  public init(_ span: Span<UInt8>, offset: Int = 0) {
    // SAFETY: bytes have no padding, so all of them are initialised.
    self.init(unsafe span.bytes, offset: offset)
  }

  /// Whether there are no bytes.
  public var isEmpty: Bool { byteCount == 0 }

  /// The byte at `index`, which counts from the start of the view. Traps outside.
  public subscript(index: Int) -> UInt8 {
    @inline(__always) get {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: byteCount), "index outside the view")
      // SAFETY: `index` was checked against `byteCount`.
      return unsafe base.load(fromByteOffset: index, as: UInt8.self)
    }
  }

  /// The part of the view from `range.lowerBound` up to `range.upperBound`, indexes of this view.
  /// It keeps its absolute offset. Traps outside.
  @inline(__always)
  @_lifetime(copy self)
  public func slice(_ range: Range<Int>) -> ByteView {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "range outside the view")
    // SAFETY: `range` lies inside, and the slice copies this view's lifetime.
    let part = unsafe ByteView(
      base: base + range.lowerBound, byteCount: range.count, offset: offset + range.lowerBound)
    return unsafe _overrideLifetime(part, copying: self)
  }

  /// The bytes as a standard `RawSpan` of the same lifetime.
  public var bytes: RawSpan {
    @_lifetime(copy self)
    get {
      // SAFETY: base and count describe this view, whose lifetime the span copies.
      let span = unsafe RawSpan(_unsafeStart: base, byteCount: byteCount)
      return unsafe _overrideLifetime(span, copying: self)
    }
  }

  /// Whether both views hold the same bytes, wherever they stand. O(n).
  public func hasSameBytes(as other: borrowing ByteView) -> Bool {
    guard byteCount == other.byteCount else { return false }
    var index = 0
    while index < byteCount {
      if self[index] != other[index] { return false }
      index += 1
    }
    return true
  }

  /// The view's bytes copied into a Swift string; ill-formed UTF-8 becomes U+FFFD.
  /// Allocates: meant for messages, names and examples, not for every record.
  public func makeString() -> String {
    // SAFETY: the buffer covers exactly this view, and the string copies it before returning.
    unsafe String(
      decoding: UnsafeRawBufferPointer(start: base, count: byteCount), as: UTF8.self)
  }
}
