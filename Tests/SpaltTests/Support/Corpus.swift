import Foundation
import Testing

@testable import Spalt

/// Real files that other projects test their parsers with. They are not part of the package: where
/// they are missing, the tests that need them are skipped.
enum Corpus {
  /// The folder: `SPALT_CORPUS`, or `../shared/corpus` next to the package.
  static let folder: URL = {
    if let path = ProcessInfo.processInfo.environment["SPALT_CORPUS"] {
      return URL(fileURLWithPath: path, isDirectory: true)
    }
    var package = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { package.deleteLastPathComponent() }
    return package.deletingLastPathComponent().appendingPathComponent("shared/corpus")
  }()

  static let isPresent = FileManager.default.fileExists(
    atPath: folder.appendingPathComponent("MANIFEST.tsv").path)

  static let comment: Comment = "the corpus is missing; SPALT_CORPUS says where it is"

  /// One row of the manifest.
  struct File: Sendable {
    let name: String
    let byteCount: Int
    let kind: String
    let facts: String
    var path: String { Corpus.folder.appendingPathComponent(name).path }
  }

  static func files(in folderName: String) throws -> [File] {
    let manifest = try String(
      contentsOf: folder.appendingPathComponent("MANIFEST.tsv"), encoding: .utf8)
    return manifest.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard parts.count >= 7, parts[0].hasPrefix(folderName + "/"), let count = Int(parts[1])
      else { return nil }
      return File(name: parts[0], byteCount: count, kind: parts[2], facts: parts[6])
    }
  }

  /// The path of a file.
  static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  /// The logs of web servers, in formats of NCSA and others.
  static func accessFiles() throws -> [File] {
    try files(in: "access").filter { $0.kind != "expected" && !$0.name.hasSuffix(".ndjson") }
  }

  /// The files of newline-delimited JSON, good and bad.
  static func ndjsonFiles() throws -> [File] {
    try files(in: "ndjson").filter { $0.kind != "expected" }
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips a test, and says so, where the corpus is missing.
  static var needsCorpus: Self { .enabled(if: Corpus.isPresent, Corpus.comment) }
}
