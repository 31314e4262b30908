// Mistake: while one writer fills its block, another one writes to the same arena.
// Rejected because building needs exclusive access to the arena for as long as the block is lent:
// the two would write over each other.
// expect: overlapping accesses to 'arena'
import Spalt

func run(_ arena: inout Arena) throws(SpaltError) {
  _ = try arena.build(maximumByteCount: 16) { output in
    let inner = try? arena.build(maximumByteCount: 16) { _ in }
    output.append(UInt8(inner?.byteCount ?? 0))
  }
}
