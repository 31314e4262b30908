"""The rivals: versions, commands, and how to read their answers."""
import json
import os
import subprocess
from dataclasses import dataclass, field
from typing import Dict, Optional

PACKAGES = {"duckdb": "2.0.0", "polars": "2.1.0", "chdb": "4.4.0"}
TOOLS = {"jq": "jq", "grep": "grep", "ugrep": "ugrep", "rg": "ripgrep", "mawk": "mawk"}  # programs of the system, and their Debian packages
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


@dataclass
class Variant:
    """One way to run a rival; the fastest of a trial run takes part."""
    label: str
    command: list                   # {file} stands for the input
    inside: bool = False            # compare the time measured inside the process instead of the wall clock
    check: list = field(default_factory=list)  # arguments added for a run that is not timed and returns sums
    environment: Dict[str, str] = field(default_factory=dict)


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


def _searches(build, rival, mode):
    """Ways to count the lines that match, for grep, ugrep and ripgrep. In the locale C bytes are not decoded."""
    pattern = PATTERNS[mode]
    ways = {
        "grep": (("-cE", []), ("-cP", [])),
        "ugrep": (("-c", []), ("-c", ["-U"]), ("-c", ["-U", "--mmap"])),
        "rg": (("-c", ["-j1", "--no-unicode", "--mmap"]), ("-c", ["-j1", "--no-unicode", "--no-mmap"])),
    }[rival]
    program = build.tool(rival)
    for count, flags in ways:
        environment = {"LC_ALL": "C"} if rival == "grep" else {}
        yield Variant(" ".join([rival, count, *flags]), [program, count, *flags, pattern, "{file}"], environment=environment)


def variants(build, rival, mode):
    """Every variant of a rival; raises `Missing` when it is not there."""
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
    if rival in ("grep", "ugrep", "rg"):
        return list(_searches(build, rival, mode))
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
    return [Variant(label, [build.python(rival), script, each, "{file}"], inside=True) for each, label in modes.items()]


def parse(rival, mode, stdout):
    answer = json.loads(stdout)
    if rival == "jq":
        return Answer(answer, None)
    if rival in ("grep", "ugrep", "rg", "mawk"):
        return Answer(None, None, found=answer, approximate=mode in APPROXIMATE)
    found = answer.get("found") if "where" in mode or "find" in mode or mode == "status" else None
    return Answer(answer.get("rows"), answer["seconds"], answer.get("fields"), answer.get("version"), found)


def versions(build):
    """Versions of everything that is in use, for the record."""
    found = dict(PACKAGES, simdjson="3.12.3 (from " + SIMDJSON_SOURCE["package"] + ")")
    for name, command in (*((name, [name, "--version"]) for name in TOOLS), ("clang++", ["clang++", "--version"]), ("g++", ["g++", "--version"]),
                          ("python", ["python3", "--version"])):
        try:
            text = subprocess.run(command, capture_output=True, text=True).stdout.strip().splitlines()
            # "clang version 21.0.0 (…)": without the address of its repository
            found[name] = text[0].split(" (http")[0] if text else "unknown"
        except OSError:
            found[name] = "not installed"
    return found
