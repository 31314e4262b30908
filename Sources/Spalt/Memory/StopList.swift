/// A borrowed look at the places of a stretch of input where strings end or get complicated, in their order:
/// what the plane of strings has as bits.
@safe
struct StopList: ~Escapable {
  // SAFETY: valid for `count` offsets and `StopRun.count` more, all of which were written.
  private let offsets: UnsafePointer<UInt32>
  private let count: Int
  /// What the offsets count from.
  private let start: Int

  @unsafe
  @_lifetime(borrow offsets)
  init(offsets: UnsafePointer<UInt32>, count: Int, start: Int) {
    unsafe self.offsets = offsets
    self.count = count
    self.start = start
  }

  /// The number of the first stop at or behind `index`.
  func number(from index: Int) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low &+ high) &>> 1
      // SAFETY: `middle` is below `count`.
      if unsafe start &+ Int(offsets[middle]) < index { low = middle &+ 1 } else { high = middle }
    }
    return low
  }

  /// The stops from number `number` on. Behind the last one there are some that lie nowhere.
  @inline(__always)
  @_lifetime(copy self)
  func run(from number: Int) -> StopRun {
    let first = min(UInt(bitPattern: number), UInt(bitPattern: count))
    // SAFETY: from there on, a run's worth of offsets exists.
    let run = unsafe StopRun(offsets: offsets + Int(bitPattern: first), start: start)
    return unsafe _overrideLifetime(run, copying: self)
  }
}

/// Some stops in a row.
@safe
struct StopRun: ~Escapable {
  /// How many there are.
  static let count = 12
  /// The offset of a stop that lies nowhere.
  static let nowhere = UInt32.max

  // SAFETY: valid for `count` offsets.
  private let offsets: UnsafePointer<UInt32>
  private let start: Int

  @unsafe
  @_lifetime(borrow offsets)
  fileprivate init(offsets: UnsafePointer<UInt32>, start: Int) {
    unsafe self.offsets = offsets
    self.start = start
  }

  /// Where stop `number` stands; far behind the bytes when there is none.
  @inline(__always)
  subscript(number: Int) -> Int {
    precondition(number >= 0 && number < Self.count, "no such stop")
    // SAFETY: `number` was checked.
    return unsafe start &+ Int(offsets[number])
  }
}
