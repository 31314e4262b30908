import SpaltKernels

/// Writes plain values at byte offsets of a slab. Every store is checked; outside the slab it traps.
@safe
struct SlabWriter: ~Copyable, ~Escapable {
  // SAFETY: valid for `byteCount` bytes while the writer's lifetime lasts; `limit` leaves 16 bytes.
  private let base: UnsafeMutableRawPointer
  private let limit: UInt

  @unsafe
  @_lifetime(borrow base)
  init(base: UnsafeMutableRawPointer, byteCount: Int) {
    unsafe self.base = base
    self.limit = UInt(bitPattern: byteCount - 16)
  }

  @inline(__always)
  private func address(_ offset: Int) -> UnsafeMutableRawPointer {
    precondition(UInt(bitPattern: offset) <= limit, "outside the slab")
    // SAFETY: at least 16 bytes exist at `offset`.
    return unsafe base + offset
  }

  /// Room for `byteCount` bytes at `offset`.
  @unsafe
  func room(at offset: Int, byteCount: Int) -> UnsafeMutableRawPointer {
    precondition(
      byteCount >= 0 && UInt(bitPattern: offset) <= limit
        && UInt(bitPattern: offset &+ byteCount) <= limit &+ 16, "outside the slab")
    // SAFETY: that many bytes exist.
    return unsafe base + offset
  }

  @inline(__always)
  func store(_ value: UInt64, at offset: Int) {
    // SAFETY: 8 bytes exist; the layout aligns values of 8 bytes.
    unsafe address(offset).storeBytes(of: value, as: UInt64.self)
  }

  @inline(__always)
  func store(_ value: UInt32, at offset: Int) {
    // SAFETY: 4 bytes exist.
    unsafe address(offset).storeBytes(of: value, as: UInt32.self)
  }

  /// The byte at `offset`.
  @inline(__always)
  func load8(at offset: Int) -> UInt8 {
    // SAFETY: the byte exists.
    unsafe address(offset).load(as: UInt8.self)
  }

  /// The four bytes at `offset`.
  @inline(__always)
  func load32(at offset: Int) -> UInt32 {
    // SAFETY: 4 bytes exist.
    unsafe address(offset).loadUnaligned(as: UInt32.self)
  }

  /// Adds to the 64-bit number at `offset`.
  func add(_ summand: Int64, at offset: Int) {
    // SAFETY: 8 bytes exist.
    let old = unsafe address(offset).loadUnaligned(as: Int64.self)
    store(UInt64(bitPattern: old &+ summand), at: offset)
  }

  /// Stores a string view for bytes that the cursor looks at.
  @inline(__always)
  func storeView(
    at offset: Int, _ cursor: borrowing ByteCursor, start: Int, byteCount: Int,
    bufferIndex: UInt32, bufferOffset: UInt32
  ) {
    let count = UInt32(truncatingIfNeeded: byteCount)
    if _fastPath(UInt(bitPattern: start) < cursor.loads16) {
      // SAFETY: 16 bytes exist at `start` and at `offset`.
      unsafe spaltStoreView(
        address(offset), cursor.base + start, count, bufferIndex, bufferOffset)
    } else {
      let block = cursor.block(at: start)
      storeView(
        at: offset, prefix: block, byteCount: count, bufferIndex: bufferIndex,
        bufferOffset: bufferOffset)
    }
  }

  /// Stores a string view whose first 16 bytes are `prefix`.
  @inline(never)
  func storeView(
    at offset: Int, prefix: SIMD16<UInt8>, byteCount: UInt32, bufferIndex: UInt32,
    bufferOffset: UInt32
  ) {
    // SAFETY: the prefix is a local copy of 16 bytes, and 16 bytes exist at `offset`.
    unsafe withUnsafeBytes(of: prefix) { bytes in
      guard let source = bytes.baseAddress else { return }
      unsafe spaltStoreView(address(offset), source, byteCount, bufferIndex, bufferOffset)
    }
  }

  /// Stores the view of a text of no bytes that differs from that of none: see `TextColumn`.
  @inline(__always)
  func storeEmptyText(at offset: Int) {
    let address = unsafe address(offset)
    // SAFETY: 16 bytes exist.
    unsafe address.storeBytes(of: UInt64(1 << 32).littleEndian, as: UInt64.self)
    unsafe address.storeBytes(of: 0, toByteOffset: 8, as: UInt64.self)
  }

  /// Sets the `count` bytes from `offset` on.
  @inline(__always)
  func fill(_ value: UInt8, at offset: Int, count: Int) {
    guard count > 0 else { return }
    precondition(count < 1 << 32 && UInt(bitPattern: offset &+ count) <= limit + 16)
    // SAFETY: `count` bytes exist at `offset`.
    unsafe address(offset).initializeMemory(as: UInt8.self, repeating: value, count: count)
  }

  /// Stores 16 zero bytes: the view of an empty string, or of none.
  @inline(__always)
  func clearView(at offset: Int) {
    let address = unsafe address(offset)
    // SAFETY: 16 bytes exist.
    unsafe address.storeBytes(of: 0, as: UInt64.self)
    unsafe address.storeBytes(of: 0, toByteOffset: 8, as: UInt64.self)
  }

  /// Sets or clears bit `index` of the bitmap that starts at `offset`.
  @inline(__always)
  func setBit(_ index: Int, ofBitmapAt offset: Int, to value: Bool) {
    // SAFETY: the byte exists.
    let byte = unsafe address(offset &+ index &>> 3)
    let mask = UInt8(1) &<< UInt8(truncatingIfNeeded: index & 7)
    let old = unsafe byte.load(as: UInt8.self)
    unsafe byte.storeBytes(of: value ? old | mask : old & ~mask, as: UInt8.self)
  }

  /// Writes the lowest `count` bits, at most 64, from bit `index` on of the bitmap at `offset`.
  @inline(__always)
  func storeBits(_ bits: UInt64, count: Int, at index: Int, ofBitmapAt offset: Int) {
    let mask = count >= 64 ? UInt64.max : (1 &<< UInt64(count)) &- 1
    let shift = UInt64(index & 63)
    let word = offset &+ index &>> 6 &* 8
    replace(bits & mask, mask, shift, at: word)
  }

  @inline(__always)
  private func replace(_ bits: UInt64, _ mask: UInt64, _ shift: UInt64, at offset: Int) {
    // SAFETY: bitmaps are padded to 64 bytes, so both words exist.
    let low = unsafe address(offset)
    let old = unsafe low.load(as: UInt64.self)
    unsafe low.storeBytes(of: old & ~(mask &<< shift) | bits &<< shift, as: UInt64.self)
    guard shift > 0, mask &>> (64 &- shift) != 0 else { return }
    let high = unsafe address(offset &+ 8)
    let next = unsafe high.load(as: UInt64.self)
    let rest = 64 &- shift
    unsafe high.storeBytes(
      of: next & ~(mask &>> rest) | bits &>> rest, as: UInt64.self)
  }

  /// Makes `count` views from `offset` on those of empty strings.
  func clearViews(at offset: Int, count: Int) {
    guard count > 0 else { return }
    precondition(count < 1 << 32 && UInt(bitPattern: offset &+ count * 16) <= limit + 16)
    // SAFETY: `count` views exist at `offset`.
    unsafe address(offset).initializeMemory(as: UInt8.self, repeating: 0, count: count * 16)
  }

  /// Sums the byte counts of string views, by where their text lies.
  func sumViews(at offset: Int, count: Int, inlined: inout UInt64, viewed: inout UInt64) {
    precondition(count >= 0 && UInt(bitPattern: offset &+ count * 16) <= limit, "outside the slab")
    // SAFETY: `count` views exist at `offset`.
    unsafe spaltSumViews(base + offset, count, &inlined, &viewed)
  }
}
