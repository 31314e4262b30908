import Foundation

/// Compiles programs as a user of the library would: against the built module, without the flag
/// `Lifetimes`.
///
/// `-c` and not `-typecheck`: lifetimes and exclusivity are checked after type checking.
enum Compiler {
  static let tool = Tool.find("swiftc")
  private static let slots = Slots(count: 2)

  /// Whether there is a compiler, and the module it needs.
  static var isAvailable: Bool { tool != nil && Project.modules != nil }

  /// Compiles one file; `isScript` allows statements outside functions.
  static func compile(_ source: URL, isScript: Bool = false) async throws -> ToolResult {
    guard let tool, let modules = Project.modules else { throw CocoaError(.fileNoSuchFile) }
    let folder = try Project.makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let arguments =
      [
        "-c", source.path, "-o", folder.appending(path: "program.o").path, "-swift-version", "6",
        "-module-name", "Program", "-I", modules.path,
      ] + Project.moduleMaps.flatMap { ["-Xcc", "-fmodule-map-file=\($0.path)"] }
      + (isScript ? [] : ["-parse-as-library"])
    await slots.enter()
    do {
      let result = try await tool.run(arguments, in: folder)
      await slots.leave()
      return result
    } catch {
      await slots.leave()
      throw error
    }
  }
}
