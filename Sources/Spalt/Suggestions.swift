/// What somebody may have meant who wrote a word that is not known.
package enum Suggestions {
  /// Words longer than this, in Unicode scalars, are not compared: it takes quadratic time.
  private static let longestWord = 100

  /// The candidate nearest to `word`, or nil when none is near enough; the first of several.
  ///
  /// A word that differs in case only is nearest of all. Next come dotted names that end in the word
  /// (`path` for `http.path`), then words within one typing mistake for each three letters
  /// (Damerau–Levenshtein: a letter more, less, other, or two swapped), at most three, and last those of
  /// which one begins with the other (`int` for `int64`). O(candidates · length²).
  package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    let wanted = folded(word)
    guard !wanted.isEmpty, wanted.count <= longestWord else { return nil }
    var best: (candidate: String, rank: Int)?
    for candidate in candidates {
      let other = folded(candidate)
      guard !other.isEmpty, other.count <= longestWord else { continue }
      guard let rank = rank(wanted, other), rank < best?.rank ?? .max else { continue }
      best = (candidate, rank)
    }
    return best?.candidate
  }

  /// The end of a message about an unknown word: `; did you mean 'x'?`, or nothing.
  package static func question(for word: String, among candidates: some Sequence<String>) -> String
  {
    nearest(to: word, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
  }

  private static func folded(_ word: String) -> [Unicode.Scalar] {
    Array(word.lowercased().unicodeScalars)
  }

  /// How far two different words are from each other, or nil when they have nothing in common.
  private static func rank(_ word: [Unicode.Scalar], _ other: [Unicode.Scalar]) -> Int? {
    if word == other { return 0 }
    if other.count > word.count, other.suffix(word.count).elementsEqual(word),
      other[other.count - word.count - 1] == "."
    {
      return 1
    }
    let longer = max(word.count, other.count)
    let limit = min(max(longer, 3) / 3, 3, min(word.count, other.count) - 1)
    let distance = distance(word, other)
    if distance <= limit { return 1 + distance }
    let shorter = min(word.count, other.count)
    return shorter >= 3 && (word.starts(with: other) || other.starts(with: word)) ? 5 : nil
  }

  /// The least number of letters to insert, remove, replace, or swap with the next one (each place at
  /// most once: optimal string alignment).
  static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for row in 0..<left.count {
      var current = [row + 1]
      current.reserveCapacity(right.count + 1)
      for column in 0..<right.count {
        let isSame = left[row] == right[column]
        var least = min(last[column + 1] + 1, current[column] + 1, last[column] + (isSame ? 0 : 1))
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          least = min(least, beforeLast[column - 1] + 1)
        }
        current.append(least)
      }
      beforeLast = last
      last = current
    }
    return last[right.count]
  }
}
