import CSpaltSystem

/// The temporary files that exist now: at most 16. What ends the process must remove them.
public enum TemporaryFiles {
  /// An entry of the table.
  struct Entry: BitwiseCopyable, Sendable {
    fileprivate let number: Int32
  }

  /// Notes a file before it is created. When there is no room for it, a signal leaves the file behind.
  static func register(_ path: String) -> Entry {
    // SAFETY: the path is a NUL-terminated string for the length of the call, which copies it.
    let entry = Entry(number: unsafe spaltTemporaryRegister(path))
    ResourceCensus.begin(.temporaryName, number: entry.number)
    return entry
  }

  /// Forgets a file that was renamed or removed.
  static func unregister(_ entry: Entry) {
    ResourceCensus.end(.temporaryName, number: entry.number)
    spaltTemporaryUnregister(entry.number)
  }

  /// Removes all temporary files. A signal handler may call it: it neither allocates nor locks.
  public static func unlinkAll() { spaltTemporaryUnlinkAll() }
}
