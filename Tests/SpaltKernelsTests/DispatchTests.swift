import SpaltKernels
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Kernel dispatch")
struct DispatchTests {
  @Test("Tables come fastest first, and end with the portable one")
  func order() {
    let names = Table.available().map(\.name)
    #expect(names.last == "scalar")
    #expect(Set(names).count == names.count)
    #if arch(x86_64)
      #expect(names.suffix(2) == ["sse2", "scalar"])
      let fast = ["avx512", "avx2"]
      #expect(names.count <= 4 && names.dropLast(2).elementsEqual(fast.suffix(names.count - 2)))
    #elseif arch(arm64)
      #expect(names == ["neon", "scalar"])
    #endif
    unsafe #expect(spaltKernelAt(names.count) == nil)
    unsafe #expect(spaltKernelAt(Int.max) == nil)
  }

  @Test("Tables are found by name")
  func names() {
    for table in Table.available() {
      let found = unsafe spaltKernelNamed(table.name)
      unsafe #expect(found == table.pointer)
    }
    for unknown in ["", "AVX2", "avx", "avx22", "avx51", "scalar "] {
      unsafe #expect(spaltKernelNamed(unknown) == nil, "\(unknown)")
    }
    #if arch(x86_64)
      unsafe #expect(spaltKernelNamed("neon") == nil)
    #elseif arch(arm64)
      unsafe #expect(spaltKernelNamed("avx2") == nil)
      unsafe #expect(spaltKernelNamed("sse2") == nil)
    #endif
    unsafe #expect(spaltKernelNamed(nil) == nil)
  }

  @Test("The table in use follows the environment of this process")
  func chosen() {
    let wanted = unsafe getenv("SPALT_KERNEL").flatMap { unsafe spaltKernelNamed($0) }
    let expected = unsafe wanted ?? spaltKernelAt(0)
    unsafe #expect(spaltKernels() == expected)
    unsafe #expect(spaltKernels() == spaltKernels())
  }

  // The choice is made once in a process, so each of these needs a process of its own.

  @Test("SPALT_KERNEL forces a table")
  func forced() async {
    await #expect(processExitsWith: .success) {
      unsafe setenv("SPALT_KERNEL", "scalar", 1)
      let first = unsafe Table(pointer: spaltKernels()).name
      unsafe setenv("SPALT_KERNEL", "sse2", 1)
      let second = unsafe Table(pointer: spaltKernels()).name
      exit(first == "scalar" && second == "scalar" ? EXIT_SUCCESS : EXIT_FAILURE)
    }
  }

  @Test("An unknown name in SPALT_KERNEL is ignored")
  func unknown() async {
    await #expect(processExitsWith: .success) {
      unsafe setenv("SPALT_KERNEL", "abacus", 1)
      let isBest = unsafe spaltKernels() == spaltKernelAt(0)
      exit(isBest ? EXIT_SUCCESS : EXIT_FAILURE)
    }
  }
}
