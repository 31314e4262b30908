import SpaltKernels

extension ScanKernels {
  /// The names of the sets that this processor can run, the best first.
  public static var availableNames: [String] {
    (0..<spaltKernelCount()).compactMap { index in
      // SAFETY: tables and names are constants of the C module.
      unsafe spaltKernelAt(index).map { unsafe String(cString: $0.pointee.name) }
    }
  }
}
