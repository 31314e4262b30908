// The view is done with before the arena is reset.
import Spalt

func run(_ arena: inout Arena, _ bytes: [UInt8]) throws(SpaltError) -> Int {
  let block = try arena.append(ByteView(bytes.span))
  let byteCount = arena.view(of: block).byteCount
  arena.reset()
  return byteCount
}
