import Testing

@testable import Spalt

@Suite struct TopologyTests {
  /// Four nodes in a row: each is the nearer, the fewer steps lie between.
  private static let row = Topology(
    (0..<4).map { node in
      Topology.Node(
        processors: [node * 2, node * 2 + 1], distances: (0..<4).map { 10 + 10 * abs($0 - node) })
    })

  @Test func processorsBelongToNodes() {
    let topology = Self.row
    #expect(topology.nodeCount == 4)
    #expect((0..<8).map { topology.node(ofProcessor: $0) } == [0, 0, 1, 1, 2, 2, 3, 3])
    #expect(topology.node(ofProcessor: 8) == 0)
    #expect(topology.node(ofProcessor: -1) == 0)
  }

  @Test func theNearestNodesComeFirst() {
    let topology = Self.row
    func order(_ node: Int) -> [Int] { (0..<4).map { topology.node($0, nearestTo: node) } }
    #expect(order(0) == [0, 1, 2, 3])
    #expect(order(1) == [1, 0, 2, 3])
    #expect(order(3) == [3, 2, 1, 0])
  }

  @Test func theOwnNodeIsNearestWhateverTheDistancesSay() {
    let topology = Topology([
      Topology.Node(processors: [0], distances: [20, 5]),
      Topology.Node(processors: [1], distances: []),
    ])
    #expect((0..<2).map { topology.node($0, nearestTo: 0) } == [0, 1])
    #expect((0..<2).map { topology.node($0, nearestTo: 1) } == [1, 0])
  }

  @Test func aMachineOfWhichNothingIsKnownIsOneNode() {
    let topology = Topology([])
    #expect(topology.nodeCount == 1)
    #expect(topology.currentNode == 0)
    #expect(topology.node(0, nearestTo: 0) == 0)
    #expect(topology.processor(forWorker: 3, usable: [4, 6]) == 6)
    #expect(topology.processor(forWorker: 0, usable: []) == nil)
  }

  @Test func workersAreSpreadOverNodes() {
    let usable = [0, 1, 2, 5, 6, 7]
    let workers = (0..<7).map { Self.row.processor(forWorker: $0, usable: usable) }
    #expect(workers == [0, 2, 5, 6, 1, 7, 0])
  }

  @Test func filesOfTheSystemAreRead() {
    let files = [
      "/sys/devices/system/node/online": "0,2-3\n",
      "/sys/devices/system/node/node0/cpulist": "0-3,8\n",
      "/sys/devices/system/node/node0/distance": "10 21 31\n",
      "/sys/devices/system/node/node2/cpulist": "4-7\n",
      "/sys/devices/system/node/node2/distance": "21 10 15\n",
      "/sys/devices/system/node/node3/cpulist": "\n",
      "/sys/devices/system/node/node3/distance": "31 15 10\n",
    ]
    let nodes = Topology.read { files[$0].map { Array($0.utf8) } }
    #expect(
      nodes == [
        Topology.Node(processors: [0, 1, 2, 3, 8], distances: [10, 21, 31]),
        Topology.Node(processors: [4, 5, 6, 7], distances: [21, 10, 15]),
        Topology.Node(processors: [], distances: [31, 15, 10]),
      ])
    let topology = Topology(nodes)
    #expect(topology.node(ofProcessor: 8) == 0)
    #expect(topology.node(ofProcessor: 6) == 1)
    #expect((0..<3).map { topology.node($0, nearestTo: 2) } == [2, 1, 0])
  }

  @Test func listsThatMakeNoSense() {
    func numbers(_ text: String) -> [Int] { Topology.numbers(inList: Array(text.utf8)) }
    #expect(numbers("") == [])
    #expect(numbers("\n") == [])
    #expect(numbers("3") == [3])
    #expect(numbers("1-2-3,x,5-4,7") == [7])
    #expect(numbers("0-9999999999999999999,1-70000000,2") == [2])
    #expect(Topology.read { _ in nil }.isEmpty)
    #expect(Topology.read { $0.hasSuffix("online") ? Array("0".utf8) : nil }.isEmpty)
  }

  @Test func thisMachineHasProcessors() throws {
    #expect(Topology.current.nodeCount >= 1)
    #if os(Linux)
      let usable = Processors.usable
      #expect(usable.count == ReaderOptions.usableProcessorCount)
      let last = try #require(usable.last)
      try PipelineThread(processor: last) { #expect(Processors.current == last) }.join()
      #expect(!Processors.bindThread(to: -1))
    #endif
  }

  @Test func chunksGoBackToTheNodeTheyCameFrom() throws {
    // No thread runs on a processor with such a number, so every thread is on node 0.
    let far = Topology.Node(processors: [60_000], distances: [20, 10])
    let near = Topology.Node(processors: [], distances: [10, 20])
    let pool = ChunkPool(
      budget: MemoryBudget(limitByteCount: 64 << 20), topology: Topology([near, far]),
      clock: monotonicNanoseconds)
    let first = try pool.leaseDescriptor(byteCount: 1 << 20)
    pool.giveBack(first)
    let again = try pool.leaseDescriptor(byteCount: 1 << 20)
    #expect(again.address == first.address)
    pool.giveBack(again)
    #expect(pool.telemetry.backHitCount == 1)
  }
}
