/// Why a regular expression was refused.
struct RegexError: Error, Equatable, Sendable, CustomStringConvertible {
  /// PCRE2's words, such as "missing closing parenthesis".
  let message: String
  /// How far into the pattern, in bytes of UTF-8, it was understood.
  let byteOffset: Int

  var description: String { "\(message) at byte \(byteOffset) of the pattern" }
}
