import ArgumentParser
import Spalt

/// `spalt doctor`: prints what the command finds on this system, or what a trace of memory says.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Show what this system offers, or what a trace of memory says.",
    discussion: HelpText.doctor
  )

  @Option(
    help: "Show the first, last, least and greatest figures of a file of --trace-memory.",
    completion: .file())
  var trace: String?

  @Flag(help: "Print JSON.")
  var json = false

  mutating func run() throws {
    try PlainOutput.run { () throws(SpaltError) in
      if let trace {
        let table = try MemoryTraceTable(readingFileAt: trace)
        return json ? table.json + "\n" : table.text + "\n"
      }
      let version = FigureSection(
        "spalt", [Figure("version", SpaltCommand.configuration.version)])
      let sections = [version] + SystemReport().sections
      return json
        ? "{\(sections.map(\.json).joined(separator: ","))}\n"
        : sections.map(\.text).joined(separator: "\n") + "\n"
    }
  }
}
