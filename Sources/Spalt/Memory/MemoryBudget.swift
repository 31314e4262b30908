import Synchronization

/// A hard limit on the memory that Spalt takes for chunks, arenas, queues and decoder state.
///
/// The file's own page cache is not counted. Reserving beyond the limit is an error that says what
/// was needed; it never grows silently.
public final class MemoryBudget: Sendable {
  /// The limit in bytes.
  public let limitByteCount: Int
  private let reserved = Atomic<Int>(0)
  private let highWater = Atomic<Int>(0)
  /// Lets threads wait for memory; nil where there is but one.
  let pressure: MemoryPressure?

  /// A budget of `limitByteCount` bytes.
  public convenience init(limitByteCount: Int = 256 << 20) {
    self.init(limitByteCount: limitByteCount, pressure: nil)
  }

  /// A budget whose users wait for each other.
  init(limitByteCount: Int, pressure: MemoryPressure?) {
    self.limitByteCount = limitByteCount
    self.pressure = pressure
  }

  /// Bytes reserved now.
  public var reservedByteCount: Int { reserved.load(ordering: .relaxed) }

  /// The most bytes that were ever reserved at once.
  public var highWaterByteCount: Int { highWater.load(ordering: .relaxed) }

  /// Reserves bytes, or throws `SpaltError.memoryBudgetExceeded`.
  func reserve(_ byteCount: Int) throws(SpaltError) {
    let (_, total) = reserved.add(byteCount, ordering: .relaxed)
    if total > limitByteCount {
      reserved.subtract(byteCount, ordering: .relaxed)
      throw .memoryBudgetExceeded(
        neededByteCount: byteCount, usedByteCount: total - byteCount, limitByteCount: limitByteCount
      )
    }
    var seen = highWater.load(ordering: .relaxed)
    while total > seen {
      let (exchanged, current) = highWater.weakCompareExchange(
        expected: seen, desired: total, ordering: .relaxed)
      if exchanged { break }
      seen = current
    }
  }

  /// Gives reserved bytes back.
  /// - Parameter wakes: whether those who wait for memory are told; false for one of them.
  func release(_ byteCount: Int, wakes: Bool = true) {
    reserved.subtract(byteCount, ordering: .relaxed)
    if wakes { pressure?.noteRelease() }
  }
}
