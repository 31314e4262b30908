import Foundation
import Testing

@testable import Spalt

/// Files that are not what they say.
@Suite struct ArrowHostileTests {
  private static let budgetByteCount = 4 << 20

  /// What became of a file.
  private enum Outcome { case read, refused, tooLarge }

  /// Reads everything of a file in every way that there is.
  private static func walk(_ bytes: [UInt8], _ pool: ChunkPool) throws -> Outcome {
    do throws(SpaltError) {
      let content = try ArrowReading(bytes, pool)
      var isGood = true
      // What is wrong with a batch is no reason not to look at the others.
      for batch in content.allBatches {
        do throws(SpaltError) { try batch.validate() } catch {
          isGood = false
          try check(error)
        }
        for node in batch.nodes.indices { try walk(batch, node) }
      }
      return isGood ? .read : .refused
    } catch {
      try? check(error)
      if case .memoryBudgetExceeded = error { return .tooLarge }
      return .refused
    }
  }

  private static func check(_ error: SpaltError) throws(SpaltError) {
    switch error {
    case .input, .memoryBudgetExceeded: return
    default:
      Issue.record("\(error)")
      throw error
    }
  }

  /// Looks at values of an array, whether they were found to be good or not.
  private static func walk(_ batch: ArrowBatch, _ node: Int) throws(SpaltError) {
    do throws(SpaltError) {
      let array = try batch.array(node)
      let view = ArrowArrayView(array)
      for row in 0..<min(array.rowCount, 300) {
        _ = view.isNull(row)
        do throws(SpaltError) { _ = try view.text(row) } catch { try check(error) }
      }
      if array.rowCount > 300 {
        do throws(SpaltError) { _ = try view.text(array.rowCount - 1) } catch { try check(error) }
      }
    } catch { try check(error) }
  }

  private static func reason(of file: Corpus.File) -> String {
    do throws(SpaltError) { try ArrowFile(path: file.path).validate() } catch { return "\(error)" }
    return "nothing is wrong"
  }

  /// Files that made other readers fail. Some are read by everybody.
  @Test(.needsCorpus) func fuzzFilesAreReadOrRefused() throws {
    let files = try Corpus.files(in: "arrow/arrow-testing-fuzz")
    #expect(files.count == 68)
    var counts: [Outcome: Int] = [:]
    for file in files {
      let pool = ChunkPool(
        budget: MemoryBudget(limitByteCount: Self.budgetByteCount), hardens: true)
      let outcome = try Self.walk(try Corpus.bytes(file.name), pool)
      counts[outcome, default: 0] += 1
      // What pyarrow reads, we read, but for the one file that is big-endian.
      if !file.facts.contains("REJECTED"), !Self.reason(of: file).contains("big-endian") {
        #expect(outcome == .read, "\(file.name): \(Self.reason(of: file))")
      }
      pool.trim(toByteCount: 0)
      #expect(pool.budget.reservedByteCount == 0, "\(file.name)")
      if let opened = try? ArrowFile(path: file.path, memoryByteCount: Self.budgetByteCount) {
        do throws(SpaltError) { try opened.validate() } catch { try Self.check(error) }
      }
    }
    #expect(counts[.refused, default: 0] >= 50)
  }

  /// As many as `SPALT_MUTATIONS` says.
  private static let mutationCount =
    ProcessInfo.processInfo.environment["SPALT_MUTATIONS"].flatMap(Int.init) ?? 20_000

  static func mutated(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0...random.below(4) {
      guard bytes.count > 16 else { break }
      let index = random.below(bytes.count)
      switch random.below(8) {
      case 0: bytes[index] = UInt8(truncatingIfNeeded: random.next())
      case 1, 2: bytes[index] ^= 1 << UInt8(random.below(8))
      case 3:
        // A whole number, where numbers stand.
        let number = [0, 1, -1, 7, 255, 65_536, 1 << 31, 1 << 62][random.below(8)]
        let start = index & ~7
        for step in 0..<8 where start + step < bytes.count {
          bytes[start + step] = UInt8(truncatingIfNeeded: number >> (8 * step))
        }
      case 4:
        let start = index & ~3
        let number = [0, 1, -1, 4, 100, 1 << 16, 1 << 30, -8][random.below(8)]
        for step in 0..<4 where start + step < bytes.count {
          bytes[start + step] = UInt8(truncatingIfNeeded: number >> (8 * step))
        }
      case 5:
        let other = random.below(bytes.count)
        for step in 0..<8 where max(index, other) + step < bytes.count {
          bytes[index + step] = bytes[other + step]
        }
      case 6: bytes.removeLast(min(bytes.count, random.below(64)))
      default: bytes[index] &+= 1
      }
    }
    return bytes
  }

  /// However a good file is changed, it is read or refused, and takes no more memory than it may.
  @Test(.needsCorpus, .timeLimit(.minutes(60))) func changedFilesAreReadOrRefused() throws {
    var seeds: [[UInt8]] = []
    for golden in try ArrowGoldenTests.goldens() {
      for kind in ["arrow_file", "stream"] {
        let bytes = try Corpus.bytes("\(golden).\(kind)")
        if bytes.count < 4000 { seeds.append(bytes) }
      }
    }
    #expect(seeds.count > 50)
    var random = SeededGenerator(seed: 7)
    var counts: [Outcome: Int] = [:]
    let pool = ChunkPool(budget: MemoryBudget(limitByteCount: Self.budgetByteCount), hardens: true)
    for number in 0..<Self.mutationCount {
      let bytes = Self.mutated(seeds[number % seeds.count], &random)
      counts[try Self.walk(bytes, pool), default: 0] += 1
    }
    pool.trim(toByteCount: 0)
    #expect(pool.budget.reservedByteCount == 0)
    #expect(pool.budget.highWaterByteCount <= Self.budgetByteCount)
    #expect(counts[.refused, default: 0] > Self.mutationCount / 10)
    #expect(counts[.read, default: 0] > Self.mutationCount / 10)
  }
}
