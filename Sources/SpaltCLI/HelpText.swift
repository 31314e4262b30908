import Spalt

/// Texts of `--help` that are more than a sentence. A block begins with a title in capitals; the manual
/// page makes sections of the same blocks, and tests run every line of the examples that begins with
/// four spaces.
enum HelpText {
  /// What `spalt --help` says below the list of commands.
  static let root = """
    Without a command, the arguments are those of 'parse': 'spalt app.ndjson' prints the records of \
    a log, 'spalt schema app.ndjson' which columns it has, 'spalt explain app.ndjson' which format, \
    'spalt help parse' all options with examples.

    \(environment)
    """

  /// What `spalt parse --help` says.
  static let parse = """
    Several files are read in the order given, as one input with one schema. Without a file, or for \
    '-', standard input is read. Data goes to standard output, everything else to standard error.

    Days and times without an offset in --since and --until are those of the zone that --time-zone or \
    --local says, else of --assume-tz, else UTC. The time of a record is the column that --time-column \
    names, or the first of \(names(Schema.timeNames)) that holds times, or the first column that does; \
    its level, that of --level-column, or the first of \(names(Schema.levelNames)). --stats says which.

    \(parseExamples)

    \(exitStatus)
    """

  private static func names(_ names: [String]) -> String { names.joined(separator: ", ") }

  static let parseExamples = """
    EXAMPLES:
      Server errors, four columns of them:
        spalt app.ndjson --where 'status >= 500' --select ts,service,status,msg
      Slow requests of one service, for a spreadsheet:
        spalt app.ndjson --where "service='search' AND latency_ms>50" --to csv
      Warnings and worse since yesterday:
        spalt app.ndjson -l warn --since yesterday
      One day, as logfmt:
        spalt app.ndjson --since 2024-06-11 --until 2024-06-12 --to logfmt
      How many messages match a regular expression:
        spalt app.ndjson --where "msg ~ 'time(d )?out'" --count
      Ten records from a pipe, as they stood:
        tail -n 1000 app.ndjson | spalt --to raw -n 10
      A folder of logs on two cores, into one file:
        spalt -r logs -j 2 --to tsv -o all.tsv
      An Arrow file, for Polars, DuckDB or pandas:
        spalt app.ndjson --to arrow --compress zstd -o app.arrow
      The memory of a long run, sampled every ten seconds:
        spalt app.ndjson --to csv -o all.csv --trace-memory memory.ndjson
      What is not a record, with file, line and reason:
        spalt app.ndjson --to none --rejects rejects.ndjson --stats
      One schema for every run:
        spalt schema app.ndjson --to json -o app.schema
        spalt app.ndjson --schema app.schema --to csv
    """

  /// What `spalt schema --help` says.
  static let schema = """
    The schema is inferred from the beginning of the input, as 'spalt parse' does it. For each column: \
    its type, how many records of the sample have no value in it (or null), and up to three \
    different values as they stood, cut at 40 characters.

    With '--to json' the result is a schema file, which 'spalt parse --schema FILE' reads back. It \
    is an object with a list 'columns' of objects with 'name' and 'type' (bool, int64, float64, \
    timestamp, string, json), in order. The column with the role 'extra' takes what has no column or \
    does not fit it. Other members are not looked at, so the file may be edited and shortened.

    EXAMPLES:
      Which columns are there?
        spalt schema app.ndjson
      The same from all of the input, not from its beginning:
        spalt schema --full app.ndjson
      A schema file:
        spalt schema app.ndjson --to json -o app.schema
    """

  /// What `spalt explain --help` says.
  static let explain = """
    Shows how well each format fits the beginning of the input, which formats its lines may have for \
    that reason, and the first lines that are no records of them, with a mark under the byte at fault.

    With --line, shows one line: which format takes it for a record and with which fields, or what \
    each format has against it. The type of a field is that of its value alone.

    Characters that a terminal might obey are shown escaped.

    EXAMPLES:
      Which format is it, and which lines are no records?
        spalt explain app.ndjson
      What is wrong with a line that was rejected?
        spalt explain app.ndjson --line 17
      The same of a pipe, for a format that is known:
        tail -n 1000 app.ndjson | spalt explain --line 17 -f ndjson
    """

  /// What `spalt doctor --help` says.
  static let doctor = """
    Shows the block kernels that this processor runs and the one in use, cores and NUMA nodes, pages and \
    limits of memory, how files can get into memory, and the versions of the libraries.

    With --trace, shows what became of each figure that 'spalt parse --trace-memory FILE' has written \
    down, for the last run in the file. The figures are those of --stats.

    EXAMPLES:
      What does this system offer?
        spalt doctor
      The same for a program:
        spalt doctor --json
      How does the memory of a run develop?
        spalt app.ndjson --to none --trace-memory memory.ndjson --every 100ms
        spalt doctor --trace memory.ndjson
    """

  static let completions = """
    Prints a script that completes commands, options and file names.

    EXAMPLES:
      For this session of bash:
        source <(spalt completions bash)
      For good, with zsh and fish:
        spalt completions zsh > "${fpath[1]}/_spalt"
        spalt completions fish > ~/.config/fish/completions/spalt.fish
    """

  static let exitStatus = """
    EXIT STATUS:
      0    Done; rejected records are reported.
      1    Nothing matched, with --exit-status.
      2    Wrong usage, or input that cannot be read.
      3    More rejected records than --max-rejects, or any with --on-error fail.
      4    An assertion such as --require-zero-copy failed.
      130  Interrupted; what was known until then was written.
    """

  static let environment = """
    ENVIRONMENT:
      NO_COLOR      When it is not empty, nothing is printed in colour.
      TERM          With 'dumb', no escape codes are printed.
      TZ            The time zone of --local.
      SPALT_KERNEL  Forces the block kernels: avx512, avx2, sse2, neon or scalar.
    """
}
