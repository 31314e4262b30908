/// What walks and the filling of columns need, for one worker.
struct WalkTools: ~Copyable {
  /// Where the fields of the records stand that are being decoded.
  let table: FieldTable
  let plan: DecodePlan
  let kernels: ScanKernels
  /// The minute of the last timestamp.
  var recentMinute = RecentMinute()
  /// The ten minutes of the last time of a web server.
  var recentLogTime = RecentLogTime()
  /// The period of the last timestamp without an offset.
  var recentPeriod = TimeZonePeriod.none
  /// How many records are decoded at a time. Fewer when values often do not fit their columns, since
  /// what was found out about the records behind such a one is lost.
  var runRowCount = FieldTable.rowCapacity

  /// A record that begins closer to the end of an indexed stretch than this has a new one indexed.
  static let reserveByteCount = 2048

  init(
    _ wanted: WantedFields, plan: DecodePlan, kernels: ScanKernels, pool: ChunkPool
  ) throws(SpaltError) {
    let table = try FieldTable(columnCount: wanted.tableColumnCount, pool: pool)
    self.table = table
    self.plan = plan
    self.kernels = kernels
  }
}
