import Foundation
import Testing

/// The C library, as programs in other languages use it.
@Suite(.enabled(if: Library.path != nil, "needs SPALT_LIBRARY, as make test sets it"))
struct LibraryTests {
  @Test func exportsWhatTheHeaderDeclaresAndNothingElse() throws {
    let header = try String(
      contentsOfFile: Library.headerPath, encoding: .utf8)
    let declared = Set(
      header.split(separator: "\n").filter { !$0.hasPrefix("//") && !$0.hasPrefix(" ") }
        .compactMap { $0.firstMatch(of: /\b(spalt_[a-z0-9_]+)\(/).map { String($0.1) } })
    #expect(declared.count >= 20)
    let symbols = try Program.execute(
      "/usr/bin/env", ["nm", "-D", "--defined-only", Library.path!])
    let exported = Set(
      symbols.lines.map { $0.split(separator: " ") }
        .filter { $0.count == 3 && $0[1].allSatisfy(\.isUppercase) }.map { String($0[2]) })
    #expect(exported == declared)
  }

  @Test func needsNoSwiftRuntime() throws {
    let outcome = try Program.execute("/usr/bin/env", ["readelf", "-d", Library.path!])
    let needed = outcome.lines.filter { $0.contains("(NEEDED)") }
    let known = ["libc.", "libm.", "libgcc_s.", "libstdc++.", "ld-linux", "libpthread.", "libdl."]
    let others = needed.filter { line in !known.contains { line.contains("[" + $0) } }
    #expect(!needed.isEmpty)
    #expect(others == [])
    let hasRunPath = outcome.text.contains("RUNPATH") || outcome.text.contains("RPATH")
    #expect(!hasRunPath)
  }

  /// The sums that the C program prints, against those of the command.
  @Test(
    .enabled(if: Tools.cCompiler != nil, "needs a C compiler"),
    arguments: [[], ["-fsanitize=address,undefined", "-g"]])
  func exampleInC(flags: [String]) throws {
    let folder = try TemporaryFolder()
    let program = folder.path("columns")
    let built = try Library.compile("Examples/c/spalt_columns.c", to: program, flags)
    #expect(built.status == 0, "\(built.errorText)")
    let path = Samples.testData("service.ndjson")
    let status = try Program.output([path, "--select", "status", "-O", "csv"])
      .split(separator: "\n").dropFirst().compactMap { Int($0) }
    for arguments in [[], ["strings=utf8"], ["io=read"], ["threads=1", "memory=64MiB"]] {
      let outcome = try Program.execute(program, [path] + arguments)
      #expect(outcome.status == 0, "\(outcome.errorText)")
      let format = arguments == ["strings=utf8"] ? "u" : "vu"
      #expect(outcome.lines.last == "200 rows, 1 batches")
      #expect(outcome.lines.contains("status l nulls=22 sum=\(status.reduce(0, +))"))
      #expect(outcome.lines.contains("service \(format) nulls=0 bytes=1459 longest=inventory"))
      #expect(
        outcome.lines.contains(
          "msg \(format) nulls=0 bytes=3886 longest=Rückgabe für Zoë Müller bearbeitet"))
    }
    let filtered = try Program.execute(program, [path, "where=status >= 500", "select=status"])
    let count = status.count { $0 >= 500 }
    #expect(filtered.lines.last == "\(count) rows, 1 batches")
    let wrong = try Program.execute(program, [path, "where=status >="])
    #expect(wrong.status == 2)
    #expect(wrong.errorText.contains("(code 7"))
  }

  @Test(
    .enabled(if: Engines.python != nil, "the engines cannot be installed here"),
    arguments: [
      "service.ndjson", "odd.ndjson", "access.log", "service.logfmt", "mixed.log",
      "compressed/service.ndjson.lz4", "compressed/access.log.gz",
    ], ["utf8_view", "utf8"])
  func enginesAgree(name: String, strings: String) throws {
    let outcome = try Library.python(
      Engines.python!, "stream_engines.py", [Samples.testData(name), "strings=\(strings)"])
    #expect(outcome.status == 0, "\(outcome.errorText)")
    // Not `run`, which would compress the file once more.
    let counted = try Program.execute(Program.path, [Samples.testData(name), "-c"])
    #expect(outcome.text == counted.text)
  }

  @Test(.enabled(if: Engines.python != nil, "the engines cannot be installed here"))
  func enginesAgreeOnALargeFile() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "large.ndjson", Samples.serviceLog(byteCount: 6_000_000, seed: 3))
    let outcome = try Library.python(Engines.python!, "stream_engines.py", [path, "threads=2"])
    #expect(outcome.status == 0, "\(outcome.errorText)")
  }

  /// Addresses, mappings, slices, threads, capsules and moved children.
  @Test(.enabled(if: Engines.python != nil, "the engines cannot be installed here"))
  func arraysLieInTheFileAndKeepIt() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("messages.ndjson", Self.messages(count: 80_000))
    let outcome = try Library.python(Engines.python!, "stream_lifetimes.py", [path])
    #expect(outcome.status == 0, "\(outcome.errorText)")
    #expect(outcome.lines == ["done"])
  }

  /// NULL everywhere, options that make no sense, damage, truncation, cancelling, and errors of threads.
  @Test(.enabled(if: Tools.python != nil, "needs Python"))
  func errors() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("messages.ndjson", Self.messages(count: 250_000))
    let damaged = try folder.write(
      "damaged.lz4",
      Data(contentsOf: URL(fileURLWithPath: Samples.testData("compressed/service.ndjson.lz4")))
        .dropLast(900))
    let outcome = try Library.python(Tools.python!, "stream_errors.py", [path, damaged])
    #expect(outcome.status == 0, "\(outcome.errorText)")
    #expect(outcome.lines == ["done"])
  }

  /// `SPALT_OPEN_CYCLES=1000000` takes a quarter of an hour.
  @Test(.enabled(if: Tools.python != nil, "needs Python"))
  func openingAndClosingLeaksNothing() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("messages.ndjson", Self.messages(count: 300))
    let count = ProcessInfo.processInfo.environment["SPALT_OPEN_CYCLES"] ?? "20000"
    let outcome = try Library.python(
      Tools.python!, "stream_cycles.py", [path, count], timeoutSeconds: 3600)
    #expect(outcome.status == 0, "\(outcome.errorText)")
    #expect(outcome.lines == ["done"])
  }

  /// Records with long messages without escapes.
  private static func messages(count: Int) -> Data {
    var data = Data()
    for number in 0..<count {
      let status = [200, 404, 500][number % 3]
      data.append(
        contentsOf: """
          {"status":\(status),"msg":"request \(number) was handled by worker \(number % 7) of the pool","ms":\(Double(number) / 8)}

          """.utf8)
    }
    return data
  }
}
