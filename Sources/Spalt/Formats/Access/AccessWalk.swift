/// The fast way over access logs: finds the fields of records of the common and the combined format, with
/// or without a virtual host, from the places of quotes that a block kernel has listed.
///
/// Hardly anything is searched for. Quotes are at hand in their order, and what stands around them has a
/// fixed length: the time before the request's first quote, the protocol before its second, the status
/// behind it. What is found for one part does not depend on what was found for another, so that the
/// processor works on all of them at a time, and on several records.
///
/// A line with an escape, a byte beyond ASCII, a control character, an odd request, a quote too few or a
/// field too many is left to the scanner.
struct AccessWalk: RecordWalk {
  /// Where the places of the columns' values are noted.
  private let vhost, host, ident, user, time, method, path, `protocol`, status, bytes: Int
  private let referer, userAgent: Int
  /// Where the places of records are noted, and the numbers of the first stops in them.
  private let record, notes: Int
  /// Wanted columns that no field of an access log fills, and those that mostly have no value.
  private let emptyFields: [Int]
  private let emptyColumns: UInt64
  /// Whether nobody will convert the time, so that it is checked here.
  private let checksTime: Bool

  /// A walk for the columns that are wanted, or nil when one of them has another type than the format's, or a
  /// field has no column and its values are collected.
  init?(_ tree: inout FieldTree, _ wanted: WantedFields) {
    var places: [Int] = []
    var converts: [Bool] = []
    for field in AccessField.allCases {
      let node = tree.node(Array(field.name.utf8))
      if tree.nodes[node].column < 0, wanted.collectsExtra { return nil }
      guard let target = wanted.target(ofColumn: Int(tree.nodes[node].column)) else {
        places.append(wanted.unwantedField)
        converts.append(false)
        continue
      }
      guard target.type == field.type else { return nil }
      places.append(target.field)
      converts.append(target.slot.valuesStart >= 0)
    }
    func place(_ field: AccessField) -> Int { places[field.rawValue] }
    vhost = place(.vhost)
    host = place(.host)
    ident = place(.ident)
    user = place(.user)
    time = place(.time)
    method = place(.method)
    path = place(.path)
    `protocol` = place(.protocol)
    status = place(.status)
    bytes = place(.bytes)
    referer = place(.referer)
    userAgent = place(.userAgent)
    record = wanted.recordField
    notes = wanted.notesField
    checksTime = !converts[AccessField.time.rawValue]
    let others = wanted.columns.map(\.field).filter { $0 >= 0 && !places.contains($0) }
    emptyFields = others + [vhost, ident, user]
    emptyColumns = emptyFields.reduce(0) { $0 | Self.bit($1) }
  }

  /// Records that are looked at together, one part of them after the other, in loops so small that they stay
  /// in registers.
  private static let groupRowCount = 16

  func walk(
    _ cursor: borrowing ByteCursor, from start: Int, upTo limit: Int, maximumRowCount: Int,
    maximumByteCount: Int, _ marks: borrowing RecordMarks, _ table: borrowing FieldTable
  ) -> ShapeWalk {
    for field in emptyFields { table.clear(from: field, count: maximumRowCount) }
    var empty = emptyColumns
    var place = Place(row: 0, position: start, stop: marks.stops.number(from: start))
    while place.row < maximumRowCount, place.position < limit {
      let first = place.row
      let end = min(maximumRowCount, first + Self.groupRowCount)
      place = noteRecords(
        cursor, from: place, upTo: limit, end: end, maximumByteCount, marks.stops, table)
      var good = noteRequests(cursor, first..<place.row, marks, table)
      good = noteClients(cursor, first..<good, marks, table, &empty)
      good = noteResponses(cursor, first..<good, marks.stops, table)
      if good < place.row {
        return ShapeWalk(
          rowCount: good, position: table[record + good].start, isShapeUnknown: true,
          emptyColumns: empty)
      }
      if place.row < end, place.position < limit {
        return ShapeWalk(
          rowCount: good, position: place.position, isShapeUnknown: true, emptyColumns: empty)
      }
    }
    return ShapeWalk(rowCount: place.row, position: place.position, emptyColumns: empty)
  }

  /// How far a walk came.
  private struct Place: BitwiseCopyable {
    var row: Int
    /// Where the next record begins.
    var position: Int
    /// The number of the first stop in it.
    var stop: Int
  }

  /// Finds where records end, by their quotes, and notes that and the numbers of their first stops.
  @inline(never)
  private func noteRecords(
    _ cursor: borrowing ByteCursor, from place: Place, upTo limit: Int, end: Int,
    _ maximumByteCount: Int, _ stops: StopList, _ table: borrowing FieldTable
  ) -> Place {
    // Copies, so that their parts can stay in registers.
    let cursor = copy cursor
    let records = table.column(at: record)
    let notes = table.column(at: notes)
    var place = place
    while place.row < end, place.position < limit {
      let run = stops.run(from: place.stop)
      var stopCount = 3
      var lineEnd = run[2]
      var mark = cursor.word(at: lineEnd)
      let isCombined = UInt8(truncatingIfNeeded: mark) == AccessByte.quote
      if _fastPath(isCombined) {
        let refererEnd = run[3]
        // `" "`
        guard cursor.word(at: refererEnd) & 0xFF_FFFF == 0x22_2022, run[4] == refererEnd &+ 2
        else { break }
        let agentEnd = run[5]
        mark = cursor.word(at: agentEnd)
        guard UInt8(truncatingIfNeeded: mark) == AccessByte.quote else { break }
        lineEnd = agentEnd &+ 1
        mark &>>= 8
        stopCount = 7
        if mark & 0xFF_FFFF_FFFF == 0x0A_222D_2220 {
          // ` "-"` and a line feed: one more field, without a value.
          lineEnd &+= 4
          mark = 0x0A
          stopCount = 9
        }
      }
      var next = lineEnd &+ 1
      if mark & 0xFF != 0x0A {
        guard mark & 0xFFFF == 0x0A0D else { break }
        next &+= 1
        stopCount &+= 1
      }
      guard lineEnd &- place.position <= maximumByteCount else { break }
      records[place.row] = FieldSpan(.none, start: place.position, end: lineEnd)
      notes[place.row] = FieldSpan(.none, start: place.stop, end: isCombined ? 1 : 0)
      place = Place(row: place.row &+ 1, position: next, stop: place.stop &+ stopCount)
    }
    return place
  }

  /// Finds the parts of requests, and the status behind them.
  /// - Returns: the first of the rows in which something is unusual, or their end.
  @inline(never)
  private func noteRequests(
    _ cursor: borrowing ByteCursor, _ rows: Range<Int>, _ marks: borrowing RecordMarks,
    _ table: borrowing FieldTable
  ) -> Int {
    let cursor = copy cursor
    let words = marks.words
    let stops = marks.stops
    let notes = table.column(at: notes)
    let methods = table.column(at: method)
    let paths = table.column(at: path)
    let protocols = table.column(at: self.protocol)
    let statuses = table.column(at: status)
    for row in rows {
      let run = stops.run(from: notes[row].start)
      let start = run[0] &+ 1
      let close = run[1]
      let methodEnd = cursor.capitalsEnd(from: start)
      let pathStart = methodEnd &+ 1
      let pathEnd = words.first(from: pathStart)
      let version = close &- pathEnd
      // `HTTP/1.1` or `HTTP/2`
      guard pathEnd > pathStart, methodEnd > start,
        cursor.byte(at: methodEnd) == AccessByte.space,
        version == 9 && Self.isVersionedHTTP(cursor.word(at: close &- 8))
          || version == 7 && Self.isHTTP(cursor.word(at: close &- 6))
      else { return row }
      let isPathless = pathEnd == pathStart &+ 1 && cursor.byte(at: pathStart) == AccessByte.dash
      methods[row] = FieldSpan(.word, start: start, end: methodEnd)
      paths[row] = isPathless ? .none : FieldSpan(.word, start: pathStart, end: pathEnd)
      protocols[row] = FieldSpan(.word, start: pathEnd &+ 1, end: close)
      // `" 200 `: digits become their values, and what else belongs there zero.
      let digits = (cursor.word(at: close) ^ 0x2030_3030_2022) & 0xFFFF_FFFF_FFFF
      let wrong = (digits &+ 0x7F76_7676_7F7F) | digits
      guard wrong & 0x8080_8080_8080 == 0, digits & 0xFF_0000 != 0 else { return row }
      statuses[row] = FieldSpan(.bare, start: close &+ 2, end: close &+ 5)
    }
    return rows.upperBound
  }

  /// Finds what stands before requests: the time, and before that, mostly, nothing but the host.
  @inline(never)
  private func noteClients(
    _ cursor: borrowing ByteCursor, _ rows: Range<Int>, _ marks: borrowing RecordMarks,
    _ table: borrowing FieldTable, _ empty: inout UInt64
  ) -> Int {
    let here = copy cursor
    let words = marks.words
    let stops = marks.stops
    let records = table.column(at: record)
    let notes = table.column(at: notes)
    let hosts = table.column(at: host)
    let times = table.column(at: time)
    var recent = RecentLogTime()
    for row in rows {
      let start = records[row].start
      let open = stops.run(from: notes[row].start)[0]
      let bracket = open &- 29
      let hostEnd = bracket &- 5
      // `] "`, and ` - - [` before the time.
      guard here.word(at: open &- 7) &>> 40 == 0x22_205D else { return row }
      let beforeTime = here.word(at: bracket &- 7)
      if _fastPath(
        beforeTime &>> 16 == 0x5B20_2D20_2D20 && words.first(from: start) == hostEnd)
      {
        let last = UInt8(truncatingIfNeeded: beforeTime &>> 8)
        guard hostEnd > start, last != UInt8(ascii: ","),
          here.byte(at: start) != AccessByte.openBracket
        else { return row }
        let isDash = last == AccessByte.dash && hostEnd == start &+ 1
        hosts[row] = isDash ? .none : FieldSpan(.word, start: start, end: hostEnd)
      } else {
        guard noteClient(cursor, start, bracket, marks, row, table, &empty) else { return row }
      }
      times[row] = FieldSpan(.logTime, start: bracket &+ 1, end: open &- 2)
      if checksTime {
        guard
          here.scanLogTime(
            at: bracket &+ 1, byteCount: ByteCursor.logTimeByteCount, &recent) != nil
        else { return row }
      }
    }
    return rows.upperBound
  }

  /// Finds the size of responses, and referer and user agent.
  @inline(never)
  private func noteResponses(
    _ cursor: borrowing ByteCursor, _ rows: Range<Int>, _ stops: StopList,
    _ table: borrowing FieldTable
  ) -> Int {
    let cursor = copy cursor
    let notes = table.column(at: notes)
    let sizes = table.column(at: bytes)
    let referers = table.column(at: referer)
    let agents = table.column(at: userAgent)
    for row in rows {
      let note = notes[row]
      let run = stops.run(from: note.start)
      let sizeStart = run[1] &+ 6
      var sizeEnd = run[2]
      var refererSpan = FieldSpan.none
      var agentSpan = FieldSpan.none
      if _fastPath(note.end != 0) {
        sizeEnd &-= 1
        guard cursor.byte(at: sizeEnd) == AccessByte.space else { return row }
        refererSpan = cursor.textSpan(from: run[2] &+ 1, to: run[3])
        agentSpan = cursor.textSpan(from: run[4] &+ 1, to: run[5])
      }
      referers[row] = refererSpan
      agents[row] = agentSpan
      let digits = DigitWord(cursor.word(at: sizeStart))
      let byteCount = sizeEnd &- sizeStart
      // A dash alone is what exclusive-or `0` makes 0x1D.
      let isDash = (digits.values & 0xFF ^ 0x1D) | UInt64(truncatingIfNeeded: byteCount ^ 1) == 0
      let count = digits.count | (isDash ? 1 : 0)
      guard
        count == byteCount && count & 7 != 0
          || (byteCount >= 8 && cursor.isSize(sizeStart..<sizeEnd))
      else { return row }
      sizes[row] = FieldSpan(.bare, start: sizeStart, end: sizeEnd, isNone: isDash)
    }
    return rows.upperBound
  }

  /// Whether a word is `HTTP/1.1` or the like.
  @inline(__always)
  private static func isVersionedHTTP(_ word: UInt64) -> Bool {
    (word ^ 0x302E_302F_5054_5448) & 0xF0FF_F0FF_FFFF_FFFF == 0
  }

  /// Whether a word begins with `HTTP/2` or the like.
  private static func isHTTP(_ word: UInt64) -> Bool {
    (word ^ 0x302F_5054_5448) & 0xF0FF_FFFF_FFFF == 0
  }

  /// The bit of a table's column, if it is one of the first 64.
  private static func bit(_ field: Int) -> UInt64 { 1 << UInt64(field / FieldTable.rowCapacity) }

  /// Finds the fields before the time whose bracket stands at `bracket`, three or four of them; false when
  /// there is anything unusual about them.
  @inline(never)
  private func noteClient(
    _ cursor: borrowing ByteCursor, _ start: Int, _ bracket: Int, _ marks: borrowing RecordMarks,
    _ row: Int, _ table: borrowing FieldTable, _ empty: inout UInt64
  ) -> Bool {
    var places = InlineArray<4, FieldSpan>(repeating: .none)
    var count = 0
    var index = start
    while index < bracket {
      let end = marks.words.first(from: index)
      guard count < 4, end > index, end < bracket,
        cursor.byte(at: end) == AccessByte.space,
        cursor.byte(at: index) != AccessByte.openBracket,
        cursor.byte(at: end &- 1) != UInt8(ascii: ",")
      else { return false }
      let isDash = end == index &+ 1 && cursor.byte(at: index) == AccessByte.dash
      if !isDash { places[count] = FieldSpan(.word, start: index, end: end) }
      count &+= 1
      index = end &+ 1
    }
    guard index == bracket, cursor.byte(at: bracket) == AccessByte.openBracket, count >= 3 else {
      return false
    }
    if count == 4 {
      table[vhost &+ row] = places[0]
      empty &= ~Self.bit(vhost)
    }
    empty &= ~(Self.bit(ident) | Self.bit(user))
    table[host &+ row] = places[count &- 3]
    table[ident &+ row] = places[count &- 2]
    table[user &+ row] = places[count &- 1]
    return true
  }
}

extension ByteCursor {
  /// The index of the first byte from `index` on that is no letter from A to Z, looking at eight bytes at
  /// most.
  @inline(__always)
  fileprivate func capitalsEnd(from index: Int) -> Int {
    let word = word(at: index)
    // The highest bit of a byte tells, of the first in one way and of the second in the other: from A on,
    // and beyond Z. What is carried disturbs only bytes behind one that is no ASCII.
    let capitals =
      (word &+ 0x3F3F_3F3F_3F3F_3F3F) & ~(word &+ 0x2525_2525_2525_2525) & ~word
    let others = ~capitals & 0x8080_8080_8080_8080
    return index &+ others.trailingZeroBitCount &>> 3
  }

  /// The text between two quotes, or none when it is a dash.
  @inline(__always)
  fileprivate func textSpan(from start: Int, to end: Int) -> FieldSpan {
    let others = UInt64(truncatingIfNeeded: end &- start ^ 1) | (word(at: start) & 0xFF ^ 0x2D)
    return FieldSpan(.word, start: start, end: end, isNone: others == 0)
  }

  /// Whether a run of bytes is the size of a response: digits.
  fileprivate func isSize(_ range: Range<Int>) -> Bool {
    for index in range where byte(at: index) ^ 0x30 > 9 { return false }
    return true
  }
}
