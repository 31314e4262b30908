// Every owner leases an arena of its own.
import Spalt

func work(_ arena: consuming sending Arena) {}

func run(_ pool: ArenaPool) {
  let first = pool.lease(.batch)
  let second = pool.lease(.batch)
  work(first)
  work(second)
}
