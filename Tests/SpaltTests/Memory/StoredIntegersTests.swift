import SpaltKernels
import Testing

@testable import Spalt

/// Integers that a kernel stores for fields, against a plain reading of their text.
@Suite struct StoredIntegersTests {
  @Test func everyKernel() throws {
    var random = SeededGenerator(seed: 0x1D7)
    let texts = [
      "0", "7", "42", "200", "12345", "1234567", "12345678", "123456789", "007", "00", "-5", "1.5",
      "1e3",
      "12a", "a12", "-", "", "99999999", "10000000", "9223372036854775807",
    ]
    for kernels in ScanKernels.all {
      for _ in 0..<200 {
        var bytes = Array("x".utf8)
        var spans: [(span: FieldSpan, text: String?)] = []
        for _ in 0..<(1 + random.below(64)) {
          guard random.below(5) > 0 else {
            spans.append((.none, nil))
            continue
          }
          let text = texts[random.below(texts.count)]
          let kind: FieldSpan.Kind = random.below(2) == 0 ? .bare : .word
          spans.append(
            (FieldSpan(kind, start: bytes.count, end: bytes.count + text.utf8.count), text))
          bytes += Array(text.utf8) + Array(repeating: 0x20, count: random.below(3))
        }
        #expect(try mistakes(bytes, spans, kernels) == [], "\(kernels.name)")
      }
    }
  }

  private func mistakes(
    _ bytes: [UInt8], _ spans: [(span: FieldSpan, text: String?)], _ kernels: ScanKernels
  ) throws -> [String] {
    let pool = ChunkPool(budget: MemoryBudget())
    let table = try FieldTable(columnCount: 1, pool: pool)
    for (row, entry) in spans.enumerated() { table[row] = entry.span }
    var slab = try ColumnSlab(pool: pool, byteCount: 64 * 8)
    slab.fill(0..<64 * 8, with: 0xAA)
    let cursor = ByteCursor(ByteView(bytes.span))
    let stored = table.storeIntegers(
      from: 0, count: spans.count, cursor, at: 0, slab.writer, kernels)
    let view = slab.view(0..<64 * 8)
    let values = ByteCursor(view)
    var found: [String] = []
    for (row, entry) in spans.enumerated() {
      let isValid = stored.valid & 1 << UInt64(row) != 0
      let isOdd = stored.odd & 1 << UInt64(row) != 0
      if isValid != (entry.text != nil) { found.append("row \(row): validity") }
      let text = entry.text ?? "0"
      let isPlain =
        (1...8).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        && (text == "0" || !text.hasPrefix("0"))
      // Close to the end of the bytes, a closer look is always due.
      let isNear = entry.text != nil && entry.span.start + 8 > bytes.count
      if isOdd != (!isPlain || isNear) { found.append("row \(row): '\(text)' odd: \(isOdd)") }
      if !isOdd, values.word(at: row * 8) != UInt64(text) { found.append("row \(row): '\(text)'") }
    }
    return found
  }
}
