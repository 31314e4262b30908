// What to say about a zone that does not exist.

extension TimeZoneDatabase {
  /// The message for a name that no file has.
  func unknown(_ name: String) -> String {
    var names: [String] = []
    for folder in folders where names.isEmpty { names = Self.listedNames(in: folder) }
    if names.isEmpty {
      return """
        time zone '\(name)': no time zone database in \(folders.joined(separator: ", ")); \
        install the package tzdata, or write an offset such as +02:00
        """
    }
    guard let similar = Self.similar(to: name, in: names) else {
      return "unknown time zone '\(name)'"
    }
    return "unknown time zone '\(name)'; did you mean '\(similar)'?"
  }

  /// The names that the database lists for people to choose from.
  private static func listedNames(in folder: String) -> [String] {
    let bytes = try? SystemFile.bytes("\(folder)/tzdata.zi", maximumByteCount: 1 << 20)
    // Lines "Z name …" define a zone, lines "L target name" another name of one.
    let lines = (bytes ?? []).split(separator: 0x0A)
    return lines.compactMap { line in
      let words = line.split(separator: 0x20, maxSplits: 3)
      switch words.first?.first {
      case UInt8(ascii: "Z") where words.count > 1: return String(decoding: words[1], as: UTF8.self)
      case UInt8(ascii: "L") where words.count > 2: return String(decoding: words[2], as: UTF8.self)
      default: return nil
      }
    }
  }

  /// A name that differs in capitals, in the part before the last slash, or in two letters at most.
  private static func similar(to name: String, in names: [String]) -> String? {
    let wanted = Array(name.lowercased().utf8)
    let candidates = names.map { (name: $0, bytes: Array($0.lowercased().utf8)) }
    if let found = candidates.first(where: { $0.bytes == wanted }) { return found.name }
    let ending = [UInt8(ascii: "/")] + wanted
    if let found = candidates.first(where: { $0.bytes.suffix(ending.count) == ending[...] }) {
      return found.name
    }
    let ranked = candidates.map { (name: $0.name, distance: distance($0.bytes, wanted)) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= 2 else {
      return nil
    }
    return best.name
  }

  /// Number of letters to insert, remove or replace (Levenshtein).
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (index, byte) in left.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in right.indices {
        let above = row[column + 1]
        row[column + 1] = min(
          diagonal + (byte == right[column] ? 0 : 1), min(above, row[column]) + 1)
        diagonal = above
      }
    }
    return row[right.count]
  }
}
