/// How wide the columns of a table are, in cells of a terminal.
struct TableLayout: Equatable {
  /// Widths of the columns that are shown: the first ones.
  var widths: [Int]
  /// Number of columns behind them that have no room.
  var hiddenCount: Int
  /// Cells of each line that no column needs, so that a value that is wider than its column can have them.
  var spareWidth: Int

  /// Between two columns.
  static let gap = 2
  /// What text is not cut below, as long as there is another way.
  static let minimumTextWidth = 12

  /// Fits columns into `width`, if it is limited. `naturals` are the widths that the columns would like,
  /// `isText` says which may be cut.
  ///
  /// Columns that are not text get what they need. Text is cut where it is longest; when it is cut
  /// to the minimum everywhere and still too wide, columns are left out from the right.
  init(naturals: [Int], isText: [Bool], width: Int?) {
    guard let width else {
      widths = naturals
      hiddenCount = 0
      spareWidth = .max
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
    self.widths = widths
    spareWidth = rest
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
