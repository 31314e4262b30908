import Spalt

extension ReaderOptions {
  /// The defaults, for input that is NDJSON however broken it is.
  static var ndjson: ReaderOptions {
    var options = ReaderOptions()
    options.formatName = "ndjson"
    return options
  }
}
