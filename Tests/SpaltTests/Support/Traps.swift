import Testing

@testable import Spalt

extension ExitTest.Result? {
  /// Whether a process that ended said something on its standard error.
  func saysOnStandardError(_ text: String) -> Bool {
    guard let self else { return false }
    return String(decoding: self.standardErrorContent, as: UTF8.self).contains(text)
  }
}

/// Says something at once, for a process that may crash in the next moment.
func sayOnStandardError(_ text: String) {
  let bytes = Array((text + "\n").utf8)
  let view = ByteView(bytes.span)
  // SAFETY: the view is borrowed for the call.
  let buffer = unsafe UnsafeRawBufferPointer(start: view.base, count: view.byteCount)
  do { unsafe try Syscalls.writeAll(2, buffer, path: "standard error") } catch { return }
}
