/// What Spalt finds on this system: processor, memory, libraries. `spalt doctor` prints it.
public struct SystemReport: Sendable {
  /// The report, by what it is about.
  public let sections: [FigureSection]

  /// Looks at the system. A few dozen system calls.
  public init() {
    sections = [
      FigureSection("build", Self.build), FigureSection("processor", Self.processor),
      FigureSection("memory", Self.memory), FigureSection("io", Self.io),
      FigureSection("codecs", Self.codecs), FigureSection("libraries", Self.libraries),
    ]
  }

  private static var build: [Figure] {
    #if DEBUG
      let mode = "debug"
    #else
      let mode = "release"
    #endif
    #if SPALT_NO_TELEMETRY
      let hasTelemetry = false
    #else
      let hasTelemetry = true
    #endif
    return [
      Figure("swift", swiftVersion), Figure("mode", mode),
      Figure("telemetry", .truth(hasTelemetry)),
    ]
  }

  /// The compiler's version, as far as a program can ask for it.
  private static var swiftVersion: String {
    #if compiler(>=6.5)
      "6.5 or later"
    #elseif compiler(>=6.4)
      "6.4"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }

  private static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "other"
    #endif
  }

  private static var processor: [Figure] {
    [
      Figure("architecture", architecture),
      Figure("cores_usable", Syscalls.usableProcessorCount),
      Figure("cores_online", Syscalls.processorCount),
      Figure("numa_nodes", SystemText("/sys/devices/system/node/online")?.rangeCount ?? 1),
      Figure("kernels", ScanKernels.availableNames.joined(separator: ",")),
      Figure("kernel", ScanKernels.current.name),
      Figure("memory_tagging", MemoryLimits.tagging.rawValue),
    ]
  }

  private static var memory: [Figure] {
    let hugePages = "/sys/kernel/mm/transparent_hugepage"
    return [
      Figure("page", Syscalls.pageByteCount),
      Figure("huge_pages", SystemText("\(hugePages)/enabled")?.chosenWord),
      Figure("huge_page", SystemText("\(hugePages)/hpage_pmd_size")?.number),
      Figure("physical", Syscalls.physicalByteCount),
      Self.limit("control_group_limit", MemoryLimits.controlGroupByteCount()),
      Self.limit("address_space_limit", Syscalls.limit(.addressSpace)),
      Self.limit("open_files_limit", Syscalls.limit(.openFiles)),
      Figure("default_limit", ReaderOptions().memoryByteCount),
    ]
  }

  private static func limit(_ name: String, _ number: Int?) -> Figure {
    number.map { Figure(name, $0) } ?? Figure(name, "none")
  }

  private static var io: [Figure] {
    [Figure("modes", InputMode.allCases.map(\.rawValue).joined(separator: ","))]
  }

  private static var codecs: [Figure] {
    [
      Figure("lz4", "liblz4 \(LZ4.version)"), Figure("gzip", gzipLibrary),
      Figure("zstd", "libzstd \(ZstdLibrary.version)"),
    ]
  }

  /// ISA-L decodes what it can, if it is there; zlib takes over where it must be exact.
  private static var gzipLibrary: String {
    let isal = ISALEngine.isAvailable ? "ISA-L found" : "ISA-L not found"
    return "zlib \(ZlibLibrary.version), \(isal)"
  }

  private static var libraries: [Figure] { [Figure("pcre2", PCRE2Library.version)] }
}
