import Foundation
import Testing

/// `_file`, `_line`, `_offset`, `_record` and `_format`.
struct ProvenanceTests {
  private static let places = "_file,_line,_offset,_record"

  @Test(arguments: ["ndjson", "csv", "tsv", "logfmt", "table"])
  func placesInEveryFormat(format: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("in", "\r\n{\"a\":1}\r\nbad\n\n{\"a\":2} {\"a\":3}\n")
    try folder.write("2", "{\"a\":4}")
    let outcome = try Program.shell(
      "cd \"$1\" && \"$SPALT\" in 2 -O \(format) --select a,\(Self.places)", [folder.path])
    #expect(outcome.status == 0)
    // The values alone: what is a number or the name of the first file.
    let values = outcome.lines.map { line in
      line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
        .filter { $0 == "in" || Int($0) != nil }
    }.filter { !$0.isEmpty }
    #expect(
      values == [
        ["1", "in", "2", "2", "1"], ["2", "in", "5", "16", "2"], ["3", "in", "5", "24", "3"],
        ["4", "2", "1", "0", "1"],
      ], "\(outcome.text)")
  }

  @Test(arguments: ["1", "3"], ["mmap", "read"])
  func placesAreThoseOfTheFile(threads: String, io: String) throws {
    let folder = try TemporaryFolder()
    var lines: [String] = []
    for number in 0..<20_000 {
      if number % 97 == 0 { lines.append(number % 2 == 0 ? "" : "bad") }
      lines.append("{\"n\":\(number),\"wanted\":\(number % 1000 == 0)}")
    }
    let text = lines.joined(separator: "\n") + "\n"
    let paths = try ["1", "2"].map { try folder.write($0, text) }
    var places: [String] = []
    var offset = 0
    var record = 0
    for (index, line) in lines.enumerated() {
      if line.hasPrefix("{") {
        record += 1
        places.append("{\"_line\":\(index + 1),\"_offset\":\(offset),\"_record\":\(record)}")
      }
      offset += line.utf8.count + 1
    }
    let arguments =
      paths + ["-j", threads, "--io", io, "--piece", "4096", "--select", "_line,_offset,_record"]
    #expect(try Program.run(arguments).lines == places + places)
    // A filter leaves records out, and their numbers are those that they have without it.
    let some = places.enumerated().filter { $0.offset % 1000 == 0 }.map(\.element)
    let filtered = try Program.run(arguments + ["--where", "wanted"])
    #expect(filtered.lines == some + some)
    let lazy = try Program.run(
      paths + ["-j", threads, "--select", "_line", "--where", "n = 19000"])
    #expect(lazy.lines.count == 2)
    #expect(Set(lazy.lines).count == 1)
    let line = some[19].split { !$0.isNumber }.first ?? ""
    #expect(lazy.lines.first == "{\"_line\":\(line)}")
  }

  @Test(arguments: ["ndjson", "csv", "tsv", "logfmt", "table"])
  func formatsInEveryFormat(format: String) throws {
    let input = Data("{\"a\":1}\nbroken\n".utf8)
    let outcome = try Program.run(
      ["-f", "ndjson", "--on-error", "keep", "--select", "_format,a", "-O", format], input: input)
    let names = outcome.lines.compactMap { line in
      line.split { !$0.isLetter }.map(String.init).first { $0 == "ndjson" || $0 == "text" }
    }
    #expect(names == ["ndjson", "text"], "\(outcome.text)")
  }

  @Test func rawOutputIsTheRecords() throws {
    let input = Data("{\"a\":1}\n{\"a\":2}\n".utf8)
    #expect(try Program.run(["-O", "raw", "--select", Self.places], input: input).output == input)
  }

  @Test func filtersKnowFileAndOffset() throws {
    let folder = try TemporaryFolder()
    let one = try folder.write("one", "{\"a\":1}\n{\"a\":2}\n")
    let two = try folder.write("two", "{\"a\":3}\n{\"a\":4}\n")
    #expect(
      try Program.output([one, two, "--where", "_file LIKE '%/two'"]) == "{\"a\":3}\n{\"a\":4}\n")
    for condition in ["_file ~ 'two$'", "contains(_file, '/two')"] {
      #expect(try Program.output([one, two, "--where", condition, "-c"]) == "2\n", "\(condition)")
    }
    #expect(try Program.output([one, two, "--where", "_offset = 8"]) == "{\"a\":2}\n{\"a\":4}\n")
  }

  @Test(arguments: ["_line", "_record"])
  func numbersCanBeFilteredOn(name: String) throws {
    let own = Data("{\"\(name)\":7}\n{\"\(name)\":8}\n".utf8)
    let folder = try TemporaryFolder()
    // Many batches, so that the numbers depend on what other workers decode.
    let lines = (1...30_000).map { "{\"a\":\($0)}\n" }.joined()
    let path = try folder.write("many", lines)
    for options in [["-j", "1"], ["-j", "3", "--piece", "4096"], ["--io", "read"]] {
      let found = try Program.output([path, "--where", "\(name) % 10000 = 1"] + options)
      #expect(found == "{\"a\":1}\n{\"a\":10001}\n{\"a\":20001}\n", "\(options)")
    }
    // The input's own column of that name is one like any other.
    #expect(try Program.output(["--where", "\(name) = 8"], input: own) == "{\"\(name)\":8}\n")
    #expect(
      try Program.output(["--select", name], input: own) == "{\"\(name)\":7}\n{\"\(name)\":8}\n")
  }
}
