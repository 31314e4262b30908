/// Which records of an input are wanted.
public struct RecordSelection: Sendable {
  /// True for the records that are wanted; nil for all.
  public var condition: Expression?
  /// What `now()` means, in nanoseconds since 1970-01-01T00:00:00Z.
  public var nowNanoseconds: Int64 = 0

  /// All records.
  public init() {}

  /// The condition as a whole, for an input with these columns.
  func expression(for schema: Schema) throws(SpaltError) -> Expression? { condition }
}
