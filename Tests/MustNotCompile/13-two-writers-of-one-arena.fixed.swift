// One block is finished before the next one is begun.
import Spalt

func run(_ arena: inout Arena) throws(SpaltError) {
  let first = try arena.build(maximumByteCount: 16) { _ in }
  _ = try arena.build(maximumByteCount: 16) { output in
    output.append(UInt8(first.byteCount))
  }
}
