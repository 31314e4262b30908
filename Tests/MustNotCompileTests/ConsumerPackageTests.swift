import Foundation
import Testing

/// A package resolves Spalt as its users do, by a git tag, and builds without experimental flags.
struct ConsumerPackageTests {
  private static let git = Tool.find("git")
  private static let swift = Tool.find("swift")
  private static var canRun: Bool {
    let repository = Project.root.appending(path: ".git")
    return git != nil && swift != nil && FileManager.default.fileExists(atPath: repository.path)
  }

  /// What `Tests/ConsumerPackage` prints about its `app.ndjson`.
  private static let expectedLines = [
    "columns: level:string status:int64 ratio:float64 user.name:string",
    "records: 4",
    "status sum: 1103",
    "ratio sum: 0.75",
    "errors at: [64, 189]",
    "names: ada,bo,grace",
    "rejected: 1",
  ]

  @Test(
    .enabled(if: canRun, "needs git and swift in PATH, and a clone"),
    .timeLimit(.minutes(10)))
  func buildsAndRuns() async throws {
    let folder = try Project.makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let library = folder.appending(path: "spalt")
    try await Self.snapshot(to: library)

    let consumer = folder.appending(path: "consumer")
    try FileManager.default.copyItem(
      at: Project.tests.appending(path: "ConsumerPackage"), to: consumer)
    let swift = try #require(Self.swift)
    let result = try await swift.run(
      ["run", "--scratch-path", folder.appending(path: "build").path, "consumer", "app.ndjson"],
      in: consumer, environment: ["SPALT_URL": "file://\(library.path)"])
    let succeeded = result.succeeded
    #expect(succeeded, "\(result.output)")
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(Array(lines.suffix(Self.expectedLines.count)) == Self.expectedLines)
  }

  /// Commits the files of the working tree, as far as git would not ignore them, in a repository of
  /// their own with the tag `0.1.0`.
  private static func snapshot(to folder: URL) async throws {
    let git = try #require(git)
    let manager = FileManager.default
    let listing = try await git.run(
      ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], in: Project.root)
    try #require(listing.succeeded, "\(listing.output)")
    for path in listing.output.split(separator: "\0").map(String.init) {
      let source = Project.root.appending(path: path)
      // A file may have been deleted since it was tracked.
      guard manager.fileExists(atPath: source.path) else { continue }
      let target = folder.appending(path: path)
      try manager.createDirectory(
        at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try manager.copyItem(at: source, to: target)
    }
    let identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    let commands = [
      ["init", "--quiet"], ["add", "--all"],
      identity + ["commit", "--quiet", "--no-gpg-sign", "-m", "Snapshot"],
      identity + ["tag", "0.1.0"],
    ]
    for arguments in commands {
      let result = try await git.run(arguments, in: folder)
      try #require(result.succeeded, "git \(arguments.joined(separator: " ")): \(result.output)")
    }
  }
}
