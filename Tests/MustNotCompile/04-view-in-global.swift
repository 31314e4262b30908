// Mistake: a view is stored in a global variable.
// Rejected because a view cannot escape: nobody could say how long the mapping has to live.
// expect: lifetime-dependent value escapes its scope
import Spalt

nonisolated(unsafe) var lastLine: ByteView?

func run(_ file: borrowing MappedFile) {
  lastLine = file.bytes
}
