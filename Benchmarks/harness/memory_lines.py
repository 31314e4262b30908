"""What is measured about memory beside its peak: what objects would cost, how pools work, and what looking at all that costs."""
from .line import Against, Line, all_fields, two_threads

POOL = (("hit_rate", ">=", 0.99), ("fragmentation", "<=", 0.05))
HARDENED = (("throughput", ">=", 0.90),)
CHECKED = (("throughput", ">=", 0.99),)


def _csv(form):
    return "parse", "-f", form, "--to", "csv", "-j1", "--stats", "json", "{file}"


def _pool(name, title, arguments, **more):
    return Line(f"memory-pool-{name}", f"{title}: hit rate and fragmentation of the pool", arguments, kind="pool", owed=POOL, **more)


def _fields(form):
    return (*all_fields(form), "{file}")


LINES = (
    Line("memory-baseline", "access log, all fields into typed columns, against an object per field", _fields("access"), kind="baseline",
         data="access", size="baseline", against=(Against("baseline", "keep", 10.0, rss_share=0.05), Against("baseline", "stream", 5.0))),
    _pool("ndjson", "NDJSON, all fields", _fields("ndjson")),
    _pool("ndjson-j2", "NDJSON, all fields, -j2", two_threads(_fields("ndjson")), cores=2),
    _pool("csv", "NDJSON, all fields to csv", _csv("ndjson")),
    _pool("access", "access log, all fields", _fields("access"), data="access"),
    _pool("logfmt", "logfmt, all fields", _fields("logfmt"), data="logfmt"),
    _pool("lz4", "NDJSON, LZ4, all fields", _fields("ndjson"), codec="lz4"),
    Line("memory-reuse", "NDJSON, four times --size, all fields: chunks that were used again", _fields("ndjson"), kind="pool", repeat=4,
         owed=(("reuse_rate", ">=", 0.99),)),
    Line("memory-harden", "NDJSON, all fields, with --harden", _fields("ndjson"), kind="harden", owed=HARDENED),
    Line("memory-harden-csv", "NDJSON, all fields to csv, with --harden", _csv("ndjson"), kind="harden", owed=HARDENED),
    Line("memory-checks", "NDJSON, all fields, with fault handler and checks for changes", _fields("ndjson"), kind="checks", owed=CHECKED),
    Line("memory-checks-csv", "NDJSON, all fields to csv, with fault handler and checks for changes", _csv("ndjson"), kind="checks",
         owed=CHECKED),
    Line("memory-telemetry", "NDJSON, all fields (10 MB): instructions with telemetry", _fields("ndjson"), kind="instructions",
         owed=(("instructions", "<=", 1.01),)),
    Line("memory-arena", "64 bytes from an arena, and from malloc", (), kind="stage", program="arena-allocation", data="",
         owed=(("arena_ns", "<=", 3.0), ("factor", ">=", 5.0))),
    Line("memory-padding", "two threads that count, in words of one cache line and of several", (), kind="stage", program="padding", data="",
         cores=2),
)

HANDICAPS = (
    "baseline (`Baseline/`): Swift without this library, an object per field and per record, texts as `String`; status, bytes and time are typed, as ours are. "
    "It looks for separators with `memchr`, knows the one format, has no columns, and keeps neither rejects nor where a record came from. `keep` "
    "does not free its records at the end.",
    "`memory-harden…`, `memory-checks…`: two runs of spalt in turn, the order of the two changing. Their ratio is that of the wall clock; where "
    "a process did not have its core to itself, that of processor time.",
    "`memory-telemetry` counts instructions under callgrind, which has no AVX-512.",
)
