import SpaltKernels

/// A table that this processor can run.
@safe
struct Table {
  let pointer: UnsafePointer<SpaltKernelTable>

  var kernels: SpaltKernelTable {
    @unsafe get { unsafe pointer.pointee }
  }

  var name: String {
    unsafe String(cString: pointer.pointee.name)
  }

  static func available() -> [Table] {
    (0..<spaltKernelCount()).map { index in
      guard let pointer = unsafe spaltKernelAt(index) else {
        fatalError("table \(index) is missing")
      }
      return unsafe Table(pointer: pointer)
    }
  }
}
