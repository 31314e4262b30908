/// Arithmetic and functions of numbers and times.
extension FilterMachine {
  func arithmetic(
    _ node: FilterNode, _ operation: Arithmetic, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    switch node.type {
    case .int64: try int64Arithmetic(node, operation, active, block)
    case .float64: try float64Arithmetic(node, operation, active, block)
    case .timestamp: try timeArithmetic(node, isNegative: operation == .subtract, active, block)
    default: try intervalArithmetic(node, operation, active, block)
    }
  }

  private func overflow(
    _ node: FilterNode, _ row: Int, _ block: FilterBlock, _ what: String
  ) -> SpaltError {
    failure(node, row, block, "\(what) does not fit \(node.type.name)")
  }

  private func int64Arithmetic(
    _ node: FilterNode, _ operation: Arithmetic, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    let left = child(node, 0, block)
    let right = child(node, 1, block)
    try map(node, active, block) { (row) throws(SpaltError) -> Int64? in
      let first = left.int64(row)
      let second = right.int64(row)
      let result: (partialValue: Int64, overflow: Bool)
      switch operation {
      case .add: result = first.addingReportingOverflow(second)
      case .subtract: result = first.subtractingReportingOverflow(second)
      case .multiply: result = first.multipliedReportingOverflow(by: second)
      case .divide, .divideWhole, .remainder:
        if second == 0 {
          throw failure(node, row, block, "division by zero: \(first) \(operation.symbol) 0")
        }
        result =
          operation == .remainder
          ? first.remainderReportingOverflow(dividingBy: second)
          : first.dividedReportingOverflow(by: second)
      }
      if result.overflow {
        throw overflow(node, row, block, "\(first) \(operation.symbol) \(second)")
      }
      return result.partialValue
    }
  }

  private func float64Arithmetic(
    _ node: FilterNode, _ operation: Arithmetic, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    let left = child(node, 0, block)
    let right = child(node, 1, block)
    try map(node, active, block) { (row) throws(SpaltError) -> Double? in
      let first = left.float64(row)
      let second = right.float64(row)
      switch operation {
      case .add: return first + second
      case .subtract: return first - second
      case .multiply: return first * second
      case .divide, .divideWhole: return first / second
      case .remainder: return first.truncatingRemainder(dividingBy: second)
      }
    }
  }

  /// A time and an interval.
  private func timeArithmetic(
    _ node: FilterNode, isNegative: Bool, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    let times = child(node, 0, block)
    let intervals = child(node, 1, block)
    try map(node, active, block) { (row) throws(SpaltError) -> Int64? in
      var interval = intervals.interval(row)
      if isNegative {
        guard let negative = Self.product(interval, -1) else {
          throw overflow(node, row, block, "the interval")
        }
        interval = negative
      }
      guard let sum = Calendar.sum(times.int64(row), interval) else {
        throw overflow(node, row, block, "the time")
      }
      return sum
    }
  }

  private static func product(_ interval: Interval, _ factor: Int64) -> Interval? {
    let nanoseconds = interval.nanoseconds.multipliedReportingOverflow(by: factor)
    guard !nanoseconds.overflow, let small = Int32(exactly: factor) else { return nil }
    let months = interval.months.multipliedReportingOverflow(by: small)
    let days = interval.days.multipliedReportingOverflow(by: small)
    guard !months.overflow, !days.overflow else { return nil }
    return Interval(
      months: months.partialValue, days: days.partialValue, nanoseconds: nanoseconds.partialValue)
  }

  private static func sum(_ first: Interval, _ second: Interval) -> Interval? {
    let months = first.months.addingReportingOverflow(second.months)
    let days = first.days.addingReportingOverflow(second.days)
    let nanoseconds = first.nanoseconds.addingReportingOverflow(second.nanoseconds)
    guard !months.overflow, !days.overflow, !nanoseconds.overflow else { return nil }
    return Interval(
      months: months.partialValue, days: days.partialValue, nanoseconds: nanoseconds.partialValue)
  }

  private func intervalArithmetic(
    _ node: FilterNode, _ operation: Arithmetic, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    let left = child(node, 0, block)
    let right = child(node, 1, block)
    let isOfTimes = childType(node, 0) == .timestamp
    try map(node, active, block) { (row) throws(SpaltError) -> Interval? in
      let result: Interval?
      if isOfTimes {
        result = Calendar.difference(left.int64(row), right.int64(row))
      } else {
        let first = left.interval(row)
        switch operation {
        case .add: result = Self.sum(first, right.interval(row))
        case .subtract:
          result = Self.product(right.interval(row), -1).flatMap { Self.sum(first, $0) }
        default: result = Self.product(first, right.int64(row))
        }
      }
      guard let result else { throw overflow(node, row, block, "the interval") }
      return result
    }
  }

  func negate(_ node: FilterNode, _ active: Int, _ block: FilterBlock) throws(SpaltError) {
    let source = child(node, 0, block)
    switch node.type {
    case .float64:
      try map(node, active, block) { (row) throws(SpaltError) -> Double? in -source.float64(row) }
    case .interval:
      try map(node, active, block) { (row) throws(SpaltError) -> Interval? in
        guard let result = Self.product(source.interval(row), -1) else {
          throw overflow(node, row, block, "the interval")
        }
        return result
      }
    default:
      try map(node, active, block) { (row) throws(SpaltError) -> Int64? in
        let result = Int64(0).subtractingReportingOverflow(source.int64(row))
        if result.overflow { throw overflow(node, row, block, "-(\(source.int64(row)))") }
        return result.partialValue
      }
    }
  }

  // MARK: - Functions

  func numberFunction(
    _ node: FilterNode, _ function: Function, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    let source = child(node, 0, block)
    if node.type == .int64 {
      if function == .round, node.children.count == 2 {
        return try roundInt64(node, active, block)
      }
      try map(node, active, block) { (row) throws(SpaltError) -> Int64? in
        let value = source.int64(row)
        guard function == .absolute else { return value }
        if value == .min { throw overflow(node, row, block, "abs(\(value))") }
        return abs(value)
      }
      return
    }
    if function == .round, node.children.count == 2 {
      return try roundFloat64(node, active, block)
    }
    try map(node, active, block) { (row) throws(SpaltError) -> Double? in
      let value = source.float64(row)
      switch function {
      case .absolute: return value.magnitude
      case .floor: return value.rounded(.down)
      case .ceiling: return value.rounded(.up)
      default: return value.rounded(.toNearestOrAwayFromZero)
      }
    }
  }

  private static func powerOfTen(_ exponent: Int64) -> Double {
    (0..<exponent.magnitude).reduce(1.0) { power, _ in power * 10 }
  }

  private func roundFloat64(
    _ node: FilterNode, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    let source = child(node, 0, block)
    let digits = child(node, 1, block)
    try map(node, active, block) { (row) throws(SpaltError) -> Double? in
      let value = source.float64(row)
      let count = max(-400, min(400, digits.int64(row)))
      let scale = Self.powerOfTen(count)
      let rounded =
        count < 0
        ? (value / scale).rounded(.toNearestOrAwayFromZero) * scale
        : (value * scale).rounded(.toNearestOrAwayFromZero) / scale
      if rounded.isFinite { return rounded }
      return count < 0 ? 0 : value
    }
  }

  private func roundInt64(
    _ node: FilterNode, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    let source = child(node, 0, block)
    let digits = child(node, 1, block)
    try map(node, active, block) { (row) throws(SpaltError) -> Int64? in
      let value = source.int64(row)
      let count = digits.int64(row)
      if count >= 0 { return value }
      if count <= -19 { return 0 }
      var unit: Int64 = 1
      for _ in 0..<(-count) { unit *= 10 }
      let half = value < 0 ? -(unit / 2) : unit / 2
      let sum = value.addingReportingOverflow(half)
      if sum.overflow { throw overflow(node, row, block, "round(\(value), \(count))") }
      return sum.partialValue / unit * unit
    }
  }

  func timeFunction(
    _ node: FilterNode, _ function: Function, _ active: Int, _ block: FilterBlock
  ) throws(SpaltError) {
    let source = child(node, 0, block)
    switch function {
    case .epoch:
      try map(node, active, block) { (row) throws(SpaltError) -> Double? in
        // Microseconds are exact as a double; what is finer mostly is not.
        let microseconds = Calendar.floorDivide(source.int64(row), 1000)
        let rest = source.int64(row) &- microseconds &* 1000
        return Double(microseconds) / 1e6 + Double(rest) / 1e9
      }
    case .datePart(let part):
      try map(node, active, block) { (row) throws(SpaltError) -> Int64? in
        Calendar.part(part, of: source.int64(row))
      }
    case .epochMilliseconds:
      try map(node, active, block) { (row) throws(SpaltError) -> Int64? in
        Calendar.floorDivide(source.int64(row), 1_000_000)
      }
    case .timeFromSeconds:
      try map(node, active, block) { (row) throws(SpaltError) -> Int64? in
        let time = NumberText.int64((source.float64(row) * 1e6).rounded() * 1000)
        guard let time else { throw overflow(node, row, block, "the time") }
        return time
      }
    default:
      try map(node, active, block) { (row) throws(SpaltError) -> Int64? in
        let time: Int64?
        if case .dateTrunc(let part) = function {
          time = Calendar.truncated(source.int64(row), to: part)
        } else {
          let product = source.int64(row).multipliedReportingOverflow(by: 1_000_000)
          time = product.overflow ? nil : product.partialValue
        }
        guard let time else { throw overflow(node, row, block, "the time") }
        return time
      }
    }
  }
}
