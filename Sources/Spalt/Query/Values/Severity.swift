/// How severe a record is, as one scale for the levels of syslog, log4j, Python, pino and others.
///
/// | rank | words |
/// |---|---|
/// | 10 | trace |
/// | 20 | debug |
/// | 30 | info |
/// | 35 | notice |
/// | 40 | warn, warning |
/// | 50 | err, error |
/// | 60 | crit, critical, fatal |
/// | 70 | alert |
/// | 80 | emerg, emergency, panic |
enum Severity {
  /// The rank of a word, in whatever case, or of an integer in digits; nil for anything else.
  static func rank(_ text: borrowing ByteView) -> Int64? {
    guard text.byteCount > 0, text.byteCount <= 9 else { return nil }
    if text[0] &- 0x30 <= 9 {
      guard text.byteCount <= 2, let number = NumberText.int64(text) else { return nil }
      return rank(number)
    }
    switch text[0] | 0x20 {
    case UInt8(ascii: "t"): return NumberText.equals(text, "trace") ? 10 : nil
    case UInt8(ascii: "d"): return NumberText.equals(text, "debug") ? 20 : nil
    case UInt8(ascii: "i"): return NumberText.equals(text, "info") ? 30 : nil
    case UInt8(ascii: "n"): return NumberText.equals(text, "notice") ? 35 : nil
    case UInt8(ascii: "w"):
      return NumberText.equals(text, "warn") || NumberText.equals(text, "warning") ? 40 : nil
    case UInt8(ascii: "e"):
      if NumberText.equals(text, "error") || NumberText.equals(text, "err") { return 50 }
      return NumberText.equals(text, "emerg") || NumberText.equals(text, "emergency") ? 80 : nil
    case UInt8(ascii: "c"):
      return NumberText.equals(text, "crit") || NumberText.equals(text, "critical") ? 60 : nil
    case UInt8(ascii: "f"): return NumberText.equals(text, "fatal") ? 60 : nil
    case UInt8(ascii: "a"): return NumberText.equals(text, "alert") ? 70 : nil
    case UInt8(ascii: "p"): return NumberText.equals(text, "panic") ? 80 : nil
    default: return nil
    }
  }

  /// The rank of a syslog severity, 0 to 7 (RFC 5424, section 6.2.1), or of a rank of pino and bunyan,
  /// 10, 20 to 60, which stands for itself; nil for anything else.
  static func rank(_ number: Int64) -> Int64? {
    switch number {
    case 0: 80
    case 1: 70
    case 2: 60
    case 3: 50
    case 4: 40
    case 5: 35
    case 6: 30
    case 7: 20
    case 10, 20, 30, 40, 50, 60: number
    default: nil
    }
  }

  /// The rank of a word, in whatever case, or of an integer in digits; nil for anything else.
  static func rank(_ text: String) -> Int64? { rank(ByteView(Array(text.utf8).span)) }
}
