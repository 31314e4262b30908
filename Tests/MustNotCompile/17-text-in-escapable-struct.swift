// Mistake: a program's own type keeps the text of a field.
// Rejected because a type that may be stored anywhere cannot hold what must not escape.
// expect: has non-Escapable type 'ByteView'
import Spalt

struct Event {
  var message: ByteView
}
