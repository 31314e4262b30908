/// A sealed batch, taken apart: what its columns lie in, each part to be kept by whoever needs it.
struct BatchParts: Sendable {
  let layout: BatchLayout
  let rowCount: Int
  /// The bytes of the input that the first data buffer of string views consists of.
  let textWindow: Range<Int>
  /// Where the texts of each column lie; empty when nobody looked: then they may lie anywhere.
  let textPlaces: [TextPlaces]
  let slab: SharedSlab
  let texts: SharedTexts
  let input: SharedSegment
  let pool: ChunkPool

  /// The columns that a reader was asked for.
  var schema: Schema { layout.visibleSchema }

  /// Where the texts of a column may lie.
  func places(ofColumn index: Int) -> TextPlaces {
    textPlaces.isEmpty ? [.input, .arena] : textPlaces[index]
  }

  /// Where in the slab it stands which rows of a column are not null: one bit each.
  func validityRange(ofColumn index: Int) -> Range<Int> {
    let start = layout.columns[index].validityStart
    return start..<start + (rowCount + 7) / 8
  }

  /// Where in the slab the values of a column lie, or its string views.
  func valuesRange(ofColumn index: Int) -> Range<Int> {
    let start = layout.columns[index].valuesStart
    let bitWidth = layout.schema.columns[index].type.bitWidth
    return start..<start + (rowCount * bitWidth + 7) / 8
  }
}
