// Mistake: an arena that an object holds is reset while a view of its contents is in use.
// Rejected because whoever shares the object could reset the arena at any time, so a view of it ends
// with the access that made it.
// expect: lifetime-dependent variable 'view' escapes its scope
import Spalt

final class Worker {
  var arena: Arena

  init(arena: consuming Arena) { self.arena = arena }

  func byteCount(of block: ArenaBlock) -> Int {
    let view = arena.view(of: block)
    arena.reset()
    return view.byteCount
  }
}
