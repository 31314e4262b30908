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
}
