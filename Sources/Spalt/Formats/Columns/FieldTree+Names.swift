extension FieldTree {
  /// The most bytes that `writeJSONName` writes for a node.
  func maximumJSONNameByteCount(of node: Int) -> Int {
    var byteCount = 2
    var node = node
    while node > 0 {
      // A key's byte becomes at most six ("\u0000"); two escaped quotes and a dot come with a key.
      byteCount += Int(nodes[node].keyByteCount) * 6 + 5
      node = Int(nodes[node].parent)
    }
    return byteCount
  }

  /// Writes a node's column name as a JSON string, without allocating.
  func writeJSONName(of node: Int, to output: inout OutputRawSpan) {
    output.append(JSONByte.quote)
    writePath(of: node, to: &output)
    output.append(JSONByte.quote)
  }

  private func writePath(of index: Int, to output: inout OutputRawSpan) {
    let node = nodes[index]
    if node.parent > 0 {
      writePath(of: Int(node.parent), to: &output)
      output.append(UInt8(ascii: "."))
    }
    let needsQuotes = keyNeedsQuotes(index)
    if needsQuotes { JSONText.append(JSONByte.quote, to: &output) }
    for position in 0..<Int(node.keyByteCount) {
      let byte = keyByte(index, position)
      if byte == JSONByte.quote { JSONText.append(byte, to: &output) }
      JSONText.append(byte, to: &output)
    }
    if needsQuotes { JSONText.append(JSONByte.quote, to: &output) }
  }
}
