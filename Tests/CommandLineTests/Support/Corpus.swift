import Foundation
import Testing

/// The corpus of real data, if it is at hand: `SPALT_CORPUS` says where, or else it lies beside the
/// project.
enum Corpus {
  static let folder: URL = {
    if let path = ProcessInfo.processInfo.environment["SPALT_CORPUS"] {
      return URL(fileURLWithPath: path)
    }
    return Samples.root.deletingLastPathComponent().appendingPathComponent("shared/corpus")
  }()

  /// One NDJSON file, and what the manifest says about it.
  struct File: Sendable, CustomTestStringConvertible {
    let name: String
    let facts: String

    var path: String { Corpus.folder.appendingPathComponent(name).path }
    var testDescription: String { name }

    /// The numbers in "G of N non-blank lines are complete JSON values".
    var wellFormedCount: Int { number(before: " of ") }
    var nonBlankCount: Int { number(before: " non-blank lines") }

    /// Lines that are not JSON on their own, as far as the manifest lists them.
    var brokenLines: [Int] {
      guard
        let list = facts.components(separatedBy: "not JSON on their own: line ").dropFirst().first
      else { return [] }
      return list.prefix { $0.isNumber || $0 == "," || $0 == " " }.split(separator: ",").compactMap
      {
        Int($0.trimmingCharacters(in: .whitespaces))
      }
    }

    /// Whether `brokenLines` holds all broken lines.
    var listsAllBrokenLines: Bool { !facts.contains("…") }

    private func number(before phrase: String) -> Int {
      guard let range = facts.range(of: phrase) else { return -1 }
      let digits = facts[..<range.lowerBound].reversed().prefix { $0.isNumber }
      return Int(String(digits.reversed())) ?? -1
    }
  }

  /// All NDJSON files but the oracles of other projects.
  static let ndjson: [File] = {
    let url = folder.appendingPathComponent("MANIFEST.tsv")
    guard let manifest = try? String(contentsOf: url, encoding: .utf8) else { return [] }
    return manifest.split(separator: "\n").compactMap { line in
      let columns = line.components(separatedBy: "\t")
      guard columns.count >= 7, columns[0].hasPrefix("ndjson/"), columns[2] != "expected" else {
        return nil
      }
      return File(name: columns[0], facts: columns[6])
    }
  }()

  static var isPresent: Bool { !ndjson.isEmpty }
}
