/// How many pages of mapped inputs were looked at, and how many of them had to be read from a device.
public struct PageResidency: Equatable, Sendable {
  /// Pages that were looked at, just before they were decoded.
  public let sampledCount: Int
  /// Those of them that were not in memory.
  public let coldCount: Int

  /// Share of cold pages, from 0 to 1; nil when no page was looked at.
  public var coldShare: Double? {
    sampledCount == 0 ? nil : Double(coldCount) / Double(sampledCount)
  }
}

/// Looks at one piece in eight of mapped inputs: which of its pages are in memory before it is decoded.
///
/// Linux tells the truth only about files that the process owns or may write to; all pages of other files
/// count as present.
final class ResidencySample: Sendable {
  private struct State: Sendable {
    var pieceCount = 0
    var sampledCount = 0
    var coldCount = 0
    /// A byte for each page of a piece.
    var scratch: [UInt8] = []
  }
  private let state = Guarded(State())

  /// How many pieces share one look.
  static let pieceInterval = 8
  /// No more pages of a piece are looked at.
  static let maximumPageCount = 4096

  var pages: PageResidency {
    state.withLock { PageResidency(sampledCount: $0.sampledCount, coldCount: $0.coldCount) }
  }

  /// Looks at a piece, if it is its turn.
  func look(at mapping: Mapping, _ range: Range<Int>) {
    #if !SPALT_NO_TELEMETRY
      state.withLock { state in
        state.pieceCount += 1
        guard state.pieceCount % Self.pieceInterval == 1, !range.isEmpty else { return }
        let page = Syscalls.pageByteCount
        let start = range.lowerBound & -page
        let pageCount = min((range.upperBound - start + page - 1) / page, Self.maximumPageCount)
        if state.scratch.count < pageCount {
          state.scratch = Array(repeating: 0, count: pageCount)
        }
        let byteCount = min(range.upperBound - start, pageCount * page)
        // SAFETY: the range lies inside the mapping, and begins at a page.
        let cold = unsafe Syscalls.coldPageCount(
          mapping.base + start, byteCount: byteCount, &state.scratch)
        guard let cold else { return }
        state.sampledCount += pageCount
        state.coldCount += cold
      }
    #endif
  }
}
