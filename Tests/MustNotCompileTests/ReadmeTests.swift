import Foundation
import Testing

/// The README's Swift examples are programs: each one that imports the library compiles.
@Suite(.enabled(if: Compiler.isAvailable, "needs swiftc in PATH and the built library module"))
struct ReadmeTests {
  /// The contents of the code blocks marked `swift`.
  private static func examples() throws -> [String] {
    let readme = Project.root.appending(path: "README.md")
    var examples: [String] = []
    var current: [Substring]?
    let text = try String(contentsOf: readme, encoding: .utf8)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let lines = current {
        if line.hasPrefix("```") {
          examples.append(lines.joined(separator: "\n") + "\n")
          current = nil
        } else {
          current = lines + [line]
        }
      } else if line == "```swift" {
        current = []
      }
    }
    return examples.filter { $0.contains("import Spalt") }
  }

  @Test func examplesCompile() async throws {
    let examples = try Self.examples()
    #expect(!examples.isEmpty, "README.md shows no use of the library")
    let folder = try Project.makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    for (index, example) in examples.enumerated() {
      let source = folder.appending(path: "example\(index + 1).swift")
      try example.write(to: source, atomically: true, encoding: .utf8)
      let result = try await Compiler.compile(source, isScript: !example.contains("@main"))
      let succeeded = result.succeeded
      #expect(succeeded, "example \(index + 1) of README.md:\n\(result.output)")
    }
  }
}
