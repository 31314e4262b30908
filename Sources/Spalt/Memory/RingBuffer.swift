/// A queue of fixed capacity for values that cannot be copied.
@safe
struct RingBuffer<Element: ~Copyable>: ~Copyable {
  // SAFETY: slots from `head` on, `count` of them, modulo `capacity`, are initialised.
  private let slots: UnsafeMutablePointer<Element>
  private let capacity: Int
  private var head = 0
  private(set) var count = 0

  /// An empty queue for at most `capacity` elements.
  init(capacity: Int) {
    precondition(capacity > 0, "a queue holds something")
    unsafe slots = .allocate(capacity: capacity)
    self.capacity = capacity
  }

  deinit {
    for index in 0..<count {
      // SAFETY: the slot is initialised, see above.
      unsafe (slots + (head + index) % capacity).deinitialize(count: 1)
    }
    unsafe slots.deallocate()
  }

  var isFull: Bool { count == capacity }

  /// Appends at the end. The queue must not be full.
  mutating func append(_ element: consuming Element) {
    precondition(count < capacity, "the queue is full")
    // SAFETY: the slot behind the last element is not initialised.
    unsafe (slots + (head + count) % capacity).initialize(to: element)
    count += 1
  }

  /// Takes the first element, or nil when there is none.
  mutating func popFirst() -> Element? {
    guard count > 0 else { return nil }
    // SAFETY: the first slot is initialised, and is given up here.
    let element = unsafe (slots + head).move()
    head = (head + 1) % capacity
    count -= 1
    return element
  }
}

extension RingBuffer: @unchecked Sendable where Element: Sendable & ~Copyable {}
