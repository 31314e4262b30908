import Foundation
import Testing

/// A program in `Tests/MustNotCompile`: a mistake that arenas and views invite.
struct Mistake: Sendable, CustomTestStringConvertible {
  let name: String

  var source: URL { Self.folder.appending(path: "\(name).swift") }
  var fixedSource: URL { Self.folder.appending(path: "\(name).fixed.swift") }
  var testDescription: String { name }

  static let folder = Project.tests.appending(path: "MustNotCompile")

  static let all: [Mistake] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".swift") && !$0.hasSuffix(".fixed.swift") }.sorted()
      .map { Mistake(name: String($0.dropLast(".swift".count))) }
  }()

  /// What the compiler has to say about it: the text behind `// expect: ` in the file.
  var expectedDiagnostic: String {
    get throws {
      let prefix = "// expect: "
      let line = try String(contentsOf: source, encoding: .utf8).split(separator: "\n")
        .first { $0.hasPrefix(prefix) }
      return String(try #require(line, "\(name).swift has no line '\(prefix)…'").dropFirst(10))
        .trimmingCharacters(in: .whitespaces)
    }
  }
}

/// The promise "safe at compile time", held against programs that break it.
@Suite(.enabled(if: Compiler.isAvailable, "needs swiftc in PATH and the built library module"))
struct MustNotCompileTests {
  @Test func thereAreProgramsEnough() {
    #expect(Mistake.all.count >= 12)
  }

  @Test(arguments: Mistake.all)
  func isRejected(_ mistake: Mistake) async throws {
    let expected = try mistake.expectedDiagnostic
    let result = try await Compiler.compile(mistake.source)
    let compiles = result.succeeded
    #expect(!compiles, "\(mistake.name) compiles, and it must not")
    let diagnoses = result.output.split(separator: "\n").contains {
      $0.contains("error: ") && $0.contains(expected)
    }
    #expect(diagnoses, "not rejected for the reason expected:\n\(result.output)")
  }

  @Test(arguments: Mistake.all)
  func compilesWhenCorrected(_ mistake: Mistake) async throws {
    let result = try await Compiler.compile(mistake.fixedSource)
    let succeeded = result.succeeded
    #expect(succeeded, "\(result.output)")
  }
}
