/// How files are brought into memory.
public enum InputMode: String, CaseIterable, Sendable {
  /// Map regular files, read everything else.
  case auto
  /// Map; what cannot be mapped is an error.
  case mmap
  /// Read into pool chunks. A file that other programs overwrite in place wants this.
  case read
}

/// What an input is cut into, and how it gets into memory.
struct InputOptions: Sendable {
  var mode = InputMode.auto
  /// The size that pieces aim at, in bytes.
  var pieceByteCount = 2 << 20
  /// No record may be longer.
  var maximumRecordByteCount = 16 << 20
  /// Whether checksums in compressed inputs are verified.
  var verifiesChecksums = true
  /// Whether a compressed input is read on behind damage.
  var continuesAfterDamage = false
  /// Whether parts of a compressed input that do not depend on each other are decoded by several threads.
  var decodesInRuns = false
  /// The content of a dictionary for LZ4; empty when there is none.
  var lz4Dictionary: [UInt8] = []
  /// Whether a mapped piece's pages are faulted in with one call before it is decoded.
  var populates = false
  /// Which inputs are columns, not lines.
  var columnar = ColumnarInputs.none
  /// Looks at which pages of mapped inputs are in memory, if somebody wants to know.
  var residency: ResidencySample?
  /// The part of the one input that is read; nil for all of it.
  var split: InputSplit?
}
