/// The version of the library and the command.
public enum SpaltVersion {
  public static let current = "0.1.0"
}
