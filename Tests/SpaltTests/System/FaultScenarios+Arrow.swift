@testable import Spalt

#if DEBUG
  extension FaultScenario {
    /// Arrow files and streams, mapped and read.
    static let arrow: [FaultScenario] = [
      arrow("Arrow file, mapped", content.file(), .mmap),
      arrow("Arrow file, read", content.file(), .read),
      arrow("Arrow stream, read", content.stream, .read),
    ]

    private static func arrow(
      _ name: String, _ bytes: [UInt8], _ mode: InputMode
    ) -> FaultScenario {
      FaultScenario(name: name, files: ["in": bytes], inputNames: ["in"]) { run in
        try run.read(["in"]) {
          $0.inputMode = mode
          $0.formatName = "arrow"
        }
      }
    }

    /// Three batches of a number and a text.
    private static var content: ArrowMaker {
      var maker = ArrowMaker(fields: [ArrowMaker.integer("n"), ArrowMaker.text("t")])
      for batch in 0..<3 {
        var numbers: [UInt8] = []
        var offsets: [UInt8] = [0, 0, 0, 0]
        var text: [UInt8] = []
        for row in 0..<10 {
          numbers += FlatWriter.littleEndian(batch * 10 + row, 8)
          text += Array("the text of row \(row)".utf8)
          offsets += FlatWriter.littleEndian(text.count, 4)
        }
        maker.addBatch([
          ArrowMaker.Array(rowCount: 10, buffers: [[], numbers]),
          ArrowMaker.Array(rowCount: 10, buffers: [[], offsets, text]),
        ])
      }
      return maker
    }
  }
#endif
