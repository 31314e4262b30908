import Foundation
import Testing

@testable import Spalt

@Suite struct TimeZoneDatabaseTests {
  private let system = TimeZoneDatabase(folders: ["/usr/share/zoneinfo"])
  /// No database at all.
  private let none = TimeZoneDatabase(folders: ["/nonexistent"])

  @Test func withoutADatabase() throws {
    for name in ["UTC", "utc", "Z", "z", "GMT", "Etc/UTC"] {
      #expect(try none.zone(named: name).isUTC)
    }
    for (name, seconds, written) in [
      ("+02:00", 7200, "+02:00"), ("-0530", -19_800, "-05:30"), ("+02", 7200, "+02:00"),
      ("-23:59", -86_340, "-23:59"), ("+00:00", 0, "+00:00"),
    ] as [(String, Int32, String)] {
      let zone = try none.zone(named: name)
      #expect(zone.offsetSeconds(atUTC: 0) == seconds)
      #expect(zone.utcSeconds(ofLocal: 0) == -Int64(seconds))
      #expect(zone.name == written)
    }
    let error = #expect(throws: SpaltError.self) { try none.zone(named: "Europe/Berlin") }
    #expect(error?.description.contains("tzdata") == true)
  }

  @Test(arguments: [
    "", "/", "../../etc/passwd", "Europe/../Europe/Berlin", "./UTC", "Europe//Berlin",
    "/etc/localtime",
    "Europe/Berlin/", "Europe/.Berlin", "Europe/Ber\0lin", "Europe/Ber lin", "+24:00", "+1",
    "+1:00",
    "+02:60", "02:00", "+02:0", "+0200Z", "~", String(repeating: "a", count: 101),
  ])
  func namesThatAreNone(name: String) {
    let error = #expect(throws: SpaltError.self) { try system.zone(named: name) }
    #expect(error?.description.contains("is no time zone") == true)
  }

  @Test(
    arguments: [
      ("europe/berlin", "Europe/Berlin"), ("Europe/Berln", "Europe/Berlin"),
      ("berlin", "Europe/Berlin"), ("Lord_Howe", "Australia/Lord_Howe"),
      ("America/NewYork", "America/New_York"),
    ])
  func similarNames(name: String, similar: String) {
    #expect(
      throws: SpaltError.usage("unknown time zone '\(name)'; did you mean '\(similar)'?")
    ) { try system.zone(named: name) }
  }

  @Test func unlikeAnyName() {
    for name in ["Mars/Olympus_Mons", "Europe"] {
      #expect(throws: SpaltError.usage("unknown time zone '\(name)'")) {
        try system.zone(named: name)
      }
    }
  }

  @Test func foldersAreSearchedInOrder() throws {
    let zone = try TimeZoneDatabase(folders: ["/nonexistent", "/usr/share/zoneinfo"])
      .zone(named: "Europe/Berlin")
    #expect(zone.name == "Europe/Berlin" && zone.offsetSeconds(atUTC: 0) == 3600)
  }

  @Test(
    arguments: [
      ("Europe/Berlin", "Europe/Berlin", 7200), (":Europe/Berlin", "Europe/Berlin", 7200),
      ("/usr/share/zoneinfo/Asia/Kathmandu", "/usr/share/zoneinfo/Asia/Kathmandu", 20_700),
      (":/usr/share/zoneinfo/Asia/Kathmandu", "/usr/share/zoneinfo/Asia/Kathmandu", 20_700),
      ("CET-1CEST,M3.5.0,M10.5.0/3", "CET-1CEST,M3.5.0,M10.5.0/3", 7200),
      ("<+0545>-5:45", "<+0545>-5:45", 20_700), ("", "UTC", 0), (":", "UTC", 0), ("UTC", "UTC", 0),
      ("EST5EDT", "EST5EDT", -14_400), ("XYZ5", "XYZ5", -18_000),
    ] as [(String, String, Int32)])
  func localZoneByVariable(variable: String, name: String, offsetSeconds: Int32) throws {
    let zone = try system.local(variable: variable, linkPath: "/nonexistent")
    #expect(zone.name == name)
    #expect(zone.offsetSeconds(atUTC: clock("2024-07-01T00:00:00")) == offsetSeconds)
  }

  @Test(arguments: ["Europe/Nowhere", "/nonexistent", "../UTC", "x", "+02:00"])
  func variablesThatSayNothing(variable: String) {
    let error = #expect(throws: SpaltError.self) {
      try system.local(variable: variable, linkPath: "/nonexistent")
    }
    #expect(error?.description.hasPrefix("TZ: ") == true)
  }

  @Test func localZoneByLink() throws {
    let path = TemporaryFile.newPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let target = "/usr/share/zoneinfo/America/Argentina/Ushuaia"
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    let zone = try system.local(variable: nil, linkPath: path)
    #expect(zone.name == "America/Argentina/Ushuaia")
    #expect(zone.offsetSeconds(atUTC: clock("2024-07-01T00:00:00")) == -10_800)
    // A copy instead of a link has no name; a missing one means UTC.
    #expect(try system.local(variable: nil, linkPath: target).name == "local time")
    #expect(try system.local(variable: nil, linkPath: "/nonexistent").isUTC)
  }

  /// In a process of its own, because a fault strikes whoever calls next.
  @Test func aFileThatCannotBeRead() async {
    await #expect(processExitsWith: .success) {
      for (call, code) in [("open", EACCES), ("fstat", EIO), ("read", EIO)] {
        FaultInjection.arm(call, after: 0, code: code)
        let path = "/usr/share/zoneinfo/Europe/Berlin"
        #expect(throws: SpaltError.system(SystemError(call: call, subject: path, code: code))) {
          try TimeZoneDatabase(folders: ["/usr/share/zoneinfo"]).zone(named: "Europe/Berlin")
        }
      }
    }
  }

  @Test func somethingElseThanAFileIsNoZone() throws {
    let pipe = try TemporaryFile(fifo: ())
    #expect(throws: SpaltError.self) {
      try system.local(variable: pipe.path, linkPath: "/nonexistent")
    }
    let text = try TemporaryFile(text: "TZ")
    #expect(
      throws: SpaltError.input(path: text.path, reason: "not a time zone file (TZif)")
    ) { try system.local(variable: text.path, linkPath: "/nonexistent") }
  }
}
