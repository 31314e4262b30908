"""What is measured on compressed files. All rates are of the content; all figures are owed with a warm page cache."""
from dataclasses import replace

from .line import CONTENT_STAGE, MIB, SPALT, Against, Line, all_fields, on_two_cores, two_threads, where_status

KINDS = {"ndjson": "NDJSON", "access": "access log"}
LZ4 = {"lz4": "4 MiB, independent", "lz4-64k": "64 KiB, independent", "lz4-64k-linked": "64 KiB, linked"}
LINKED = "lz4-64k-linked"


def _stage(kind, codec, title, more=(), against=()):
    """Decompression alone, by the library: each segment is dropped."""
    return Line(f"{kind}-{codec}-stage{'-raw' if more else ''}", f"{KINDS[kind]}, {title}, decompressed and dropped",
                (*more, "-j1", "{file}"), check="content", data=kind, codec=codec, program=CONTENT_STAGE, against=against)


def _lz4(kind, codec):
    title = f"LZ4 ({LZ4[codec]})"
    yield _stage(kind, codec, title + ", nothing verified", ("--no-verify",), (Against("lz4_loop", "raw", 0.95),))
    yield _stage(kind, codec, title, (), (Against("lz4_loop", "frame", 1.4), Against("lz4_loop", "hashed")))
    yield Line(f"{kind}-{codec}-text", f"{KINDS[kind]}, {title}, lines counted, nothing verified",
               ("parse", "-f", "text", "--to", "none", "--no-verify", "-j1", "--stats", "json", "{file}"), data=kind, codec=codec,
               against=(Against("lz4_loop", "raw", 0.8),))


def _columns(codec):
    stages = (f"ndjson-{codec}-stage", "ndjson-columns")
    line = Line(f"ndjson-{codec}-columns", f"NDJSON, LZ4 ({LZ4[codec]}), all fields into typed columns", (*all_fields("ndjson"), "{file}"),
                codec=codec, against=(Against("stages", "sum", 0.9, stages), Against("lz4_loop", "hashed")))
    yield line
    # Of one stream of linked blocks only the two stages can run side by side.
    yield on_two_cores(line, (Against("stages", "slowest", 0.9, stages), Against(SPALT, line.name)) if codec == LINKED else None)


_WHERE = Line("ndjson-lz4-where-status", "NDJSON, LZ4, status >= 500 (1 %), count", where_status("ndjson"), check="count", codec="lz4",
              keeps="status>=500", against=(Against("ugrep", "where_status", 1.5), Against("lz4_filter", "where_status"),
                                            Against("lz4_loop", "hashed")))
WHERE = (
    _WHERE,
    on_two_cores(_WHERE),
    replace(_WHERE, name="ndjson-lz4-where-status-engines", title="NDJSON, LZ4, status >= 500, count (200 MB)", size="slow",
            against=(Against("chdb", "where_status", 5.0), Against("duckdb", "where_status"))),
)


def _others(kind):
    yield _stage(kind, "gz", "gzip", (), (Against("gzip", "decompress", 3.0), Against("rapidgzip", "decompress"), Against("pigz", "decompress")))
    yield _stage(kind, "zst", "zstd", (), (Against("zstd", "decompress", 1.0),))


def _memory(codec):
    return Line(f"ndjson-{codec}-memory-j2", f"NDJSON, {codec}, ten times --size, all fields, -j2: peak memory",
                two_threads((*all_fields("ndjson"), "{file}")), kind="memory", codec=codec, cores=2, repeat=10, anonymous_limit=96 * MIB)


LINES = (
    *(line for kind in KINDS for codec in LZ4 for line in _lz4(kind, codec)),
    *(line for codec in LZ4 for line in _columns(codec)),
    *WHERE,
    *(line for kind in KINDS for line in _others(kind)),
    *(_memory(codec) for codec in ("lz4", LINKED, "gz", "zst")),
)

HANDICAPS = (
    "lz4_loop and content-stage do nothing with the content. lz4_loop knows frames, not the formats beside them; `raw` and `hashed` decompress "
    "into one buffer of a block's size, which a cache holds, and linked blocks into one of the size that trial runs prefer. `raw` verifies nothing, "
    "`hashed` (for information) the checksum of the content with libxxhash, `frame` all checksums, with liblz4's own frame decoder.",
    "lz4_filter decompresses like `lz4_loop hashed` and looks for the key and three digits in the text: it knows no JSON, as grep does not.",
    "`stages` is our own work in two processes, decompression (content-stage) and parsing of the plain file: `sum` adds their times, `slowest` takes "
    "the longer one; the start and the end of both processes are in it.",
    "gzip, pigz, zstd and rapidgzip write to /dev/null and verify checksums; rapidgzip's start of Python (0.1 s or less) is in its time. "
    "`lz4 -dc | …` runs on one core, both sides in turn; chDB opens `.lz4` by itself, DuckDB reads a pipe.",
)
