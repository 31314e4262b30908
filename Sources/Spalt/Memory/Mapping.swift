/// A whole file in memory, read-only. Shared by the segments that cover it; unmapped with the last.
@safe
final class Mapping: @unchecked Sendable {  // a read-only mapping, unmapped in deinit
  // SAFETY: valid for `byteCount` bytes while `self` lives, unless the file shrinks.
  let base: UnsafeRawPointer
  let byteCount: Int

  /// Maps the first `byteCount` bytes, a positive number, of an open file.
  init(descriptor: Int32, byteCount: Int, path: String) throws(SystemError) {
    unsafe base = try Syscalls.map(descriptor, byteCount: byteCount, path: path)
    self.byteCount = byteCount
    unsafe Syscalls.advise(base, byteCount: byteCount, .sequential)
  }

  /// Opens and maps the regular file at `path`; nil when it is empty and needs no mapping.
  static func ofFile(at path: String) throws(SpaltError) -> Mapping? {
    do {
      let descriptor = try Syscalls.openForReading(path)
      defer { Syscalls.close(descriptor) }
      let status = try Syscalls.status(of: descriptor, path: path)
      guard status.kind == .regular else {
        throw SpaltError.input(path: path, reason: "not a regular file, so it cannot be mapped")
      }
      guard status.byteCount > 0 else { return nil }
      return try Mapping(descriptor: descriptor, byteCount: status.byteCount, path: path)
    } catch let error as SystemError {
      throw .system(error)
    } catch let error as SpaltError {
      throw error
    } catch {
      throw .input(path: path, reason: "\(error)")
    }
  }

  deinit {
    // SAFETY: nobody holds the mapping any more.
    unsafe Syscalls.unmap(UnsafeMutableRawPointer(mutating: base), byteCount: byteCount)
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

  /// Drops the pages that the range touches. Whoever still reads there refaults; nothing dangles.
  func drop(_ range: Range<Int>) {
    let page = Syscalls.pageByteCount
    let start = range.lowerBound & -page
    // SAFETY: the range lies inside the mapping, and dropping clean file pages loses nothing.
    unsafe Syscalls.advise(base + start, byteCount: range.upperBound - start, .dontNeed)
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
/// If another process truncates the file meanwhile, reading the lost pages ends the process with
/// SIGBUS. Where that may happen, read the file instead of mapping it.
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

  /// Unmaps the file.
  public consuming func close() {}
}
