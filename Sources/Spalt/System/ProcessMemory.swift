import CSpaltSystem

#if canImport(Darwin)
  import Darwin
#endif

/// Page faults of a process.
public struct PageFaults: Equatable, Sendable {
  /// Faults for which nothing had to be read.
  public let minorCount: Int
  /// Faults that waited for a device.
  public let majorCount: Int

  /// The faults since `earlier`.
  func since(_ earlier: PageFaults) -> PageFaults {
    PageFaults(
      minorCount: minorCount - earlier.minorCount, majorCount: majorCount - earlier.majorCount)
  }
}

/// What of a process's memory is resident.
public struct ResidentMemory: Equatable, Sendable {
  /// Pages that belong to no file, in bytes: what a program takes for itself.
  public let anonymousByteCount: Int
  /// Pages of mapped files, in bytes; nil when the system does not tell them apart. They are the page
  /// cache's, which takes them back when it needs them.
  public let fileByteCount: Int?

  /// Of this process, now; nil when the system does not say.
  static func current() -> ResidentMemory? {
    #if canImport(Darwin)
      var info = task_vm_info_data_t()
      var count = mach_msg_type_number_t(
        MemoryLayout<task_vm_info_data_t>.size / MemoryLayout<natural_t>.size)
      // SAFETY: the call writes at most `count` words to a local of that size.
      let result = unsafe withUnsafeMutablePointer(to: &info) {
        unsafe $0.withMemoryRebound(to: integer_t.self, capacity: Int(count)) {
          unsafe task_info(mach_task_self_, task_flavor_t(TASK_VM_INFO), $0, &count)
        }
      }
      guard result == KERN_SUCCESS else { return nil }
      return ResidentMemory(
        anonymousByteCount: Int(info.internal), fileByteCount: Int(info.external))
    #else
      return SystemText("/proc/self/status").flatMap(ResidentMemory.init)
    #endif
  }

  /// What `/proc/self/status` says (proc(5)).
  init?(_ status: SystemText) {
    guard let anonymous = status.number(after: "RssAnon:") else { return nil }
    anonymousByteCount = anonymous * 1024
    fileByteCount = status.number(after: "RssFile:").map { $0 * 1024 }
  }

  init(anonymousByteCount: Int, fileByteCount: Int?) {
    self.anonymousByteCount = anonymousByteCount
    self.fileByteCount = fileByteCount
  }
}

/// One of the small texts by which a system describes itself.
struct SystemText {
  let text: String

  /// The text at a path; nil when there is none.
  init?(_ path: String) {
    guard let bytes = try? WholeFile.bytes(ofFileAt: path, maximumByteCount: 256 << 10) else {
      return nil
    }
    text = String(decoding: bytes, as: UTF8.self)
  }

  init(text: String) { self.text = text }

  var lines: [Substring] { text.split(separator: "\n") }

  /// The number that follows a word at the beginning of a line.
  func number(after word: String) -> Int? {
    for line in lines where line.hasPrefix(word) {
      let digits = line.dropFirst(word.count).drop { $0 == " " || $0 == "\t" }
        .prefix { $0.isASCII && $0.isNumber }
      return Int(digits)
    }
    return nil
  }

  /// The whole text as a number.
  var number: Int? { lines.first.flatMap { Int($0) } }

  /// The word in brackets, which is how a system marks the choice that holds: `always [madvise] never`.
  var chosenWord: String? {
    text.split { $0 == " " || $0 == "\n" }.first { $0.hasPrefix("[") && $0.hasSuffix("]") }
      .map { String($0.dropFirst().dropLast()) }
  }

  /// How many numbers a list of ranges has: `0-3,8` has five.
  var rangeCount: Int? {
    guard let line = lines.first else { return nil }
    var count = 0
    for part in line.split(separator: ",") {
      let ends = part.split(separator: "-").compactMap { Int($0) }
      guard let first = ends.first, let last = ends.last, ends.count <= 2, first <= last else {
        return nil
      }
      count += last - first + 1
    }
    return count
  }
}

/// Limits and properties of the memory that a process can have.
enum MemoryLimits {
  /// The least limit of the control groups (cgroup v2 or v1) that this process is in, in bytes; nil when
  /// there is none.
  static func controlGroupByteCount() -> Int? {
    guard let groups = SystemText("/proc/self/cgroup") else { return nil }
    var limits: [Int] = []
    for line in groups.lines {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      if parts[1].isEmpty {
        limits += self.limits("/sys/fs/cgroup", String(parts[2]), "memory.max")
      } else if parts[1].split(separator: ",").contains("memory") {
        limits += self.limits("/sys/fs/cgroup/memory", String(parts[2]), "memory.limit_in_bytes")
      }
    }
    // An old kernel writes a number beyond all memory for no limit.
    return limits.filter { $0 < 1 << 60 }.min()
  }

  /// The limits of a group and of all that it lies in.
  private static func limits(_ root: String, _ group: String, _ name: String) -> [Int] {
    var limits: [Int] = []
    var path = group.split(separator: "/")
    while true {
      let folder = path.reduce(root) { $0 + "/" + $1 }
      if let limit = SystemText("\(folder)/\(name)")?.number { limits.append(limit) }
      if path.popLast() == nil { return limits }
    }
  }

  /// Whether allocations can be tagged, so that the processor itself notices an access through a pointer that
  /// does not belong to them.
  enum Tagging: String {
    /// The processor and the kernel offer it.
    case available
    /// This processor, or its kernel, does not.
    case unavailable = "not available"
  }

  static var tagging: Tagging { spaltHasMemoryTagging() != 0 ? .available : .unavailable }
}
