public import CSpalt
import Spalt

@c @implementation
public func spalt_open(
  _ path: UnsafePointer<CChar>?, _ options: OpaquePointer?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  guarded { () throws(Failure) in
    let out = unsafe try place(out, "out")
    unsafe out.pointee = nil
    let input = unsafe try SpaltABI.path(path)
    let options = unsafe try SpaltABI.options(behind: options)
    let handle = try failing { () throws(SpaltError) in try ReaderHandle(path: input, options) }
    unsafe out.pointee = handle.handedOut()
  }
}

@c @implementation
public func spalt_reader_release(_ reader: OpaquePointer?) { unsafe ReaderHandle.release(reader) }

@c @implementation
public func spalt_reader_schema(
  _ reader: OpaquePointer?, _ out: UnsafeMutablePointer<ArrowSchema>?
) -> Int32 {
  guarded { () throws(Failure) in
    let out = unsafe try place(out, "out")
    let batches = unsafe try ReaderHandle.behind(reader).batches
    unsafe batches.schema.export(strings: batches.strings, to: out)
  }
}

@c @implementation
public func spalt_reader_stream(
  _ reader: OpaquePointer?, _ out: UnsafeMutablePointer<ArrowArrayStream>?
) -> Int32 {
  guarded { () throws(Failure) in
    let out = unsafe try place(out, "out")
    let handle = unsafe try ReaderHandle.behind(reader)
    guard handle.beginStream() else { throw .usage("a reader has one stream, and it is taken") }
    unsafe StreamState(handle.batches).move(to: out)
  }
}

@c @implementation
public func spalt_reader_cancel(_ reader: OpaquePointer?) -> Int32 {
  guarded { () throws(Failure) in unsafe try ReaderHandle.behind(reader).batches.cancel() }
}

@c @implementation
public func spalt_reader_statistics(
  _ reader: OpaquePointer?, _ out: UnsafeMutablePointer<spalt_statistics>?
) -> Int32 {
  guarded { () throws(Failure) in
    let out = unsafe try place(out, "out")
    var statistics = spalt_statistics(unsafe try ReaderHandle.behind(reader).batches.report)
    let wanted = unsafe out.pointee.size
    guard wanted >= MemoryLayout<Int>.size else {
      throw .usage("the size of the statistics is not set")
    }
    statistics.size = wanted
    // SAFETY: the caller has a structure of that size; what this library does not know is zeros.
    unsafe withUnsafeBytes(of: &statistics) { bytes in
      let destination = unsafe UnsafeMutableRawBufferPointer(start: out, count: wanted)
      let known = min(wanted, bytes.count)
      unsafe destination.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<known]))
      for index in known..<wanted { unsafe destination[index] = 0 }
    }
  }
}

@c @implementation
public func spalt_reader_statistics_json(
  _ reader: OpaquePointer?, _ text: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> Int {
  guard let handle = unsafe try? ReaderHandle.behind(reader) else {
    _ = Failure.usage("reader is NULL").note()
    return 0
  }
  let json = Array(handle.batches.report.json.utf8)
  guard let text = unsafe text, capacity > 0 else { return json.count }
  let byteCount = min(json.count, capacity - 1)
  for index in 0..<byteCount { unsafe text[index] = CChar(bitPattern: json[index]) }
  unsafe text[byteCount] = 0
  return json.count
}
