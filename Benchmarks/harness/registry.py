"""What is measured. A later issue adds a benchmark by adding a `Line` here."""
from dataclasses import dataclass
from typing import Optional, Tuple

MIB = 1 << 20


@dataclass(frozen=True)
class Against:
    """A rival and the work it does (see `rivals.py`); `target` is the ratio rival time / our time that we owe."""
    rival: str
    mode: str
    target: Optional[float] = None


@dataclass(frozen=True)
class Line:
    name: str
    title: str
    arguments: Tuple[str, ...]              # of spalt; {file} stands for the input
    kind: str = "race"                      # race, memory, mallocs, startup (see measure.py, figures.py)
    check: str = "stats"                    # how the answer is checked: a name in checks.OURS
    data: str = "ndjson"                    # kind of generated file
    size: str = "large"                     # large: --size; slow: at most 200 MB
    against: Tuple[Against, ...] = ()
    floor: Optional[float] = None           # GB/s of input that we owe
    times_of: Optional[Tuple[str, float]] = None  # (line, factor): our GB/s against our GB/s in another line
    limit: Optional[float] = None           # startup: seconds; mallocs: how many more than for 10 MB
    anonymous_limit: Optional[int] = None   # memory: bytes
    total_limit: Optional[int] = None


PARSE = ("parse", "-f", "ndjson")
ALL_FIELDS = (*PARSE, "--to", "none", "-j1", "--stats", "json")

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
    "jq counts records that it parsed into its own values; it has no columns.",
    "The limit (`newlines`, `sum`) maps the file lazily like our `--io mmap` and does nothing else.",
)
