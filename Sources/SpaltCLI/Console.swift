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
  /// text, are escaped.
  static func error(_ text: String) {
    var bytes = Array(escaped(text).utf8)
    bytes.append(0x0A)
    // SAFETY: the buffer is a local array, valid for the call. What cannot be written is lost.
    _ = unsafe bytes.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
  }

  /// Text with everything but line feeds and printable characters escaped.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0A: result.unicodeScalars.append(scalar)
      case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069:
        result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

func exitProcess(_ status: Int32) -> Never { exit(status) }
