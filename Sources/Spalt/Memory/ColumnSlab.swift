/// The memory of one batch's columns: values, validity, tokens and row positions, at offsets that
/// `BatchLayout` fixed once for all batches of an input.
@safe
struct ColumnSlab: ~Copyable, Sendable {
  private let chunk: Chunk

  /// A slab of at least `byteCount` bytes, whose content is undefined.
  init(pool: ChunkPool, byteCount: Int) throws(SpaltError) {
    // 16 bytes of slack: a writer may check one limit for stores of every width.
    chunk = try pool.lease(byteCount: byteCount + 16)
  }

  /// Fills a part of the slab with one byte.
  mutating func fill(_ range: Range<Int>, with byte: UInt8) {
    precondition(range.lowerBound >= 0 && range.upperBound <= chunk.byteCount, "outside the slab")
    // SAFETY: the range lies inside the chunk, which this slab owns.
    unsafe (chunk.base + range.lowerBound).initializeMemory(
      as: UInt8.self, repeating: byte, count: range.count)
  }

  /// The one writer of the slab; while it exists, nothing else reads or writes the slab.
  var writer: SlabWriter {
    @_lifetime(&self)
    mutating get {
      // SAFETY: the chunk lives as long as the slab, which the writer holds exclusively.
      let writer = unsafe SlabWriter(base: chunk.base, byteCount: chunk.byteCount)
      return unsafe exclusivelyBound(writer, to: &self)
    }
  }

  /// Moves the values of the rows whose bit is set in `selection` together, at the front of the buffer at
  /// `offset`, in which a value has `Value`'s size.
  mutating func keep<Value: BitwiseCopyable>(
    _ type: Value.Type, at offset: Int, rowCount: Int, _ selection: borrowing [UInt64]
  ) {
    let width = MemoryLayout<Value>.stride
    precondition(offset >= 0 && rowCount >= 0 && offset + rowCount * width <= chunk.byteCount)
    // SAFETY: all rows lie inside the chunk, which this slab owns, and a kept row moves to the front.
    let values = unsafe (chunk.base + offset).assumingMemoryBound(to: Value.self)
    var kept = 0
    for word in 0..<(rowCount + 63) / 64 {
      var bits = selection[word]
      while bits != 0 {
        let row = word * 64 + bits.trailingZeroBitCount
        bits &= bits &- 1
        precondition(row < rowCount, "no such row")
        unsafe values[kept] = values[row]
        kept &+= 1
      }
    }
  }

  /// Copies the 64-bit values of the rows whose bit is set in `selection` to the buffer at `offset`, from where they
  /// lie one behind the other.
  mutating func gather(
    _ values: borrowing ByteView, to offset: Int, rowCount: Int, _ selection: borrowing [UInt64]
  ) {
    precondition(offset >= 0 && rowCount >= 0 && offset + rowCount * 8 <= chunk.byteCount)
    var kept = offset
    for word in 0..<(rowCount + 63) / 64 {
      var bits = selection[word]
      while bits != 0 {
        let row = word * 64 + bits.trailingZeroBitCount
        bits &= bits &- 1
        precondition(row < rowCount, "no such row")
        // SAFETY: as many rows as there are lie inside the chunk, which this slab owns.
        unsafe chunk.base.storeBytes(
          of: values.load(at: row &* 8, as: UInt64.self), toByteOffset: kept, as: UInt64.self)
        kept &+= 8
      }
    }
  }

  /// As `keep`, for a bitmap.
  mutating func keepBits(at offset: Int, rowCount: Int, _ selection: borrowing [UInt64]) {
    let wordCount = (rowCount + 63) / 64
    precondition(offset >= 0 && offset + wordCount * 8 <= chunk.byteCount, "outside the slab")
    // SAFETY: bitmaps are padded to 64 bytes, and these words lie inside the chunk. A bit moves to the
    // front, so no word is written before it was read.
    let words = unsafe (chunk.base + offset).assumingMemoryBound(to: UInt64.self)
    var made: UInt64 = 0
    var kept = 0
    for word in 0..<wordCount {
      let values = unsafe words[word]
      var bits = selection[word]
      while bits != 0 {
        let bit = UInt64(bits.trailingZeroBitCount)
        bits &= bits &- 1
        made |= (values &>> bit & 1) &<< UInt64(kept & 63)
        kept &+= 1
        if kept & 63 == 0 {
          unsafe words[kept / 64 - 1] = made
          made = 0
        }
      }
    }
    if kept & 63 != 0 { unsafe words[kept / 64] = made }
  }

  /// A view of a part of the slab.
  @_lifetime(borrow self)
  func view(_ range: Range<Int>) -> ByteView {
    let all = chunk.view(byteCount: chunk.byteCount, offset: 0)
    // SAFETY: the chunk is owned by the slab, so a borrow of one is a borrow of the other.
    return unsafe bound(all.slice(range), to: self)
  }

  /// Ends the writing. Where the pool hardens, the memory is read-only from now on.
  consuming func seal() -> SealedSlab {
    chunk.seal()
    return SealedSlab(chunk: chunk)
  }
}

/// A slab that nobody writes to any more.
@safe
struct SealedSlab: ~Copyable, Sendable {
  private let chunk: Chunk

  fileprivate init(chunk: consuming Chunk) { self.chunk = chunk }

  /// Start of the memory. SAFETY: valid for `byteCount` bytes while the slab lives.
  @unsafe var base: UnsafeRawPointer { unsafe UnsafeRawPointer(chunk.base) }

  /// Gives the whole pages behind `offset` back to the system: nobody reads them any more.
  func dropPages(from offset: Int) {
    let page = Syscalls.pageByteCount
    precondition(offset >= 0, "outside the slab")
    let start = (offset + page - 1) & -page
    guard start < byteCount else { return }
    // SAFETY: chunks begin on a page and consist of whole ones; these belong to the slab.
    unsafe Syscalls.advise(base + start, byteCount: byteCount - start, .dontNeed)
  }

  /// Length of the memory.
  var byteCount: Int { chunk.byteCount }

  /// A view of a part of the slab.
  @_lifetime(borrow self)
  func view(_ range: Range<Int>) -> ByteView {
    let all = chunk.view(byteCount: chunk.byteCount, offset: 0)
    // SAFETY: the chunk is owned by the slab, so a borrow of one is a borrow of the other.
    return unsafe bound(all.slice(range), to: self)
  }
}
