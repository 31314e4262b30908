// A block may be kept across writes; it is viewed again when it is needed.
import Spalt

func run(_ arena: inout Arena, _ bytes: [UInt8]) throws(SpaltError) -> Int {
  let block = try arena.append(ByteView(bytes.span))
  _ = try arena.append(ByteView(bytes.span))
  return arena.view(of: block).byteCount
}
