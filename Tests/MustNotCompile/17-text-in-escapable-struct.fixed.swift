// The type keeps a copy of the text, or is itself `~Escapable`.
import Spalt

struct Event {
  var message: String

  init(_ field: borrowing Field) { message = field.text?.makeString() ?? "" }
}
