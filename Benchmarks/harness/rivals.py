"""The rivals: versions, commands, and how to read their answers."""
import json
import os
import subprocess
from dataclasses import dataclass, field
from typing import Optional

PACKAGES = {"duckdb": "2.0.0", "polars": "2.1.0", "chdb": "4.4.0"}
SIMDJSON_SOURCE = {
    "package": "pysimdjson==7.0.2",  # carries simdjson 3.12.3 as one header and one source file
    "sha256": "44cf276e48912a3b9c7ca362c14da8420a7ac15a9f1a16ec95becff86db3904a",
}


@dataclass
class Answer:
    rows: int
    seconds: Optional[float]        # as measured inside the process
    fields: Optional[dict] = None
    version: Optional[str] = None


@dataclass
class Variant:
    """One way to run a rival; the fastest of a trial run takes part."""
    label: str
    command: list                   # {file} stands for the input
    inside: bool = False            # compare the time measured inside the process instead of the wall clock
    check: list = field(default_factory=list)  # arguments added for a run that is not timed and returns sums


def variants(build, rival, mode):
    """Every variant of a rival; raises `Missing` when it is not there."""
    if rival in ("simdjson", "simdjson-g++"):
        check = ["--check"] if mode == "columns" else []
        found = [Variant(f"{label}, {io}", [program, mode, "{file}", "--io", io], check=check)
                 for io in ("mmap", "read") for label, program in build.simdjson()
                 if rival == "simdjson" or label.startswith("g++")]
        return found
    if rival == "jq":
        if mode != "count":
            raise ValueError(mode)
        return [Variant("jq", [build.jq(), "-n", "reduce inputs as $record (0; . + 1)", "{file}"])]
    script = os.path.join(build.root, "rivals", rival + "_columns.py")
    return [Variant(rival, [build.python(rival), script, mode, "{file}"], inside=True)]


def parse(rival, stdout):
    answer = json.loads(stdout)
    if rival == "jq":
        return Answer(answer, None)
    return Answer(answer["rows"], answer["seconds"], answer.get("fields"), answer.get("version"))


def versions(build):
    """Versions of everything that is in use, for the record."""
    found = dict(PACKAGES, simdjson="3.12.3 (from " + SIMDJSON_SOURCE["package"] + ")")
    for name, command in (("jq", ["jq", "--version"]), ("clang++", ["clang++", "--version"]), ("g++", ["g++", "--version"]),
                          ("python", ["python3", "--version"])):
        try:
            text = subprocess.run(command, capture_output=True, text=True).stdout.strip().splitlines()
            # "clang version 21.0.0 (…)": without the address of its repository
            found[name] = text[0].split(" (http")[0] if text else "unknown"
        except OSError:
            found[name] = "not installed"
    return found
