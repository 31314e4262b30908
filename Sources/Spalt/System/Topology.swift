import CSpaltSystem

/// Which processors are near which memory.
struct Topology: Sendable, Equatable {
  /// A part of the memory, and the processors that are near it.
  struct Node: Sendable, Equatable {
    var processors: [Int]
    /// How far the memory of each node is, in units that mean nothing but more and less.
    var distances: [Int]
  }

  /// Node of each processor; processors that are not listed are in node 0.
  private let nodeOfProcessor: [Int]
  /// For each node, all nodes, the nearest first.
  private let orders: [[Int]]
  var nodeCount: Int { orders.count }

  /// A machine with these nodes; without any, it is taken for one node.
  init(_ nodes: [Node]) {
    var nodeOfProcessor: [Int] = []
    for (index, node) in nodes.enumerated() {
      for processor in node.processors where processor >= 0 && processor < Self.processorLimit {
        while nodeOfProcessor.count <= processor { nodeOfProcessor.append(0) }
        nodeOfProcessor[processor] = index
      }
    }
    self.nodeOfProcessor = nodeOfProcessor
    orders = nodes.isEmpty ? [[0]] : nodes.indices.map { Self.order(from: $0, nodes) }
  }

  /// The machine that this process runs on.
  static let current = Topology(read { Processors.description($0) })

  private static let processorLimit = 1 << 16

  /// The nodes by distance from one of them; those as far as each other in their order, and a node without
  /// distances last.
  private static func order(from index: Int, _ nodes: [Node]) -> [Int] {
    let distances = nodes[index].distances
    func distance(_ other: Int) -> Int {
      if other == index { return Int.min }
      return other < distances.count ? distances[other] : Int.max
    }
    return nodes.indices.sorted { (distance($0), $0) < (distance($1), $1) }
  }

  /// The node of a processor; 0 when the processor is unknown.
  func node(ofProcessor processor: Int) -> Int {
    processor >= 0 && processor < nodeOfProcessor.count ? nodeOfProcessor[processor] : 0
  }

  /// The node that is the `rank`-th nearest to `node`, which itself has rank 0.
  func node(_ rank: Int, nearestTo node: Int) -> Int { orders[node][rank] }

  /// The node of the processor that this thread runs on.
  var currentNode: Int {
    nodeCount == 1 ? 0 : node(ofProcessor: Processors.current)
  }

  /// The processor for worker `number`, when the process may run on these: each has one worker before any has
  /// two, and nodes take turns.
  func processor(forWorker number: Int, usable: [Int]) -> Int? {
    guard !usable.isEmpty, number >= 0 else { return nil }
    var byNode = [[Int]](repeating: [], count: nodeCount)
    for processor in usable { byNode[node(ofProcessor: processor)].append(processor) }
    var order: [Int] = []
    for rank in 0..<usable.count {
      for processors in byNode where rank < processors.count { order.append(processors[rank]) }
    }
    return order[number % order.count]
  }

  // MARK: - Reading

  /// The nodes as Linux describes them in files, which `content` reads; none when there are no such files, as on
  /// macOS.
  static func read(_ content: (String) -> [UInt8]?) -> [Node] {
    let folder = "/sys/devices/system/node"
    guard let list = content("\(folder)/online") else { return [] }
    let numbers = self.numbers(inList: list)
    var nodes: [Node] = []
    for number in numbers {
      guard let processors = content("\(folder)/node\(number)/cpulist") else { return [] }
      let distances = content("\(folder)/node\(number)/distance") ?? []
      nodes.append(
        Node(
          processors: self.numbers(inList: processors),
          distances: distances.split(whereSeparator: { $0 == 0x20 || $0 == 0x0A }).compactMap {
            Int(String(decoding: $0, as: UTF8.self))
          }))
    }
    return nodes
  }

  /// The numbers of a list such as `0-3,8`; what is no number is passed over.
  static func numbers(inList text: [UInt8]) -> [Int] {
    var numbers: [Int] = []
    for part in text.split(whereSeparator: { $0 == UInt8(ascii: ",") || $0 == 0x0A }) {
      let ends = part.split(separator: UInt8(ascii: "-")).map {
        Int(String(decoding: $0, as: UTF8.self).filter { $0 != " " })
      }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2,
        first >= 0, first <= last, last < processorLimit
      else { continue }
      numbers += Array(first...last)
    }
    return numbers
  }
}

/// The processors of this machine.
enum Processors {
  /// The processor that this thread runs on; -1 when the system does not say.
  static var current: Int { Int(spaltCurrentProcessor()) }

  /// Those that this process may run on; none when the system does not say.
  static var usable: [Int] {
    var numbers = [Int32](repeating: 0, count: 1024)
    // SAFETY: the array has the length that is given.
    let count = unsafe spaltUsableProcessors(&numbers, Int32(numbers.count))
    return numbers[..<Int(count)].map(Int.init)
  }

  /// What a small file says in which the system describes itself; nil when there is no such file. That is no
  /// failure, so it is none of the calls that tests let fail.
  static func description(_ path: String) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 4096)
    // SAFETY: the path ends with a NUL, and the array has the length that is given.
    let count = unsafe spaltReadSmallFile(path, &bytes, bytes.count)
    return count < 0 ? nil : Array(bytes.prefix(count))
  }

  /// Binds this thread to a processor, if the system can do that.
  @discardableResult
  static func bindThread(to processor: Int) -> Bool {
    spaltBindThread(Int32(truncatingIfNeeded: processor)) != 0
  }
}
