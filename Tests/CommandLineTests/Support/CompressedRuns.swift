import Foundation
import Testing

/// Runs a command again on compressed copies of its inputs, and demands the same outcome: the same status, the
/// same bytes on both outputs, the same bytes in the files that it writes.
///
/// So every test of the command is one of compressed input, too. `SPALT_TEST_COMPRESSED=0` leaves this out.
struct CompressedRuns {
  let arguments: [String]
  let input: Data
  let environment: [String: String]
  let timeoutSeconds: Double

  /// What a compressed input changes by its nature: how much memory is taken, what is counted in copies, how far
  /// the input has been read, and where batches end, which Arrow shows.
  private static let tellingOptions: Set<String> = [
    "--stats", "--progress", "--memory", "--require-zero-copy", "--trace-memory",
    "arrow", "arrow-stream",
  ]
  /// Options whose value is a file, but no input.
  private static let fileOptions: Set<String> = [
    "-o", "--output", "--rejects", "--schema", "--lz4-dictionary",
  ]
  private static let outputOptions: Set<String> = ["-o", "--output", "--rejects"]
  private static let largestByteCount = 4 << 20

  private static let isEnabled =
    ProcessInfo.processInfo.environment["SPALT_TEST_COMPRESSED"] != "0"

  /// Indexes of the arguments that are inputs.
  private var inputIndexes: [Int] {
    arguments.indices.filter { index in
      if index > 0, Self.fileOptions.contains(arguments[index - 1]) { return false }
      return Self.byteCount(arguments[index]) != nil
    }
  }

  /// Files that the command writes.
  private var outputs: [String] {
    arguments.indices.dropFirst().filter { Self.outputOptions.contains(arguments[$0 - 1]) }
      .map { arguments[$0] }
  }

  private static func byteCount(_ path: String) -> Int? {
    var isFolder: ObjCBool = false
    // Arrow has compression of its own, and is not read in another's.
    guard path.hasPrefix("/"), !path.contains("arrow"),
      unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
      !isFolder.boolValue,
      let attributes = try? FileManager.default.attributesOfItem(atPath: path),
      attributes[.type] as? FileAttributeType == .typeRegular
    else { return nil }
    return attributes[.size] as? Int
  }

  /// Whether compressed copies can be told from the originals by nothing but their content.
  private var isComparable: Bool {
    let indexes = inputIndexes
    // What reads the file that it is to write is refused, whatever is in it.
    guard !indexes.contains(where: { outputs.contains(arguments[$0]) }) else { return false }
    guard Self.isEnabled, !indexes.isEmpty || !input.isEmpty, input.count <= Self.largestByteCount
    else { return false }
    if arguments.contains(where: { option in
      Self.tellingOptions.contains { option == $0 || option.hasPrefix($0 + "=") }
    }) {
      return false
    }
    return indexes.allSatisfy {
      (Self.byteCount(arguments[$0]) ?? 0) <= Self.largestByteCount
        && FileManager.default.isReadableFile(atPath: arguments[$0])
    }
  }

  /// Compares with `expected`, the outcome for the files as they are.
  func compare(with expected: Outcome) throws {
    guard isComparable else { return }
    let written = outputs.map { try? Data(contentsOf: URL(fileURLWithPath: $0)) }
    defer {
      for (path, content) in zip(outputs, written) {
        if let content { try? content.write(to: URL(fileURLWithPath: path)) }
      }
    }
    for compression in compressions { try compare(compression, expected, written) }
  }

  /// All ways to compress; one of them, by the arguments, when the run is one of many that differ in the size of
  /// pieces only, and so meet them all.
  private var compressions: [Compression] {
    let all = Compression.allCases
    guard arguments.contains("--piece") else { return all }
    let sum = arguments.joined(separator: " ").utf8.reduce(0 as UInt64) { $0 &* 31 &+ UInt64($1) }
    return [all[Int(sum % UInt64(all.count))]]
  }

  private func compare(
    _ compression: Compression, _ expected: Outcome, _ written: [Data?]
  ) throws {
    let copies = Copies()
    var changed = arguments
    for index in inputIndexes {
      changed[index] = try copies.path(of: arguments[index], compression)
    }
    let outcome = try Program.execute(
      Program.path, changed,
      input: input.isEmpty ? input : try compression.compress(input),
      environment: environment, timeoutSeconds: timeoutSeconds)
    let command = "\(compression): \(arguments.joined(separator: " "))"
    #expect(
      outcome.status == expected.status, "\(command): \(outcome.errorText.prefix(500))")
    #expect(copies.renamed(outcome.output) == expected.output, "\(command): standard output")
    #expect(
      copies.renamed(outcome.errors) == expected.errors,
      "\(command): \(outcome.errorText.prefix(500)), not \(expected.errorText.prefix(500))")
    for (path, content) in zip(outputs, written) {
      let found = (try? Data(contentsOf: URL(fileURLWithPath: path))).map(copies.renamed)
      #expect(found == content, "\(command): \(path)")
    }
  }
}

/// Compressed copies of files, in folders whose paths are as long as those of the originals, so that outputs in
/// which paths are aligned can be compared.
private final class Copies {
  /// The folder for each folder of originals.
  private var folders: [String: String] = [:]

  deinit { for folder in folders.values { try? FileManager.default.removeItem(atPath: folder) } }

  /// The path of the copy.
  func path(of original: String, _ compression: Compression) throws -> String {
    let url = URL(fileURLWithPath: original)
    let folder = String(original.dropLast(url.lastPathComponent.count + 1))
    if folders[folder] == nil {
      let unique = "/tmp/" + UUID().uuidString.replacingOccurrences(of: "-", with: "")
      let length = max(folder.utf8.count, 14)
      let path = String(unique.prefix(length))
      folders[folder] = path + String(repeating: "c", count: length - path.utf8.count)
      try FileManager.default.createDirectory(
        atPath: folders[folder] ?? "", withIntermediateDirectories: true)
    }
    let path = (folders[folder] ?? "") + "/" + url.lastPathComponent
    try compression.compress(try Data(contentsOf: url)).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// An output with the originals' paths.
  func renamed(_ output: Data) -> Data {
    var text = output
    for (original, copy) in folders {
      let pattern = Data(copy.utf8)
      var start = text.startIndex
      while let range = text.range(of: pattern, in: start..<text.endIndex) {
        text.replaceSubrange(range, with: Data(original.utf8))
        start = range.lowerBound + original.utf8.count
      }
    }
    return text
  }
}
