import Spalt

/// Which formats the inputs have, and why, for `--stats`.
struct FormatReport {
  /// What one input is taken for.
  private struct Input {
    let path: String
    let format: String
    /// The scores of this format and of the second one; nil when the format was given.
    let scores: (chosen: Double, second: FormatDetection.Candidate)?
  }

  private let inputs: [Input]

  /// How many inputs the text has more to say of than their format.
  private static let detailedCount = 10

  /// - Parameter given: the format that the user gave, if one was.
  init(_ reader: borrowing RecordReader, given: String?) {
    let paths = reader.paths
    if let given {
      inputs = zip(paths, reader.inputModeNames).filter { $1 != "none" }.map { path, _ in
        Input(path: path, format: given, scores: nil)
      }
    } else {
      inputs = reader.formatDetections.sorted { $0.key < $1.key }.map { index, detection in
        let best = detection.candidates[0]
        return Input(
          path: paths[index], format: best.name,
          scores: (best.score, detection.candidates[1]))
      }
    }
  }

  /// For each format the number of inputs, with the first inputs below it.
  var text: String {
    var names: [String] = []
    for input in inputs where !names.contains(input.format) { names.append(input.format) }
    var lines: [String] = []
    for name in names {
      let members = inputs.enumerated().filter { $1.format == name }
      let count = members.count == 1 ? "1 input" : "\(members.count) inputs"
      lines.append(FigureSection.line(name, count))
      let detailed = members.prefix { $0.offset < Self.detailedCount }.map(\.element)
      lines += detailed.map(Self.line)
      if detailed.count < members.count, !detailed.isEmpty {
        lines.append("    and \(members.count - detailed.count) more")
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func line(_ input: Input) -> String {
    let path = Console.escaped(input.path, keepsLineFeeds: false)
    guard let scores = input.scores else { return "    \(path): given" }
    return """
          \(path): score \(Score.text(scores.chosen)), then \(scores.second.name) \
      \(Score.text(scores.second.score))
      """
  }

  /// All inputs, as a JSON array.
  var json: String {
    "[\(inputs.map(Self.json).joined(separator: ","))]"
  }

  private static func json(_ input: Input) -> String {
    var members = [
      "\"file\":\(JSONEscaping.quoted(input.path))", "\"format\":\"\(input.format)\"",
      "\"given\":\(input.scores == nil)",
    ]
    if let scores = input.scores {
      members += [
        "\"score\":\(Score.text(scores.chosen))", "\"second\":\"\(scores.second.name)\"",
        "\"second_score\":\(Score.text(scores.second.score))",
      ]
    }
    return "{\(members.joined(separator: ","))}"
  }
}
