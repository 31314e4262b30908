public import ArgumentParser
public import Spalt

/// A number of bytes: `4096`, `64KiB`, `16MiB`, `1GiB`; `kB`, `MB`, `GB` count in thousands.
struct ByteSize: ExpressibleByArgument {
  let byteCount: Int

  init(byteCount: Int) { self.byteCount = byteCount }

  init?(argument: String) {
    let digits = argument.prefix { $0.isASCII && $0.isNumber }
    let units: [String: Int] = [
      "": 1, "b": 1, "k": 1 << 10, "kib": 1 << 10, "m": 1 << 20, "mib": 1 << 20, "g": 1 << 30,
      "gib": 1 << 30, "kb": 1000, "mb": 1_000_000, "gb": 1_000_000_000,
    ]
    guard let number = Int(digits), let unit = units[argument.dropFirst(digits.count).lowercased()]
    else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: unit)
    guard !overflow else { return nil }
    byteCount = product
  }

  var defaultValueDescription: String { "\(byteCount >> 20)MiB" }
}

/// A span of time: `100ms`, `10s`, `5m`, `1h`.
struct TimeSpan: ExpressibleByArgument {
  let nanoseconds: UInt64

  init(seconds: UInt64) { nanoseconds = seconds * 1_000_000_000 }

  init?(argument: String) {
    let digits = argument.prefix { $0.isASCII && $0.isNumber }
    let units: [String: UInt64] = [
      "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000, "min": 60_000_000_000,
      "h": 3_600_000_000_000,
    ]
    guard let number = UInt64(digits), let unit = units[String(argument.dropFirst(digits.count))]
    else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: unit)
    // A year: what is longer is a slip.
    guard !overflow, product > 0, product <= 31_622_400_000_000_000 else { return nil }
    nanoseconds = product
  }

  var defaultValueDescription: String { "\(nanoseconds / 1_000_000_000)s" }
}

/// How many rejected records are too many: a count, or a share of all records in percent.
enum RejectLimit: ExpressibleByArgument {
  case count(Int)
  case percent(Double)

  init?(argument: String) {
    if argument.hasSuffix("%") {
      guard let percent = Double(argument.dropLast()), percent >= 0, percent <= 100 else {
        return nil
      }
      self = .percent(percent)
    } else {
      guard let count = Int(argument), count >= 0 else { return nil }
      self = .count(count)
    }
  }

  func isExceeded(by statistics: BatchStatistics) -> Bool {
    switch self {
    case .count(let limit): return statistics.rejectedCount > limit
    case .percent(let limit):
      let total = statistics.recordCount + statistics.rejectedCount
      return Double(statistics.rejectedCount) * 100 > limit * Double(total)
    }
  }
}

/// What becomes of a line that is no record.
enum ErrorPolicy: String, CaseIterable, ExpressibleByArgument {
  /// It is counted, reported, and left out.
  case skip
  /// It becomes a record whose text is in the column `line`.
  case keep
  /// The first one ends the run.
  case fail
}

/// How statistics are printed.
enum StatisticsFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json
}

/// The input format: one of those that the library knows, or `auto`.
struct InputFormat: ExpressibleByArgument, Equatable {
  /// The format's name, or nil when it is to be found out.
  let name: String?

  static let auto = InputFormat(name: nil)

  private init(name: String?) { self.name = name }

  init?(argument: String) {
    guard Self.allValueStrings.contains(argument) else { return nil }
    name = argument == "auto" ? nil : argument
  }

  var defaultValueDescription: String { name ?? "auto" }

  static var allValueStrings: [String] { ["auto"] + FormatDescription.all.map(\.name) }
}

extension InputMode: ExpressibleByArgument {}
extension SinkFormat: ExpressibleByArgument {}
extension ArrowOptions.Strings: ExpressibleByArgument {}
extension ArrowOptions.Compression: ExpressibleByArgument {}
extension ColorChoice: ExpressibleByArgument {}
extension TimeUnit: ExpressibleByArgument {}
