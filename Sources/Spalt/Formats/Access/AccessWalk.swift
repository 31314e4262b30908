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
  private let referer, userAgent, record: Int
  /// Wanted columns that no field of an access log fills, and those that mostly have no value.
  private let emptyFields: [Int]
  /// Whether nobody will convert the time, or the response's size, so that they are checked here.
  private let checksTime, checksSize: Bool

  /// A walk for the columns that are wanted, or nil when one of them has another type than the format's.
  init?(_ tree: inout FieldTree, _ wanted: WantedFields) {
    var places: [Int] = []
    var converts: [Bool] = []
    for field in AccessField.allCases {
      let node = tree.node(Array(field.name.utf8))
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
    checksTime = !converts[AccessField.time.rawValue]
    checksSize = !converts[AccessField.bytes.rawValue]
    let others = wanted.columns.map(\.field).filter { $0 >= 0 && !places.contains($0) }
    emptyFields = others + [vhost, ident, user]
  }

  @inline(never)
  func walk(
    _ cursor: borrowing ByteCursor, from start: Int, upTo limit: Int, maximumRowCount: Int,
    maximumByteCount: Int, _ marks: borrowing RecordMarks, _ table: borrowing FieldTable
  ) -> ShapeWalk {
    // A copy, so that its parts can stay in registers.
    let cursor = copy cursor
    for field in emptyFields { table.clear(from: field, count: maximumRowCount) }
    var recent = RecentLogTime()
    var recordStart = start
    var row = 0
    var stop = marks.stops.number(from: start)
    while row < maximumRowCount, recordStart < limit {
      let stops = marks.stops.run(from: stop)
      let open = stops[0]
      let bracket = open &- 29
      // `] "`
      guard cursor.word(at: open &- 7) &>> 40 == 0x22_205D else { break }

      // ` - - [`: neither ident nor user, which is how most records are.
      let beforeTime = cursor.word(at: bracket &- 7)
      let hostEnd = bracket &- 5
      if _fastPath(
        beforeTime &>> 16 == 0x5B20_2D20_2D20 && marks.words.first(from: recordStart) == hostEnd)
      {
        let last = UInt8(truncatingIfNeeded: beforeTime &>> 8)
        guard hostEnd > recordStart, last != UInt8(ascii: ","),
          cursor.byte(at: recordStart) != AccessByte.openBracket
        else { break }
        let isDash = last == AccessByte.dash && hostEnd == recordStart &+ 1
        table[host &+ row] = isDash ? .none : FieldSpan(.word, start: recordStart, end: hostEnd)
      } else {
        guard noteClient(cursor, recordStart, bracket, marks, row, table) else { break }
      }
      if checksTime {
        guard
          cursor.scanLogTime(
            at: bracket &+ 1, byteCount: ByteCursor.logTimeByteCount, &recent) != nil
        else { break }
      }
      table[time &+ row] = FieldSpan(.logTime, start: bracket &+ 1, end: open &- 2)

      let close = stops[1]
      let methodEnd = cursor.capitalsEnd(from: open &+ 1)
      var pathEnd = close &- 9
      if marks.words.first(from: methodEnd &+ 1) != pathEnd
        || !Self.isVersionedHTTP(cursor.word(at: close &- 8))
      {
        // `HTTP/2`, or nothing that is known here.
        pathEnd = close &- 7
        guard marks.words.first(from: methodEnd &+ 1) == pathEnd,
          Self.isHTTP(cursor.word(at: close &- 6))
        else { break }
      }
      guard methodEnd > open &+ 1, cursor.byte(at: methodEnd) == AccessByte.space,
        pathEnd > methodEnd &+ 1
      else { break }
      let isPathless = pathEnd == methodEnd &+ 2 && cursor.byte(at: pathEnd &- 1) == AccessByte.dash
      table[method &+ row] = FieldSpan(.word, start: open &+ 1, end: methodEnd)
      table[path &+ row] =
        isPathless ? .none : FieldSpan(.word, start: methodEnd &+ 1, end: pathEnd)
      table[`protocol` &+ row] = FieldSpan(.word, start: pathEnd &+ 1, end: close)

      // `" 200 `: digits become their values, and what else belongs there zero.
      let response = cursor.word(at: close)
      let digits = (response ^ 0x2030_3030_2022) & 0xFFFF_FFFF_FFFF
      let wrong = (digits &+ 0x7F76_7676_7F7F) | digits
      guard wrong & 0x8080_8080_8080 == 0, digits & 0xFF_0000 != 0 else { break }
      table[status &+ row] = FieldSpan(.bare, start: close &+ 2, end: close &+ 5)

      let sizeStart = close &+ 6
      let sizeMark = UInt8(truncatingIfNeeded: response &>> 48)
      let next = stops[2]
      let combined = cursor.word(at: next &- 1)
      var lineEnd: Int
      var lineEndMark: UInt64
      let sizeEnd: Int
      if _fastPath(combined & 0xFFFF == 0x2220) {
        sizeEnd = next &- 1
        let refererEnd = stops[3]
        // `" "`
        guard cursor.word(at: refererEnd) & 0xFF_FFFF == 0x22_2022, stops[4] == refererEnd &+ 2
        else { break }
        let first = cursor.byte(at: next &+ 1)
        let isDash = first == AccessByte.dash && refererEnd == next &+ 2
        table[referer &+ row] =
          isDash ? .none : FieldSpan(.word, start: next &+ 1, end: refererEnd)
        let agentEnd = stops[5]
        let agentStart = refererEnd &+ 3
        let isAgentDash =
          cursor.byte(at: agentStart) == AccessByte.dash && agentEnd == agentStart &+ 1
        table[userAgent &+ row] =
          isAgentDash ? .none : FieldSpan(.word, start: agentStart, end: agentEnd)
        let behind = cursor.word(at: agentEnd)
        guard UInt8(truncatingIfNeeded: behind) == AccessByte.quote else { break }
        lineEnd = agentEnd &+ 1
        lineEndMark = behind &>> 8
        stop &+= 6
        if lineEndMark & 0xFF_FFFF_FFFF == 0x0A_222D_2220 {
          // ` "-"` and a line feed: one more field, without a value.
          lineEnd &+= 4
          lineEndMark = 0x0A
          stop &+= 2
        }
      } else {
        sizeEnd = next
        lineEnd = next
        lineEndMark = combined &>> 8
        table[referer &+ row] = .none
        table[userAgent &+ row] = .none
        stop &+= 2
      }
      // A dash alone, or digits, of which the conversion sees the others.
      let isSizeless = sizeMark == AccessByte.dash
      guard isSizeless ? sizeEnd == sizeStart &+ 1 : sizeMark ^ 0x30 <= 9 && sizeEnd > sizeStart,
        !checksSize || isSizeless || cursor.isSize(sizeStart..<sizeEnd)
      else { break }
      table[bytes &+ row] = isSizeless ? .none : FieldSpan(.bare, start: sizeStart, end: sizeEnd)

      let byteCount = lineEnd &- recordStart
      var nextStart = lineEnd &+ 1
      stop &+= 1
      if lineEndMark & 0xFF != 0x0A {
        guard lineEndMark & 0xFFFF == 0x0A0D else { break }
        nextStart &+= 1
        stop &+= 1
      }
      guard byteCount <= maximumByteCount else { break }
      table[record &+ row] = FieldSpan(.none, start: recordStart, end: lineEnd)
      recordStart = nextStart
      row &+= 1
    }
    let isDone = row >= maximumRowCount || recordStart >= limit
    return ShapeWalk(rowCount: row, position: recordStart, isShapeUnknown: !isDone)
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

  /// Finds the fields before the time whose bracket stands at `bracket`, three or four of them; false when
  /// there is anything unusual about them.
  @inline(never)
  private func noteClient(
    _ cursor: borrowing ByteCursor, _ start: Int, _ bracket: Int, _ marks: borrowing RecordMarks,
    _ row: Int, _ table: borrowing FieldTable
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
    if count == 4 { table[vhost &+ row] = places[0] }
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

  /// Whether a run of bytes is the size of a response: digits.
  fileprivate func isSize(_ range: Range<Int>) -> Bool {
    for index in range where byte(at: index) ^ 0x30 > 9 { return false }
    return true
  }
}
