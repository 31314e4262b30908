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
    var bytes = Array(escaped(text, keepsLineFeeds: hasLines).utf8)
    bytes.append(0x0A)
    // SAFETY: the buffer is a local array, valid for the call. What cannot be written is lost.
    _ = unsafe bytes.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
  }

  /// Text with everything but printable characters escaped.
  private static func escaped(_ text: String, keepsLineFeeds: Bool) -> String {
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
