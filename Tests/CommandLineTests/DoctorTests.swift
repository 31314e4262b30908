import Foundation
import Testing

/// `spalt doctor`.
struct DoctorTests {
  @Test func textIsForPeople() throws {
    let lines = try Program.output(["doctor"]).split(separator: "\n")
    for section in ["spalt", "build", "processor", "memory", "io", "codecs", "libraries"] {
      #expect(lines.contains { $0 == section }, "\(section)")
    }
    for name in [
      "version", "swift", "kernels", "kernel", "page", "huge_pages", "memory_tagging", "numa_nodes",
      "cores_usable", "cores_online", "modes", "lz4", "gzip", "zstd",
    ] {
      #expect(lines.contains { $0.hasPrefix("  \(name) ") }, "\(name)")
    }
  }

  @Test func jsonIsForPrograms() throws {
    let outcome = try Program.run(["doctor", "--json"], environment: ["SPALT_KERNEL": "scalar"])
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
    let object = try JSONSerialization.jsonObject(with: outcome.output)
    let sections = try #require(object as? [String: [String: Any]])
    #expect(sections["processor"]?["kernel"] as? String == "scalar")
    let version = try Program.output(["--version"]).trimmingCharacters(in: .newlines)
    #expect(sections["spalt"]?["version"] as? String == version)
    #expect(try #require(sections["processor"]?["cores_usable"] as? Int) >= 1)
    #expect(try #require(sections["processor"]?["numa_nodes"] as? Int) >= 1)
    #expect(
      sections["memory"]?["page"] as? Int == Int(sysconf(Int32(_SC_PAGESIZE))))
  }
}
