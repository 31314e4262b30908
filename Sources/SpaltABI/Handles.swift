import Spalt
import Synchronization

/// What an opaque pointer of the interface stands for: an object that the pointer has a share in.
///
/// A pointer that the caller has released, or made up, cannot be told from a good one; NULL can.
protocol Handle: AnyObject {
  /// What the header calls it.
  static var name: String { get }
}

extension Handle {
  /// Gives the caller a share.
  func handedOut() -> OpaquePointer {
    // SAFETY: the pointer is used by the functions below only.
    unsafe OpaquePointer(Unmanaged.passRetained(self).toOpaque())
  }

  /// The object behind a pointer.
  static func behind(_ pointer: OpaquePointer?) throws(Failure) -> Self {
    guard let pointer = unsafe pointer else { throw .usage("\(name) is NULL") }
    // SAFETY: the caller holds the share that the pointer was given with.
    return unsafe Unmanaged<Self>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
  }

  /// Takes the caller's share back.
  static func release(_ pointer: OpaquePointer?) {
    guard let pointer = unsafe pointer else { return }
    // SAFETY: the caller gives up the share that the pointer was given with.
    unsafe Unmanaged<Self>.fromOpaque(UnsafeRawPointer(pointer)).release()
  }
}

/// `spalt_options`.
final class OptionsHandle: Handle {
  static let name = "options"
  var value = OpenOptions()
}

/// `spalt_reader`.
final class ReaderHandle: Handle, Sendable {
  static let name = "reader"
  let batches: BatchStream
  private let hasStream = Atomic<Bool>(false)

  /// Opens an input, or a split.
  init(
    path: InputPath, split: InputSplit? = nil, _ options: OpenOptions
  ) throws(SpaltError) {
    if options.usesFaultGuard { try FaultGuard.install() }
    var reader = options.reader
    reader.split = split
    batches = try BatchStream(
      input: path, options: reader, selection: try options.recordSelection(),
      stream: options.stream)
  }

  /// Notes that a stream is asked for; false when there is one.
  func beginStream() -> Bool {
    hasStream.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged
  }
}

/// `spalt_plan`.
final class PlanHandle: Handle, Sendable {
  static let name = "plan"
  let plan: SplitPlan
  let options: OpenOptions

  init(
    path: InputPath, _ options: OpenOptions, targetByteCount: Int
  ) throws(SpaltError) {
    self.options = options
    plan = try SplitPlan(
      path: path, options: options.reader, selection: try options.recordSelection(),
      targetByteCount: targetByteCount)
  }

  func split(_ index: Int) throws(Failure) -> InputSplit {
    guard plan.splits.indices.contains(index) else {
      throw .usage("there is no split \(index); there are \(plan.splits.count)")
    }
    return plan.splits[index]
  }
}

/// The options behind a pointer; the defaults behind NULL.
func options(behind pointer: OpaquePointer?) throws(Failure) -> OpenOptions {
  guard unsafe pointer != nil else { return OpenOptions() }
  return unsafe try OptionsHandle.behind(pointer).value
}

/// Where a result is to be put.
func place<Value>(
  _ pointer: UnsafeMutablePointer<Value>?, _ name: String
) throws(Failure) -> UnsafeMutablePointer<Value> {
  guard let pointer = unsafe pointer else { throw .usage("\(name) is NULL") }
  return unsafe pointer
}

/// A text that was passed in.
func text(_ pointer: UnsafePointer<CChar>?, _ name: String) throws(Failure) -> String {
  guard let pointer = unsafe pointer else { throw .usage("\(name) is NULL") }
  // SAFETY: the caller passes a text that ends in NUL; it is copied.
  return unsafe String(cString: pointer)
}

/// A path that was passed in: bytes, which need not be text.
func path(_ pointer: UnsafePointer<CChar>?) throws(Failure) -> InputPath {
  guard let pointer = unsafe pointer else { throw .usage("path is NULL") }
  // SAFETY: the caller passes bytes that end in NUL; they are copied.
  var bytes: [UInt8] = []
  var index = 0
  while unsafe pointer[index] != 0 {
    bytes.append(unsafe UInt8(bitPattern: pointer[index]))
    index += 1
  }
  guard !bytes.isEmpty else { throw .usage("path is empty") }
  return InputPath(bytes: bytes)
}
