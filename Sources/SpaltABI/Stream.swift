import CSpalt
import Spalt

/// What an `ArrowArrayStream` owns.
@safe
final class StreamState {
  fileprivate let batches: BatchStream
  // SAFETY: null, or a text that this object allocated and frees.
  private var message: UnsafeMutablePointer<CChar>?

  init(_ batches: BatchStream) {
    self.batches = batches
    unsafe message = nil
  }

  deinit { unsafe message?.deallocate() }

  /// Fills in a structure, which owns this object from then on.
  @unsafe
  func move(to stream: UnsafeMutablePointer<ArrowArrayStream>) {
    // SAFETY: the structure is the caller's.
    unsafe stream.initialize(
      to: ArrowArrayStream(
        get_schema: streamSchema, get_next: streamNext, get_last_error: streamError,
        release: releaseStream, private_data: Unmanaged.passRetained(self).toOpaque()))
  }

  /// The object that a structure owns.
  @unsafe
  fileprivate static func of(_ stream: UnsafeMutablePointer<ArrowArrayStream>?) -> StreamState? {
    // SAFETY: only `move` writes the pointer, and only `releaseStream` takes it away.
    guard let state = unsafe stream?.pointee.private_data else { return nil }
    return unsafe Unmanaged<StreamState>.fromOpaque(state).takeUnretainedValue()
  }

  fileprivate var text: UnsafePointer<CChar>? { unsafe UnsafePointer(message) }

  /// Runs a function of the stream, and keeps what went wrong.
  fileprivate func run(_ body: () throws(Failure) -> Void) -> Int32 {
    unsafe message?.deallocate()
    unsafe message = nil
    do {
      try body()
      return 0
    } catch {
      _ = error.note()
      let bytes = Array(error.message.utf8)
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
      for (index, byte) in bytes.enumerated() {
        unsafe (copy + index).initialize(to: CChar(bitPattern: byte))
      }
      unsafe (copy + bytes.count).initialize(to: 0)
      unsafe message = copy
      return error.errno
    }
  }
}

private func streamSchema(
  _ stream: UnsafeMutablePointer<ArrowArrayStream>?, _ out: UnsafeMutablePointer<ArrowSchema>?
) -> Int32 {
  guard let state = unsafe StreamState.of(stream) else { return Failure.usage("").errno }
  return state.run { () throws(Failure) in
    let out = unsafe try place(out, "out")
    unsafe state.batches.schema.export(strings: state.batches.strings, to: out)
  }
}

private func streamNext(
  _ stream: UnsafeMutablePointer<ArrowArrayStream>?, _ out: UnsafeMutablePointer<ArrowArray>?
) -> Int32 {
  guard let state = unsafe StreamState.of(stream) else { return Failure.usage("").errno }
  return state.run { () throws(Failure) in
    let out = unsafe try place(out, "out")
    if let batch = try failing({ () throws(SpaltError) in try state.batches.next() }) {
      return unsafe batch.move(to: out)
    }
    if state.batches.wasCancelled { throw .cancelled }
    // What says that there are no more.
    unsafe out.initialize(to: ArrowArray())
  }
}

private func streamError(
  _ stream: UnsafeMutablePointer<ArrowArrayStream>?
) -> UnsafePointer<CChar>? {
  unsafe StreamState.of(stream)?.text
}

private func releaseStream(_ stream: UnsafeMutablePointer<ArrowArrayStream>?) {
  guard let stream = unsafe stream, unsafe stream.pointee.release != nil,
    let state = unsafe stream.pointee.private_data
  else { return }
  // SAFETY: the structure owned the object, and does not any more.
  unsafe stream.pointee.release = nil
  unsafe stream.pointee.private_data = nil
  unsafe Unmanaged<StreamState>.fromOpaque(state).release()
}
