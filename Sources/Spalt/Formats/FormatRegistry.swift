/// All formats. A line's number here is the format's in batches, and with equal scores the first wins.
enum FormatRegistry {
  static let formats: [any LogFormat] = [
    NDJSONFormat(),
    AccessFormat(),
    LogfmtFormat(),
    TextFormat(),
  ]

  /// The format of lines that are no records of any other.
  static let textIndex = formats.firstIndex { $0.recordIsLine } ?? 0

  /// The number of the format that has no lines: columns as Arrow lays them out. It stands behind all others.
  static let columnarIndex = formats.count
  private static let columnarName = "arrow"

  /// The format called `name`, or nil.
  static func index(named name: String) -> Int? { names.firstIndex(of: name) }

  /// The syntax of each format's tokens, by its number.
  static let tokenSyntaxes = formats.map(\.tokenSyntax) + [.typed]
  static let names = formats.map(\.name) + [columnarName]
}

/// A log format that inputs may have.
public struct FormatDescription: Sendable {
  /// What the format is called: `ndjson`.
  public let name: String
  /// The format in a few words.
  public let summary: String

  /// All formats.
  public static var all: [FormatDescription] {
    FormatRegistry.formats.map { FormatDescription(name: $0.name, summary: $0.summary) } + [
      FormatDescription(
        name: FormatRegistry.names[FormatRegistry.columnarIndex],
        summary: "Arrow IPC files (Feather) and streams")
    ]
  }
}
