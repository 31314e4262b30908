/// All formats, in the order in which they are tried. A line's number here is the format's in batches.
enum FormatRegistry {
  static let formats: [any LogFormat] = [
    NDJSONFormat(),
    AccessFormat(),
    TextFormat(),
  ]
}
