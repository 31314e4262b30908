// Checks of everything that is otherwise checked when it is used.

extension ArrowBatch {
  /// Checks all values of a batch: that offsets, views and indices lead to something, and text is UTF-8. Columns of
  /// types that are not read are passed over, with those within them. Dictionaries were batches of their own.
  /// O(bytes).
  /// - Throws: `SpaltError.input`, `.memoryBudgetExceeded`.
  func validate() throws(SpaltError) {
    for column in columns { try validate(node: column) }
  }

  private func validate(node: Int) throws(SpaltError) {
    if case .unreadable = nodes[node].field.type, nodes[node].field.dictionary == nil { return }
    let array = try array(node)
    let view = ArrowArrayView(array)
    if array.field.dictionary != nil {
      for row in 0..<array.rowCount where !view.isNull(row) { _ = try view.dictionaryIndex(row) }
      return
    }
    switch array.layout {
    case .bytes, .views:
      try view.checkText()
      for row in 0..<array.rowCount where !view.isNull(row) { _ = try view.bytesPlace(row) }
    case .list:
      for row in 0..<array.rowCount where !view.isNull(row) { _ = try view.listRange(row) }
    default: break
    }
    for child in nodes[node].children { try validate(node: child) }
  }
}

extension ArrowFile {
  /// Checks the whole file: the structure of all batches and dictionaries, that offsets, views and indices lead to
  /// something, and that text is UTF-8. Nobody has to: what is read is checked, too. O(bytes).
  /// - Throws: `SpaltError.input` with the first thing that is wrong, `.memoryBudgetExceeded`.
  public func validate() throws(SpaltError) {
    try core.validateDictionaries()
    for index in 0..<batchCount { try core.batch(index).validate() }
  }
}
