/// The general decoder's first half for access logs: checks one line from its first byte to its last and
/// lists its fields.
///
/// What the published formats leave open is settled so:
/// - Fields are separated by exactly one space. A field that is a single dash has no value.
/// - Three fields stand before the time, host, ident and user, or four: then the first is the virtual
///   host. A field that ends in a comma goes on behind the space, so that a list of addresses is one
///   field. No quote stands there, but for a user of two quotes, which is how the Apache HTTP Server
///   writes an empty name: so no line of JSON or logfmt is one of an access log.
/// - The time may also be one of RFC 3339 with its offset, as `$time_iso8601` of nginx.
/// - The request ends at the first quote that a space, a status, and a space follow. When it is not a
///   method, a target without spaces and `HTTP/` something, or holds a quote that is not escaped, all of
///   it is the path.
/// - Any other field in quotes ends at a quote that a space or the line's end follows. Without such a
///   quote it goes on to the line's end, and the record counts as repaired.
/// - A backslash takes the byte behind it out of consideration.
struct AccessScanner: RecordScanner {
  private let options: FormatOptions
  /// The nodes of the columns, in their order.
  private let nodes: [Int]

  init(_ tree: inout FieldTree, _ options: FormatOptions) {
    var nodes: [Int] = []
    for field in AccessField.allCases { nodes.append(tree.node(Array(field.name.utf8))) }
    self.nodes = nodes
    self.options = options
  }

  func scan(
    _ line: borrowing ByteCursor, from start: Int, into record: inout ScannedRecord
  ) throws(RecordScanFailure) -> Int {
    let bracket = try scanClient(line, from: start, &record)
    let request = try scanTime(line, at: bracket, &record)
    let status = try scanRequest(line, at: request, &record)
    let size = try scanStatus(line, at: status, &record)
    var next = try scanSize(line, at: size, &record)
    // The two fields of the combined format are in quotes, unless they have no value.
    for field in [AccessField.referer, .userAgent] {
      guard next < line.end, line.isQuotedOrDash(at: next) else { break }
      next = try scanAny(line, at: next, nodes[field.rawValue], isSurplus: false, &record)
    }
    var number = 1
    while next < line.end, line.hasMore(from: next) {
      guard number <= Self.surplusLimit else { throw Self.fault(.tooManyFields, next) }
      let node = record.tree.node(Self.surplusKey(number))
      next = try scanAny(line, at: next, node, isSurplus: true, &record)
      number += 1
    }
    return next
  }

  // MARK: - Before the request

  /// Lists what stands before the time; gives the index of its bracket.
  private func scanClient(
    _ line: borrowing ByteCursor, from start: Int, _ record: inout ScannedRecord
  ) throws(RecordScanFailure) -> Int {
    var fields = InlineArray<4, Range<Int>>(repeating: 0..<0)
    var count = 0
    var index = start
    while !line.beginsTime(at: index) {
      guard count < 4 else { throw Self.fault(.missingLogTime, index) }
      let end = try clientFieldEnd(line, from: index)
      fields[count] = index..<end
      count += 1
      index = end + 1
    }
    guard count >= 3 else { throw Self.fault(.missingClientFields, index) }
    let first: AccessField = count == 4 ? .vhost : .host
    for number in 0..<count {
      var range = fields[number]
      if line.byte(at: range.lowerBound) == AccessByte.quote {
        // Two quotes, as was seen to.
        guard number == count - 1 else { throw Self.fault(.unexpectedQuote, range.lowerBound) }
        range = range.lowerBound + 1..<range.lowerBound + 1
      }
      try append(nodes[first.rawValue + number], range, line, &record)
    }
    return index
  }

  /// The index of the space behind the field at `index`.
  private func clientFieldEnd(
    _ line: borrowing ByteCursor, from index: Int
  ) throws(RecordScanFailure) -> Int {
    if line.word(at: index) & 0xFF_FFFF == 0x20_2222 { return index + 2 }  // `"" `
    var at = index
    while at < line.end {
      switch line.byte(at: at) {
      case AccessByte.quote: throw Self.fault(.unexpectedQuote, at)
      case AccessByte.space:
        guard at > index else { throw Self.fault(.missingSpace, at) }
        let goesOn =
          line.byte(at: at - 1) == UInt8(ascii: ",") && line.byte(at: at + 1) != AccessByte.space
        if !goesOn { return at }
      default: break
      }
      at += 1
    }
    throw Self.fault(.missingLogTime, line.end)
  }

  /// Lists the time in brackets at `index`; gives the index of the request's quote.
  private func scanTime(
    _ line: borrowing ByteCursor, at bracket: Int, _ record: inout ScannedRecord
  ) throws(RecordScanFailure) -> Int {
    let start = bracket + 1
    // No time is longer than this.
    let limit = min(line.end, start + 64)
    let end = options.kernels.firstIndex(
      of: AccessByte.closeBracket, line, in: min(start, limit)..<limit)
    guard end < limit else { throw Self.fault(.invalidLogTime, start) }
    let time = nodes[AccessField.time.rawValue]
    if line.scanLogTime(at: start, byteCount: end - start) != nil {
      try record.append(time, .logTime, start..<end)
    } else if line.scanTimestamp(at: start, byteCount: end - start) != nil {
      try record.append(time, .word, start..<end)
      // Other formats have such times, too.
      record.plausibility = 0.6
    } else if end - start != 1 || line.byte(at: start) != AccessByte.dash {
      throw Self.fault(.invalidLogTime, start)
    }
    guard line.byte(at: end + 1) == AccessByte.space else {
      throw Self.fault(.missingSpace, end + 1)
    }
    guard line.byte(at: end + 2) == AccessByte.quote else {
      throw Self.fault(.missingRequest, min(end + 2, line.end))
    }
    return end + 2
  }

  // MARK: - Request and response

  /// Lists what the request's first line consists of, from its quote at `open` on; gives the index of the
  /// status.
  private func scanRequest(
    _ line: borrowing ByteCursor, at open: Int, _ record: inout ScannedRecord
  ) throws(RecordScanFailure) -> Int {
    var quote = firstQuote(line, from: open + 1)
    var holdsQuotes = false
    while quote < line.end, !line.standsBeforeStatus(quote) {
      holdsQuotes = true
      quote = firstQuote(line, from: quote + 1)
    }
    guard quote < line.end else { throw Self.fault(.unterminatedRequest, open) }
    let text = open + 1..<quote
    guard !holdsQuotes, let parts = line.requestParts(text) else {
      try append(nodes[AccessField.path.rawValue], text, line, &record)
      return quote + 2
    }
    try append(nodes[AccessField.method.rawValue], parts.method, line, &record)
    try append(nodes[AccessField.path.rawValue], parts.target, line, &record)
    try append(nodes[AccessField.protocol.rawValue], parts.protocol, line, &record)
    return quote + 2
  }

  /// Lists the status at `index`, of which is known that it is one; gives the index of the size.
  private func scanStatus(
    _ line: borrowing ByteCursor, at index: Int, _ record: inout ScannedRecord
  ) throws(RecordScanFailure) -> Int {
    let end = index + (line.byte(at: index) == AccessByte.dash ? 1 : 3)
    try appendNumber(nodes[AccessField.status.rawValue], index..<end, line, &record)
    guard end < line.end else { throw Self.fault(.unexpectedEnd, end) }
    return end + 1
  }

  /// Lists the size of the response at `index`; gives the index of what follows.
  private func scanSize(
    _ line: borrowing ByteCursor, at index: Int, _ record: inout ScannedRecord
  ) throws(RecordScanFailure) -> Int {
    var end = index
    if line.byte(at: end) == AccessByte.dash {
      end += 1
    } else {
      while line.byte(at: end) ^ 0x30 <= 9 { end += 1 }
    }
    guard end > index else { throw Self.fault(.invalidResponseSize, index) }
    let next = try Self.next(line, behind: end, or: .invalidResponseSize)
    try appendNumber(nodes[AccessField.bytes.rawValue], index..<end, line, &record)
    return next
  }

  // MARK: - What follows

  /// Lists a field with or without quotes at `index`; gives the index of what follows.
  private func scanAny(
    _ line: borrowing ByteCursor, at index: Int, _ node: Int, isSurplus: Bool,
    _ record: inout ScannedRecord
  ) throws(RecordScanFailure) -> Int {
    guard line.byte(at: index) == AccessByte.quote else {
      let end = options.kernels.firstIndex(of: AccessByte.space, line, in: index..<line.end)
      guard end > index else { throw Self.fault(.missingSpace, index) }
      try append(node, index..<end, line, isSurplus: isSurplus, &record)
      return try Self.next(line, behind: end, or: .missingSpace)
    }
    var quote = firstQuote(line, from: index + 1)
    while quote + 1 < line.end, line.byte(at: quote + 1) != AccessByte.space {
      quote = firstQuote(line, from: quote + 1)
    }
    if quote >= line.end { record.isRepaired = true }
    let end = min(quote, line.end)
    try append(node, index + 1..<end, line, isSurplus: isSurplus, &record)
    return try Self.next(line, behind: min(quote + 1, line.end), or: .missingSpace)
  }

  /// The index of the field behind the one that ends at `end`, or of the line's end, perhaps with white
  /// space before it.
  private static func next(
    _ line: borrowing ByteCursor, behind end: Int, or reason: RejectReason
  ) throws(RecordScanFailure) -> Int {
    if end >= line.end || !line.hasMore(from: end) { return end }
    guard line.byte(at: end) == AccessByte.space else { throw fault(reason, end) }
    return end + 1
  }

  /// The first quote from `index` on that no backslash takes out of consideration, or the line's end.
  private func firstQuote(_ line: borrowing ByteCursor, from index: Int) -> Int {
    var at = index
    while at < line.end {
      at = options.kernels.firstStringEnd(line, in: at..<line.end)
      let byte = line.byte(at: at)
      if byte == AccessByte.quote { return at }
      at += byte == AccessByte.backslash ? 2 : 1
    }
    return line.end
  }

  // MARK: - Values

  private static func fault(_ reason: RejectReason, _ index: Int) -> RecordScanFailure {
    .fault(RecordFault(reason: reason, index: index))
  }

  /// Lists a text, unless it is a dash.
  private func append(
    _ node: Int, _ range: Range<Int>, _ line: borrowing ByteCursor, isSurplus: Bool = false,
    _ record: inout ScannedRecord
  ) throws(RecordScanFailure) {
    if range.count == 1, line.byte(at: range.lowerBound) == AccessByte.dash { return }
    let isEscaped =
      options.decodesEscapes
      && options.kernels.firstIndex(of: AccessByte.backslash, line, in: range) < range.upperBound
    try record.append(node, isEscaped ? .escapedText : .text, range, isSurplus: isSurplus)
  }

  /// Lists digits, unless they are a dash. With a zero in front they are no number, but are not lost.
  private func appendNumber(
    _ node: Int, _ range: Range<Int>, _ line: borrowing ByteCursor, _ record: inout ScannedRecord
  ) throws(RecordScanFailure) {
    let first = line.byte(at: range.lowerBound)
    if first == AccessByte.dash { return }
    let isNumber = first != UInt8(ascii: "0") || range.count == 1
    try record.append(node, isNumber ? .number : .text, range)
  }

  /// A line with more fields than this behind those of the combined format is no record: what becomes of
  /// them would take many times the line's memory.
  static let surplusLimit = 1000

  /// The keys of the first surplus fields, made once.
  private static let surplusKeys = (1...64).map {
    Array("\(AccessFormat.surplusName)\($0)".utf8)
  }

  private static func surplusKey(_ number: Int) -> [UInt8] {
    number <= surplusKeys.count
      ? surplusKeys[number - 1] : Array("\(AccessFormat.surplusName)\(number)".utf8)
  }
}
