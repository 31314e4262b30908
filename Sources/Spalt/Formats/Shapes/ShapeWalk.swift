/// How far a walk along learned shapes came.
struct ShapeWalk: BitwiseCopyable {
  /// Records whose fields were found.
  var rowCount = 0
  /// Where the first record begins that was not walked.
  var position: Int
  /// Whether the walk ended because a record matches no learned shape.
  var isShapeUnknown = false
  /// One bit for each of the first 64 columns of the field table: set only where no record has a value.
  var emptyColumns: UInt64 = 0

  /// Whether it is known that no record has a value in the table's column at `field`.
  func isEmpty(_ field: Int) -> Bool {
    let column = field / FieldTable.rowCapacity
    return column < 64 && emptyColumns & 1 << UInt64(column) != 0
  }
}

extension LearnedShapes {
  /// Finds the fields of records, from `start` on, and notes where their values stand: the first of
  /// two passes, in which most of the time is spent. What limits it is the chain from one value's end
  /// to the next one's start, about a dozen cycles a field.
  ///
  /// Stops at a record that begins at or behind `limit`, after `maximumRowCount` records, or at a
  /// record that matches no learned shape or is too long.
  ///
  /// A function of its own, so that the compiler has all registers for its loop.
  @inline(never)
  func walk(
    _ cursor: borrowing ByteCursor, from start: Int, upTo limit: Int, maximumRowCount: Int,
    maximumByteCount: Int, _ marks: borrowing RecordMarks, _ kernels: ScanKernels,
    _ table: borrowing FieldTable
  ) -> ShapeWalk {
    // A copy, so that its parts can stay in registers.
    let cursor = copy cursor
    let strings = marks.strings
    let words = marks.words
    let recordField = wanted.recordField
    var recordStart = start
    var row = 0
    records: while row < maximumRowCount, recordStart < limit {
      var position = recordStart
      var index = Int(root)
      /// The place of the string or word that ended, as far as can be seen, at `position`; else -1.
      var openText = -1
      while index >= 0 {
        if steps[index].literal.matches(cursor, at: position) {
          let valueStart = position &+ Int(steps[index].literal.byteCount)
          let place = Int(steps[index].field) &+ row
          let action = steps[index].action
          if action == .string {
            let end = strings.first(from: valueStart)
            table[place] = FieldSpan(.plainString, start: valueStart, end: end)
            openText = place
            position = end
            index = Int(steps[index].next)
            continue
          }
          if action == .bare {
            let end = cursor.bareEnd(from: valueStart)
            table[place] = FieldSpan(.bare, start: valueStart, end: end)
            openText = -1
            position = end
            index = Int(steps[index].next)
            continue
          }
          if action == .word {
            let end = words.first(from: valueStart)
            // A quote begins a string, for which there may be another step.
            if _fastPath(end != valueStart || cursor.byte(at: end) != JSONByte.quote) {
              table[place] = FieldSpan(.word, start: valueStart, end: end)
              openText = place
              position = end
              index = Int(steps[index].next)
              continue
            }
          }
          if action == .endRecord {
            let byteCount = valueStart &- recordStart &- Int(steps[index].lineEndByteCount)
            guard byteCount <= maximumByteCount else { break }
            noteMissing(index, row, table)
            table[recordField &+ row] = FieldSpan(
              .none, start: recordStart, end: recordStart &+ byteCount)
            recordStart = valueStart
            row &+= 1
            continue records
          }
          let end = walkOther(index, cursor, at: valueStart, place, kernels, table)
          if end >= 0 {
            openText = -1
            position = end
            index = Int(steps[index].next)
            continue
          }
        } else if openText >= 0, cursor.byte(at: position) != JSONByte.quote {
          // A literal behind a string begins with the closing quote. Perhaps the text is not that plain.
          let end = closeOddText(openText, cursor, words, kernels, table)
          openText = -1
          if end >= 0 {
            position = end
            continue
          }
        }
        index = Int(steps[index].alternative)
      }
      return ShapeWalk(rowCount: row, position: recordStart, isShapeUnknown: true)
    }
    return ShapeWalk(rowCount: row, position: recordStart)
  }

  @inline(__always)
  private func noteMissing(_ index: Int, _ row: Int, _ table: borrowing FieldTable) {
    let start = Int(steps[index].missingStart)
    for entry in start..<start &+ Int(steps[index].missingCount) {
      table[Int(missing[entry]) &+ row] = .none
    }
  }

  /// The rarer actions: gives the index just past the value, or -1.
  @inline(never)
  private func walkOther(
    _ index: Int, _ cursor: borrowing ByteCursor, at start: Int, _ place: Int,
    _ kernels: ScanKernels, _ table: borrowing FieldTable
  ) -> Int {
    switch steps[index].action {
    case .goOn: return start
    case .null:
      table[place] = .none
      return start
    case .checkedBare:
      guard let end = cursor.skipNumber(at: start) ?? cursor.scanWord(at: start)?.end else {
        return -1
      }
      table[place] = FieldSpan(.bare, start: start, end: end)
      return end
    case .array:
      guard cursor.byte(at: start) == JSONByte.openBracket,
        let end = try? cursor.scanValue(
          at: start, depth: Int(steps[index].depth), kernels
        ).end
      else { return -1 }
      table[place] = FieldSpan(.array, start: start, end: end)
      return end
    case .string, .bare, .word, .endRecord: return -1
    }
  }

  /// Looks closer at a string or word that did not end where a plain one would: gives the index of its
  /// closing quote or delimiter, or -1 when it did end there or is broken.
  @inline(never)
  private func closeOddText(
    _ place: Int, _ cursor: borrowing ByteCursor, _ words: borrowing PlaneMarks,
    _ kernels: ScanKernels, _ table: borrowing FieldTable
  ) -> Int {
    let start = table[place].start
    let found = table[place].end
    if table[place].kind == .word {
      var end = found
      while end >= start, end < cursor.end, cursor.byte(at: end) >= 0x80 {
        end = words.first(from: end &+ 1)
      }
      guard end > found else { return -1 }
      table[place] = FieldSpan(.oddText, start: start, end: end)
      return end
    }
    guard let string = try? cursor.scanString(from: start, kernels), string.end != found else {
      return -1
    }
    table[place] = FieldSpan(.oddString, start: start, end: string.end)
    return string.end
  }
}
