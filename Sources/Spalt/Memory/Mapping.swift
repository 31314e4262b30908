/// A whole file in memory, read-only. Shared by the segments that cover it; unmapped with the last.
///
/// The bytes are the file's as long as nobody truncates it. If that happens, or its medium fails, the fault guard
/// puts zeros in their place, so whoever has looked at bytes asks `change(in:)` afterwards whether they were the
/// file's.
@safe
final class Mapping: @unchecked Sendable {  // a read-only mapping, unmapped in deinit
  // SAFETY: valid for `byteCount` bytes while `self` lives, unless the file shrinks.
  let base: UnsafeRawPointer
  let byteCount: Int
  /// Nil only in `deinit`.
  private var guardedRange: GuardedRange?
  private let file: WatchedFile

  /// Maps an open regular file of at least one byte.
  ///
  /// Takes the descriptor over, unless it throws.
  /// - Parameter advice: how the file will be read.
  init(
    owning descriptor: Int32, status: FileStatus, path: String, pathBytes: [UInt8],
    advice: MemoryAdvice = .sequential
  ) throws(SystemError) {
    let byteCount = status.byteCount
    let base = unsafe try Syscalls.map(descriptor, byteCount: byteCount, path: path)
    do {
      file = try WatchedFile(
        owning: descriptor, status: status, path: path, pathBytes: pathBytes)
    } catch {
      // SAFETY: nobody has seen the mapping.
      unsafe Syscalls.unmap(UnsafeMutableRawPointer(mutating: base), byteCount: byteCount)
      throw error
    }
    unsafe self.base = base
    self.byteCount = byteCount
    // SAFETY: destroyed in `deinit`, before the range is unmapped.
    unsafe guardedRange = GuardedRange(start: base, byteCount: byteCount)
    unsafe Syscalls.advise(base, byteCount: byteCount, advice)
  }

  /// Opens and maps the regular file at `path`; nil when it is empty and needs no mapping.
  static func ofFile(
    at path: String, advice: MemoryAdvice = .sequential
  ) throws(SpaltError) -> Mapping? {
    do {
      let descriptor = try Syscalls.openForReading(path)
      do {
        return try Mapping(checking: descriptor, path: path, advice)
      } catch {
        Syscalls.close(descriptor)
        throw error
      }
    } catch let error as SystemError {
      throw .system(error)
    } catch let error as SpaltError {
      throw error
    } catch {
      throw .input(path: path, reason: "\(error)")
    }
  }

  /// Opens and maps a regular file, and says what it is; nil when it is empty.
  static func andStatus(
    ofFileAt pathBytes: [UInt8], name: String
  ) throws(SpaltError) -> (Mapping, FileStatus)? {
    do throws(SystemError) {
      let descriptor = try Syscalls.openForReadingAtOnce(bytes: pathBytes, name: name)
      do throws(SystemError) {
        let status = try Syscalls.status(of: descriptor, path: name)
        guard status.kind == .regular, status.byteCount > 0 else {
          Syscalls.close(descriptor)
          return nil
        }
        let mapping = try Mapping(
          owning: descriptor, status: status, path: name, pathBytes: pathBytes)
        return (mapping, status)
      } catch {
        Syscalls.close(descriptor)
        throw error
      }
    } catch { throw .system(error) }
  }

  /// Takes the descriptor over, unless it throws.
  private convenience init?(
    checking descriptor: Int32, path: String, _ advice: MemoryAdvice
  ) throws {
    let status = try Syscalls.status(of: descriptor, path: path)
    guard status.kind == .regular else {
      throw SpaltError.input(path: path, reason: "not a regular file, so it cannot be mapped")
    }
    guard status.byteCount > 0 else {
      Syscalls.close(descriptor)
      return nil
    }
    try self.init(
      owning: descriptor, status: status, path: path, pathBytes: Array(path.utf8), advice: advice)
  }

  deinit {
    guardedRange = nil
    // SAFETY: nobody holds the mapping any more.
    unsafe Syscalls.unmap(UnsafeMutableRawPointer(mutating: base), byteCount: byteCount)
  }

  /// What has become of a range of the file since it was mapped; nil when what was read there so far were the
  /// file's bytes, as far as can be told; see `WatchedFile`.
  func change(in range: Range<Int>) -> FileChange? {
    if let change = file.change(in: range) { return change }
    guard let lost = guardedRange?.lostOffset, lost < range.upperBound else { return nil }
    return FileChange(kind: .unreadable(nil), range: lost..<byteCount)
  }

  /// Throws `SpaltError.changed` when there is a change in a range.
  func verify(_ range: Range<Int>) throws(SpaltError) {
    if let change = change(in: range) { throw .changed(path: file.path, change) }
  }

  /// The file's size now, if it can be asked for.
  var currentByteCount: Int? { file.currentByteCount }

  /// A descriptor of the file, for reading on at `offset`; nil when the file cannot be found any more.
  func descriptor(at offset: Int) throws(SystemError) -> Int32? {
    try file.descriptor(at: offset)
  }

  /// A view of a range of the file.
  @_lifetime(borrow self)
  func view(_ range: Range<Int>) -> ByteView {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "outside the file")
    // SAFETY: the range lies inside the mapping, which lives as long as `self` is borrowed.
    let view = unsafe ByteView(
      base: base + range.lowerBound, byteCount: range.count, offset: range.lowerBound)
    return unsafe bound(view, to: self)
  }

  /// Says anew how the file will be read.
  func advise(_ advice: MemoryAdvice) {
    // SAFETY: the whole mapping.
    unsafe Syscalls.advise(base, byteCount: byteCount, advice)
  }

  /// Drops the pages that the range touches. Whoever still reads there refaults; nothing dangles.
  func drop(_ range: Range<Int>) {
    let page = Syscalls.pageByteCount
    let start = range.lowerBound & -page
    // SAFETY: the range lies inside the mapping, and dropping clean file pages loses nothing.
    unsafe Syscalls.advise(base + start, byteCount: range.upperBound - start, .dontNeed)
  }

  /// How often `prefetch` looks whether pages are in memory.
  private static let lookByteCount = 2 << 20
  /// What is asked for at once: no system takes less than that for too much.
  private static let requestByteCount = 128 << 10

  /// Asks for the pages of a range that will be read whole, and for no others, where they are not in memory. For a
  /// file that was mapped for reading here and there, of which nothing is read ahead.
  func prefetch(_ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "outside the file")
    let page = Syscalls.pageByteCount
    var scratch: [UInt8] = [0]
    var start = range.lowerBound & -page
    while start < range.upperBound {
      let end = min(start + Self.lookByteCount, range.upperBound)
      // SAFETY: the range lies inside the mapping, and begins at a page.
      if unsafe Syscalls.coldPageCount(base + start, byteCount: 1, &scratch) != 0 {
        for request in stride(from: start, to: end, by: Self.requestByteCount) {
          // SAFETY: as above.
          unsafe Syscalls.advise(
            base + request, byteCount: min(Self.requestByteCount, end - request), .willNeed)
        }
      }
      start += Self.lookByteCount
    }
  }

  /// Faults the pages of a range in, ahead of whoever reads them.
  func populate(_ range: Range<Int>) {
    let page = Syscalls.pageByteCount
    let start = range.lowerBound & -page
    // SAFETY: the range lies inside the mapping.
    _ = unsafe Syscalls.populate(base + start, byteCount: range.upperBound - start)
  }
}

/// One open file, mapped whole. Unmapped when it is destroyed or closed, which cannot happen while a
/// view of it is in use.
///
/// If another process truncates the file meanwhile, its lost bytes become zeros where `FaultGuard` is installed;
/// elsewhere, reading them ends the process with SIGBUS. So call `verify` after reading.
public struct MappedFile: ~Copyable, Sendable {
  private let mapping: Mapping?

  /// Where the file was found.
  public let path: String

  /// Opens and maps the file at `path`. An empty file has no bytes and needs no mapping.
  /// - Throws: `SpaltError.system` when the file cannot be opened or mapped, `.input` when it is not
  ///   a regular file.
  public init(path: String) throws(SpaltError) {
    mapping = try Mapping.ofFile(at: path)
    self.path = path
  }

  /// Length in bytes.
  public var byteCount: Int { mapping?.byteCount ?? 0 }

  /// All bytes of the file.
  public var bytes: ByteView {
    @_lifetime(borrow self)
    get {
      guard let mapping else { return ByteView(RawSpan()) }
      // SAFETY: the mapping lives as long as this value, which the view borrows.
      let view = unsafe ByteView(base: mapping.base, byteCount: mapping.byteCount, offset: 0)
      return unsafe bound(view, to: self)
    }
  }

  /// Checks that what was read of the file so far were its bytes: that nobody has truncated it, or written to it
  /// without appending, as far as the system tells. One system call, as a rule.
  /// - Throws: `SpaltError.changed`.
  public func verify() throws(SpaltError) {
    if let mapping { try mapping.verify(0..<mapping.byteCount) }
  }

  /// Unmaps the file.
  public consuming func close() {}
}
