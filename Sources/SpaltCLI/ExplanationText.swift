import Spalt

/// Why an input has its formats, in words.
struct InputExplanationText {
  private let explanation: InputExplanation

  init(_ explanation: InputExplanation) { self.explanation = explanation }

  var text: String {
    ([heading, candidates, lines] + explanation.rejects.map { LineExplanationText($0).summary })
      .filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private var heading: String {
    let path = explanation.path
    let name = path == "-" ? "standard input" : Console.escaped(path, keepsLineFeeds: false)
    let format = explanation.formatNames[0]
    guard let detection = explanation.detection else { return "\(name): \(format), as given" }
    guard detection.lineCount > 0 else { return "\(name): no line tells its format" }
    return "\(name): \(format), found out from \(Self.lines(detection.lineCount))"
  }

  /// The formats and their scores, as a table.
  private var candidates: String {
    guard let detection = explanation.detection else { return "" }
    let roles = ["chosen", "second"]
    let rows = detection.candidates.enumerated().map { index, candidate in
      [
        candidate.name, Score.text(candidate.score),
        candidate.name == "text" ? "-" : String(candidate.recordCount),
        index < roles.count ? roles[index] : "",
      ]
    }
    return TextTable.text(
      [["format", "score", "records", ""]] + rows, isRightAligned: [false, true, true, false])
  }

  private var lines: String {
    guard explanation.lineCount > 0 else { return "There are no lines." }
    let names = explanation.formatNames
    var sentences: [String] = []
    if explanation.detection != nil, names == ["text"] {
      sentences.append(
        "No other format fits, so every line is a record with its text in the column 'line'.")
    } else {
      sentences.append("A line may be a record of: \(names.joined(separator: ", ")).")
    }
    let beginning = explanation.isPartial ? "the first " : ""
    sentences.append(
      """
      Of \(beginning)\(Self.lines(explanation.lineCount)): \(explanation.recordLineCount) with \
      records, \(explanation.blankCount) blank, \(explanation.rejectedCount) rejected.
      """)
    let hiddenCount = explanation.rejectedCount - explanation.rejects.count
    if hiddenCount > 0 {
      sentences.append(
        "The first \(explanation.rejects.count) that are rejected; 'spalt --rejects FILE' lists all:"
      )
    }
    return sentences.joined(separator: "\n")
  }

  private static func lines(_ count: Int) -> String { count == 1 ? "1 line" : "\(count) lines" }
}

/// What a line is, in words.
struct LineExplanationText {
  private let line: LineExplanation

  init(_ line: LineExplanation) { self.line = line }

  private var place: String { "line \(line.number) at offset \(line.offset)" }

  /// A rejected line: where it is and the reason.
  var summary: String {
    guard case .rejected(let refusal) = line.content else { return place }
    return "\(place), \(Self.reason(refusal))"
  }

  /// All that there is to say.
  var text: String {
    let size = line.byteCount == 1 ? "1 byte" : "\(line.byteCount) bytes"
    let result: String
    var details: [String] = []
    switch line.content {
    case .blank: result = "blank"
    case .record(let formatName, let records):
      let count = records.count == 1 ? "a record" : "\(records.count) records"
      result = "\(count) of \(formatName)\(plausibility(of: formatName))"
      details = records.map(Self.table)
      details += others(showsRefusals: formatName == "text" && line.byteCount > 0)
    case .rejected(let refusal):
      result = "rejected"
      details = line.verdicts.isEmpty ? [Self.reason(refusal)] : others(showsRefusals: true)
    }
    return (["\(place), \(size): \(result)"] + details).joined(separator: "\n\n") + "\n"
  }

  private func plausibility(of formatName: String) -> String {
    for verdict in line.verdicts where verdict.formatName == formatName && formatName != "text" {
      if case .record(let plausibility) = verdict.outcome {
        return ", plausibility \(Score.text(plausibility))"
      }
    }
    return ""
  }

  /// What the formats say that did not make the record.
  private func others(showsRefusals: Bool) -> [String] {
    line.verdicts.compactMap { verdict in
      switch verdict.outcome {
      case .record(let plausibility):
        guard !verdict.isFormatOfInput else { return nil }
        return """
          \(verdict.formatName), which the input is not taken for: a record, plausibility \
          \(Score.text(plausibility))
          """
      case .refused(let refusal):
        return showsRefusals ? Self.reason(refusal) : nil
      }
    }
  }

  /// Why a format refuses a line, with a mark under the byte at fault.
  private static func reason(_ refusal: RecordRefusal) -> String {
    var reason = refusal.formatName.map { "\($0): " } ?? ""
    if let plausibility = refusal.plausibility {
      reason += "looks too little like a record (plausibility \(Score.text(plausibility)))"
    } else {
      reason += refusal.reason.description
    }
    reason += ", at offset \(refusal.offset)"
    guard let excerpt = refusal.excerpt else { return reason }
    let indent = String(repeating: " ", count: excerpt.caretCellCount)
    return "\(reason)\n  \(excerpt.text)\n  \(indent)^"
  }

  private static func table(_ fields: [ExplainedField]) -> String {
    guard !fields.isEmpty else { return "no fields" }
    let rows = fields.map { field in
      var value = field.value.text
      if field.isReplaced { value += "  (a later one replaces it)" }
      if field.isSurplus { value += "  (goes to _extra)" }
      return [field.name.text, field.type?.name ?? "-", field.kind, value]
    }
    return TextTable.text(
      [["field", "type", "written as", "value"]] + rows,
      cellCounts: [5] + fields.map(\.name.cellCount),
      isRightAligned: Array(repeating: false, count: 4))
  }
}

/// A share from 0 to 1 in three digits.
enum Score {
  static func text(_ score: Double) -> String {
    let thousandths = Int((score * 1000).rounded())
    let digits = String(thousandths % 1000)
    return "\(thousandths / 1000).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
  }
}

/// Rows of text in aligned columns.
enum TextTable {
  /// The rows, line by line. `cellCounts` says how wide the first column's texts are if they are not ASCII.
  static func text(
    _ rows: [[String]], cellCounts: [Int]? = nil, isRightAligned: [Bool]
  ) -> String {
    func cellCount(_ row: Int, _ column: Int) -> Int {
      column == 0 ? cellCounts?[row] ?? rows[row][0].count : rows[row][column].count
    }
    let lastColumn = isRightAligned.count - 1
    let widths = isRightAligned.indices.map { column in
      rows.indices.map { cellCount($0, column) }.max() ?? 0
    }
    return rows.indices.map { row in
      let cells = isRightAligned.indices.map { column in
        let text = rows[row][column]
        if column == lastColumn { return text }
        let space = String(repeating: " ", count: widths[column] - cellCount(row, column))
        return isRightAligned[column] ? space + text : text + space
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }
}
