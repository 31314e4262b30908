import Testing

@testable import Spalt

/// Each access log of the corpus against what its manifest says of it.
@Suite struct AccessCorpusTests {
  /// What a file gives where it is not what the manifest's pattern matches, and why lines are none.
  private static let exceptions: [String: (recordCount: Int, rejects: [Int: RejectReason])] = [
    // Error messages of Apache and nginx; a line without one of ident and user.
    "crowdsec-hub/apache2-logs.log": (7, [8: .missingLogTime, 9: .missingLogTime]),
    "crowdsec-hub/nginx_http-logs.log": (7, [8: .missingClientFields, 9: .missingLogTime]),
    // JSON behind the fields of a container runtime. The others have three fields, a time of
    // RFC 3339 and a request.
    "crowdsec-hub/envoy-logs.log": (
      4,
      [
        1: .unexpectedQuote, 2: .unexpectedQuote, 3: .unexpectedQuote, 6: .unexpectedQuote,
        7: .unexpectedQuote, 8: .unexpectedQuote,
      ]
    ),
    // Lacks ident and user.
    "lnav/logfile_bad_access_log.0": (2, [2: .missingClientFields]),
    // Quotes in the request that are not escaped, in lines 13 and 14.
    "plaso/apache_access.log": (15, [:]),
  ]

  @Test(.needsCorpus) func filesAreReadAsTheManifestSays() throws {
    var fileCount = 0
    for file in try Corpus.accessFiles() where file.facts.contains("match common/combined") {
      let facts = try #require(
        file.facts.firstMatch(of: /(\d+) of (\d+) lines match common\/combined/), "\(file.name)")
      fileCount += 1
      let exception = Self.exceptions[String(file.name.dropFirst("access/".count))]
      for mode in [InputMode.mmap, .read] {
        var options = ReaderOptions()
        options.formatName = "access"
        options.inputMode = mode
        let snapshot = try Snapshot.read([file.path], options)
        let recordCount = exception?.recordCount ?? Int(facts.1)
        #expect(snapshot.statistics.recordCount == recordCount, "\(file.name)")
        #expect(
          snapshot.rejects.count == (Int(facts.2) ?? 0) - (recordCount ?? 0), "\(file.name)")
        if let exception {
          let rejects = Dictionary(
            snapshot.rejects.map { ($0.line, $0.reason) }, uniquingKeysWith: { first, _ in first })
          #expect(rejects == exception.rejects, "\(file.name)")
        }
        #expect(snapshot.isAccounted, "\(file.name)")
        if exception == nil {
          // The manifest lists the six most frequent ones.
          let found = statuses(snapshot)
          let expected = Self.statuses(in: file.facts)
          #expect(expected.allSatisfy { found[$0.key] == $0.value }, "\(file.name)")
          #expect(expected.count >= min(6, found.count), "\(file.name)")
        }
      }
    }
    #expect(fileCount >= 17)
  }

  private func statuses(_ snapshot: Snapshot) -> [String: Int] {
    snapshot.column("status").reduce(into: [:]) { counts, cell in
      counts[cell == .null ? "-" : "\(cell)", default: 0] += 1
    }
  }

  /// The counts in `statuses {'200': 1, …}`.
  private static func statuses(in facts: String) -> [String: Int] {
    guard let list = facts.firstMatch(of: /statuses \{([^}]*)\}/) else { return [:] }
    return list.1.matches(of: /'([^']+)': (\d+)/).reduce(into: [:]) { counts, match in
      counts[String(match.1)] = Int(match.2)
    }
  }

  @Test(.needsCorpus) func onlyOneRecordIsRepaired() throws {
    for (name, count) in [("elastic-examples/apache_logs", 1), ("plaso/apache_access.log", 1)] {
      var options = ReaderOptions()
      options.formatName = "access"
      let snapshot = try Snapshot.read([Corpus.path("access/" + name)], options)
      #expect(snapshot.statistics.repairedRecords.count == count, "\(name)")
      let agents = snapshot.texts("user_agent").compactMap { $0 }
      #expect(agents.contains { $0.hasSuffix("+http://www.google.com/bot.html") }, "\(name)")
    }
  }

  @Test(.needsCorpus) func malformedRequestsAreKept() throws {
    var options = ReaderOptions()
    options.formatName = "access"
    for name in ["apache2-malformed.log", "nginx-http-malformed.log"] {
      let snapshot = try Snapshot.read([Corpus.path("access/crowdsec-hub/" + name)], options)
      #expect(snapshot.texts("method").allSatisfy { $0 == nil })
      #expect(snapshot.texts("protocol").allSatisfy { $0 == nil })
      #expect(snapshot.texts("path").allSatisfy { $0?.isEmpty == false })
      #expect(snapshot.column("status").allSatisfy { $0 == .int64(400) })
    }
  }

  @Test(.needsCorpus) func fieldsThatCrowdSecAsserts() throws {
    for (name, lines) in try CrowdSecAssertions.all() {
      var options = ReaderOptions()
      options.formatName = "access"
      let snapshot = try Snapshot.read([Corpus.path("access/crowdsec-hub/\(name).log")], options)
      var rows: [String: [String: Cell]] = [:]
      let content = try Corpus.bytes("access/crowdsec-hub/\(name).log")
      for (row, position) in zip(snapshot.rows, snapshot.positions) {
        let range = position.offset..<position.offset + position.byteCount
        rows[String(decoding: content[range], as: UTF8.self)] = Dictionary(
          uniqueKeysWithValues: zip(snapshot.columns.map(\.name), row))
      }
      var checkedCount = 0
      for (message, fields) in lines {
        guard let row = rows[message] else { continue }
        for (name, text) in fields {
          checkedCount += 1
          #expect(CrowdSecAssertions.text(row[name] ?? .null) == text, "\(name) of \(message)")
        }
      }
      #expect(checkedCount > 20, "\(name)")
    }
  }
}
