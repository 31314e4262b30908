/// A file that is being written.
///
/// A regular file comes into being whole or not at all: it is written under a temporary name in the same
/// folder and renamed by `commit`. Until then, what stood under its name stays as it was; a file that is
/// destroyed before leaves nothing behind. Pipes, devices and the like are written directly.
struct OutputFile: ~Copyable, Sendable {
  /// The descriptor to write to.
  let descriptor: Int32
  /// The name for messages.
  let path: String
  private var isOpen: Bool
  private var temporary: Temporary?

  private struct Temporary {
    let path: String
    /// What the file is renamed to: links are followed, so that the link itself stays.
    let target: String
    let entry: TemporaryFiles.Entry
  }

  /// A file that somebody else opened.
  init(descriptor: Int32, path: String, ownsDescriptor: Bool) {
    self.descriptor = descriptor
    self.path = path
    isOpen = ownsDescriptor
    temporary = nil
  }

  /// Begins to write the file at `path`. A regular file that exists must be writable; its permissions are
  /// kept.
  init(path: String) throws(SystemError) {
    let begun = try Self.begin(path)
    self.path = path
    isOpen = true
    descriptor = begun.descriptor
    temporary = begun.temporary
  }

  private static func begin(
    _ path: String
  ) throws(SystemError) -> (descriptor: Int32, temporary: Temporary?) {
    let target = try OutputPath(path)
    guard let name = target.temporaryName else {
      return (try Syscalls.openForWriting(path), nil)
    }
    // Noted first: a signal between the two calls must not leave the file behind.
    let entry = TemporaryFiles.register(name)
    do {
      let descriptor = try Syscalls.createExclusively(
        name, permissions: target.permissions, subject: path)
      return (descriptor, Temporary(path: name, target: target.path, entry: entry))
    } catch {
      TemporaryFiles.unregister(entry)
      throw error
    }
  }

  /// Closes the file and gives it its name.
  mutating func commit() throws(SystemError) {
    if isOpen {
      isOpen = false
      // Some file systems report only now that the disk is full.
      try Syscalls.closeWritten(descriptor, path: path)
    }
    guard let temporary else { return }
    try Syscalls.rename(temporary.path, to: temporary.target, subject: path)
    TemporaryFiles.unregister(temporary.entry)
    self.temporary = nil
  }

  deinit {
    if isOpen { Syscalls.close(descriptor) }
    if let temporary {
      Syscalls.unlink(temporary.path)
      TemporaryFiles.unregister(temporary.entry)
    }
  }
}

/// Where the file at a path is written.
private struct OutputPath {
  /// The path with links followed.
  let path: String
  /// The name to write under before the file is complete; nil when the path is written directly.
  let temporaryName: String?
  /// The permissions that an existing file has.
  let permissions: UInt32?

  init(_ given: String) throws(SystemError) {
    var path = given
    var isSpecial = Self.isSpecial(given)
    for _ in 0..<40 where !isSpecial {
      guard let link = try Syscalls.linkContent(path) else { break }
      path = link.hasPrefix("/") ? link : Self.folder(of: path) + link
      isSpecial = Self.isSpecial(path)
    }
    self.path = path
    switch try Syscalls.permissions(ofRegularFile: path) {
    case _ where isSpecial: (temporaryName, permissions) = (nil, nil)
    case .other: (temporaryName, permissions) = (nil, nil)
    case .regular(let existing):
      // Renaming would replace even a file that is not to be written.
      try Syscalls.checkWritable(path, subject: given)
      (temporaryName, permissions) = (Self.temporaryName(beside: path), existing)
    case .none: (temporaryName, permissions) = (Self.temporaryName(beside: path), nil)
    }
  }

  /// Whether a path leads to what the process already has open: `/dev/stdout` may be a regular file, but
  /// replacing it would take it from whoever opened it.
  private static func isSpecial(_ path: String) -> Bool {
    path.hasPrefix("/dev/fd/") || path.hasPrefix("/proc/")
      || ["/dev/stdin", "/dev/stdout", "/dev/stderr"].contains(path)
  }

  /// The folder's part of a path, with its slash.
  private static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
    return String(path[...slash])
  }

  private static func temporaryName(beside path: String) -> String {
    let number = String(UInt64.random(in: .min ... .max), radix: 36)
    return "\(folder(of: path)).spalt-\(number).tmp"
  }
}
