extension ByteCursor {
  func scanLogTime(at index: Int, byteCount: Int) -> Int64? { nil }
}
