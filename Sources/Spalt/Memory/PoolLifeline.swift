/// The way to a pool that may be gone. No weak reference: leak checkers do not find the notes that the runtime makes
/// of these.
@safe
final class PoolLifeline: Sendable {
  @safe private struct Reference: @unchecked Sendable {  // used under the lock only
    var pool: Unmanaged<ChunkPool>?
  }
  private let reference = Guarded(Reference())

  /// Leads to `pool` from now on, until `cut`.
  func lead(to pool: ChunkPool) {
    reference.withLock { unsafe $0.pool = Unmanaged.passUnretained(pool) }
  }

  /// Leads nowhere any more; waits for whoever is at the pool. Called when the pool is about to be destroyed.
  func cut() { reference.withLock { unsafe $0.pool = nil } }

  /// Lets the pool return what it does not need; false when there is no more to return, or no pool.
  func tidy() -> Bool {
    reference.withLock { reference in
      guard let pool = unsafe reference.pool else { return false }
      // SAFETY: the pool is not destroyed before `cut`, which waits for the lock.
      return unsafe pool._withUnsafeGuaranteedRef { $0.tidy() }
    }
  }
}
