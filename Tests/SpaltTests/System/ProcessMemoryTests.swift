import Testing

@testable import Spalt

@Suite struct ProcessMemoryTests {
  @Test func residentMemoryIsReadFromTheStatus() {
    let status = SystemText(
      text: "Name:\tspalt\nVmRSS:\t  100 kB\nRssAnon:\t    3804 kB\nRssFile:\t   12 kB\n")
    #expect(
      ResidentMemory(status)
        == ResidentMemory(anonymousByteCount: 3804 << 10, fileByteCount: 12 << 10))
    // A kernel before 4.5 does not tell them apart.
    #expect(ResidentMemory(SystemText(text: "VmRSS:\t100 kB\n")) == nil)
    #expect(ResidentMemory(SystemText(text: "")) == nil)
  }

  @Test func thisProcessHasMemory() throws {
    #if os(Linux)
      let resident = try #require(ResidentMemory.current())
      #expect(resident.anonymousByteCount > 100 << 10)
      #expect(try #require(resident.fileByteCount) > 100 << 10)
    #endif
    let faults = try #require(Syscalls.pageFaults())
    #expect(faults.minorCount > 0)
    #expect(faults.since(faults) == PageFaults(minorCount: 0, majorCount: 0))
  }

  @Test func listsOfRangesAreCounted() {
    #expect(SystemText(text: "0\n").rangeCount == 1)
    #expect(SystemText(text: "0-3,8\n").rangeCount == 5)
    #expect(SystemText(text: "0,2,4-5\n").rangeCount == 4)
    for text in ["", "\n", "a", "3-1", "1-2-3"] {
      #expect(SystemText(text: text).rangeCount == nil, "\(text)")
    }
  }

  @Test func theChoiceStandsInBrackets() {
    #expect(SystemText(text: "always [madvise] never\n").chosenWord == "madvise")
    #expect(SystemText(text: "always madvise [never]\n").chosenWord == "never")
    #expect(SystemText(text: "always\n").chosenWord == nil)
    #expect(SystemText(text: "max\n").number == nil)
    #expect(SystemText(text: "2097152\n").number == 2_097_152)
    #expect(SystemText("/nowhere/at/all") == nil)
  }

  @Test func theSystemIsDescribed() {
    let sections = SystemReport().sections
    let figures = sections.flatMap { section in
      section.figures.map { ("\(section.name).\($0.name)", $0.value.text) }
    }
    let values = Dictionary(figures) { first, _ in first }
    #expect(values.count == figures.count)
    #expect(values["processor.kernel"] == ScanKernels.current.name)
    #expect(
      values["processor.kernels"]?.split(separator: ",").contains("scalar") == true)
    #expect(values["memory.page"] == String(Syscalls.pageByteCount))
    #expect(values["codecs.lz4"]?.hasPrefix("liblz4 1.") == true)
    #expect(values["codecs.zstd"]?.hasPrefix("libzstd 1.") == true)
    #expect(values["codecs.gzip"]?.hasPrefix("zlib 1.") == true)
    #expect(values["libraries.pcre2"]?.hasPrefix("10.") == true)
    #expect(values["io.modes"] == "auto,mmap,read")
    #if arch(x86_64)
      #expect(values["processor.memory_tagging"] == "not available")
    #endif
  }

  @Test func allKernelsCanBeHadByName() {
    #expect(ScanKernels.availableNames.contains(ScanKernels.current.name))
    for name in ScanKernels.availableNames { #expect(ScanKernels(named: name)?.name == name) }
  }
}
