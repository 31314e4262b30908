#!/usr/bin/env python3
"""Measures Arrow files, and Spalt's batches in other engines: in turn with pyarrow, Polars, DuckDB and loops in C, on one core.

Answers are checked. `make build library` first. `--results FOLDER` keeps summary.md and results.json there.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys

from harness import data, machine
from harness.build import Build
from harness.process import Runner, show

ROOT = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(ROOT)
PACKAGES = ("pyarrow==26.0.1", "polars==2.1.0", "duckdb==2.0.0", "numpy==2.4.6")


def engines(folder, log):
    """A Python with the engines."""
    environment = os.path.join(folder, "venv-arrow")
    python = os.path.join(environment, "bin", "python")
    marker = os.path.join(environment, "installed")
    if not os.path.exists(marker):
        log("installing " + " ".join(PACKAGES))
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        with open(marker, "w"):
            pass
    return python


class Race:
    """Two or more commands in turn; the first is ours."""

    def __init__(self, runner, runs, environment, log):
        self.runner, self.runs, self.environment, self.log = runner, runs, environment, log
        self.results = []

    def __call__(self, title, commands, same, targets, byte_count=None, anonymous_share=None):
        self.log(title)
        answers = {name: [] for name in commands}
        for turn in range(self.runs + 1):
            for name, command in commands.items():
                outcome = self.runner.run(command, environment=self.environment)
                if outcome.status != 0:
                    raise RuntimeError(f"{name}: {outcome.stderr.strip()[-300:]}")
                answer = json.loads(outcome.stdout) if outcome.stdout.startswith("{") else {}
                answer.setdefault("seconds", outcome.seconds)
                if turn > 0:  # the first warms up
                    answers[name].append(answer)
        ours = next(iter(commands))
        entry = {"title": title, "commands": {name: show(command, PROJECT) for name, command in commands.items()}, "rivals": [],
                 "milliseconds": {name: statistics.median(a["seconds"] for a in found) * 1e3 for name, found in answers.items()}}
        expected = {json.dumps({key: answer.get(key) for key in same}) for found in answers.values() for answer in found}
        if len(expected) > 1:
            raise RuntimeError(f"{title}: the answers differ: {sorted(expected)[:2]}")
        for name, target in targets.items():
            ratios = [theirs["seconds"] / our["seconds"] for our, theirs in zip(answers[ours], answers[name])]
            ratio = statistics.median(ratios)
            entry["rivals"].append({"rival": name, "ratio": ratio, "least": min(ratios), "greatest": max(ratios), "target": target,
                                    "met": ratio >= target})
        if byte_count is not None:
            entry["gbps"] = byte_count / (entry["milliseconds"][ours] / 1e3) / 1e9
        if anonymous_share is not None:
            rival, target = anonymous_share
            share = max(a["anonymous"] for a in answers[ours]) / min(a["anonymous"] for a in answers[rival])
            entry["anonymous_share"] = {"of": rival, "share": share, "target": target, "met": share <= target}
        self.results.append(entry)
        self.log("  " + summary(entry))


def summary(entry):
    parts = [", ".join(f"{name} {milliseconds:.2f} ms" for name, milliseconds in entry["milliseconds"].items())]
    for rival in entry["rivals"]:
        parts.append(f"{rival['rival']}: {rival['ratio']:.2f} ({rival['least']:.2f}–{rival['greatest']:.2f}), aimed at {rival['target']:g}"
                     + ("" if rival["met"] else ", missed"))
    if "gbps" in entry:
        parts.append(f"{entry['gbps']:.2f} GB/s of input")
    if "anonymous_share" in entry:
        share = entry["anonymous_share"]
        parts.append(f"anonymous memory {share['share']:.2f} of that of {share['of']}, aimed at {share['target']:g}" + ("" if share["met"] else ", missed"))
    return "; ".join(parts)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spalt", default=os.path.join(PROJECT, ".build", "release", "spalt"))
    parser.add_argument("--library", default=os.path.join(PROJECT, ".build", "lib", "libspalt.so"))
    parser.add_argument("--size", type=data.parse_size, default="1GB")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--cpu", type=int, default=1)
    parser.add_argument("--only", default="", help="only figures whose title contains this")
    parser.add_argument("--results", metavar="FOLDER")
    options = parser.parse_args()

    def log(text):
        print(text, file=sys.stderr, flush=True)

    build = Build(ROOT, network=True, variants=False, log=log)
    python, stage = engines(build.folder, log), build.stage("arrow-file")
    loop = os.path.join(build.folder, "arrow_loop")
    subprocess.run(["cc", "-O3", "-march=native", "-o", loop, os.path.join(ROOT, "rivals", "arrow_loop.c"), "-llz4"], check=True)
    script = os.path.join(ROOT, "rivals", "arrow_engines.py")
    folder = os.path.join(ROOT, ".build-data")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f"numbers-{options.size}.arrow")
    if not os.path.exists(path + ".json"):
        log("making " + os.path.basename(path))
        subprocess.run([python, script, "make", path, str(options.size)], check=True)
    with open(path + ".json") as file:
        ranges = [f"{offset}:{count}" for offset, count in json.load(file)["ranges"]]
    store = data.Store(build, folder, 1)
    ndjson, access = store.get("ndjson", options.size, None), store.get("access", options.size, None)
    race = Race(Runner(options.cpu), options.runs, {"SPALT_LIBRARY": os.path.abspath(options.library)}, log)

    def figure(title, *arguments, **more):
        if options.only in title:
            race(title, *arguments, **more)

    figure("open a file and read its schema", {"spalt": [stage, "open", path], "pyarrow": [python, script, "open", path]}, ["sum"], {"pyarrow": 1.0})
    figure("sum of one column of 64-bit integers",
           {"spalt": [stage, "sum", path, "n0"], "pyarrow": [python, script, "sum", path, "n0"], "loop": [loop, "sum", path, *ranges]}, ["sum"],
           {"pyarrow": 1.0, "loop": 0.8})
    figure("LZ4, two of twelve columns",
           {"spalt": [stage, "sum", path + ".lz4", "n2", "n4"], "pyarrow": [python, script, "sum", path + ".lz4", "n2", "n4"],
            "lz4": [loop, "lz4", path + ".two"]}, ["sum"], {"pyarrow": 1.0, "lz4": 0.9})
    figure("NDJSON into a Polars DataFrame", {"stream": [python, script, "polars-spalt", ndjson.path], "read_ndjson": [python, script, "polars", ndjson.path]},
           ["rows", "sum"], {"read_ndjson": 4.0}, anonymous_share=("read_ndjson", 0.5))
    figure("NDJSON, DuckDB group-by of two columns", {"stream": [python, script, "duckdb-spalt", ndjson.path], "read_ndjson": [python, script, "duckdb", ndjson.path]},
           ["rows"], {"read_ndjson": 3.0})
    figure("access log to an Arrow file", {"spalt": [options.spalt, access.path, "-f", "access", "--to", "arrow", "-o", "/dev/null", "-j1"]}, [], {},
           byte_count=access.bytes)
    if options.results:
        os.makedirs(options.results, exist_ok=True)
        with open(os.path.join(options.results, "results.json"), "w") as file:
            json.dump({"machine": machine.describe(), "runs": options.runs, "bytes": options.size, "figures": race.results}, file, indent=1)
        with open(os.path.join(options.results, "summary.md"), "w") as file:
            file.write("# Arrow\n\nIn turn on one core, medians; ratios are rival time / our time.\n\n")
            for entry in race.results:
                file.write(f"- **{entry['title']}**: {summary(entry)}\n")
                for name, command in entry["commands"].items():
                    file.write(f"  - {name}: `{command if len(command) < 300 else command[:297] + '...'}`\n")
    return 0


sys.exit(main())
