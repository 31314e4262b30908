import Synchronization

/// A file that was opened and is looked at again later, to see whether it is still what it was.
///
/// What can be told from outside: the file's size and the time of its last change, as `fstat` gives them, and its
/// first and last bytes. A file that only grew is the same. One that was overwritten in place and keeps its size and its time
/// cannot be told from one that was not: writes through a mapping, and those within the clock's resolution, look
/// like that.
struct WatchedFile: ~Copyable, Sendable {
  /// What messages call the file.
  let path: String
  /// What `fstat` said when it was opened.
  let status: FileStatus
  /// Its first and last bytes then: a file that is truncated, and then written to until it is longer, has others.
  private let beginning, ending: [UInt8]
  /// Negative when the file is opened again by its path for each look, because too many are open.
  private let descriptor: Int32
  private let pathBytes: [UInt8]
  /// The smallest size that a look has found: what lay behind it was lost, even if the file has grown again.
  private let leastByteCount: Atomic<Int>
  /// The time of a change that was found to be harmless.
  private let harmlessNanoseconds: Atomic<Int64>

  /// More files than this are not kept open at once: others want descriptors, too.
  private static let keptLimit = min(128, (Syscalls.limit(.openFiles) ?? .max) / 8)
  private static let keptCount = Atomic<Int>(0)
  /// As many bytes at either end are compared.
  private static let comparedByteCount = 256

  /// Watches an open regular file.
  ///
  /// Takes the descriptor over, unless it throws.
  init(
    owning descriptor: Int32, status: FileStatus, path: String, pathBytes: [UInt8]
  ) throws(SystemError) {
    let beginning = try Self.bytes(of: descriptor, at: 0, path: path)
    let ending = try Self.bytes(
      of: descriptor, at: max(0, status.byteCount - Self.comparedByteCount), path: path)
    self.beginning = beginning
    self.ending = ending
    let (_, keptCount) = Self.keptCount.add(1, ordering: .relaxed)
    if keptCount > Self.keptLimit, Syscalls.identity(ofBytes: pathBytes) == status.identity {
      Self.keptCount.subtract(1, ordering: .relaxed)
      Syscalls.close(descriptor)
      self.descriptor = -1
    } else {
      self.descriptor = descriptor
    }
    self.path = path
    self.status = status
    self.pathBytes = pathBytes
    leastByteCount = Atomic(status.byteCount)
    harmlessNanoseconds = Atomic(status.modificationNanoseconds)
  }

  deinit {
    guard descriptor >= 0 else { return }
    Syscalls.close(descriptor)
    Self.keptCount.subtract(1, ordering: .relaxed)
  }

  /// What has become of a range of the file since it was opened; nil when it is still there, as far as can be told.
  /// Two system calls at most, but for a file that was just written to.
  func change(in range: Range<Int>) -> FileChange? {
    #if SPALT_NO_CHANGE_CHECKS
      // For measuring what the checks cost, and nothing else.
      return nil
    #else
      do {
        return try withDescriptor { (descriptor) throws(SystemError) in
          try change(in: range, descriptor)
        } ?? nil
      } catch {
        let end = max(status.byteCount, range.upperBound)
        return FileChange(kind: .unreadable(error), range: range.lowerBound..<end)
      }
    #endif
  }

  private func change(in range: Range<Int>, _ descriptor: Int32) throws(SystemError) -> FileChange?
  {
    let now = try Syscalls.status(of: descriptor, path: path)
    let least = leastByteCount.min(now.byteCount, ordering: .relaxed).newValue
    if least < range.upperBound {
      return FileChange(
        kind: .truncated(toByteCount: least), range: least..<max(status.byteCount, least))
    }
    let time = now.modificationNanoseconds
    guard time != harmlessNanoseconds.load(ordering: .relaxed) else { return nil }
    guard try isHarmless(now, descriptor) else {
      return FileChange(kind: .overwritten, range: 0..<status.byteCount)
    }
    harmlessNanoseconds.store(time, ordering: .relaxed)
    return nil
  }

  /// Whether a file that was written to has the same content, as far as it goes: it has grown, and both ends of what
  /// it was are the same, or it has become shorter behind what was looked at, and its beginning is the same.
  private func isHarmless(_ now: FileStatus, _ descriptor: Int32) throws(SystemError) -> Bool {
    guard try Self.bytes(of: descriptor, at: 0, path: path).starts(with: beginning) else {
      return false
    }
    if now.byteCount >= status.byteCount {
      let start = max(0, status.byteCount - Self.comparedByteCount)
      guard try Self.bytes(of: descriptor, at: start, path: path).starts(with: ending) else {
        return false
      }
    }
    // The kernel notes the time of a write first, and the new size at its end.
    var byteCount = now.byteCount
    var tryCount = 0
    while byteCount == status.byteCount, tryCount < 20 {
      Syscalls.sleep(nanoseconds: 1_000_000)
      byteCount = try Syscalls.status(of: descriptor, path: path).byteCount
      tryCount += 1
    }
    return byteCount != status.byteCount
  }

  /// The file's size now; nil when it cannot be asked for.
  var currentByteCount: Int? {
    let status = try? withDescriptor { (descriptor) throws(SystemError) in
      try Syscalls.status(of: descriptor, path: path)
    }
    return status?.byteCount
  }

  /// A descriptor of one's own, whose reads go on at `offset`.
  func descriptor(at offset: Int) throws(SystemError) -> Int32? {
    let copy = try withDescriptor { (descriptor) throws(SystemError) in
      // Of a file that was opened again for this, and of the one that is kept.
      try Syscalls.duplicate(descriptor, path: path)
    }
    guard let copy else { return nil }
    do {
      try Syscalls.seek(copy, to: offset, path: path)
      return copy
    } catch {
      Syscalls.close(copy)
      throw error
    }
  }

  /// Calls `body` with an open descriptor; nil when another file has taken the path meanwhile, so that nothing can
  /// be asked: the bytes that are mapped stay those of the first.
  private func withDescriptor<Result>(
    _ body: (Int32) throws(SystemError) -> Result
  ) throws(SystemError) -> Result? {
    if descriptor >= 0 { return try body(descriptor) }
    guard Syscalls.identity(ofBytes: pathBytes) == status.identity else { return nil }
    let opened = try Syscalls.openForReading(bytes: pathBytes, name: path)
    defer { Syscalls.close(opened) }
    guard try Syscalls.status(of: opened, path: path).identity == status.identity else {
      return nil
    }
    return try body(opened)
  }

  private static func bytes(
    of descriptor: Int32, at offset: Int, path: String
  ) throws(SystemError) -> [UInt8] {
    // SAFETY: the buffer is this function's own, and lives until it returns.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: comparedByteCount, alignment: 1)
    defer { unsafe buffer.deallocate() }
    var filledByteCount = 0
    while filledByteCount < buffer.count {
      let free = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filledByteCount...])
      let count = unsafe try Syscalls.read(
        descriptor, at: offset + filledByteCount, into: free, path: path)
      if count == 0 { break }
      filledByteCount += count
    }
    return unsafe Array(buffer[..<filledByteCount])
  }
}
