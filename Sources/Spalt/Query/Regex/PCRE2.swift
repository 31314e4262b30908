// The one file that calls PCRE2. A pattern is compiled once and shared; what a match writes to belongs
// to a matcher, of which each worker has its own.

import CPCRE2

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The library.
enum PCRE2Library {
  /// Its version and the day on which it was published.
  static var version: String {
    var text = [UInt8](repeating: 0, count: 64)
    // SAFETY: a version has fewer than 64 bytes, as the library's documentation says.
    let length = unsafe pcre2_config_8(UInt32(PCRE2_CONFIG_VERSION), &text)
    return String(decoding: text.prefix(max(0, Int(length) - 1)), as: UTF8.self)
  }
}

/// A compiled regular expression in PCRE2's syntax; immutable, and shared by threads.
///
/// Text is UTF-8. As in RE2, which DuckDB uses: `.` matches all but a line feed, `$` only the very end,
/// and `\d`, `\w` and `\b` know ASCII only.
@safe
final class RegexPattern: @unchecked Sendable {  // PCRE2 only reads code that is compiled
  struct Options: Equatable, Sendable {
    /// Whether upper and lower case are the same, for all of Unicode.
    var ignoresCase = false
    /// Whether the pattern becomes machine code where PCRE2 can make it; else it is interpreted.
    var allowsMachineCode = true
  }

  /// The pattern as it was given.
  let text: String

  /// Byte strings of printable ASCII that every matching text contains, the longest first. Empty when
  /// none is certain.
  let requiredLiterals: [[UInt8]]

  /// Whether matches run machine code.
  let hasMachineCode: Bool

  /// What runs on valid UTF-8.
  fileprivate let code: CompiledPattern
  /// What runs on all other text. It is interpreted: up to PCRE2 10.42, machine code for such text does
  /// not find a `\W` beyond ASCII.
  fileprivate let tolerantCode: CompiledPattern

  /// Compiles a pattern. O(pattern), though the constant is large.
  init(_ pattern: String, options: Options = .init()) throws(RegexError) {
    var flags = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY
    if options.ignoresCase { flags |= PCRE2_CASELESS }
    let code = try CompiledPattern(pattern, flags: flags)
    let tolerantCode = try CompiledPattern(pattern, flags: flags | PCRE2_MATCH_INVALID_UTF)
    hasMachineCode = options.allowsMachineCode && code.makeMachineCode()
    self.code = code
    self.tolerantCode = tolerantCode
    text = pattern
    requiredLiterals = options.ignoresCase ? [] : RequiredLiterals.find(in: pattern)
  }

  /// PCRE2's words for an error.
  fileprivate static func message(for code: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    // SAFETY: at most `count` bytes are written, the terminating zero included.
    let length = unsafe pcre2_get_error_message_8(code, &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(0, Int(length))), as: UTF8.self)
  }
}

/// The owner of what PCRE2 compiled.
@safe
private struct CompiledPattern: ~Copyable {
  // SAFETY: freed in `deinit` only.
  let pointer: OpaquePointer

  init(_ pattern: String, flags: UInt32) throws(RegexError) {
    guard let context = unsafe pcre2_compile_context_create_8(nil) else {
      throw RegexError(message: RegexPattern.message(for: PCRE2_ERROR_NOMEMORY), byteOffset: 0)
    }
    defer { unsafe pcre2_compile_context_free_8(context) }
    unsafe pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_LF))
    var errorCode: Int32 = 0
    var errorOffset = 0
    let bytes = Array(pattern.utf8)
    // SAFETY: the pattern is read within the call only, and `bytes` is as long as is said.
    let compiled = unsafe pcre2_compile_8(
      bytes, bytes.count, flags, &errorCode, &errorOffset, context)
    guard let compiled = unsafe compiled else {
      throw RegexError(
        message: RegexPattern.message(for: errorCode), byteOffset: min(errorOffset, bytes.count))
    }
    unsafe pointer = compiled
  }

  deinit { unsafe pcre2_code_free_8(pointer) }

  /// Adds machine code, to be done before other threads know the pattern. False when PCRE2 was built
  /// without, when the system forbids it, or when the pattern is too large.
  func makeMachineCode() -> Bool {
    unsafe pcre2_jit_compile_8(pointer, UInt32(PCRE2_JIT_COMPLETE)) == 0
  }
}

/// What one worker needs to match a pattern: where PCRE2 notes a match, its limits, and a stack for
/// machine code. Made once; matching allocates nothing.
@safe
struct RegexMatcher: ~Copyable, @unchecked Sendable {  // owns what it points to
  /// What one attempt, from one place of a text, may cost; a pattern that backtracks without end fails.
  private enum Limit {
    static let steps: UInt32 = 1_000_000
    static let depth: UInt32 = 10_000
    static let heapKibibytes: UInt32 = 4096
    static let smallestStackByteCount = 32 << 10
    static let largestStackByteCount = 1 << 20
  }

  private let pattern: RegexPattern
  private let kernels = ScanKernels.current
  // SAFETY: these belong to the matcher and are freed in `deinit` only. The stack is nil when the
  // pattern is interpreted.
  private let state: OpaquePointer
  private let context: OpaquePointer
  private let stack: OpaquePointer?

  /// A matcher of a pattern; throws when there is no memory.
  init(_ pattern: RegexPattern) throws(SpaltError) {
    // The pair of offsets of the whole match is all that PCRE2 has to keep.
    let state = unsafe pcre2_match_data_create_8(1, nil)
    let context = unsafe pcre2_match_context_create_8(nil)
    var stack: OpaquePointer? = nil
    if pattern.hasMachineCode {
      unsafe stack = pcre2_jit_stack_create_8(
        Limit.smallestStackByteCount, Limit.largestStackByteCount, nil)
    }
    guard let state = unsafe state, let context = unsafe context,
      unsafe !pattern.hasMachineCode || stack != nil
    else {
      // SAFETY: each was made above or is nil, which is allowed.
      unsafe pcre2_match_data_free_8(state)
      unsafe pcre2_match_context_free_8(context)
      unsafe pcre2_jit_stack_free_8(stack)
      throw .system(SystemError(call: "pcre2_match", subject: pattern.text, code: ENOMEM))
    }
    unsafe pcre2_set_match_limit_8(context, Limit.steps)
    unsafe pcre2_set_depth_limit_8(context, Limit.depth)
    unsafe pcre2_set_heap_limit_8(context, Limit.heapKibibytes)
    if let stack = unsafe stack {
      unsafe pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack))
    }
    self.pattern = pattern
    unsafe self.state = state
    unsafe self.context = context
    unsafe self.stack = stack
  }

  deinit {
    unsafe pcre2_match_data_free_8(state)
    unsafe pcre2_match_context_free_8(context)
    unsafe pcre2_jit_stack_free_8(stack)
  }

  /// Whether the pattern matches anywhere in `text`, which need not be valid UTF-8: what is not, matches
  /// nothing, not even `.`.
  ///
  /// O(text) for patterns that hardly backtrack. Throws `SpaltError.regexLimit` when one attempt needs
  /// more than a million steps, or more memory than a matcher may have.
  mutating func matches(_ text: borrowing ByteView) throws(SpaltError) -> Bool {
    let isValid = kernels.firstInvalidUTF8(ByteCursor(copy text), in: 0..<text.byteCount) == nil
    let result =
      _fastPath(isValid)
      ? unsafe run(pattern.code.pointer, text, hasMachineCode: pattern.hasMachineCode)
      : unsafe run(pattern.tolerantCode.pointer, text, hasMachineCode: false)
    if result >= 0 { return true }
    if _fastPath(result == PCRE2_ERROR_NOMATCH) { return false }
    throw failure(result, at: text.offset)
  }

  /// PCRE2's answer; `code` is the one for valid or for invalid text, whichever this is.
  @unsafe @inline(__always)
  private func run(
    _ code: OpaquePointer, _ text: borrowing ByteView, hasMachineCode: Bool
  ) -> Int32 {
    // SAFETY: the view is valid for its length and is borrowed for the call; code, state and context
    // belong to the pattern and to this matcher. Text that is not UTF-8 never meets code that takes it
    // for granted.
    let start = unsafe text.base.assumingMemoryBound(to: UInt8.self)
    return hasMachineCode
      ? unsafe pcre2_jit_match_8(code, start, text.byteCount, 0, 0, state, context)
      : unsafe pcre2_match_8(code, start, text.byteCount, 0, 0, state, context)
  }

  @inline(never)
  private func failure(_ code: Int32, at offset: Int) -> SpaltError {
    .regexLimit(
      pattern: pattern.text, offset: offset, reason: RegexPattern.message(for: code))
  }
}
