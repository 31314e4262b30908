import Foundation

@testable import Spalt

#if DEBUG
  extension FaultScenario {
    /// All of them. Their inputs are small, because each is read some hundred times.
    static let all: [FaultScenario] =
      [
        plain("mapped lines", .mmap), plain("read lines", .read), pipe("plain pipe", lines(20)),
        pipe("pipe of LZ4", lz4(lines(20))), several, folder, pools,
      ] + compressed("LZ4", lz4) + compressed("linked LZ4", linkedLZ4)
      + compressed("gzip", { GzipSamples.member($0) })
      + compressed("BGZF", { GzipSamples.blocked($0, blockByteCount: 700) })
      + compressed("zstd", zstd) + arrow + [
        textFile, linkedTextFile, severalWrites, table, rejects, abandonedFile, survey, explanation,
        schemaFile,
        dictionary, timeZones, terminal, interrupted,
      ]

    // MARK: - Content

    static func lines(_ count: Int, first: Int = 0) -> [UInt8] {
      (first..<first + count).reduce(into: []) { bytes, number in
        bytes += Array("{\"seq\":\(number),\"msg\":\"request \(number) took a while\"}\n".utf8)
      }
    }

    private static func lz4(_ content: [UInt8]) -> [UInt8] {
      var writer = LZ4FrameWriter()
      writer.blockByteCounts = [600]
      writer.hasContentChecksum = true
      return writer.frame(content)
    }

    private static func linkedLZ4(_ content: [UInt8]) -> [UInt8] {
      var writer = LZ4FrameWriter()
      writer.blockByteCounts = [600]
      writer.isLinked = true
      return writer.frame(content)
    }

    private static func zstd(_ content: [UInt8]) -> [UInt8] {
      let half = content.count / 2
      return ZstdSamples.frame(Array(content[..<half]))
        + ZstdSamples.frame(Array(content[half...]))
    }

    // MARK: - Reading

    private static func plain(_ name: String, _ mode: InputMode) -> FaultScenario {
      FaultScenario(name: name, files: ["in": lines(40)], inputNames: ["in"]) { run in
        try run.read(["in"]) { $0.inputMode = mode }
      }
    }

    private static func pipe(_ name: String, _ content: [UInt8]) -> FaultScenario {
      FaultScenario(name: name, pipeContent: content, inputNames: ["pipe"]) { run in
        try run.read(["pipe"]) { $0.sampleByteCount = 100 }
      }
    }

    private static func compressed(
      _ name: String, _ encode: ([UInt8]) -> [UInt8]
    ) -> [FaultScenario] {
      let content = encode(lines(40))
      return [InputMode.mmap, .read].map { mode in
        FaultScenario(
          name: "\(name), \(mode)", files: ["in": content], inputNames: ["in"]
        ) { run in
          try run.read(["in"]) { $0.inputMode = mode }
        }
      }
    }

    /// Several inputs of several kinds, most of which are opened after the sample.
    private static let several = FaultScenario(
      name: "several inputs",
      files: [
        "1": lines(20), "2": [], "3": lz4(lines(20, first: 20)), "4": lines(20, first: 40),
        "5": GzipSamples.member(lines(20, first: 60)),
      ], inputNames: ["1", "2", "3", "4", "5"]
    ) { run in
      try run.read(["1", "2", "3", "4", "5"]) { $0.sampleByteCount = 200 }
    }

    /// A folder and what is in it, of formats that have to be found out.
    private static let folder = FaultScenario(
      name: "folder",
      files: [
        "in/a": lines(10), "in/b/c": lines(10, first: 10),
        "in/b/d": zstd(lines(10, first: 20)),
      ], links: ["in/link": "a", "in/nowhere": "none"]
    ) { run in
      var failures: [SpaltError] = []
      let inputs = InputPath(run.path("in")).expanded(&failures)
      do {
        try run.read(inputs) { $0.formatName = nil }
      } catch {
        guard let error = error as? SpaltError else { throw error }
        failures.append(error)
      }
      if !failures.isEmpty { throw SpaltError.inputs(failures) }
    }

    /// The parts of a reader, whose pools and budget can be looked at afterwards.
    private static let pools = FaultScenario(
      name: "pools", files: ["1": lines(20), "2": lz4(lines(20)), "3": lines(20)]
    ) { run in
      var options = FaultRun.options
      options.inputMode = .read
      let pipeline = ManualPipeline(options)
      defer { run.lines += pipeline.leaks }
      run.lines.append("\(try pipeline.run(["1", "2", "3"].map(run.path))) records")
      if !pipeline.leaks.isEmpty { throw LeakFound(leaks: pipeline.leaks) }
    }

    private struct LeakFound: Error { let leaks: [String] }

    /// A reader that is dropped after its first batch.
    private static let interrupted = FaultScenario(
      name: "reader that is dropped", files: ["in": lines(40)]
    ) { run in
      var options = FaultRun.options
      options.inputMode = .read
      var reader = try RecordReader(paths: [run.path("in")], options: options)
      let isThere = try reader.next() != nil
      run.lines.append("\(isThere)")
    }

    private static let survey = FaultScenario(name: "survey", files: ["in": lines(20)]) { run in
      let survey = try SchemaSurvey(
        inputs: [InputPath(run.path("in"))], options: FaultRun.options)
      run.lines.append(SchemaFile.text(survey.columns))
    }

    private static let explanation = FaultScenario(
      name: "explanation", files: ["in": lz4(lines(20) + Array("{broken\n".utf8))]
    ) { run in
      var options = FaultRun.options
      options.formatName = nil
      let explanation = try InputExplanation(of: InputPath(run.path("in")), options: options)
      run.lines += explanation.formatNames
      run.lines.append("\(explanation.lineCount) \(explanation.rejectedCount)")
      run.lines += explanation.rejects.map { "\($0.offset) \($0.verdicts.count)" }
    }

    // MARK: - Writing

    private static let textFile = FaultScenario(
      name: "text file", files: ["in": lines(300)], outputNames: ["out"]
    ) { run in
      try run.write("out", from: "in")
    }

    private static let linkedTextFile = FaultScenario(
      name: "text file behind a link", files: ["in": lines(10)], links: ["link": "out"],
      outputNames: ["out"]
    ) { run in
      try run.write("link", from: "in")
    }

    /// More than the buffer holds.
    private static let severalWrites = FaultScenario(
      name: "several writes", outputNames: ["out"]
    ) { run in
      var output = try OutputTarget.file(run.path("out")).open(byteCount: 64 << 10)
      for byte: UInt8 in 0x61..<0x70 {
        try output.append([UInt8](repeating: byte, count: 10_000))
      }
      try output.finish()
    }

    private static let abandonedFile = FaultScenario(
      name: "text file that is not finished", files: ["in": lines(10)], outputNames: ["out"]
    ) { run in
      try run.write("out", from: "in", finishes: false)
    }

    private static let table = FaultScenario(
      name: "table", files: ["in": lines(20)], outputNames: ["out"]
    ) { run in
      var options = FaultRun.options
      options.representation = .text
      var reader = try RecordReader(paths: [run.path("in")], options: options)
      var sink = try TableSink(
        schema: reader.schema, target: .file(run.path("out")), options: TableOptions())
      while let batch = try reader.next() { try sink.write(batch) }
      try sink.finish()
    }

    private static let rejects = FaultScenario(
      name: "rejects",
      files: ["in": Array(String(repeating: "{\"a\":1}\n{broken\n", count: 10).utf8)],
      outputNames: ["out", "rejects"]
    ) { run in
      try run.write("out", from: "in", rejectsName: "rejects")
    }

    // MARK: - Small files

    private static let schemaFile = FaultScenario(
      name: "schema file",
      files: ["in": Array("{\"columns\":[{\"name\":\"a\",\"type\":\"int64\"}]}".utf8)]
    ) { run in
      let schema = try Schema(readingFileAt: run.path("in"))
      run.lines += schema.columns.map { "\($0.name) \($0.type.name)" }
    }

    private static let dictionary = FaultScenario(name: "dictionary", files: ["in": lines(10)]) {
      run in
      var options = ReaderOptions()
      try options.readLZ4Dictionary(fileAt: run.path("in"))
      run.lines.append(String(decoding: options.lz4Dictionary, as: UTF8.self))
    }

    private static let timeZones = FaultScenario(
      name: "time zones", links: ["local": "/usr/share/zoneinfo/Europe/Berlin"]
    ) { run in
      let database = TimeZoneDatabase(folders: [run.path("none"), "/usr/share/zoneinfo"])
      for zone in [
        try database.zone(named: "Asia/Kathmandu"),
        try database.local(variable: nil, linkPath: run.path("local")),
        try database.local(variable: run.path("local"), linkPath: run.path("none")),
      ] {
        run.lines.append("\(zone.name) \(zone.offsetSeconds(atUTC: 1_700_000_000))")
      }
    }

    private static let terminal = FaultScenario(name: "terminal") { run in
      let pipe: Syscalls.Pipe
      do throws(SystemError) { pipe = try Syscalls.makePipe() } catch {
        throw SpaltError.system(error)
      }
      defer {
        Syscalls.close(pipe.readingDescriptor)
        Syscalls.close(pipe.writingDescriptor)
      }
      run.lines.append("\(Syscalls.isTerminal(pipe.readingDescriptor))")
      run.lines.append("\(Syscalls.terminalColumnCount(pipe.readingDescriptor) ?? 0)")
    }
  }

  extension FaultRun {
    /// Two threads, and pieces that are small enough that there are several.
    static var options: ReaderOptions {
      var options = ReaderOptions.ndjson
      options.threadCount = 2
      options.pieceByteCount = 1024
      return options
    }

    /// Reads the inputs of these names into `lines`.
    func read(_ names: [String], _ change: (inout ReaderOptions) -> Void) throws {
      try read(names.map { InputPath(path($0)) }, change)
    }

    func read(_ inputs: [InputPath], _ change: (inout ReaderOptions) -> Void) throws {
      var options = Self.options
      change(&options)
      var reader = try RecordReader(inputs: inputs, options: options)
      var snapshot = Snapshot(columns: reader.schema.columns)
      defer {
        for (position, row) in zip(snapshot.positions, snapshot.rows) {
          lines.append("\(position.inputIndex)@\(position.offset) \(row)")
        }
        for reject in snapshot.rejects { lines.append("\(reject.inputIndex)@\(reject.offset)") }
      }
      while let batch = try reader.next() { snapshot.add(batch, inputIndex: reader.inputIndex) }
    }

    /// Writes the records of an input as CSV, and its rejects as their offsets.
    func write(
      _ name: String, from inputName: String, rejectsName: String? = nil, finishes: Bool = true
    ) throws {
      var options = Self.options
      options.representation = .text
      var reader = try RecordReader(
        inputs: [InputPath(path(inputName))], options: options, format: OutputFormat(.csv))
      guard let formatter = reader.formatter else { return }
      var sink = try TextSink(formatter: formatter, target: .file(path(name)))
      let rejects = try rejectsName.map { try TextFile(path: path($0)) }
      while let batch = try reader.next() {
        try sink.write(batch)
        for reject in batch.rejects { try rejects?.write("\(reject.offset)\n") }
      }
      guard finishes else { return }
      try sink.finish()
      try rejects?.finish()
    }
  }
#endif
