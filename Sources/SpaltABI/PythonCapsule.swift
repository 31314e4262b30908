import CSpalt
import Spalt

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

// Python's functions, by their types. They are looked for in the process, so that nothing of Python is linked.
private typealias CapsuleName = @convention(c) (UnsafeMutableRawPointer) -> UnsafePointer<CChar>?
private typealias CapsulePointer =
  @convention(c) (UnsafeMutableRawPointer, UnsafePointer<CChar>?) -> UnsafeMutableRawPointer?
private typealias Free = @convention(c) (UnsafeMutableRawPointer?) -> Void

private func address(of symbol: String) -> UnsafeMutableRawPointer? {
  #if canImport(Darwin)
    // What its header calls RTLD_DEFAULT.
    unsafe dlsym(UnsafeMutableRawPointer(bitPattern: -2), symbol)
  #else
    unsafe dlsym(nil, symbol)
  #endif
}

@c @implementation
public func spalt_python_capsule_release(_ capsule: UnsafeMutableRawPointer?) {
  guard let capsule = unsafe capsule, let name = unsafe address(of: "PyCapsule_GetName"),
    let pointer = unsafe address(of: "PyCapsule_GetPointer"),
    let free = unsafe address(of: "PyMem_RawFree")
  else { return }
  // SAFETY: these are Python's functions, whose types have not changed since there are capsules; the capsule is Python's,
  // and is being destroyed.
  let capsuleName = unsafe unsafeBitCast(name, to: CapsuleName.self)(capsule)
  guard let capsuleName = unsafe capsuleName,
    let content = unsafe unsafeBitCast(pointer, to: CapsulePointer.self)(capsule, capsuleName)
  else { return }
  switch unsafe String(cString: capsuleName) {
  case "arrow_array_stream":
    let stream = unsafe content.assumingMemoryBound(to: ArrowArrayStream.self)
    if let release = unsafe stream.pointee.release { unsafe release(stream) }
  case "arrow_schema":
    let schema = unsafe content.assumingMemoryBound(to: ArrowSchema.self)
    if let release = unsafe schema.pointee.release { unsafe release(schema) }
  default: return
  }
  unsafe unsafeBitCast(free, to: Free.self)(content)
}
