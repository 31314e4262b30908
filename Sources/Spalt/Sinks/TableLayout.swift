/// How wide the columns of a table are, in cells of a terminal.
struct TableLayout: Equatable {
  /// Widths of the columns that are shown: the first ones.
  var widths: [Int]
  /// Number of columns behind them that have no room.
  var hiddenCount: Int

  /// Between two columns.
  static let gap = 2
  /// What text is not cut below, as long as there is another way.
  static let minimumTextWidth = 12

  /// Fits columns into `width`, if it is limited. `naturals` are the widths that the columns would like,
  /// `isText` says which may be cut.
  ///
  /// Columns that are not text get what they need. Text is cut where it is longest; when it is cut
  /// to the minimum everywhere and still too wide, columns are left out from the right. Text at the right
  /// edge takes what is left.
  init(naturals: [Int], isText: [Bool], width: Int?) {
    guard let width else {
      widths = naturals
      hiddenCount = 0
      return
    }
    var widths = zip(naturals, isText).map { natural, isText in
      isText ? min(natural, Self.minimumTextWidth) : natural
    }
    var hiddenCount = 0
    while widths.count > 1,
      Self.total(widths) + Self.noteWidth(hiddenCount: hiddenCount) > width
    {
      widths.removeLast()
      hiddenCount += 1
    }
    var rest = width - Self.total(widths) - Self.noteWidth(hiddenCount: hiddenCount)
    if rest < 0 {
      widths[0] = max(1, widths[0] + rest)
      rest = 0
    }
    // The narrowest text that wants more gets the next cell.
    while rest > 0 {
      let candidates = widths.indices.filter { isText[$0] && widths[$0] < naturals[$0] }
      guard let next = candidates.min(by: { widths[$0] < widths[$1] }) else { break }
      widths[next] += 1
      rest -= 1
    }
    if let last = widths.indices.last, isText[last] { widths[last] += rest }
    self.widths = widths
    self.hiddenCount = hiddenCount
  }

  /// The note in the header on columns that are not shown.
  static func note(hiddenCount: Int) -> String { hiddenCount == 0 ? "" : "+\(hiddenCount)" }

  private static func noteWidth(hiddenCount: Int) -> Int {
    hiddenCount == 0 ? 0 : note(hiddenCount: hiddenCount).utf8.count + gap
  }

  private static func total(_ widths: [Int]) -> Int {
    widths.reduce(0, +) + gap * max(0, widths.count - 1)
  }
}
