import Testing

extension ExitTest.Result? {
  /// Whether a process that ended said something on its standard error.
  func saysOnStandardError(_ text: String) -> Bool {
    guard let self else { return false }
    return String(decoding: self.standardErrorContent, as: UTF8.self).contains(text)
  }
}
