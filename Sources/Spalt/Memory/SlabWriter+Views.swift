/// Where the texts of a column lie that are too long to lie in their views.
struct TextPlaces: OptionSet, BitwiseCopyable, Sendable {
  let rawValue: UInt8

  /// In the input.
  static let input = TextPlaces(rawValue: 1)
  /// In the batch's arena.
  static let arena = TextPlaces(rawValue: 2)
}

extension SlabWriter {
  /// Makes `count` string views at `offset` that point into the input count from its byte `start`, not from its first.
  /// - Returns: where the texts of these views lie.
  func moveViews(at offset: Int, count: Int, to start: UInt32) -> TextPlaces {
    // SAFETY: the room that is asked for has `count` views.
    let views = unsafe room(at: offset, byteCount: count * TextColumn.byteCount)
    var places: TextPlaces = []
    for row in 0..<count {
      let view = unsafe views + row * TextColumn.byteCount
      guard unsafe view.load(as: UInt32.self) > UInt32(TextColumn.inlineByteCount) else { continue }
      if unsafe view.load(fromByteOffset: 8, as: UInt32.self) == 0 {
        let old = unsafe view.load(fromByteOffset: 12, as: UInt32.self)
        precondition(old >= start, "a view points before the batch's first record")
        unsafe view.storeBytes(of: old - start, toByteOffset: 12, as: UInt32.self)
        places.insert(.input)
      } else {
        places.insert(.arena)
      }
    }
    return places
  }

  /// Subtracts a number from `count` numbers of 32 bits at `offset`.
  func subtract(_ subtrahend: UInt32, at offset: Int, count: Int) {
    // SAFETY: the room that is asked for has `count` numbers.
    let numbers = unsafe room(at: offset, byteCount: count * 4).assumingMemoryBound(to: UInt32.self)
    for index in 0..<count { unsafe numbers[index] -= subtrahend }
  }
}
