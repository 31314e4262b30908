/// What the system lets a process have.
public enum ProcessLimits {
  /// Lets the process have as many open files as it may, for programs that read many at once. Failing changes nothing.
  public static func raise() { Syscalls.raiseDescriptorLimit() }
}
