import Spalt

/// The process's arguments as the bytes they were given as. `CommandLine.arguments` repairs what is not
/// UTF-8, and a repaired file name is the name of no file.
enum RawArguments {
  /// The path that was given as `argument`.
  static func path(_ argument: String) -> InputPath {
    guard argument.unicodeScalars.contains("\u{FFFD}") else { return InputPath(argument) }
    let bytes = all.first { String(decoding: $0, as: UTF8.self) == argument }
    return bytes.map { InputPath(bytes: $0) } ?? InputPath(argument)
  }

  private static var all: [[UInt8]] {
    (0..<Int(CommandLine.argc)).compactMap { index in
      // SAFETY: the first `argc` entries are NUL-terminated strings that live as long as the process.
      guard let argument = unsafe CommandLine.unsafeArgv[index] else { return nil }
      return unsafe bytes(of: argument)
    }
  }

  private static func bytes(of argument: UnsafeMutablePointer<CChar>) -> [UInt8] {
    var result: [UInt8] = []
    var index = 0
    // SAFETY: the string ends with a NUL, where the loop stops.
    while unsafe argument[index] != 0 {
      result.append(UInt8(bitPattern: unsafe argument[index]))
      index += 1
    }
    return result
  }
}
