import Foundation
import Testing

/// Every field of access logs against CPython's `re` with the published pattern.
@Suite(.enabled(if: Tools.python != nil, "python3 is not installed"))
struct AccessDifferentialTests {
  private static let columns =
    "_line,vhost,host,ident,user,time,method,path,protocol,status,bytes,referer,user_agent"

  /// Compares; gives the number of lines that the pattern matches.
  @discardableResult
  private func compare(
    _ path: String, _ arguments: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Int {
    let folder = try TemporaryFolder()
    let output = folder.path("output.ndjson")
    let run = try Program.run(
      [
        "parse", "-f", "access", path, "--select", Self.columns, "-O", "ndjson", "--time-zone",
        "UTC", "-o",
        output,
      ] + arguments)
    #expect(run.status == 0, "\(run.errorText)", sourceLocation: sourceLocation)
    let outcome = try python(["compare", path, output])
    #expect(
      outcome.status == 0, "\(path) \(arguments): \(outcome.errorText)",
      sourceLocation: sourceLocation)
    return Int(outcome.lines.first ?? "") ?? -1
  }

  private func python(_ arguments: [String]) throws -> Outcome {
    try Program.execute(
      Tools.python ?? "python3", [Samples.oracle("access_fields.py")] + arguments,
      environment: ["PYTHONDONTWRITEBYTECODE": "1"])
  }

  @Test(.enabled(if: Corpus.isPresent)) func corpus() throws {
    var count = 0
    for name in [
      "crowdsec-hub/apache2-logs.log", "crowdsec-hub/apache2-malformed.log",
      "crowdsec-hub/nginx-http-malformed.log", "crowdsec-hub/nginx_http-logs.log",
      "elastic-examples/apache_logs", "lnav/logfile_access_log.0", "lnav/logfile_access_log.1",
      "lnav/logfile_bad_access_log.0", "mtail/apache-combined.log", "plaso/apache_access.log",
    ] {
      count += try compare(Corpus.folder.appendingPathComponent("access/" + name).path)
    }
    // All lines but one of elastic's, of which a quote is missing, and the odd ones of the others.
    #expect(count == 9999 + 60)
  }

  @Test(arguments: 1...4) func randomLines(seed: Int) throws {
    let folder = try TemporaryFolder()
    let lines = try python(["generate", String(seed), "4000"])
    let path = try folder.write("random.log", lines.output)
    let count = try compare(path)
    #expect(count > 2000)
    for arguments in [["--io", "read", "-j", "2"], ["--max-record", "1000"]] {
      #expect(try compare(path, arguments) == count)
    }
  }

  /// Logs without escapes are read without a copy; what is decoded is copied, and counted.
  @Test func zeroCopy() throws {
    let folder = try TemporaryFolder()
    let line = #"1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 5 "-" "#
    let plain = try folder.write("plain.log", Data((line + "\"a \\\"b\\\"\"\n").utf8))
    let arguments = ["parse", "-f", "access", "--require-zero-copy", "-O", "none"]
    #expect(try Program.run(arguments + [plain]).status == 0)
    let decoded = try Program.run(arguments + ["--decode-escapes", plain])
    #expect(decoded.status == 4)
    #expect(decoded.errorText.contains("escapeDecoded"), "\(decoded.errorText)")
    let text = try Program.output(
      [
        "parse", "-f", "access", "--decode-escapes", "--select", "user_agent", "-O", "ndjson",
        plain,
      ])
    #expect(text == #"{"user_agent":"a \"b\""}"# + "\n")
  }

  /// A repaired record is counted.
  @Test func repairedRecordsAreReported() throws {
    let folder = try TemporaryFolder()
    let line = #"1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 5 "-" "missing"#
    let path = try folder.write("broken.log", Data((line + "\n").utf8))
    let outcome = try Program.run(["parse", "-f", "access", "-O", "none", "--stats", path])
    #expect(outcome.status == 0)
    #expect(
      outcome.errorText.contains(/repaired\S*\s+1\b/), "\(outcome.errorText)")
  }
}
