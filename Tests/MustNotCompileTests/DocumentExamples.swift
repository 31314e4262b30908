import Foundation

/// The Swift examples of one document: the contents of its code blocks marked `swift`.
struct DocumentExamples {
  /// The document's path in the repository.
  let path: String
  let blocks: [String]

  init(of path: String) throws {
    self.path = path
    let text = try String(contentsOf: Project.root.appending(path: path), encoding: .utf8)
    var blocks: [String] = []
    var current: [Substring]?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let lines = current {
        if line.hasPrefix("```") {
          blocks.append(lines.joined(separator: "\n") + "\n")
          current = nil
        } else {
          current = lines + [line]
        }
      } else if line == "```swift" {
        current = []
      }
    }
    self.blocks = blocks
  }

  /// Whether a block is a program of its own: one that imports the library.
  static func isProgram(_ block: String) -> Bool {
    block.split(separator: "\n").contains("import Spalt")
  }

  /// The pages of the library's documentation.
  static func pages() throws -> [String] {
    let folder = "Sources/Spalt/Spalt.docc"
    let files = try FileManager.default.contentsOfDirectory(
      atPath: Project.root.appending(path: folder).path)
    return files.filter { $0.hasSuffix(".md") }.sorted().map { "\(folder)/\($0)" }
  }
}
