/// The line that shows progress: `[=====>      ] 12.3 GB of 40.0 GB  31 %  2.10 GB/s  0:13 left`.
struct ProgressLine {
  let counts: ProgressCounts
  let totalByteCount: Int?
  let bytesPerSecond: Double
  let secondsLeft: Int?

  private static let longestBar = 30
  private static let shortestBar = 8

  /// The line for a terminal of that width; it leaves the last column free, where some terminals wrap.
  func text(columnCount: Int) -> String {
    let width = max(0, columnCount - 1)
    let figures = figures
    if let share {
      // Two brackets and a space.
      let room = width - figures.count - 3
      if room >= Self.shortestBar {
        return bar(share, length: min(room, Self.longestBar)) + " " + figures
      }
    }
    return String(figures.prefix(width))
  }

  /// How much of the input is done, from 0 to 1, if its size is known.
  private var share: Double? {
    guard let totalByteCount, totalByteCount > 0 else { return nil }
    return min(1, Double(counts.byteCount) / Double(totalByteCount))
  }

  private var figures: String {
    var parts = [Self.bytes(Double(counts.byteCount))]
    if let totalByteCount { parts[0] += " of \(Self.bytes(Double(totalByteCount)))" }
    if let share { parts.append("\(Int(share * 100)) %") }
    parts.append("\(Self.bytes(bytesPerSecond))/s")
    if let secondsLeft { parts.append("\(Self.duration(seconds: secondsLeft)) left") }
    if counts.rejects > 0 { parts.append("\(counts.rejects) rejected") }
    return parts.joined(separator: "  ")
  }

  private func bar(_ share: Double, length: Int) -> String {
    let done = Int(share * Double(length))
    let filled = String(repeating: "=", count: max(0, done - 1)) + (done > 0 ? ">" : "")
    return "[" + filled + String(repeating: " ", count: length - done) + "]"
  }

  /// A number of bytes with three digits: `999 B`, `1.00 kB`, `12.3 GB`.
  static func bytes(_ byteCount: Double) -> String {
    let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
    var value = max(0, byteCount)
    var unit = 0
    while value >= 999.5, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    guard unit > 0 else { return "\(Int(value.rounded())) B" }
    let decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
    let scale = [1, 10, 100][decimals]
    let scaled = Int((value * Double(scale)).rounded())
    guard decimals > 0 else { return "\(scaled) \(units[unit])" }
    let fraction = String(scaled % scale)
    let zeros = String(repeating: "0", count: decimals - fraction.count)
    return "\(scaled / scale).\(zeros)\(fraction) \(units[unit])"
  }

  /// A duration: `0:07`, `12:34`, `1:02:03`.
  static func duration(seconds: Int) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let minutes = seconds / 60
    guard minutes >= 60 else { return "\(minutes):\(two(seconds % 60))" }
    return "\(minutes / 60):\(two(minutes % 60)):\(two(seconds % 60))"
  }
}
