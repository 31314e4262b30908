import Foundation

/// Where things lie, seen from this file.
enum Project {
  /// The repository's root.
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The folder `Tests`.
  static let tests = root.appending(path: "Tests")

  /// The folder of compiled modules that this test run was built with, or nil when it is not to be
  /// found: it stands beside the test bundle.
  static let modules: URL? = {
    for argument in CommandLine.arguments where argument.contains(".xctest") {
      var folder = URL(filePath: argument)
      while folder.pathComponents.count > 1 {
        folder.deleteLastPathComponent()
        let modules = folder.appending(path: "Modules")
        let library = modules.appending(path: "Spalt.swiftmodule")
        if FileManager.default.fileExists(atPath: library.path) { return modules }
      }
    }
    return nil
  }()

  /// The module maps of the C modules that the library imports.
  static let moduleMaps: [URL] = {
    let sources = root.appending(path: "Sources")
    let targets = (try? FileManager.default.contentsOfDirectory(atPath: sources.path)) ?? []
    return targets.sorted().flatMap { target in
      ["module.modulemap", "include/module.modulemap"].map {
        sources.appending(path: target).appending(path: $0)
      }
    }.filter { FileManager.default.fileExists(atPath: $0.path) }
  }()

  /// A new empty folder, which the caller removes.
  static func makeTemporaryFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "spalt-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }
}
