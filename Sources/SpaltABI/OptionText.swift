import Spalt

/// The value of an option, as text.
struct OptionText {
  private let name: String
  private let text: String

  init(_ name: String, _ text: String) {
    self.name = name
    self.text = text
  }

  private func wrong(_ expected: String) -> SpaltError {
    .usage("\(name): '\(text)' is not \(expected)")
  }

  /// A whole number.
  func number(atLeast least: Int) throws(SpaltError) -> Int {
    guard let number = Int(text), number >= least else {
      throw wrong("a whole number from \(least) on")
    }
    return number
  }

  /// `true` or `false`.
  func truth() throws(SpaltError) -> Bool {
    switch text {
    case "true", "1", "yes": return true
    case "false", "0", "no": return false
    default: throw wrong("true or false")
    }
  }

  /// One of a few words.
  func choice<Choice: CaseIterable & RawRepresentable<String>>() throws(SpaltError) -> Choice {
    if let choice = Choice(rawValue: text) { return choice }
    throw wrong("one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
  }

  /// A number of bytes: `4096`, `64KiB`, `16MiB`, `1GiB`; `kB`, `MB`, `GB` count in thousands.
  func byteCount() throws(SpaltError) -> Int {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let units: [String: Int] = [
      "": 1, "b": 1, "k": 1 << 10, "kib": 1 << 10, "m": 1 << 20, "mib": 1 << 20, "g": 1 << 30,
      "gib": 1 << 30, "kb": 1000, "mb": 1_000_000, "gb": 1_000_000_000,
    ]
    guard let number = Int(digits), let unit = units[text.dropFirst(digits.count).lowercased()]
    else { throw wrong("a number of bytes, such as 64MiB") }
    let (product, overflow) = number.multipliedReportingOverflow(by: unit)
    guard !overflow, product <= 1 << 60 else { throw wrong("a number of bytes that exist") }
    return product
  }

  /// Names that are separated by commas; a comma in double quotes belongs to its name.
  var list: [String] {
    var names = [""]
    var isQuoted = false
    for character in text {
      if character == "\"" { isQuoted.toggle() }
      if character == ",", !isQuoted {
        names.append("")
      } else {
        names[names.count - 1].append(character)
      }
    }
    return names.filter { !$0.isEmpty }
  }
}
