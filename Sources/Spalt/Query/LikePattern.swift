/// A pattern of `LIKE`: `%` stands for any text, `_` for one character. Also what `contains`,
/// `starts_with` and `ends_with` look for.
struct LikePattern: Sendable, Equatable {
  /// An escape character with nothing behind it that it could escape.
  struct EscapeError: Error, CustomStringConvertible {
    let description = "the pattern ends with the escape character"
  }

  /// A character of a segment.
  private enum Unit: Sendable, Equatable {
    case scalar(UInt32)
    case any
  }

  /// What stands between two `%`.
  private struct Segment: Sendable, Equatable {
    /// Characters, in small letters when case is ignored.
    var units: [Unit] = []
    /// The same as bytes; nil when that is not enough.
    var bytes: [UInt8]? = []
  }

  /// How the usual patterns are matched.
  private enum Shape: Sendable, Equatable {
    case whole, prefix, suffix, inside, general
  }

  private var segments: [Segment] = [Segment()]
  private let ignoresCase: Bool
  private var shape = Shape.general
  /// The text between `%`, in the shapes but the last.
  private var literal: [UInt8] = []
  /// Bytes that stand in every text that matches; none of them is empty.
  private(set) var requiredLiterals: [[UInt8]] = []

  /// Compiles a pattern. O(length).
  /// - Throws: `EscapeError` when the pattern ends with the escape character.
  init(_ pattern: [UInt8], escape: UInt8?, ignoresCase: Bool) throws(EscapeError) {
    self.ignoresCase = ignoresCase
    let text = ByteView(pattern.span)
    var index = 0
    var literals: [[UInt8]] = [[]]
    while index < text.byteCount {
      let byte = text[index]
      let isEscaped = byte == escape
      if isEscaped {
        index += 1
        guard index < text.byteCount else { throw EscapeError() }
      } else if byte == UInt8(ascii: "%") {
        segments.append(Segment())
        literals.append([])
        index += 1
        continue
      } else if byte == UInt8(ascii: "_") {
        segments[segments.count - 1].units.append(.any)
        segments[segments.count - 1].bytes = nil
        literals.append([])
        index += 1
        continue
      }
      let (value, byteCount) = TextScalars.scalar(text, at: index)
      let bytes = (index..<index + byteCount).map { text[$0] }
      append(value, bytes)
      literals[literals.count - 1] += bytes
      index += byteCount
    }
    if !ignoresCase { requiredLiterals = literals.filter { !$0.isEmpty } }
    findShape()
  }

  /// The pattern that matches text which contains, begins with or ends with `text`.
  init(containing text: [UInt8]) { self.init(.inside, text) }
  init(prefix text: [UInt8]) { self.init(.prefix, text) }
  init(suffix text: [UInt8]) { self.init(.suffix, text) }

  private init(_ shape: Shape, _ text: [UInt8]) {
    self.shape = shape
    ignoresCase = false
    literal = text
    requiredLiterals = text.isEmpty ? [] : [text]
  }

  /// The one text that matches, when there is only one.
  var onlyText: [UInt8]? { shape == .whole ? literal : nil }

  private mutating func append(_ value: UInt32, _ bytes: [UInt8]) {
    let last = segments.count - 1
    if ignoresCase {
      segments[last].units.append(.scalar(TextScalars.lowercase(value)))
      segments[last].bytes = nil
    } else {
      segments[last].units.append(.scalar(value))
      segments[last].bytes?.append(contentsOf: bytes)
    }
  }

  private mutating func findShape() {
    let bytes = segments.compactMap { $0.units.isEmpty ? [] : $0.bytes }
    guard bytes.count == segments.count else { return }
    switch (bytes.count, bytes[0].isEmpty, bytes[bytes.count - 1].isEmpty) {
    case (1, _, _):
      shape = .whole
      literal = bytes[0]
    case (2, _, true):
      shape = .prefix
      literal = bytes[0]
    case (2, true, _):
      shape = .suffix
      literal = bytes[1]
    case (3, true, true):
      shape = .inside
      literal = bytes[1]
    default: break
    }
  }

  /// Whether all of `text` matches.
  @inline(__always)
  func matches(_ text: borrowing ByteView) -> Bool {
    switch shape {
    case .whole: text.hasSameBytes(as: ByteView(literal.span))
    case .prefix: text.hasBytes(ByteView(literal.span), at: 0)
    case .suffix: text.hasBytes(ByteView(literal.span), at: text.byteCount - literal.count)
    case .inside: text.firstIndex(of: ByteView(literal.span)) != nil
    case .general: matchesSegments(text)
    }
  }

  /// The first segment stands at the beginning and the last at the end; those between them are taken
  /// where they come first, which leaves the most to the others.
  @inline(never)
  private func matchesSegments(_ text: borrowing ByteView) -> Bool {
    guard var position = end(of: segments[0], text, at: 0) else { return false }
    if segments.count == 1 { return position == text.byteCount }
    let last = segments[segments.count - 1]
    guard let lastStart = TextScalars.index(text, beforeLast: last.units.count),
      lastStart >= position, end(of: last, text, at: lastStart) == text.byteCount
    else { return false }
    let limited = text.slice(0..<lastStart)
    for segment in segments[1..<(segments.count - 1)] {
      guard let found = firstEnd(of: segment, limited, from: position) else { return false }
      position = found
    }
    return true
  }

  /// Where a segment ends that stands at `index`, or nil when it does not stand there.
  private func end(of segment: Segment, _ text: borrowing ByteView, at index: Int) -> Int? {
    if let bytes = segment.bytes {
      return text.hasBytes(ByteView(bytes.span), at: index) ? index + bytes.count : nil
    }
    var index = index
    for unit in segment.units {
      guard index < text.byteCount else { return nil }
      let (value, byteCount) = TextScalars.scalar(text, at: index)
      if case .scalar(let wanted) = unit,
        wanted != (ignoresCase ? TextScalars.lowercase(value) : value)
      {
        return nil
      }
      index += byteCount
    }
    return index
  }

  private func firstEnd(of segment: Segment, _ text: borrowing ByteView, from start: Int) -> Int? {
    if let bytes = segment.bytes {
      return text.firstIndex(of: ByteView(bytes.span), from: start).map { $0 + bytes.count }
    }
    var index = start
    while true {
      if let end = end(of: segment, text, at: index) { return end }
      guard index < text.byteCount else { return nil }
      index = TextScalars.index(text, from: index, skipping: 1)
    }
  }
}
