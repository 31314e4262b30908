"""What a line of the registry is made of."""
from dataclasses import dataclass, replace
from typing import Optional, Tuple

MIB = 1 << 20
SPALT, CONTENT_STAGE = "spalt", "content-stage"  # our programs
STAGES = (CONTENT_STAGE, "arena-allocation", "padding")  # those in stages/
ENGINES = ("duckdb", "chdb", "polars")
COUNT = ("--count", "{file}")


@dataclass(frozen=True)
class Against:
    """A rival and the work it does (see `rivals.py`); `target` is the ratio rival time / our time that we owe.
    The rival `spalt` is our own program doing the work of the line that `mode` names, in turn with this one. The rival `stages` is
    that, too, for all lines in `stages`: the times of all of them added up (mode `sum`), or that of the slowest (`slowest`).
    `rss_share` is the share of the rival's peak memory that ours may have."""
    rival: str
    mode: str
    target: Optional[float] = None
    stages: Tuple[str, ...] = ()
    rss_share: Optional[float] = None

    @property
    def ours(self):
        """The lines that our own programs run as this rival."""
        return {SPALT: (self.mode,), "stages": self.stages}.get(self.rival, ())


@dataclass(frozen=True)
class Line:
    name: str
    title: str
    arguments: Tuple[str, ...]              # of our program; {file} stands for the input
    kind: str = "race"                      # a name in figures.KINDS or memory.KINDS
    check: str = "stats"                    # how the answer is checked: a name in checks.OURS
    data: str = "ndjson"                    # kind of generated file, or of a part of one (data.py)
    codec: Optional[str] = None             # the compressed copy that is read (data.CODECS); rates are of the content nonetheless
    program: str = SPALT                    # or a program in stages/
    size: str = "large"                     # large: --size; slow: at most 200 MB; baseline: --baseline-size
    keeps: Optional[str] = None             # what a filter keeps: a name in the truth's `counts`; None: every line
    cores: int = 1                          # that our command is pinned to
    repeat: int = 1                         # memory, pool: how often the large file is read, as so many inputs
    against: Tuple[Against, ...] = ()
    floor: Optional[float] = None           # GB/s of input that we owe
    times_of: Optional[Tuple[str, float]] = None  # (line, factor): our GB/s against our GB/s in another line
    limit: Optional[float] = None           # startup: seconds; mallocs: how many more than for 10 MB
    owed: Tuple[Tuple[str, str, float], ...] = ()  # the kinds in memory.py: (figure, ">=" or "<=", value)
    anonymous_limit: Optional[int] = None   # memory: bytes
    total_limit: Optional[int] = None


def parse(form):
    return "parse", "-f", form


def all_fields(form):
    return (*parse(form), "--to", "none", "-j1", "--stats", "json")


def where_status(form):
    return (*parse(form), "--where", "status >= 500", "-j1", *COUNT)


def two_threads(arguments):
    return tuple("-j2" if word == "-j1" else word for word in arguments)


def on_two_cores(line, against=None):
    """A line with two threads on two cores, against itself with one unless something else is given."""
    return replace(line, name=line.name + "-j2", title=line.title + ", -j2", arguments=two_threads(line.arguments), cores=2,
                   against=against or (Against(SPALT, line.name, 1.8),))
