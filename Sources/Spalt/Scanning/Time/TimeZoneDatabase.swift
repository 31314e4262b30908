extension TimeZoneRules {
  /// The rules called `name`: `UTC` or `Z`, a fixed offset such as `+02:00`, `-0530` or `+02`, or a name
  /// of the system's time zone database such as `Europe/Berlin`.
  ///
  /// The database is looked for in `$TZDIR` and in the usual folders; `UTC` and fixed offsets do not
  /// need it. Throws `.usage` when there is no such zone.
  public static func named(_ name: String) throws(SpaltError) -> TimeZoneRules {
    try TimeZoneDatabase.system.zone(named: name)
  }

  /// The rules of this machine: those of the environment variable `TZ` if it is set, in any of its forms
  /// (`Europe/Berlin`, `:Europe/Berlin`, `/a/file`, `CET-1CEST,M3.5.0,M10.5.0/3`), else those of
  /// `/etc/localtime`, else UTC. Throws `.usage` when `TZ` says nothing sensible.
  public static func local() throws(SpaltError) -> TimeZoneRules {
    try TimeZoneDatabase.system.local(
      variable: Syscalls.environmentValue("TZ"), linkPath: "/etc/localtime")
  }
}

/// The folders with the TZif files of all zones.
struct TimeZoneDatabase {
  let folders: [String]

  static var system: TimeZoneDatabase {
    let chosen = Syscalls.environmentValue("TZDIR").map { [$0] } ?? []
    return TimeZoneDatabase(
      folders: chosen + [
        "/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo",
      ])
  }

  func zone(named name: String) throws(SpaltError) -> TimeZoneRules {
    if let zone = Self.builtIn(name) { return zone }
    guard Self.isName(name) else {
      throw .usage(
        "'\(name)' is no time zone; write a name such as Europe/Berlin, UTC, or an offset as +02:00"
      )
    }
    if let zone = try file(named: name) { return zone }
    throw .usage(unknown(name))
  }

  /// The zone of this machine, with what `TZ` says and where the file of the zone lies.
  func local(variable: String?, linkPath: String) throws(SpaltError) -> TimeZoneRules {
    guard let variable else {
      let target: String?
      do { target = try Syscalls.linkContent(linkPath) } catch { throw .system(error) }
      let name = target.flatMap(Self.zoneName) ?? "local time"
      return try Self.rules(at: linkPath, name: name) ?? .utc
    }
    let value = String(variable.first == ":" ? variable.dropFirst() : variable[...])
    if value.isEmpty { return .utc }
    if value.first == "/" {
      if let zone = try Self.rules(at: value, name: value) { return zone }
      throw .usage("TZ: there is no file \(value)")
    }
    if let zone = Self.universal(value) { return zone }
    if Self.isName(value), let zone = try file(named: value) { return zone }
    if let rule = PosixTimeZone(value.utf8) {
      return TimeZoneRules(
        name: value, transitions: [], offsets: [rule.standardOffsetSeconds], rule: rule)
    }
    throw .usage("TZ: " + unknown(value))
  }

  // MARK: - Names

  private static func builtIn(_ name: String) -> TimeZoneRules? {
    universal(name) ?? fixed(name)
  }

  private static func universal(_ name: String) -> TimeZoneRules? {
    ["utc", "z", "gmt", "etc/utc"].contains(name.lowercased()) ? .utc : nil
  }

  /// `+hh`, `+hhmm` or `+hh:mm`.
  private static func fixed(_ name: String) -> TimeZoneRules? {
    var digits = Array(name.utf8)
    guard let sign = digits.first, sign == 0x2B || sign == 0x2D else { return nil }
    digits.removeFirst()
    if digits.count == 5, digits[2] == UInt8(ascii: ":") { digits.remove(at: 2) }
    guard digits.count == 2 || digits.count == 4,
      digits.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    let numbers = digits.map { Int32($0 - 0x30) } + [0, 0]
    let hours = numbers[0] * 10 + numbers[1]
    let minutes = numbers[2] * 10 + numbers[3]
    guard hours <= 23, minutes <= 59 else { return nil }
    let seconds = (hours * 60 + minutes) * 60
    let text = numbers.prefix(4).map { String($0) }
    return TimeZoneRules(
      name: "\(sign == 0x2B ? "+" : "-")\(text[0])\(text[1]):\(text[2])\(text[3])",
      offsetSeconds: sign == 0x2B ? seconds : -seconds)
  }

  /// Whether a name may be that of a zone: it must not lead out of the database's folder.
  private static func isName(_ name: String) -> Bool {
    guard name.utf8.count <= 100 else { return false }
    return name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .allSatisfy { part in
        guard let first = part.first, !".+-".utf8.contains(first) else { return false }
        return part.allSatisfy { byte in
          switch byte {
          case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
          case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."): true
          default: false
          }
        }
      }
  }

  /// The part of a path behind the database's folder.
  private static func zoneName(_ path: String) -> String? {
    let parts = path.split(separator: "/")
    guard let folder = parts.lastIndex(of: "zoneinfo"), folder + 1 < parts.count else { return nil }
    return parts[(folder + 1)...].joined(separator: "/")
  }

  // MARK: - Files

  private func file(named name: String) throws(SpaltError) -> TimeZoneRules? {
    for folder in folders {
      if let zone = try Self.rules(at: "\(folder)/\(name)", name: name) { return zone }
    }
    return nil
  }

  /// The rules in a file, or nil when there is no regular file.
  private static func rules(at path: String, name: String) throws(SpaltError) -> TimeZoneRules? {
    let bytes: [UInt8]?
    do {
      bytes = try SystemFile.bytes(path, maximumByteCount: TimeZoneFile.maximumByteCount)
    } catch { throw .system(error) }
    guard let bytes else { return nil }
    guard let file = TimeZoneFile(bytes) else {
      throw .input(path: path, reason: "not a time zone file (TZif)")
    }
    return TimeZoneRules(
      name: name, transitions: file.transitions, offsets: file.offsets, rule: file.rule)
  }
}
