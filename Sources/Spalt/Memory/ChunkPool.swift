/// Hands out chunks of page-aligned memory and takes them back.
///
/// A chunk that comes back lies in a *front*, which each worker has for itself, or in a *back*, of which there
/// is one a node of memory. Threads that are no workers use the backs only. A request is served by the worker's
/// front, then by the back of its node, then by the others, the nearest first; if none has a chunk that fits,
/// a new one is mapped. Mapping touches no page: the first to write to a chunk is the worker that leased it, so
/// the system takes its pages from that worker's node.
///
/// In a back, neighbours become one chunk again, and a chunk that is too large is split. So hardly any bytes are
/// handed out that nobody asked for, and whatever sizes are asked for fit what came back.
///
/// What is out and what lies in the pool together is at most 3/8 more than was out at once in the recent past; see
/// `PoolUsage`. What is over goes back to the system when a chunk comes back, or by `PoolJanitor` when none does.
public final class ChunkPool: Sendable {
  /// The smallest chunk.
  static let minimumByteCount = 64 << 10
  /// Chunks are made of so many bytes, several times.
  static let chunkStepByteCount = 16 << 10
  /// A chunk that is larger goes back to the system as soon as it is released.
  static let largestRetainedByteCount = 16 << 20
  /// What may lie in the pool however little was out recently.
  static let alwaysRetainedByteCount = 2 * minimumByteCount
  /// One request in so many is timed.
  private static let samplePeriod = 16
  /// No more chunks than this lie in a back.
  private static let maximumChunkCount = 1024

  /// What every chunk of this pool is counted against.
  public let budget: MemoryBudget
  /// Whether a page that nobody may touch stands behind each chunk, and sealed chunks are read-only.
  public let hardens: Bool
  private let retainedLimitByteCount: Int
  private let topology: Topology
  private let clock: @Sendable () -> UInt64
  private let headers = ChunkHeaders()
  private let usage = PoolUsage()
  private let fronts: PaddedGuards<ChunkFront>
  private let backs: PaddedGuards<ChunkBack>
  private let watch = PoolWatch()
  let lifeline = PoolLifeline()
  /// Bytes of the page behind each chunk.
  private let guardByteCount: Int

  /// A pool whose chunks count against `budget`.
  /// - Parameters:
  ///   - budget: what its chunks count against.
  ///   - retainedLimitByteCount: however much was out, no more than this lies in the pool.
  ///   - hardens: an overrun of a chunk, and writing to a sealed one, ends the process.
  public convenience init(
    budget: MemoryBudget, retainedLimitByteCount: Int = 32 << 20, hardens: Bool = false
  ) {
    self.init(
      budget: budget, retainedLimitByteCount: retainedLimitByteCount, hardens: hardens,
      topology: .current, clock: monotonicNanoseconds)
  }

  /// As above, on a machine with that `topology` and `clock`.
  init(
    budget: MemoryBudget, retainedLimitByteCount: Int = 32 << 20, hardens: Bool = false,
    topology: Topology, clock: @escaping @Sendable () -> UInt64
  ) {
    LayoutChecks.run()
    self.budget = budget
    self.retainedLimitByteCount = retainedLimitByteCount
    self.hardens = hardens
    self.topology = topology
    self.clock = clock
    guardByteCount = hardens ? Syscalls.pageByteCount : 0
    fronts = PaddedGuards(count: ChunkFront.count) { _ in ChunkFront() }
    backs = PaddedGuards(count: topology.nodeCount) { ChunkBack(home: $0) }
    lifeline.lead(to: self)
  }

  deinit {
    lifeline.cut()
    dropFree(Int.max)
  }

  /// Bytes of chunks that are leased now.
  var liveByteCount: Int { usage.liveByteCount }

  /// The pool's counters now.
  public var telemetry: PoolTelemetry {
    var sum = PoolTelemetry()
    for index in 0..<fronts.count { fronts.withLock(index) { sum.add($0.telemetry) } }
    for index in 0..<backs.count { backs.withLock(index) { sum.add($0.telemetry) } }
    sum.liveCount = usage.liveCount
    sum.liveByteCount = usage.liveByteCount
    sum.liveHighWaterByteCount = usage.liveHighWaterByteCount
    sum.retainedByteCount = usage.retainedByteCount
    sum.retainedHighWaterByteCount = usage.retainedHighWaterByteCount
    return sum
  }

  // MARK: - Leasing

  /// A chunk of at least `byteCount` bytes, whose content is undefined.
  func lease(
    byteCount: Int, lifetime: ChunkLifetime = .passing
  ) throws(SpaltError) -> Chunk {
    Chunk(pool: self, descriptor: try leaseDescriptor(byteCount: byteCount, lifetime: lifetime))
  }

  /// As `lease`, for owners that hold several chunks and give each back themselves.
  func leaseDescriptor(
    byteCount: Int, lifetime: ChunkLifetime = .passing
  ) throws(SpaltError) -> ChunkDescriptor {
    #if !SPALT_NO_TELEMETRY
      let isTimed = usage.countRequest() % Self.samplePeriod == 0
      let start = isTimed ? monotonicNanoseconds() : 0
    #endif
    let rounded = Self.roundedByteCount(byteCount)
    let node = topology.currentNode
    let descriptor: ChunkDescriptor
    if let chunk = takeFree(rounded, node) {
      usage.lease(chunk.byteCount, isReused: true)
      descriptor = handOut(chunk, usedByteCount: byteCount)
    } else {
      let chunk = try map(rounded, node, lifetime)
      usage.lease(chunk.byteCount, isReused: false)
      descriptor = handOut(chunk, usedByteCount: byteCount)
    }
    #if !SPALT_NO_TELEMETRY
      if isTimed {
        let duration = monotonicNanoseconds() &- start
        backs.withLock(node) { $0.telemetry.leaseLatency.add(nanoseconds: duration) }
      }
    #endif
    return descriptor
  }

  /// A chunk that lies in the pool and fits.
  private func takeFree(_ byteCount: Int, _ node: Int) -> FreeChunk? {
    let worker = WorkerIdentity.current
    if worker >= 0 {
      let found = fronts.withLock(worker % fronts.count) { $0.take(byteCount) }
      if let found { return found }
    }
    for back in 0..<backs.count {
      let found = backs.withLock(topology.node(back, nearestTo: node)) { back in
        back.take(byteCount, splitHeaders)
      }
      if let found { return found }
    }
    return nil
  }

  /// Maps that many bytes, and, in a pool that hardens, a page behind them that nobody may touch.
  @unsafe private func mapGuarded(
    _ byteCount: Int
  ) throws(SystemError) -> UnsafeMutableRawPointer {
    let memory = unsafe try Syscalls.mapAnonymous(byteCount: byteCount + guardByteCount)
    guard hardens else { return unsafe memory }
    do {
      // SAFETY: the last page of the new mapping, which nobody has seen.
      unsafe try Syscalls.protect(memory + byteCount, byteCount: guardByteCount, .none)
      return unsafe memory
    } catch {
      // SAFETY: as above.
      unsafe Syscalls.unmap(memory, byteCount: byteCount + guardByteCount)
      throw error
    }
  }

  private func map(
    _ byteCount: Int, _ node: Int, _ lifetime: ChunkLifetime
  ) throws(SpaltError) -> FreeChunk {
    try reserve(byteCount)
    do {
      let memory = unsafe try mapGuarded(byteCount)
      let header = headers.make(home: node)
      backs.withLock(node) { $0.countMapped(byteCount, lifetime) }
      return FreeChunk(
        address: UInt(bitPattern: memory), byteCount: byteCount, header: header,
        releasedNanoseconds: 0, oldestNanoseconds: 0)
    } catch {
      budget.release(byteCount)
      throw .system(error)
    }
  }

  /// What splits chunks and joins neighbours; nil where each has a page of its own behind it.
  private var splitHeaders: ChunkHeaders? { hardens ? nil : headers }

  /// Begins a lease of a chunk that is in nobody's hands.
  private func handOut(_ chunk: FreeChunk, usedByteCount: Int) -> ChunkDescriptor {
    // SAFETY: the header is that of this chunk; its ownership word says so or traps.
    let generation = unsafe chunk.header.header.pointee.lease()
    unsafe chunk.header.header.pointee.usedByteCount = max(0, usedByteCount)
    AddressChecks.allow(chunk.address, byteCount: chunk.byteCount)
    return ChunkDescriptor(
      address: chunk.address, byteCount: chunk.byteCount, header: chunk.header,
      generation: generation)
  }

  /// Reserves budget. When there is not enough, retained chunks are given up first; then others are waited for.
  func reserve(_ byteCount: Int) throws(SpaltError) {
    do {
      try budget.reserve(byteCount)
    } catch {
      if reserveTrimming(byteCount) { return }
      let hasReserved = budget.pressure?.wait { reserveTrimming(byteCount) } ?? false
      if !hasReserved { throw error }
    }
  }

  /// For those who wait: so what is given up here wakes nobody.
  private func reserveTrimming(_ byteCount: Int) -> Bool {
    dropFree(Int.max, wakes: false)
    return (try? budget.reserve(byteCount)) != nil
  }

  // MARK: - Giving back

  /// Takes back a chunk whose holder is done with it.
  /// - Parameter usedByteCount: how many bytes of it were needed in the end; nil for all that were asked for.
  func giveBack(_ chunk: ChunkDescriptor, usedByteCount: Int? = nil) {
    let now = clock()
    let peak = usage.recentPeak(at: now)
    let home = endLease(chunk, usedByteCount)
    let free = FreeChunk(
      address: chunk.address, byteCount: chunk.byteCount, header: chunk.header,
      releasedNanoseconds: now, oldestNanoseconds: now)
    guard chunk.byteCount <= Self.largestRetainedByteCount else {
      usage.giveBack(chunk.byteCount, isRetained: false)
      unmap(free, now)
      watchIfOver()
      return
    }
    usage.giveBack(chunk.byteCount, isRetained: true)
    keep(free, home)
    limitRetained(peak, now)
    watchIfOver()
    // Whoever waits may take it from there.
    budget.pressure?.noteRelease()
  }

  /// Ends a lease; traps when it has ended before.
  /// - Returns: the back that the chunk belongs to.
  private func endLease(_ chunk: ChunkDescriptor, _ usedByteCount: Int?) -> Int {
    // SAFETY: the header stays where it is while the pool lives; until `release` it is the holder's.
    let header = unsafe chunk.header.header
    unsafe header.pointee.check(chunk.generation)
    if unsafe header.pointee.isSealed {
      unsafe header.pointee.isSealed = false
      unsafe Syscalls.protectOrTrap(chunk.base, byteCount: chunk.byteCount, .readWrite)
    }
    let home = unsafe header.pointee.home
    let used = min(unsafe usedByteCount ?? header.pointee.usedByteCount, chunk.byteCount)
    AddressChecks.forbid(chunk.address, byteCount: chunk.byteCount)
    unsafe header.pointee.release(chunk.generation)
    count(chunk.byteCount, used: used, home)
    return home
  }

  private func count(_ byteCount: Int, used: Int, _ home: Int) {
    #if !SPALT_NO_TELEMETRY
      let worker = WorkerIdentity.current
      if worker >= 0 {
        fronts.withLock(worker % fronts.count) { $0.telemetry.addReturn(byteCount, used: used) }
      } else {
        backs.withLock(home) { $0.telemetry.addReturn(byteCount, used: used) }
      }
    #endif
  }

  /// Puts a chunk into the worker's front, or into its back.
  private func keep(_ chunk: FreeChunk, _ home: Int) {
    let worker = WorkerIdentity.current
    if worker >= 0, fronts.withLock(worker % fronts.count, { $0.keep(chunk) }) { return }
    let surplus = backs.withLock(home) { back in
      back.keep(chunk, splitHeaders)
      return back.chunkCount > Self.maximumChunkCount ? back.takeOldest(Int.max, nil) : nil
    }
    if let surplus {
      usage.drop(surplus.byteCount)
      unmap(surplus, chunk.releasedNanoseconds)
    }
  }

  /// Gives the end of a chunk back, as far as it is not needed for `byteCount` bytes. A pool that hardens leaves
  /// it where it is, before the page that nobody may touch.
  /// - Returns: what is left, at the same address.
  func shrink(_ chunk: ChunkDescriptor, toByteCount byteCount: Int) -> ChunkDescriptor {
    let rounded = Self.roundedByteCount(byteCount)
    // SAFETY: the header stays where it is while the pool lives.
    unsafe chunk.header.header.pointee.check(chunk.generation)
    guard rounded < chunk.byteCount, !hardens else { return chunk }
    let now = clock()
    let peak = usage.recentPeak(at: now)
    let surplus = chunk.byteCount - rounded
    let home = unsafe chunk.header.header.pointee.home
    let tail = FreeChunk(
      address: chunk.address + UInt(rounded), byteCount: surplus, header: headers.make(home: home),
      releasedNanoseconds: now, oldestNanoseconds: now)
    let used = unsafe min(chunk.header.header.pointee.usedByteCount, byteCount)
    unsafe chunk.header.header.pointee.usedByteCount = used
    AddressChecks.forbid(tail.address, byteCount: surplus)
    let isRetained = surplus <= Self.largestRetainedByteCount
    usage.cut(surplus, isRetained: isRetained)
    if isRetained {
      backs.withLock(home) { $0.keep(tail, headers) }
      limitRetained(peak, now)
    } else {
      unmap(tail, now)
    }
    return ChunkDescriptor(
      address: chunk.address, byteCount: rounded, header: chunk.header,
      generation: chunk.generation)
  }

  // MARK: - Returning to the system

  /// Returns unused chunks to the system until at most `limit` bytes are retained.
  public func trim(toByteCount limit: Int) {
    let surplus = usage.retainedByteCount - limit
    if surplus > 0 { dropFree(surplus) }
  }

  /// What may be mapped, when so much was out in the recent past.
  private static func allowedByteCount(peak: Int) -> Int {
    peak + peak * 3 / 8 + alwaysRetainedByteCount
  }

  private func limitRetained(_ peak: Int, _ now: UInt64) {
    let retained = usage.retainedByteCount
    let surplus = max(
      retained - retainedLimitByteCount,
      retained + usage.liveByteCount - Self.allowedByteCount(peak: peak))
    if surplus > 0 { dropFree(min(surplus, retained)) }
  }

  /// Whether something would have to go back if nothing were leased from now on.
  private var isOverWhenIdle: Bool {
    let live = usage.liveByteCount
    return usage.retainedByteCount + live > Self.allowedByteCount(peak: live)
  }

  private func watchIfOver() {
    if isOverWhenIdle, watch.begin() { PoolJanitor.shared.watch(self) }
  }

  /// Returns to the system what was not needed in the recent past.
  /// - Returns: whether there will be more to return if nothing is leased meanwhile.
  func tidy() -> Bool {
    let now = clock()
    limitRetained(usage.recentPeak(at: now), now)
    if isOverWhenIdle { return true }
    watch.end()
    // Somebody may have given a chunk back before the watch had ended.
    return isOverWhenIdle && watch.begin()
  }

  /// Nobody looks after the pool any more.
  func endWatch() { watch.end() }

  /// Returns `byteCount` bytes or more of unused chunks, if there are as many; the oldest first.
  private func dropFree(_ byteCount: Int, wakes: Bool = true) {
    let now = clock()
    var rest = byteCount
    for back in 0..<backs.count {
      while rest > 0 {
        let wanted = rest >= Int.max / 2 ? rest : Self.roundedByteCount(rest)
        let chunk = backs.withLock(back) { $0.takeOldest(wanted, splitHeaders) }
        guard let chunk else { break }
        usage.drop(chunk.byteCount)
        rest -= chunk.byteCount
        unmap(chunk, now, wakes: wakes)
      }
    }
    for front in 0..<fronts.count {
      while rest > 0, let chunk = fronts.withLock(front, { $0.takeOldest() }) {
        usage.drop(chunk.byteCount)
        rest -= chunk.byteCount
        unmap(chunk, now, wakes: wakes)
      }
    }
  }

  /// Gives a chunk's memory back to the system.
  private func unmap(_ chunk: FreeChunk, _ now: UInt64, wakes: Bool = true) {
    AddressChecks.allow(chunk.address, byteCount: chunk.byteCount)
    // SAFETY: the pool owns the mapping, nobody else holds the chunk, and it is not used again.
    unsafe Syscalls.unmap(
      UnsafeMutableRawPointer(bitPattern: chunk.address).unsafelyUnwrapped,
      byteCount: chunk.byteCount + guardByteCount)
    budget.release(chunk.byteCount, wakes: wakes)
    let home = unsafe chunk.header.header.pointee.home
    headers.retire(chunk.header)
    #if !SPALT_NO_TELEMETRY
      let delay = now &- min(chunk.oldestNanoseconds, now)
      backs.withLock(home) { $0.telemetry.returnDelay.add(nanoseconds: delay) }
    #endif
  }
}
