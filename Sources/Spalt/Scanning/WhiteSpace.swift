extension ByteCursor {
  /// The index of the first byte from `index` on that is no JSON white space.
  @inline(__always)
  func skipWhiteSpace(from index: Int) -> Int {
    var index = index
    while true {
      let byte = byte(at: index)
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return index }
      index &+= 1
    }
  }
}
