import CSpaltSystem

/// Which worker of its pipeline a thread is.
enum WorkerIdentity {
  /// The number of this thread among the workers, from 0 on; -1 when it is none.
  @inline(__always)
  static var current: Int { Int(spaltWorkerNumber()) }

  /// Says that this thread is worker `number` from now on.
  static func set(_ number: Int) { spaltSetWorkerNumber(Int32(truncatingIfNeeded: number)) }
}
