// Mistake: a mapping is closed while a view of it is in use.
// Rejected because closing consumes the file, and the view borrows it: its pages would be gone.
// expect: overlapping accesses to 'file'
import Spalt

func run(_ file: consuming MappedFile) -> UInt8 {
  let bytes = file.bytes
  file.close()
  return bytes[0]
}
