"""What is measured. A later issue adds a benchmark by adding a `Line` here."""
from . import compressed, memory_lines
from .line import COUNT, ENGINES, MIB, Against, Line, all_fields, on_two_cores, two_threads, where_status

PARSE = ("parse", "-f", "ndjson")
ALL_FIELDS = (*PARSE, "--to", "none", "-j1", "--stats", "json")
# What is written goes to standard output, which is /dev/null.
STATUS = (*PARSE, "--where", "status >= 500", "-j1")
SERVICE_LEVEL = (*PARSE, "--where", "service = 'checkout' AND level = 'ERROR'", "-j1")
MESSAGE = (*PARSE, "--where", "msg ~ 'timeout.*upstream'", "-j1")
CSV = (*PARSE, "--to", "csv", "-j1", "--stats", "json", "{file}")


def _simdjson(mode, target):
    return tuple(Against(rival, mode, target) for rival in ("simdjson", "simdjson-g++"))


def _engines(mode):
    return tuple(Against(rival, mode) for rival in ENGINES)


FILTERS = (
    Line("ndjson-where-status", "NDJSON, status >= 500 (1 %), count", (*STATUS, *COUNT), check="count", keeps="status>=500",
         against=(*_simdjson("find_status", 2.0), Against("grep", "where_status"), Against("rg", "where_status"),
                  Against("rg", "where_status_literal"))),
    Line("ndjson-where-status-engines", "NDJSON, status >= 500, count (200 MB)", (*STATUS, *COUNT), check="count", size="slow",
         keeps="status>=500", against=_engines("where_status")),
    Line("ndjson-where-service-level", "NDJSON, two strings compared, count", (*SERVICE_LEVEL, *COUNT), check="count",
         keeps="service=checkout,level=ERROR",
         against=(*_simdjson("find_service_level", 2.5), Against("grep", "where_service_level"), Against("rg", "where_service_level"))),
    Line("ndjson-where-service-level-engines", "NDJSON, two strings compared, count (200 MB)", (*SERVICE_LEVEL, *COUNT), check="count",
         size="slow", keeps="service=checkout,level=ERROR", against=_engines("where_service_level")),
    Line("ndjson-where-msg", "NDJSON, msg ~ 'timeout.*upstream' (12 %), count", (*MESSAGE, *COUNT), check="count",
         keeps="msg~timeout.*upstream",
         against=(Against("ugrep", "where_msg", 1.5), Against("grep", "where_msg"), Against("rg", "where_msg"))),
    Line("ndjson-where-msg-engines", "NDJSON, msg ~ 'timeout.*upstream', count (200 MB)", (*MESSAGE, *COUNT), check="count",
         size="slow", keeps="msg~timeout.*upstream", against=_engines("where_msg")),
    Line("ndjson-where-csv", "NDJSON, status >= 500 (1 %), four fields to csv",
         (*STATUS, "--select", "ts,service,status,msg", "--to", "csv", "--stats", "json", "{file}"), keeps="status>=500",
         against=(Against("spalt", "ndjson-where-status", 0.9),)),
    Line("ndjson-where-raw", "NDJSON, status >= 500 (1 %), to raw", (*STATUS, "--to", "raw", "--stats", "json", "{file}"),
         keeps="status>=500", against=(Against("spalt", "ndjson-where-status", 0.95),)),
    Line("ndjson-csv", "NDJSON, all fields to csv", CSV),
    Line("ndjson-csv-engines", "NDJSON, all fields to csv (200 MB)", CSV, size="slow", against=(Against("duckdb", "csv", 3.0),)),
)


PARALLEL = (
    *(on_two_cores(line) for line in FILTERS if line.size == "large"),
    Line("ndjson-memory-csv-j2", "NDJSON, ten times --size, all fields to csv, -j2: peak memory", two_threads(CSV), kind="memory",
         cores=2, repeat=10, anonymous_limit=96 * MIB),
    Line("ndjson-memory-where-j2", "NDJSON, ten times --size, msg ~ 'timeout.*upstream' to raw, -j2: peak memory",
         two_threads((*MESSAGE, "--to", "raw", "--stats", "json", "{file}")), kind="memory", cores=2, repeat=10,
         keeps="msg~timeout.*upstream", anonymous_limit=96 * MIB),
)


ACCESS = (
    Line("access-columns", "access log, all fields into typed columns", (*all_fields("access"), "{file}"), data="access",
         against=(Against("access_memchr", "columns", 1.3), Against("access_memchr", "nothing", 1.1))),
    Line("access-columns-engines", "access log, all fields into typed columns (200 MB)", (*all_fields("access"), "{file}"), data="access",
         size="slow", against=_engines("access_columns")),
    Line("access-where-status", "access log, status >= 500 (1 %), count", where_status("access"), check="count", data="access",
         keeps="status>=500",
         against=(Against("access_memchr", "status", 1.1), Against("grep", "where_access_status"), Against("rg", "where_access_status"),
                  Against("rg", "where_access_status_literal"))),
    Line("access-where-status-engines", "access log, status >= 500, count (200 MB)", where_status("access"), check="count",
         data="access", size="slow", keeps="status>=500", against=(*_engines("access_where_status"), Against("mawk", "where_access_status"))),
    Line("access-zero-copy", "access log, --require-zero-copy", (*all_fields("access"), "--require-zero-copy", "{file}"), kind="zero-copy",
         data="access"),
)

LOGFMT = (
    Line("logfmt-columns", "logfmt, all fields into typed columns", (*all_fields("logfmt"), "{file}"), data="logfmt",
         against=(Against("logfmt_memchr", "three", 1.3), Against("logfmt_memchr", "columns"))),
    Line("logfmt-columns-engines", "logfmt, all fields into typed columns (200 MB)", (*all_fields("logfmt"), "{file}"), data="logfmt",
         size="slow", against=(Against("chdb", "logfmt_columns"),)),
    Line("logfmt-where-status", "logfmt, status >= 500 (1 %), count", where_status("logfmt"), check="count", data="logfmt",
         keeps="status>=500",
         against=(Against("spalt", "logfmt-columns", 2.0), Against("grep", "where_logfmt_status"), Against("rg", "where_logfmt_status"),
                  Against("rg", "where_logfmt_status_literal"))),
    Line("logfmt-where-status-engines", "logfmt, status >= 500, count (200 MB)", where_status("logfmt"), check="count", data="logfmt",
         size="slow", keeps="status>=500", against=_engines("logfmt_where_status")),
    Line("logfmt-zero-copy", "logfmt without escapes, --require-zero-copy (200 MB)", (*all_fields("logfmt"), "--require-zero-copy", "{file}"),
         kind="zero-copy", data="logfmt-unescaped", size="slow"),
)

LINES = (
    Line("ndjson-columns", "NDJSON, all fields into typed columns", (*ALL_FIELDS, "{file}"),
         against=(Against("simdjson", "columns", 2.0), Against("simdjson", "typed", 1.5), Against("simdjson", "raw"),
                  Against("simdjson-g++", "columns", 2.0), Against("simdjson-g++", "typed", 1.5))),
    Line("ndjson-columns-engines", "NDJSON, all fields into typed columns (200 MB)", (*ALL_FIELDS, "{file}"), size="slow",
         against=(Against("duckdb", "columns"), Against("chdb", "columns"), Against("polars", "columns"), Against("jq", "count"))),
    Line("ndjson-count", "NDJSON, count, every record checked", (*PARSE, "-j1", "--count", "{file}"), check="count",
         times_of=("ndjson-columns", 1.2), against=(Against("simdjson", "count"),)),
    Line("ndjson-count-engines", "NDJSON, count (200 MB)", (*PARSE, "-j1", "--count", "{file}"), check="count", size="slow",
         against=(Against("duckdb", "count"), Against("chdb", "count"), Against("polars", "count"))),
    Line("ndjson-select", "NDJSON to ndjson, three selected fields",
         (*PARSE, "--to", "ndjson", "--select", "ts,status,http.path", "-j1", "--stats", "json", "{file}"), floor=1.0),
    Line("ndjson-io-mmap", "NDJSON, all fields, --io mmap", (*ALL_FIELDS, "--io", "mmap", "{file}")),
    Line("ndjson-io-populate", "NDJSON, all fields, --io mmap, pages faulted in ahead (MADV_POPULATE_READ)",
         (*ALL_FIELDS, "--io", "mmap", "--populate", "{file}")),
    Line("ndjson-io-read", "NDJSON, all fields, --io read", (*ALL_FIELDS, "--io", "read", "{file}")),
    Line("ndjson-memory", "NDJSON, all fields: peak memory", (*ALL_FIELDS, "{file}"), kind="memory",
         anonymous_limit=64 * MIB, total_limit=256 * MIB),
    Line("ndjson-mallocs", "NDJSON, all fields: allocations", (*ALL_FIELDS, "{file}"), kind="mallocs", limit=100),
    Line("ndjson-startup", "NDJSON, a file of 1 KB", (*PARSE, "--to", "none", "-j1", "{file}"), kind="startup", check="none", limit=0.008),
    *FILTERS,
    *PARALLEL,
    *ACCESS,
    *LOGFMT,
    *compressed.LINES,
    *memory_lines.LINES,
)

# Where a comparison is not between equals. Printed with every result.
HANDICAPS = (
    "simdjson: built by every C++ compiler that is installed, for this processor and for Haswell, and fed from a mapping and by "
    "`read`; the fastest combination of a trial run is the rival, and that of g++ alone another (`simdjson-g++`). It knows the schema at compile time, ours is inferred in the run.",
    "simdjson writes validity as one word per row instead of a bitmap per column, gives no provenance of rows, has no `_extra`, keeps "
    "no rejects and stops at the first bad line; a key written with an escape would not be recognised. Its batches of 8192 rows are overwritten.",
    "simdjson `typed` keeps sums only; `raw` types nothing and does not look for escapes; `count` does not look inside documents "
    "beyond the structural pass (which validates UTF-8).",
    "DuckDB, Polars, chDB: their time is that of the query alone, without start of Python and import; ours is the whole process. "
    "They know the schema, run with one thread, and sum every column instead of keeping it. DuckDB and Polars keep timestamps in "
    "microseconds. For `count` they may leave out every column, and need not check them.",
    "On access logs and logfmt the engines split and extract by functions of theirs that fit these files (`rivals/text_engines.py`); the length of fields with escapes is not compared; "
    "for a filter they look for the status alone, by a regular expression (DuckDB, access log: as CSV).",
    "simdjson `find_…` stops at the last field it asks for, so that the rest of a record is not checked, expects the keys in the order of the "
    "file, and compares strings as they stand: a value written with an escape would be overlooked.",
    "access_memchr, logfmt_memchr: written by hand for these files, and built as simdjson is. They know the schema, write validity as one word per row, "
    "do not check UTF-8, keep no rejects and no provenance, have no `vhost` and no `_extra`, and end the program at a line they do not know. "
    "access_memchr does not look for the end of a line, but expects it behind the last quote, so that a line feed inside a field would escape it. "
    "`nothing` and `three` keep sums only; `status` and `three` do not check what they pass over.",
    "mawk splits at quotes and compares a word; a quote that is escaped in the request would deceive it.",
    "grep, ugrep and ripgrep know nothing of JSON, access logs or logfmt: they count lines in which a text stands, and are right on these files only (`where_status_literal` "
    "not even there). Debian's ugrep is built for SSE2; a build for this processor may be faster. The fastest of several flags takes part.",
    "DuckDB writes csv with `COPY … TO '/dev/null'`; with stamps typed, or left as text, whichever is faster. Ours goes to /dev/null, too.",
    "Lines that end in `-j2` run on two cores and are compared with the same work on one; on a machine with two cores the runner, which waits, has no "
    "core of its own. Their limit is what two processes with `-j1`, one on each core, do at once.",
    "jq counts records that it parsed into its own values; it has no columns.",
    *compressed.HANDICAPS,
    *memory_lines.HANDICAPS,
    "The limit (`newlines`, `sum`) maps the file lazily like our `--io mmap` and does nothing else.",
)
