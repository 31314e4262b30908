import CSpalt
import Spalt

// SAFETY, for all functions of the interface: pointers are what the header says they are, or NULL, which is looked for.

@c @implementation
public func spalt_options_new() -> OpaquePointer? { unsafe OptionsHandle().handedOut() }

@c @implementation
public func spalt_options_release(_ options: OpaquePointer?) {
  unsafe OptionsHandle.release(options)
}

@c @implementation
public func spalt_options_set(
  _ options: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ value: UnsafePointer<CChar>?
) -> Int32 {
  guarded { () throws(Failure) in
    let handle = unsafe try OptionsHandle.behind(options)
    let name = unsafe try text(name, "name")
    let value = unsafe value == nil ? nil : try text(value, "value")
    // What fails changes nothing.
    var changed = handle.value
    try failing { () throws(SpaltError) in try changed.set(name, value) }
    handle.value = changed
  }
}
