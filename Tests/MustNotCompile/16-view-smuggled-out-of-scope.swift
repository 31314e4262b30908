// Mistake: a view of an arena's block is carried out of the scope that owns the arena, by way of a
// variable outside.
// Rejected because the variable lives longer than the arena that the view borrows.
// expect: lifetime-dependent variable 'kept' escapes its scope
import Spalt

func run(_ pool: ArenaPool, _ bytes: [UInt8]) throws(SpaltError) -> Int {
  var kept = ByteView(bytes.span)
  do {
    var arena = pool.lease(.scratch)
    let block = try arena.append(kept)
    kept = arena.view(of: block)
  }
  return kept.byteCount
}
