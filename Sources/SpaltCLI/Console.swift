#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Standard error, and the end of the process.
enum Console {
  /// Writes a line to standard error. Control characters, which may come from file names or log
  /// text, are escaped; line feeds, too, unless the text is one of several lines.
  static func error(_ text: String, hasLines: Bool = false) {
    write(escaped(text, keepsLineFeeds: hasLines) + "\n")
  }

  /// Writes text to standard error as it is. What cannot be written is lost.
  static func write(_ text: String) {
    let bytes = Array(text.utf8)
    #if canImport(Darwin)
      // SAFETY: the buffer is a local array, valid for the call.
      _ = unsafe bytes.withUnsafeBytes { unsafe Darwin.write(2, $0.baseAddress, $0.count) }
    #elseif canImport(Musl)
      // SAFETY: as above.
      _ = unsafe bytes.withUnsafeBytes { unsafe Musl.write(2, $0.baseAddress, $0.count) }
    #else
      // SAFETY: as above.
      _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(2, $0.baseAddress, $0.count) }
    #endif
  }

  /// Whether a descriptor is a terminal.
  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// The width of the terminal that is standard error, in columns, or nil when it is none.
  static func terminalColumnCount() -> Int? {
    guard isTerminal(2) else { return nil }
    var size = winsize()
    // SAFETY: `size` is a local that outlives the call.
    guard unsafe ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// The value of an environment variable, or nil.
  static func environment(_ name: String) -> String? {
    // SAFETY: the result is a NUL-terminated string, copied before anybody changes the environment.
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  /// Time that never goes back, in nanoseconds.
  static func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    // SAFETY: `time` is a local that outlives the call.
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// Text with everything but printable characters escaped.
  static func escaped(_ text: String, keepsLineFeeds: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0A where keepsLineFeeds: result.unicodeScalars.append(scalar)
      case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069:
        result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

func exitProcess(_ status: Int32) -> Never { exit(status) }
