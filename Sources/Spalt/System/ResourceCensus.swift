import CSpaltSystem

/// What is held of the system, in debug builds only, by the scope that took it (`FaultScope`): tests look for
/// leaks. What is taken outside of any scope is not noted. In release builds this is empty.
enum ResourceCensus {
  enum Kind: Sendable, CaseIterable {
    /// A range of a file in memory.
    case mapping
    /// A range of memory: a chunk, or what is left of one.
    case memory
    case arena
    case descriptor
    /// A temporary file's entry in the table of `TemporaryFiles`.
    case temporaryName
  }

  #if DEBUG
    private struct Resource: Sendable {
      let kind: Kind
      let scope: UInt32
      /// Addresses, or one number.
      var range: Range<UInt>
    }
    private static let resources = Guarded<[Resource]>([])

    /// Notes an address range that was mapped.
    static func begin(_ kind: Kind, at address: UnsafeRawPointer, byteCount: Int) {
      let start = UInt(bitPattern: address)
      begin(kind, start..<start + UInt(byteCount))
    }

    /// Notes a descriptor or an entry of a table.
    static func begin(_ kind: Kind, number: Int32) {
      if number >= 0 { begin(kind, UInt(number)..<UInt(number) + 1) }
    }

    /// Notes an object that stands for memory.
    static func begin(_ kind: Kind, _ object: AnyObject) {
      let number = UInt(bitPattern: ObjectIdentifier(object))
      begin(kind, number..<number + 1)
    }

    private static func begin(_ kind: Kind, _ range: Range<UInt>) {
      let scope = spaltFaultScope()
      guard scope != 0 else { return }
      resources.withLock { $0.append(Resource(kind: kind, scope: scope, range: range)) }
    }

    /// Notes that an address range is given up, or a part of one; to be called before another thread may get it.
    static func endMemory(at address: UnsafeRawPointer, byteCount: Int) {
      let start = UInt(bitPattern: address)
      let ended = start..<start + UInt(byteCount)
      resources.withLock { resources in
        for index in resources.indices.reversed()
        where resources[index].kind.isMemory && resources[index].range.overlaps(ended) {
          var resource = resources.remove(at: index)
          let range = resource.range
          for rest in [
            range.lowerBound..<max(range.lowerBound, ended.lowerBound),
            min(range.upperBound, ended.upperBound)..<range.upperBound,
          ] where !rest.isEmpty {
            resource.range = rest
            resources.append(resource)
          }
        }
      }
    }

    static func end(_ kind: Kind, number: Int32) {
      if number >= 0 { end(kind, UInt(number)) }
    }

    static func end(_ kind: Kind, _ object: AnyObject) {
      end(kind, UInt(bitPattern: ObjectIdentifier(object)))
    }

    private static func end(_ kind: Kind, _ number: UInt) {
      resources.withLock { resources in
        resources.removeAll { $0.kind == kind && $0.range.lowerBound == number }
      }
    }

    /// How much of each kind a scope holds now; kinds of which it holds nothing are missing.
    static func live(scope: UInt32) -> [Kind: Int] {
      resources.withLock { resources in
        resources.reduce(into: [:]) { counts, resource in
          if resource.scope == scope { counts[resource.kind, default: 0] += 1 }
        }
      }
    }

    static func forget(scope: UInt32) {
      resources.withLock { $0.removeAll { $0.scope == scope } }
    }
  #else
    @inline(__always)
    static func begin(_ kind: Kind, at address: UnsafeRawPointer, byteCount: Int) {}
    @inline(__always)
    static func begin(_ kind: Kind, number: Int32) {}
    @inline(__always)
    static func begin(_ kind: Kind, _ object: AnyObject) {}
    @inline(__always)
    static func endMemory(at address: UnsafeRawPointer, byteCount: Int) {}
    @inline(__always)
    static func end(_ kind: Kind, number: Int32) {}
    @inline(__always)
    static func end(_ kind: Kind, _ object: AnyObject) {}
  #endif
}

#if DEBUG
  extension ResourceCensus.Kind {
    fileprivate var isMemory: Bool { self == .mapping || self == .memory }
  }
#endif
