/// What every source of a run has in common, and which input it is.
struct InputContext {
  let inputIndex: Int
  let options: InputOptions
  let kernels: ScanKernels
  let pool: ChunkPool
  let segments: SegmentPool
  let interrupter: ReaderInterrupter
  let totals: ContentTotals
}
