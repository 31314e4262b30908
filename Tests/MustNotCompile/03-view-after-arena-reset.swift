// Mistake: a view of an arena's contents is read after the arena was reset.
// Rejected because resetting needs exclusive access, which the view's borrow excludes: the bytes
// under the view are overwritten by whatever is allocated next.
// expect: overlapping accesses to 'arena'
import Spalt

func run(_ arena: inout Arena, _ bytes: [UInt8]) throws(SpaltError) -> Int {
  let block = try arena.append(ByteView(bytes.span))
  let view = arena.view(of: block)
  arena.reset()
  return view.byteCount
}
