/// Checks JSON values without taking them apart.
extension ByteCursor {
  /// Checks the value that begins at `index` and gives the index just past it, and its kind.
  /// Arrays and objects are checked to their end. No recursion: `depth` is the number of brackets
  /// that are open around the value.
  func scanValue(
    at index: Int, depth: Int, _ kernels: ScanKernels
  ) throws(JSONFault) -> (end: Int, kind: JSONKind) {
    switch byte(at: index) {
    case JSONByte.openBracket:
      return (try skipNested(at: index, depth: depth, kernels), .array)
    case JSONByte.openBrace:
      return (try skipNested(at: index, depth: depth, kernels), .emptyObject)
    default:
      return try scanScalar(at: index, kernels)
    }
  }

  /// Checks the string, number or word at `index`.
  func scanScalar(
    at index: Int, _ kernels: ScanKernels
  ) throws(JSONFault) -> (end: Int, kind: JSONKind) {
    let first = byte(at: index)
    switch first {
    case JSONByte.quote:
      return (try scanString(from: index &+ 1, kernels).end &+ 1, .string)
    case JSONByte.minus, UInt8(ascii: "0")...UInt8(ascii: "9"):
      let number = scanNumber(at: index)
      guard number.isValid else { throw JSONFault(reason: .invalidNumber, index: number.end) }
      return (number.end, .number)
    case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
      guard let word = scanWord(at: index) else {
        throw JSONFault(reason: .invalidLiteral, index: index)
      }
      return word
    default:
      let reason: RejectReason = index >= end ? .unexpectedEnd : .unexpectedByte
      throw JSONFault(reason: reason, index: min(index, end))
    }
  }

  /// Checks the array or object at `index`; gives the index just past its closing bracket.
  private func skipNested(
    at index: Int, depth: Int, _ kernels: ScanKernels
  ) throws(JSONFault) -> Int {
    var brackets = BracketStack(depthBelow: depth)
    var index = index
    while true {
      // Here a value begins.
      let first = byte(at: index)
      if first == JSONByte.openBrace || first == JSONByte.openBracket {
        let isObject = first == JSONByte.openBrace
        guard brackets.push(isObject: isObject) else {
          throw JSONFault(reason: .tooDeep, index: index)
        }
        index = skipWhiteSpace(from: index &+ 1)
        let closing = isObject ? JSONByte.closeBrace : JSONByte.closeBracket
        if byte(at: index) != closing {
          if isObject { index = try skipKey(at: index, kernels) }
          continue
        }
        index &+= 1
        brackets.pop()
      } else {
        index = try scanScalar(at: index, kernels).end
      }
      // Here a value has ended: close brackets until a comma asks for another one.
      guard let next = try skipClosing(from: index, &brackets, kernels) else {
        return lastClosed(from: index, brackets)
      }
      index = next
    }
  }

  /// From just past a value: the index of the next value, or nil when all brackets are closed.
  private func skipClosing(
    from start: Int, _ brackets: inout BracketStack, _ kernels: ScanKernels
  ) throws(JSONFault) -> Int? {
    var index = start
    while !brackets.isEmpty {
      index = skipWhiteSpace(from: index)
      switch byte(at: index) {
      case JSONByte.comma:
        index = skipWhiteSpace(from: index &+ 1)
        return brackets.isObject ? try skipKey(at: index, kernels) : index
      case brackets.isObject ? JSONByte.closeBrace : JSONByte.closeBracket:
        brackets.pop()
        index &+= 1
        brackets.lastClosed = index
      default:
        let reason: RejectReason = index >= end ? .unexpectedEnd : .missingComma
        throw JSONFault(reason: reason, index: index)
      }
    }
    return nil
  }

  private func lastClosed(from start: Int, _ brackets: BracketStack) -> Int {
    max(start, brackets.lastClosed)
  }

  /// Checks `"key":` at `index`; gives the index where the value begins.
  private func skipKey(at index: Int, _ kernels: ScanKernels) throws(JSONFault) -> Int {
    guard byte(at: index) == JSONByte.quote else {
      let reason: RejectReason = index >= end ? .unexpectedEnd : .unexpectedByte
      throw JSONFault(reason: reason, index: index)
    }
    let key = try scanString(from: index &+ 1, kernels)
    let colon = skipWhiteSpace(from: key.end &+ 1)
    guard byte(at: colon) == JSONByte.colon else {
      throw JSONFault(reason: .missingColon, index: colon)
    }
    return skipWhiteSpace(from: colon &+ 1)
  }
}

/// Which brackets are open, one bit each, so that nesting costs no call stack.
private struct BracketStack {
  private var bits = InlineArray<8, UInt64>(repeating: 0)
  private var count = 0
  private let limit: Int
  var lastClosed = 0

  init(depthBelow depth: Int) { limit = JSONLimits.depth - depth }

  var isEmpty: Bool { count == 0 }

  /// Whether the innermost open bracket is an object's.
  var isObject: Bool { bits[(count - 1) >> 6] >> UInt64((count - 1) & 63) & 1 == 1 }

  /// False when the nesting is too deep.
  mutating func push(isObject: Bool) -> Bool {
    guard count < limit else { return false }
    let mask = (1 as UInt64) << UInt64(count & 63)
    if isObject { bits[count >> 6] |= mask } else { bits[count >> 6] &= ~mask }
    count += 1
    return true
  }

  mutating func pop() { count -= 1 }
}
