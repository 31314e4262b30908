import Synchronization

/// How much of a pool is out and how much lies in it, and the most that was out in the recent past.
///
/// What a pool keeps follows that peak: it looks back one to two windows of time, so what a spike left behind
/// goes when its window is over.
final class PoolUsage: Sendable {
  /// Length of a window.
  static let windowNanoseconds: UInt64 = 300_000_000

  private let requests = Atomic<Int>(0)
  private let live = Atomic<Int>(0)
  private let liveBytes = Atomic<Int>(0)
  private let liveHighWater = Atomic<Int>(0)
  private let retainedBytes = Atomic<Int>(0)
  private let retainedHighWater = Atomic<Int>(0)
  /// The most bytes that were out in this window.
  private let windowPeak = Atomic<Int>(0)

  private struct Windows: Sendable {
    var start: UInt64 = 0
    var previousPeak = 0
  }
  private let windows = Guarded(Windows())

  /// Counts a request.
  /// - Returns: its number, from 0 on.
  func countRequest() -> Int { requests.add(1, ordering: .relaxed).oldValue }

  /// Counts a chunk that is leased, and was retained before if `isReused`.
  func lease(_ byteCount: Int, isReused: Bool) {
    if isReused { retainedBytes.subtract(byteCount, ordering: .relaxed) }
    live.add(1, ordering: .relaxed)
    let total = liveBytes.add(byteCount, ordering: .relaxed).newValue
    Self.raise(windowPeak, to: total)
    Self.raise(liveHighWater, to: total)
  }

  /// Counts a chunk that was given back, and lies in the pool if `isRetained`.
  func giveBack(_ byteCount: Int, isRetained: Bool) {
    live.subtract(1, ordering: .relaxed)
    if isRetained {
      let total = retainedBytes.add(byteCount, ordering: .relaxed).newValue
      Self.raise(retainedHighWater, to: total)
    }
    liveBytes.subtract(byteCount, ordering: .relaxed)
  }

  /// Counts the end of a chunk, which was cut off and lies in the pool if `isRetained`.
  func cut(_ byteCount: Int, isRetained: Bool) {
    live.add(1, ordering: .relaxed)
    giveBack(byteCount, isRetained: isRetained)
  }

  /// Counts bytes that lay in the pool and went back to the system.
  func drop(_ byteCount: Int) { retainedBytes.subtract(byteCount, ordering: .relaxed) }

  var liveCount: Int { live.load(ordering: .relaxed) }
  var liveByteCount: Int { liveBytes.load(ordering: .relaxed) }
  var liveHighWaterByteCount: Int { liveHighWater.load(ordering: .relaxed) }
  var retainedByteCount: Int { retainedBytes.load(ordering: .relaxed) }
  var retainedHighWaterByteCount: Int { retainedHighWater.load(ordering: .relaxed) }

  /// The most bytes that were out in the recent past, as seen at a time of a monotonic clock.
  func recentPeak(at now: UInt64) -> Int {
    windows.withLock { windows in
      let elapsed = now &- windows.start
      if windows.start == 0 {
        windows.start = now
      } else if elapsed < UInt64.max / 2, elapsed >= Self.windowNanoseconds {
        let peak = windowPeak.exchange(liveByteCount, ordering: .relaxed)
        // After a long silence nobody knows when the peak was; it was not recent.
        windows.previousPeak = elapsed >= 2 * Self.windowNanoseconds ? liveByteCount : peak
        windows.start = now
      }
      return max(windows.previousPeak, windowPeak.load(ordering: .relaxed))
    }
  }

  private static func raise(_ value: borrowing Atomic<Int>, to wanted: Int) {
    var seen = value.load(ordering: .relaxed)
    while wanted > seen {
      let (exchanged, current) = value.weakCompareExchange(
        expected: seen, desired: wanted, ordering: .relaxed)
      if exchanged { return }
      seen = current
    }
  }
}
