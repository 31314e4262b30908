import Foundation

/// Inputs that tests make up.
enum Samples {
  /// The root of the project.
  static let root: URL = {
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { url.deleteLastPathComponent() }
    return url
  }()

  /// A file of `TestData`.
  static func testData(_ name: String) -> String {
    root.appendingPathComponent("TestData/\(name)").path
  }

  /// A script of `Oracles`.
  static func oracle(_ name: String) -> String {
    root.appendingPathComponent("Tests/CommandLineTests/Oracles/\(name)").path
  }

  static let data = ["service.ndjson", "odd.ndjson", "empty.ndjson"].map(testData)

  /// Numbers that look random and are the same in every run.
  struct Random: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var word = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
      return word ^ (word >> 31)
    }
  }

  /// About `byteCount` bytes of service logs with a fixed set of keys: the usual shape, other
  /// orders, missing keys, nulls and escapes. Every object's `seq` is its number.
  static func serviceLog(byteCount: Int, seed: UInt64 = 1) -> Data {
    var random = Random(seed: seed)
    var data = Data()
    var number = 0
    while data.count < byteCount {
      data.append(contentsOf: serviceLine(number, &random).utf8)
      number += 1
    }
    return data
  }

  private static func serviceLine(_ number: Int, _ random: inout Random) -> String {
    let kind = Int.random(in: 0..<100, using: &random)
    let status = [200, 204, 301, 404, 500][Int.random(in: 0..<5, using: &random)]
    let message = [
      "request completed in time", "upstream timed out", "cache entry expired",
      "said \\\"no\\\"\\n", "Größe geändert", "short",
    ][kind < 90 ? kind % 3 : Int.random(in: 3..<6, using: &random)]
    var fields = [
      "\"seq\":\(number)", "\"ts\":\"2024-02-29T12:\(10 + number % 50):07.\(100 + number % 900)Z\"",
      "\"level\":\"\(kind % 7 == 0 ? "WARN" : "INFO")\"", "\"msg\":\"\(message)\"",
      "\"status\":\(kind == 50 ? "null" : String(status))",
      "\"latency_ms\":\(number % 1000).\(kind)",
      "\"http\":{\"method\":\"GET\",\"path\":\"/item/\(random.next() % 100_000)\"}",
      "\"cached\":\(kind % 2 == 0)",
    ]
    if kind == 51 { fields.swapAt(2, 5) }
    if kind == 52 { fields.remove(at: 4) }
    if kind == 53 { fields.append("\"tags\":[1,\"two\",{\"three\":3}]") }
    return "{\(fields.joined(separator: ","))}\n"
  }

  /// What a file of service logs with every key in its first bytes begins with.
  static let allKeys = """
    {"seq":-1,"ts":"2024-02-29T12:00:00Z","level":"INFO","msg":"first","status":200,\
    "latency_ms":0.5,"http":{"method":"GET","path":"/"},"cached":true,"tags":[]}

    """
}

extension Data {
  /// The lines of the data without their line feeds; what stands behind the last line feed counts
  /// when it is not empty.
  var lines: [Data] {
    var lines = split(separator: 0x0A, omittingEmptySubsequences: false).map { Data($0) }
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  var isBlank: Bool { allSatisfy { [0x20, 0x09, 0x0D, 0x0A].contains($0) } }
}
