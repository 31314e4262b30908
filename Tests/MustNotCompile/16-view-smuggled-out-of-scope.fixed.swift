// The arena lives as long as the variable.
import Spalt

func run(_ pool: ArenaPool, _ bytes: [UInt8]) throws(SpaltError) -> Int {
  var kept = ByteView(bytes.span)
  var arena = pool.lease(.scratch)
  let block = try arena.append(kept)
  kept = arena.view(of: block)
  return kept.byteCount
}
