extension ChunkPool {
  /// Makes a chunk read-only until it goes back, if the pool hardens.
  func seal(_ chunk: ChunkDescriptor) {
    guard hardens else { return }
    // SAFETY: the chunk and its header are the caller's, which is checked.
    unsafe chunk.header.header.pointee.check(chunk.generation)
    guard unsafe !chunk.header.header.pointee.isSealed else { return }
    // The system refuses when the process has very many mappings; then the chunk is used as it is.
    do {
      unsafe try Syscalls.protect(chunk.base, byteCount: chunk.byteCount, .read)
      unsafe chunk.header.header.pointee.isSealed = true
    } catch {}
  }
}
