// The one file that writes structures of the Arrow C data interface. What they point to is kept by an object that each
// of them owns; every structure has its own, so that a child that was moved out of its parent keeps just what it needs.

package import CSpalt

/// What consumers know.
package typealias CArrowArray = CSpalt.ArrowArray
package typealias CArrowSchema = CSpalt.ArrowSchema

/// Bytes in memory, and who keeps them.
@safe
struct ExportedBuffer: @unchecked Sendable {  // only an address until it is handed on
  // SAFETY: valid while the owner lives that it is handed on with.
  /// Nil for a buffer that does not exist, such as the validity of a column without nulls.
  let address: UnsafeRawPointer?
  let byteCount: Int

  static let none = unsafe ExportedBuffer(address: nil, byteCount: 0)

  /// The bytes of a view, which `owner` keeps: whoever gets the address keeps the owner.
  init(_ view: borrowing ByteView) {
    // SAFETY: the address is handed on only together with the owner of the bytes.
    unsafe address = view.base
    byteCount = view.byteCount
  }

  private init(address: UnsafeRawPointer?, byteCount: Int) {
    unsafe self.address = address
    self.byteCount = byteCount
  }
}

/// One array on its way out.
struct ExportedArray {
  let rowCount: Int
  let nullCount: Int
  var buffers: [ExportedBuffer] = []
  /// Whether the buffers behind the second are data of string views, whose lengths follow in a buffer of their own.
  var hasViews = false
  var children: [ExportedArray] = []
  /// What keeps the buffers alive.
  var owners: [any AnyObject & Sendable] = []

  init(rowCount: Int, nullCount: Int = 0) {
    self.rowCount = rowCount
    self.nullCount = nullCount
  }

  /// Fills in a structure, which the caller has not filled in before.
  @unsafe
  func move(to array: UnsafeMutablePointer<CArrowArray>) {
    let node = ArrayNode(self)
    // SAFETY: the structure is the caller's, and what it points to lives as long as the node, which it owns.
    unsafe array.initialize(
      to: CArrowArray(
        length: Int64(rowCount), null_count: Int64(nullCount), offset: 0,
        n_buffers: Int64(node.bufferCount), n_children: Int64(children.count),
        buffers: node.buffers, children: node.children, dictionary: nil, release: releaseArray,
        private_data: Unmanaged.passRetained(node).toOpaque()))
  }
}

/// What one array structure owns.
@safe
private final class ArrayNode {
  let bufferCount: Int
  // SAFETY: allocated in `init` and freed in `deinit`; the children's structures are initialised in `init`, and released
  // there unless a consumer has moved or released them.
  let buffers: UnsafeMutablePointer<UnsafeRawPointer?>
  let children: UnsafeMutablePointer<UnsafeMutablePointer<CArrowArray>?>?
  private let sizes: UnsafeMutablePointer<Int64>?
  private let childCount: Int
  private let owners: [any AnyObject & Sendable]

  init(_ array: ExportedArray) {
    owners = array.owners
    let dataCount = array.buffers.count - 2
    bufferCount = array.buffers.count + (array.hasViews ? 1 : 0)
    unsafe buffers = .allocate(capacity: max(1, bufferCount))
    for (index, buffer) in array.buffers.enumerated() {
      unsafe (buffers + index).initialize(to: buffer.address)
    }
    if array.hasViews {
      let sizes = UnsafeMutablePointer<Int64>.allocate(capacity: max(1, dataCount))
      unsafe sizes.initialize(to: 0)
      for index in 0..<dataCount {
        unsafe (sizes + index).initialize(to: Int64(array.buffers[index + 2].byteCount))
      }
      unsafe (buffers + array.buffers.count).initialize(to: UnsafeRawPointer(sizes))
      unsafe self.sizes = sizes
    } else {
      unsafe sizes = nil
    }
    childCount = array.children.count
    guard childCount > 0 else {
      unsafe children = nil
      return
    }
    let children = UnsafeMutablePointer<UnsafeMutablePointer<CArrowArray>?>.allocate(
      capacity: childCount)
    for (index, child) in array.children.enumerated() {
      let structure = UnsafeMutablePointer<CArrowArray>.allocate(capacity: 1)
      unsafe child.move(to: structure)
      unsafe (children + index).initialize(to: structure)
    }
    unsafe self.children = children
  }

  deinit {
    if let children = unsafe children {
      for index in 0..<childCount {
        guard let child = unsafe children[index] else { continue }
        if let release = unsafe child.pointee.release { unsafe release(child) }
        unsafe child.deallocate()
      }
      unsafe children.deallocate()
    }
    unsafe sizes?.deallocate()
    unsafe buffers.deallocate()
  }
}

/// What consumers call when they have done with an array. A structure that was released, or moved away, is left alone.
private func releaseArray(_ array: UnsafeMutablePointer<CArrowArray>?) {
  guard let array = unsafe array, unsafe array.pointee.release != nil,
    let node = unsafe array.pointee.private_data
  else { return }
  // SAFETY: the structure owned the node, and does not any more.
  unsafe array.pointee.release = nil
  unsafe array.pointee.private_data = nil
  unsafe Unmanaged<ArrayNode>.fromOpaque(node).release()
}

/// A schema on its way out.
struct ExportedSchema {
  var format: String
  var name = ""
  var metadata: [ArrowKeyValue] = []
  var isNullable = false
  var children: [ExportedSchema] = []

  /// Fills in a structure, which the caller has not filled in before.
  @unsafe
  func move(to schema: UnsafeMutablePointer<CArrowSchema>) {
    let node = SchemaNode(self)
    // SAFETY: the structure is the caller's, and what it points to lives as long as the node, which it owns.
    unsafe schema.initialize(
      to: CArrowSchema(
        format: node.format, name: node.name, metadata: node.metadata,
        flags: isNullable ? Int64(ARROW_FLAG_NULLABLE) : 0, n_children: Int64(children.count),
        children: node.children, dictionary: nil, release: releaseSchema,
        private_data: Unmanaged.passRetained(node).toOpaque()))
  }

  /// Metadata as the interface wants them: numbers of pairs and of bytes with 32 bits, in the machine's byte order.
  fileprivate var metadataBytes: [UInt8] {
    var bytes: [UInt8] = []
    func append(_ number: Int) {
      let number = UInt32(truncatingIfNeeded: number)
      for index in 0..<4 {
        #if _endian(little)
          bytes.append(UInt8(truncatingIfNeeded: number >> UInt32(8 * index)))
        #else
          bytes.append(UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * index)))
        #endif
      }
    }
    append(metadata.count)
    for pair in metadata {
      for text in [pair.key, pair.value] {
        append(text.utf8.count)
        bytes += Array(text.utf8)
      }
    }
    return bytes
  }
}

/// What one schema structure owns.
@safe
private final class SchemaNode {
  // SAFETY: allocated in `init` and freed in `deinit`; as for `ArrayNode`.
  let format: UnsafeMutablePointer<CChar>
  let name: UnsafeMutablePointer<CChar>
  let metadata: UnsafeMutablePointer<CChar>?
  let children: UnsafeMutablePointer<UnsafeMutablePointer<CArrowSchema>?>?
  private let childCount: Int

  init(_ schema: ExportedSchema) {
    unsafe format = Self.copy(Array(schema.format.utf8))
    unsafe name = Self.copy(Array(schema.name.utf8))
    unsafe metadata = schema.metadata.isEmpty ? nil : Self.copy(schema.metadataBytes)
    childCount = schema.children.count
    guard childCount > 0 else {
      unsafe children = nil
      return
    }
    let children = UnsafeMutablePointer<UnsafeMutablePointer<CArrowSchema>?>.allocate(
      capacity: childCount)
    for (index, child) in schema.children.enumerated() {
      let structure = UnsafeMutablePointer<CArrowSchema>.allocate(capacity: 1)
      unsafe child.move(to: structure)
      unsafe (children + index).initialize(to: structure)
    }
    unsafe self.children = children
  }

  deinit {
    if let children = unsafe children {
      for index in 0..<childCount {
        guard let child = unsafe children[index] else { continue }
        if let release = unsafe child.pointee.release { unsafe release(child) }
        unsafe child.deallocate()
      }
      unsafe children.deallocate()
    }
    unsafe metadata?.deallocate()
    unsafe name.deallocate()
    unsafe format.deallocate()
  }

  /// The bytes, and a NUL.
  private static func copy(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar> {
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
    for (index, byte) in bytes.enumerated() {
      unsafe (copy + index).initialize(to: CChar(bitPattern: byte))
    }
    unsafe (copy + bytes.count).initialize(to: 0)
    return unsafe copy
  }
}

/// What consumers call when they have done with a schema.
private func releaseSchema(_ schema: UnsafeMutablePointer<CArrowSchema>?) {
  guard let schema = unsafe schema, unsafe schema.pointee.release != nil,
    let node = unsafe schema.pointee.private_data
  else { return }
  // SAFETY: the structure owned the node, and does not any more.
  unsafe schema.pointee.release = nil
  unsafe schema.pointee.private_data = nil
  unsafe Unmanaged<SchemaNode>.fromOpaque(node).release()
}

/// A batch in the form of the Arrow C data interface, which belongs to whoever has this value. It is released when it is
/// destroyed, unless it was moved to a structure of a consumer.
@safe
public struct ExportedBatch: ~Copyable, @unchecked Sendable {  // sole owner of an array
  // SAFETY: allocated in `init`, freed in `deinit`; always initialised in between.
  private let array: UnsafeMutablePointer<CArrowArray>

  /// Number of records.
  public var rowCount: Int { Int(unsafe array.pointee.length) }

  init(_ exported: ExportedArray) {
    unsafe array = .allocate(capacity: 1)
    unsafe exported.move(to: array)
  }

  deinit {
    if let release = unsafe array.pointee.release { unsafe release(array) }
    unsafe array.deallocate()
  }

  /// Moves the batch to a structure that the caller has not filled in, and that releases it in the end.
  @unsafe
  package consuming func move(to destination: UnsafeMutablePointer<CArrowArray>) {
    // SAFETY: what this value owned belongs to the other structure from now on.
    unsafe destination.initialize(to: array.pointee)
    unsafe array.pointee.release = nil
    unsafe array.pointee.private_data = nil
  }
}

extension Schema {
  /// Fills in a structure, which the caller has not filled in before, and releases in the end.
  @unsafe
  package func export(
    strings: ExportedStrings, to destination: UnsafeMutablePointer<CArrowSchema>
  ) {
    unsafe exported(strings).move(to: destination)
  }
}
