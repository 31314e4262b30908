import Foundation
import Testing

/// What `--stats json` printed.
struct Statistics {
  let sections: [String: [String: Any]]
  /// What is said of each input's format.
  let formats: [[String: Any]]

  /// Reads the last line of standard error.
  init(_ outcome: Outcome) throws {
    guard let line = outcome.errorLines.last else { throw TestFailure("no statistics") }
    let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
    guard var members = object as? [String: Any],
      let formats = members.removeValue(forKey: "formats") as? [[String: Any]],
      let sections = members as? [String: [String: Any]]
    else { throw TestFailure("not an object of objects and a list of formats: \(line)") }
    self.sections = sections
    self.formats = formats
  }

  /// Runs `spalt` with `--stats json` on top.
  init(_ arguments: [String], input: Data = Data()) throws {
    try self.init(try Program.run(arguments + ["--stats", "json"], input: input))
  }

  subscript(section: String, name: String) -> Int { sections[section]?[name] as? Int ?? -1 }

  /// Checks that all bytes of the input are accounted for.
  func expectIdentity(
    inputByteCount: Int, _ comment: Comment = "", sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let parts = ["records", "ruled_out", "rejected", "blank", "separators"].map {
      self["bytes", $0]
    }
    #expect(self["bytes", "input"] == inputByteCount, comment, sourceLocation: sourceLocation)
    #expect(parts.reduce(0, +) == inputByteCount, comment, sourceLocation: sourceLocation)
    #expect(parts.allSatisfy { $0 >= 0 }, comment, sourceLocation: sourceLocation)
  }
}
