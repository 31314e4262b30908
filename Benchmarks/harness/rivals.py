"""The rivals: versions, commands, and how to read their answers."""
import json
import os
import subprocess
from dataclasses import dataclass, field
from typing import Dict, Optional

from .data import CODECS

PACKAGES = {"duckdb": "2.0.0", "polars": "2.1.0", "chdb": "4.4.0", "rapidgzip": "0.16.1"}
TOOLS = {"jq": "jq", "grep": "grep", "ugrep": "ugrep", "rg": "ripgrep", "mawk": "mawk",
         "lz4": "lz4", "gzip": "gzip", "pigz": "pigz", "zstd": "zstd", "valgrind": "valgrind", "strip": "binutils"}  # programs of the system, and their Debian packages
SIMDJSON_SOURCE = {
    "package": "pysimdjson==7.0.2",  # carries simdjson 3.12.3 as one header and one source file
    "sha256": "44cf276e48912a3b9c7ca362c14da8420a7ac15a9f1a16ec95becff86db3904a",
}


@dataclass
class Answer:
    rows: Optional[int]             # that were read; None where it does not say
    seconds: Optional[float]        # as measured inside the process
    fields: Optional[dict] = None
    version: Optional[str] = None
    found: Optional[int] = None     # rows that a filter keeps
    approximate: bool = False       # `found` need not be right
    bytes: Optional[int] = None     # of content that was decompressed
    stages: Optional[Dict[str, float]] = None  # GB/s of our own lines, where they are the rival


@dataclass
class Variant:
    """One way to run a rival; the fastest of a trial run takes part."""
    label: str
    command: list                   # {file} stands for the input
    inside: bool = False            # compare the time measured inside the process instead of the wall clock
    check: list = field(default_factory=list)  # arguments added for a run that is not timed and returns sums
    environment: Dict[str, str] = field(default_factory=dict)
    discards: bool = False          # standard output is the content and goes to /dev/null; its length is checked in a run that is not timed


OPENS_COMPRESSED = {"chdb"}  # engines that know LZ4 by the end of a file's name
MEMCHR_PARSERS = ("access_memchr", "logfmt_memchr")

# What stands in a line of the generated files that a filter keeps. None of these knows the format: a key in another string, a
# number written otherwise, an escape would deceive them.
PATTERNS = {
    "where_status": '"status": ?5[0-9][0-9]',
    "where_status_literal": '"status":5',  # overlooks the lines with a space behind the colon
    "where_service_level": '"level": ?"ERROR".*"service": ?"checkout"',
    "where_msg": "timeout.*upstream",
    "where_access_status": '" 5[0-9][0-9] ',
    "where_access_status_literal": '" 5',
    "where_logfmt_status": " status=5[0-9][0-9] ",
    "where_logfmt_status_literal": " status=5",
}
APPROXIMATE = {"where_status_literal", "where_access_status_literal", "where_logfmt_status_literal"}
AWK = {"where_access_status": ("\"", '{ split($3, word, " "); if (word[1] >= 500) found++ } END { print found + 0 }')}  # separator, program


def _piped(codec, command):
    """A command that reads standard input, fed with the content of {file}."""
    return ["sh", "-c", " ".join([*CODECS[codec].decompress, '"$0"', "|", '"$@"']), "{file}", *command]


def _searches(build, rival, mode, codec):
    """Ways to count the lines that match, for grep, ugrep and ripgrep. In the locale C bytes are not decoded.
    A compressed file comes through a pipe, or ugrep opens it itself."""
    pattern = PATTERNS[mode]
    ways = {
        "grep": (("-cE", []), ("-cP", [])),
        "ugrep": (("-c", []), ("-c", ["-U"]), ("-c", ["-U", "--mmap"])),
        "rg": (("-c", ["-j1", "--no-unicode", "--mmap"]), ("-c", ["-j1", "--no-unicode", "--no-mmap"])),
    }[rival]
    program = build.tool(rival)
    for count, flags in ways:
        environment = {"LC_ALL": "C"} if rival == "grep" else {}
        label, command = " ".join([rival, count, *flags]), [program, count, *flags, pattern]
        if codec is None:
            yield Variant(label, [*command, "{file}"], environment=environment)
        elif "--mmap" not in flags:
            yield Variant(" ".join([*CODECS[codec].decompress, "|", label]), _piped(codec, command), environment=environment)
            if rival == "ugrep":
                yield Variant(label + " -z", [program, "-z", count, *flags, pattern, "{file}"])


def _decompressors(build, rival, codec):
    """Ways to decompress a file to /dev/null."""
    if rival == "rapidgzip":
        program = os.path.join(os.path.dirname(build.python(rival)), rival)
        yield Variant("rapidgzip -P 1 --verify", [program, "-P", "1", "--verify", "-f", "-d", "-c", "{file}"], discards=True)
        return
    flags = ["-p", "1", "-dc"] if rival == "pigz" else CODECS[codec].decompress[1:]
    yield Variant(" ".join([rival, *flags]), [build.tool(rival), *flags, "{file}"], discards=True)


def _lz4_loops(build, mode, codec):
    """Linked blocks go round in a buffer, the best size of which differs between machines; compilers differ in the checksum."""
    sizes = ("1048576", "4194304") if codec == "lz4-64k-linked" and mode != "frame" else (None,)
    programs = build.lz4_loop()
    for compiler, program in programs if mode == "hashed" else programs[:1]:
        for size in sizes:
            more = ["--buffer", size] if size else []
            yield Variant(" ".join([compiler, mode, *more]), [program, mode, "{file}", *more])


def variants(build, rival, mode, codec=None):
    """Every variant of a rival, for a plain or a compressed file; raises `Missing` when it is not there."""
    if mode == "decompress":
        return list(_decompressors(build, rival, codec))
    if rival == "lz4_loop":
        return list(_lz4_loops(build, mode, codec))
    if rival == "lz4_filter":
        return [Variant(label, [program, "{file}"]) for label, program in build.lz4_filter()]
    if rival in ("simdjson", "simdjson-g++"):
        check = ["--check"] if mode == "columns" else []
        found = [Variant(f"{label}, {io}", [program, mode, "{file}", "--io", io], check=check)
                 for io in ("mmap", "read") for label, program in build.simdjson()
                 if rival == "simdjson" or label.startswith("g++")]
        return found
    if rival in MEMCHR_PARSERS:
        check = ["--check"] if mode == "columns" else []  # the other modes print their sums in every run
        return [Variant(f"{label}, {io}", [program, mode, "{file}", "--io", io], check=check)
                for io in ("mmap", "read") for label, program in build.memchr_parser(rival)]
    if rival == "baseline":
        return [Variant("baseline", [build.baseline(), mode, "{file}"], check=["--check"])]
    if rival in ("grep", "ugrep", "rg"):
        return list(_searches(build, rival, mode, codec))
    if rival == "mawk":
        separator, program = AWK[mode]
        return [Variant("mawk", [build.tool("mawk"), "-F", separator, program, "{file}"])]
    if rival == "jq":
        if mode != "count":
            raise ValueError(mode)
        return [Variant("jq", [build.tool("jq"), "-n", "reduce inputs as $record (0; . + 1)", "{file}"])]
    if mode.startswith(("access_", "logfmt_")):
        script = os.path.join(build.root, "rivals", "text_engines.py")
        return [Variant(rival, [build.python(rival), script, rival, mode, "{file}"], inside=True)]
    script = os.path.join(build.root, "rivals", rival + "_columns.py")
    modes = {"csv": rival + ", stamps typed", "csv_untyped_time": rival + ", stamps as they stand"} if mode == "csv" else {mode: rival}
    if codec is not None and rival not in OPENS_COMPRESSED:
        command = [build.python(rival), script, mode, "/dev/stdin"]
        return [Variant(" ".join([*CODECS[codec].decompress, "|", rival]), _piped(codec, command), inside=True)]
    return [Variant(label, [build.python(rival), script, each, "{file}"], inside=True) for each, label in modes.items()]


def parse(rival, mode, stdout):
    if mode == "decompress":
        return Answer(None, None)
    answer = json.loads(stdout)
    if rival == "jq":
        return Answer(answer, None)
    if rival in ("grep", "ugrep", "rg", "mawk"):
        return Answer(None, None, found=answer, approximate=mode in APPROXIMATE)
    if rival in ("lz4_loop", "lz4_filter"):
        return Answer(None, answer["seconds"], version=answer["version"], found=answer.get("found"), bytes=answer["bytes"])
    found = answer.get("found") if "where" in mode or "find" in mode or mode == "status" else None
    return Answer(answer.get("rows"), answer["seconds"], answer.get("fields"), answer.get("version"), found)


def versions(build):
    """Versions of everything that is in use, for the record."""
    found = dict(PACKAGES, simdjson="3.12.3 (from " + SIMDJSON_SOURCE["package"] + ")")
    for name, command in (*((name, [name, "--version"]) for name in TOOLS), ("clang++", ["clang++", "--version"]), ("g++", ["g++", "--version"]),
                          ("python", ["python3", "--version"]), ("swift", ["swift", "--version"])):
        try:
            text = subprocess.run(command, capture_output=True, text=True).stdout.strip().splitlines()
            # "clang version 21.0.0 (…)": without the address of its repository
            found[name] = text[0].split(" (http")[0] if text else "unknown"
        except OSError:
            found[name] = "not installed"
    return found
