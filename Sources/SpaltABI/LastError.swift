public import CSpalt
import CSpaltError
import Spalt

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A failure, as callers from C see it.
struct Failure: Error {
  let code: Int32
  var systemCode: Int32 = 0
  var offset: Int64 = -1
  let message: String
  var path = ""

  init(code: Int32, message: String) {
    self.code = code
    self.message = message
  }

  /// An argument that makes no sense.
  static func usage(_ message: String) -> Failure { Failure(code: Code.usage, message: message) }

  static let cancelled = Failure(code: Code.cancelled, message: "reading was cancelled")

  /// What the Arrow C stream interface returns for it.
  var errno: Int32 {
    switch code {
    case Code.usage, Code.expression: EINVAL
    case Code.memory: ENOMEM
    case Code.cancelled: ECANCELED
    default: EIO
    }
  }

  /// Keeps the failure for `spalt_last_error` on this thread, and gives its code.
  func note() -> Int32 {
    // SAFETY: the texts are copied.
    unsafe spaltSetLastError(code, systemCode, offset, message, path)
    return code
  }
}

/// The header's codes: C constants arrive as numbers of other types, depending on the platform.
enum Code {
  static let ok = Int32(SPALT_OK)
  static let usage = Int32(SPALT_USAGE)
  static let system = Int32(SPALT_SYSTEM)
  static let input = Int32(SPALT_INPUT)
  static let damaged = Int32(SPALT_DAMAGED)
  static let changed = Int32(SPALT_CHANGED)
  static let memory = Int32(SPALT_MEMORY)
  static let expression = Int32(SPALT_EXPRESSION)
  static let cancelled = Int32(SPALT_CANCELLED)
  static let copied = Int32(SPALT_COPIED)
  static let `internal` = Int32(SPALT_INTERNAL)
}

extension Failure {
  init(_ error: SpaltError) {
    self.init(code: Self.code(of: error), message: error.description)
    switch error {
    case .system(let error):
      systemCode = error.code
      path = error.subject
    case .input(let path, _): self.path = path
    case .damaged(let path, let damage):
      self.path = path
      offset = Int64(damage.compressedOffset)
    case .changed(let path, let change):
      self.path = path
      offset = Int64(change.range.lowerBound)
    case .copied(let path, let copy):
      self.path = path
      offset = Int64(copy.offset)
    case .regexLimit(_, let offset, _): self.offset = Int64(offset)
    case .unaccounted(let path, _, _): self.path = path
    case .inputs(let errors):
      if let first = errors.first.map(Failure.init) {
        systemCode = first.systemCode
        path = first.path
        offset = first.offset
      }
    case .memoryBudgetExceeded, .usage, .expression, .unwritable: break
    }
  }

  private static func code(of error: SpaltError) -> Int32 {
    switch error {
    case .system(let error): error.code == ENOMEM ? Code.memory : Code.system
    case .memoryBudgetExceeded: Code.memory
    case .input: Code.input
    case .damaged: Code.damaged
    case .changed: Code.changed
    case .inputs(let errors): errors.first.map(code(of:)) ?? Code.input
    case .usage, .unwritable: Code.usage
    case .expression, .regexLimit: Code.expression
    case .copied: Code.copied
    case .unaccounted: Code.internal
    }
  }
}

/// Runs a function of the interface: what it throws is noted and becomes a code.
func guarded(_ body: () throws(Failure) -> Void) -> Int32 {
  do {
    try body()
    return Code.ok
  } catch { return error.note() }
}

/// Runs something of the library: its errors become failures.
func failing<Result: ~Copyable>(
  _ body: () throws(SpaltError) -> Result
) throws(Failure) -> Result {
  do { return try body() } catch { throw Failure(error) }
}

@c @implementation
public func spalt_last_error() -> UnsafePointer<spalt_error>? { unsafe spaltLastError() }

@c @implementation
public func spalt_abi_version() -> Int32 { Int32(SPALT_ABI_VERSION) }

/// A constant, which ends in NUL.
private let version: StaticString = "0.1.0"

@c @implementation
public func spalt_version() -> UnsafePointer<CChar>? {
  // SAFETY: the constant lives as long as the process.
  unsafe UnsafeRawPointer(version.utf8Start).assumingMemoryBound(to: CChar.self)
}
