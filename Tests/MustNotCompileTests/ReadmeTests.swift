import Foundation
import Testing

/// The Swift examples of README and documentation are compiled: one that imports the library is a program,
/// any other is part of a file that tests compile.
@Suite struct ReadmeTests {
  /// Folders of Swift files that tests compile.
  private static let compiledFolders = ["Tests/SpaltTests/Formats/Example", "Tests/MustNotCompile"]

  private static func compiledFiles() throws -> [String] {
    try compiledFolders.flatMap { folder in
      let folder = Project.root.appending(path: folder)
      return try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { $0.hasSuffix(".swift") }
        .map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
    }
  }

  /// The documents that must have examples, with the least number of programs and of parts of files.
  @Test(arguments: [
    ("README.md", 1, 0), ("Sources/Spalt/Spalt.docc/Lifetimes.md", 3, 2),
    ("Sources/Spalt/Spalt.docc/WritingADecoder.md", 0, 2),
  ])
  func documentsHaveExamples(_ path: String, _ programCount: Int, _ partCount: Int) throws {
    let blocks = try DocumentExamples(of: path).blocks
    #expect(blocks.count(where: DocumentExamples.isProgram) >= programCount)
    #expect(blocks.count { !DocumentExamples.isProgram($0) } >= partCount)
  }

  @Test func otherExamplesArePartsOfCompiledFiles() throws {
    let files = try Self.compiledFiles().map { "\n" + $0 }
    for path in try ["README.md"] + DocumentExamples.pages() {
      for block in try DocumentExamples(of: path).blocks
      where !DocumentExamples.isProgram(block) {
        let isPart = files.contains { $0.contains("\n" + block) }
        #expect(isPart, "\(path): in no compiled file:\n\(block)")
      }
    }
  }

  @Test(.enabled(if: Compiler.isAvailable, "needs swiftc in PATH and the built library module"))
  func programsCompile() async throws {
    let folder = try Project.makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    for path in try ["README.md"] + DocumentExamples.pages() {
      let programs = try DocumentExamples(of: path).blocks.filter(DocumentExamples.isProgram)
      for (index, program) in programs.enumerated() {
        let source = folder.appending(path: "example\(index + 1).swift")
        try program.write(to: source, atomically: true, encoding: .utf8)
        let result = try await Compiler.compile(source, isScript: !program.contains("@main"))
        let succeeded = result.succeeded
        #expect(succeeded, "program \(index + 1) of \(path):\n\(result.output)")
      }
    }
  }
}
