// Mistake: one arena is given to two owners.
// Rejected because an arena cannot be copied: two owners would allocate the same bytes twice, without
// a lock, and return them to the pool twice.
// expect: 'arena' consumed more than once
import Spalt

func work(_ arena: consuming sending Arena) {}

func run(_ pool: ArenaPool) {
  let arena = pool.lease(.batch)
  work(arena)
  work(arena)
}
