import Testing

@testable import Spalt

/// What is offered to somebody who mistyped a word.
@Suite struct SuggestionsTests {
  private let columns = [
    "ts", "level", "service", "msg", "status", "latency_ms", "http.method", "http.path", "user",
  ]

  private func nearest(_ word: String) -> String? {
    Suggestions.nearest(to: word, among: columns)
  }

  @Test func oneMistakeIsForgiven() {
    let cases = [
      ("stauts", "status"), ("sttus", "status"), ("statuss", "status"), ("ststus", "status"),
      ("leevl", "level"), ("serivce", "service"), ("http.pth", "http.path"),
      ("latncy_m", "latency_ms"),
    ]
    for (word, meant) in cases { #expect(nearest(word) == meant, "\(word)") }
  }

  @Test func caseIsTheLeastOfDifferences() {
    #expect(nearest("STATUS") == "status")
    #expect(nearest("Http.Path") == "http.path")
    #expect(Suggestions.nearest(to: "id", among: ["ip", "Id"]) == "Id")
    #expect(Suggestions.nearest(to: "GRÖSSE", among: ["größe", "grösse"]) == "grösse")
  }

  @Test func theLastKeyOfAPathStandsForIt() {
    #expect(nearest("path") == "http.path")
    #expect(nearest("method") == "http.method")
    #expect(Suggestions.nearest(to: "th", among: ["http.path"]) == nil)
  }

  @Test func aBeginningIsEnoughWhenNothingIsNearer() {
    let types = ColumnType.allCases.map(\.name)
    let cases = [
      ("int", "int64"), ("time", "timestamp"), ("str", "string"), ("boolean", "bool"),
      ("float", "float64"), ("jsno", "json"),
    ]
    for (word, meant) in cases {
      #expect(Suggestions.nearest(to: word, among: types) == meant, "\(word)")
    }
  }

  @Test func whatIsFarAwayIsNotOffered() {
    for word in ["x", "zz", "duration", "elapsed", "stop", "http.x"] {
      #expect(nearest(word) == nil, "\(word)")
    }
    #expect(nearest("") == nil)
    #expect(Suggestions.nearest(to: "a", among: ["b", "c"]) == nil)
    #expect(Suggestions.nearest(to: "csv", among: []) == nil)
    #expect(Suggestions.question(for: "zebra", among: columns) == "")
    #expect(Suggestions.question(for: "lvel", among: columns) == "; did you mean 'level'?")
  }

  @Test func theNearestWinsAndThenTheFirst() {
    #expect(Suggestions.nearest(to: "abcdef", among: ["abcdxx", "abcdex"]) == "abcdex")
    #expect(Suggestions.nearest(to: "abcdef", among: ["abcdeX", "abcdeY"]) == "abcdeX")
  }

  @Test func veryLongWordsAreNotCompared() {
    let long = String(repeating: "a", count: 100_000)
    #expect(Suggestions.nearest(to: long, among: [long + "b", "a"]) == nil)
    #expect(Suggestions.nearest(to: "status", among: [long]) == nil)
  }

  private func distance(_ left: String, _ right: String) -> Int {
    Suggestions.distance(Array(left.unicodeScalars), Array(right.unicodeScalars))
  }

  @Test func distancesAreThoseOfTheDefinition() {
    let cases = [
      ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("cvs", "csv", 1),
      ("ab", "ba", 1), ("ca", "abc", 3), ("abcd", "badc", 2), ("flaw", "lawn", 2),
    ]
    for (left, right, expected) in cases {
      #expect(distance(left, right) == expected, "\(left), \(right)")
      #expect(distance(right, left) == expected, "\(right), \(left)")
    }
  }

  /// The recursive definition, for short words over two letters.
  private func naive(_ left: ArraySlice<Unicode.Scalar>, _ right: ArraySlice<Unicode.Scalar>) -> Int
  {
    guard let lastLeft = left.last, let lastRight = right.last else {
      return left.count + right.count
    }
    var least = min(
      naive(left.dropLast(), right) + 1, naive(left, right.dropLast()) + 1,
      naive(left.dropLast(), right.dropLast()) + (lastLeft == lastRight ? 0 : 1))
    if left.count > 1, right.count > 1, lastLeft == right.dropLast().last,
      lastRight == left.dropLast().last
    {
      least = min(least, naive(left.dropLast(2), right.dropLast(2)) + 1)
    }
    return least
  }

  @Test func distancesAgreeWithTheRecursiveDefinition() {
    let words = (0..<5).flatMap { length in
      (0..<(1 << length)).map { bits in
        (0..<length).map { Unicode.Scalar(UInt8(97 + bits >> $0 & 1)) }
      }
    }
    #expect(words.count == 31)
    for left in words {
      for right in words {
        #expect(Suggestions.distance(left, right) == naive(left[...], right[...]))
      }
    }
  }
}
