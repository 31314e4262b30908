import CSpaltSystem

/// Keeps a file that is truncated while it is mapped, or whose medium fails, from ending the process.
///
/// Touching a page of a mapping that the file does not have any more makes the kernel send SIGBUS, which by default
/// ends the process. With the guard, such a page becomes zeros, and what was made of them is never handed out:
/// a reader checks every batch after the last look at the file, and ends with `SpaltError.changed`. `spalt`
/// installs the guard. A library must not take signals from its host, so programs that use `Spalt` ask for it:
///
///     try FaultGuard.install()
///
/// **Chaining.** The guard handles SIGBUS of pages in Spalt's own mappings and of nothing else. Every other SIGBUS
/// goes to the handler that was there before, with the same arguments, or does what it does by default. A handler
/// that is installed afterwards replaces the guard, unless it passes what it does not know on to the handler that
/// `sigaction` gave it: so install the guard last, or let the other handler chain.
///
/// **Without the guard**, a reader looks at the file's size before and after each batch, which leaves
/// the moment between such a look and the access itself: a truncation right then ends the process. Where that must
/// not be, and the guard cannot be, read the file: `ReaderOptions.inputMode = .read`.
public enum FaultGuard {
  /// Begins to handle SIGBUS, for the whole process; further calls do nothing.
  /// - Throws: `SpaltError.system` when the system refuses.
  public static func install() throws(SpaltError) {
    let code = spaltFaultGuardInstall()
    if code != 0 {
      throw .system(SystemError(call: "sigaction", subject: "fault guard", code: code))
    }
  }

  /// Whether the guard was installed.
  public static var isInstalled: Bool { spaltFaultGuardIsInstalled() != 0 }
}

/// A mapping that the guard knows.
@safe
struct GuardedRange: ~Copyable, @unchecked Sendable {  // the note is made of atomics
  // SAFETY: lives until it is unregistered in `deinit`. Nil when there was no memory for it.
  private let range: OpaquePointer?

  /// Notes a mapping. To be destroyed before the mapping is.
  @unsafe
  init(start: UnsafeRawPointer, byteCount: Int) {
    // SAFETY: the caller owns the mapping for longer than this value lives.
    unsafe range = spaltFaultGuardRegister(start, byteCount)
  }

  deinit {
    if let range = unsafe range { unsafe spaltFaultGuardUnregister(range) }
  }

  /// Offset of the first byte that was lost; nil when none was, as far as is known.
  var lostOffset: Int? {
    guard let range = unsafe range else { return nil }
    // SAFETY: the note lives as long as `self`.
    let offset = unsafe spaltFaultGuardLostOffset(range)
    // The largest `size_t` stands for none.
    return offset < 0 ? nil : Int(offset)
  }
}
