/// Binds views to their owners. Each function here states a dependency that the compiler cannot see,
/// because it runs through a raw pointer. A part of a view, which has the view's own lifetime, is bound
/// where it is made, in `Bytes/` and `Memory/` only.

/// Makes `view` depend on a borrow of `owner`.
///
/// The caller vouches that `owner` keeps the bytes under `view` alive and unchanged for as long as
/// it is borrowed.
@unsafe @inline(__always)
@_lifetime(borrow owner)
func bound<View: ~Escapable & ~Copyable, Owner: ~Copyable & ~Escapable>(
  _ view: consuming View, to owner: borrowing Owner
) -> View {
  // SAFETY: the caller vouches for the dependency; the result cannot outlive the borrow of `owner`.
  unsafe _overrideLifetime(view, borrowing: owner)
}

/// Makes `view` depend on an exclusive access to `owner`.
@unsafe @inline(__always)
@_lifetime(&owner)
func exclusivelyBound<View: ~Escapable & ~Copyable, Owner: ~Copyable & ~Escapable>(
  _ view: consuming View, to owner: inout Owner
) -> View {
  // SAFETY: the caller vouches for the dependency; the result ends before `owner` is used again.
  unsafe _overrideLifetime(view, mutating: &owner)
}
