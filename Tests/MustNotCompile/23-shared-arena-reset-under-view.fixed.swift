// The view is used within one access to the arena.
import Spalt

final class Worker {
  var arena: Arena

  init(arena: consuming Arena) { self.arena = arena }

  func byteCount(of block: ArenaBlock) -> Int {
    let byteCount = arena.view(of: block).byteCount
    arena.reset()
    return byteCount
  }
}
