/// A column name taken apart into its keys: `http.path`, or `"a.b".c` where a key holds a dot.
enum FieldPath {
  /// The keys of `name`, or nil when its quotes do not match.
  static func keys(of name: String) -> [[UInt8]]? {
    let bytes = Array(name.utf8)
    var keys: [[UInt8]] = []
    var index = 0
    while true {
      var key: [UInt8] = []
      if index < bytes.count, bytes[index] == 0x22 {
        index += 1
        while true {
          guard index < bytes.count else { return nil }
          if bytes[index] == 0x22 {
            guard index + 1 < bytes.count, bytes[index + 1] == 0x22 else { break }
            index += 1
          }
          key.append(bytes[index])
          index += 1
        }
        index += 1
      } else {
        while index < bytes.count, bytes[index] != 0x2E {
          key.append(bytes[index])
          index += 1
        }
      }
      keys.append(key)
      if index == bytes.count { return keys }
      guard bytes[index] == 0x2E else { return nil }
      index += 1
    }
  }

  /// The name that `keys(of:)` takes apart into `keys`.
  static func name(ofKeys keys: [[UInt8]]) -> String {
    var name: [UInt8] = []
    for (position, key) in keys.enumerated() {
      if position > 0 { name.append(0x2E) }
      guard key.isEmpty || key.contains(0x2E) || key.contains(0x22) else {
        name += key
        continue
      }
      name.append(0x22)
      for byte in key { name += byte == 0x22 ? [byte, byte] : [byte] }
      name.append(0x22)
    }
    return String(decoding: name, as: UTF8.self)
  }
}
