// Mistake: an arena is written to while a view of its contents is in use.
// Rejected because allocating needs exclusive access, which the view's borrow excludes.
// expect: overlapping accesses to 'arena'
import Spalt

func run(_ arena: inout Arena, _ bytes: [UInt8]) throws(SpaltError) -> Int {
  let block = try arena.append(ByteView(bytes.span))
  let view = arena.view(of: block)
  _ = try arena.append(view)
  return view.byteCount
}
