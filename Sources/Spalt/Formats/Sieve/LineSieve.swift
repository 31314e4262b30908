import SpaltKernels

/// Lines of which one may hold a record that is wanted.
struct SievedLine {
  /// Where the line begins; the end of the bytes when there is none.
  var start: Int
  /// Just past its line feed.
  var end: Int
  /// Line feeds that were passed over before it.
  var skippedLineFeedCount: Int
}

/// Passes over lines that cannot hold a record for which a filter is true, by their raw bytes.
///
/// A condition is a list of probes, of which every record that meets it passes at least one. A line
/// without any such place is ruled out, unless it holds a `\u` that may spell a byte of such a text: what
/// escapes spell is not looked at here. All conditions have to be met, so the one that the fewest lines pass does the search, and the
/// others look at what it lets through.
struct LineSieve: ~Copyable {
  private let probes: [FieldProbe]
  private let texts: [Literal]
  private let needles: [Needle]
  /// The probes of all other conditions, one condition after the other, and where each one's end.
  private let otherProbes: [FieldProbe]
  private let otherEnds: [Int]
  private let otherTexts: [Literal]
  private let kernels: ScanKernels
  /// Whether all texts that are searched for or compared are ASCII.
  private let isASCII: Bool
  private var index: ProbeIndex
  /// Where the search goes on in the indexed stretch; -1 when another has to be indexed first.
  private var position = -1
  /// Line feeds in the stretch before that.
  private var countedLineFeedCount = 0

  /// The most probes that one condition may have: each takes a pass over the bytes.
  static let probeLimit = 4

  /// Whether no line is ruled out, because there is nothing to search for.
  var passesAll: Bool { probes.isEmpty }

  /// A sieve that searches by `condition`, then looks whether `others` are met, too.
  init(
    condition: ProbedCondition, others: [ProbedCondition], kernels: ScanKernels, pool: ChunkPool
  ) throws(SpaltError) {
    precondition(condition.probes.count <= Self.probeLimit)
    let index = try ProbeIndex(pool: pool, kernels: kernels)
    probes = condition.probes
    texts = condition.texts
    // A place that one of several needles leaves out may be another one's.
    needles = probes.map { probe in
      var needle = probe.needle
      if condition.probes.count > 1 { needle.keepIntegers() }
      return needle
    }
    var joined = ProbedCondition(probes: [])
    var ends: [Int] = []
    for condition in others {
      joined.append(condition)
      ends.append(joined.probes.count)
    }
    otherProbes = joined.probes
    otherTexts = joined.texts
    otherEnds = ends
    let literals =
      (probes + joined.probes).flatMap { [$0.needle.literal, $0.key] } + texts + joined.texts
    isASCII = literals.allSatisfy(\.isASCII)
    self.kernels = kernels
    self.index = index
  }

  /// Forgets the bytes that were looked at: the next ones are others.
  mutating func clear() { position = -1 }

  /// The first line from the one at `start` on that may hold a record that is wanted. Called again, it
  /// goes on behind that line.
  mutating func next(_ cursor: borrowing ByteCursor, from start: Int) -> SievedLine {
    var lineStart = start
    var skippedLineFeedCount = 0
    while lineStart < cursor.end {
      if lineStart != position || lineStart >= index.end { cover(cursor, from: lineStart) }
      // Lines that the stretch holds whole; at the end of the bytes a line needs no line feed.
      let limit = index.end == cursor.end ? cursor.end : index.lineStart(before: index.end)
      if limit <= lineStart {
        if index.start == lineStart { return longLine(cursor, at: lineStart, skippedLineFeedCount) }
        position = -1
        continue
      }
      let hit = candidate(cursor, from: lineStart, upTo: limit)
      if hit < limit {
        let found = index.lineStart(before: hit)
        let count = lineFeedCount(cursor, lineStart, before: found, limit)
        let end = index.lineEnd(from: hit)
        countedLineFeedCount += count + (end == nil ? 0 : 1)
        position = end ?? cursor.end
        return SievedLine(
          start: found, end: position, skippedLineFeedCount: skippedLineFeedCount + count)
      }
      skippedLineFeedCount += index.lineFeedCount - countedLineFeedCount
      lineStart = limit
      position = -1
    }
    return SievedLine(
      start: cursor.end, end: cursor.end, skippedLineFeedCount: skippedLineFeedCount)
  }

  /// Line feeds from `lineStart` up to `found`, counted on the shorter side of it: how many there are up to
  /// `limit` is known.
  private func lineFeedCount(
    _ cursor: borrowing ByteCursor, _ lineStart: Int, before found: Int, _ limit: Int
  ) -> Int {
    guard found - lineStart > limit - found else {
      return kernels.count(of: 0x0A, cursor, in: lineStart..<found)
    }
    return index.lineFeedCount - countedLineFeedCount
      - kernels.count(of: 0x0A, cursor, in: found..<limit)
  }

  private mutating func cover(_ cursor: borrowing ByteCursor, from start: Int) {
    index.cover(cursor, from: start, needles)
    position = start
    countedLineFeedCount = 0
  }

  /// A line that is longer than a stretch is not looked into.
  @inline(never)
  private mutating func longLine(
    _ cursor: borrowing ByteCursor, at start: Int, _ skippedLineFeedCount: Int
  ) -> SievedLine {
    position = -1
    let lineFeed = kernels.firstIndex(of: 0x0A, cursor, in: start..<cursor.end)
    return SievedLine(
      start: start, end: min(cursor.end, lineFeed + 1),
      skippedLineFeedCount: skippedLineFeedCount)
  }

  /// The first place from `start` on that lets its line through, or `limit`.
  private func candidate(
    _ cursor: borrowing ByteCursor, from start: Int, upTo limit: Int
  ) -> Int {
    if probes.count == 1 { return onlyCandidate(cursor, from: start, upTo: limit, probes[0]) }
    var hit = index.nextHit(from: start)
    while hit < limit {
      if passes(cursor, hit) { return hit }
      hit = index.nextHit(from: hit &+ 1)
    }
    return limit
  }

  /// As `candidate`, with one probe, whose parts stay in registers.
  @inline(never)
  private func onlyCandidate(
    _ cursor: borrowing ByteCursor, from start: Int, upTo limit: Int, _ probe: FieldProbe
  ) -> Int {
    let cursor = copy cursor
    var hit = index.nextHit(from: start)
    while hit < limit {
      let isFound =
        probe.needle.matches(cursor, at: hit)
        ? probe.mayHold(cursor, at: hit, texts)
        : cursor.byte(at: hit) == 0x5C && escapeMatters(cursor, at: hit)
      if isFound, otherEnds.isEmpty || othersHold(cursor, hit) { return hit }
      hit = index.nextHit(from: hit &+ 1)
    }
    return limit
  }

  /// Whether the line of a hit may hold a record that is wanted.
  private func passes(_ cursor: borrowing ByteCursor, _ hit: Int) -> Bool {
    if cursor.byte(at: hit) == 0x5C { return escapeMatters(cursor, at: hit) }
    for probe in probes where probe.needle.matches(cursor, at: hit) {
      if probe.mayHold(cursor, at: hit, texts) {
        return otherEnds.isEmpty || othersHold(cursor, hit)
      }
    }
    return false
  }

  /// Whether the other conditions may be met by the line of a hit.
  @inline(never)
  private func othersHold(_ cursor: borrowing ByteCursor, _ hit: Int) -> Bool {
    let line = index.lineStart(before: hit)..<(index.lineEnd(from: hit) ?? cursor.end)
    var number = 0
    var condition = 0
    while condition < otherEnds.count {
      var holds = false
      while number < otherEnds[condition] {
        if !holds { holds = stands(otherProbes[number], cursor, line) }
        number &+= 1
      }
      if !holds { return hasEscape(cursor, line) }
      condition &+= 1
    }
    return true
  }

  /// Whether a probe's text stands in a line, where it may make a record meet the condition.
  private func stands(
    _ probe: FieldProbe, _ cursor: borrowing ByteCursor, _ line: Range<Int>
  ) -> Bool {
    let offset = Int(probe.needle.pair.firstOffset)
    var at = line.lowerBound
    while at < line.upperBound {
      at = kernels.firstIndex(of: probe.needle.pair.first, cursor, in: at..<line.upperBound)
      guard at < line.upperBound else { return false }
      let start = at - offset
      if start >= line.lowerBound, probe.needle.matches(cursor, at: start),
        probe.mayHold(cursor, at: start, otherTexts)
      {
        return true
      }
      at += 1
    }
    return false
  }

  /// Whether a `\u` may spell a byte of a text that is searched for: `\u0020` to `\u007f` may, and any when
  /// one of the texts is not ASCII.
  private func escapeMatters(_ cursor: borrowing ByteCursor, at index: Int) -> Bool {
    guard isASCII else { return true }
    let digits = cursor.word(at: index &+ 2)
    let third = UInt8(truncatingIfNeeded: digits &>> 16)
    return digits & 0xFFFF == 0x3030 && third >= 0x32 && third <= 0x37
  }

  /// Whether a `\u` stands in a line that matters.
  private func hasEscape(_ cursor: borrowing ByteCursor, _ line: Range<Int>) -> Bool {
    var at = line.lowerBound
    while at < line.upperBound {
      at = kernels.firstIndex(of: 0x5C, cursor, in: at..<line.upperBound)
      if cursor.byte(at: at + 1) == UInt8(ascii: "u"), escapeMatters(cursor, at: at) { return true }
      at += 1
    }
    return false
  }
}
