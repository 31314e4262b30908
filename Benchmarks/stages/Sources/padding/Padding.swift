import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Two threads count, each in a word of its own: once the words are neighbours, once each has a pair of cache
/// lines for itself. Prints what counting takes, as medians of turns that alternate.
@main
struct Padding {
  static let turnCount = 11
  static let additionCount = 20_000_000

  static func main() {
    var neighbours: [Double] = []
    var padded: [Double] = []
    for _ in 0..<turnCount {
      neighbours.append(time(distanceByteCount: 8))
      padded.append(time(distanceByteCount: 128))
    }
    let unpaddedTime = median(neighbours)
    let paddedTime = median(padded)
    print(
      """
      {"unpadded_ns": \(unpaddedTime), "padded_ns": \(paddedTime), \
      "factor": \(unpaddedTime / paddedTime)}
      """)
  }

  /// Nanoseconds for one addition when the two words lie that far from each other.
  static func time(distanceByteCount: Int) -> Double {
    // SAFETY: the memory has room for two words at that distance, and is freed when both threads have ended.
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 512, alignment: 256)
    defer { unsafe memory.deallocate() }
    let words = unsafe [memory, memory + distanceByteCount].map {
      let word = unsafe $0.assumingMemoryBound(to: Atomic<UInt64>.self)
      unsafe word.initialize(to: Atomic(0))
      return unsafe word
    }
    let start = processorTime
    var threads: [pthread_t] = []
    for index in 0..<2 { unsafe threads.append(startCounting(words[index])) }
    for thread in threads { pthread_join(thread, nil) }
    let duration = processorTime - start
    for index in 0..<2 {
      let count = unsafe words[index].pointee.load(ordering: .relaxed)
      precondition(count == additionCount, "additions were lost")
    }
    return duration / Double(2 * additionCount)
  }

  /// Nanoseconds that the process has used of processors. Unlike the time that passes, it does not count what
  /// other processes take.
  static var processorTime: Double {
    var time = timespec()
    // SAFETY: `time` is a local.
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
  }

  static func startCounting(_ word: UnsafeMutablePointer<Atomic<UInt64>>) -> pthread_t {
    #if canImport(Darwin)
      var thread: pthread_t? = nil
    #else
      var thread = pthread_t()
    #endif
    // SAFETY: the word outlives the thread.
    let code = unsafe pthread_create(
      &thread, nil,
      { argument in
        #if canImport(Darwin)
          let address = unsafe argument
        #else
          guard let address = unsafe argument else { return nil }
        #endif
        let word = unsafe address.assumingMemoryBound(to: Atomic<UInt64>.self)
        for _ in 0..<Padding.additionCount { unsafe word.pointee.add(1, ordering: .relaxed) }
        return nil
      }, word)
    precondition(code == 0, "no thread could be started")
    #if canImport(Darwin)
      return unsafe thread!
    #else
      return thread
    #endif
  }

  static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
