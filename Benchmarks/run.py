#!/usr/bin/env python3
"""Measures spalt against its rivals. See README.md beside this file; `run.py --help` lists the flags."""
import argparse
import datetime
import os
import sys
from functools import partial

from harness import data, figures, machine, report, rivals, verify
from harness.build import Build, Missing
from harness.cache import STATES, Cache
from harness.formats import FORMATS
from harness.measure import Session
from harness.process import Runner, show
from harness.line import SPALT, STAGES
from harness.registry import LINES

ROOT = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(ROOT)
SMOKE_RIVALS = {"spalt", "simdjson", "simdjson-g++", "jq", "grep", "ugrep", "rg", "duckdb", "mawk", "lz4_loop", "lz4_filter", "baseline", *rivals.MEMCHR_PARSERS}
SMOKE_CODECS = {None, "lz4"}


def arguments():
    parser = argparse.ArgumentParser(description="Measures spalt against its rivals, and checks every answer.")
    parser.add_argument("--spalt", default=os.path.join(PROJECT, ".build", "release", "spalt"), metavar="PATH", help="the program to measure")
    parser.add_argument("--rivals-only", action="store_true", help="measure the rivals and the limit, without spalt")
    parser.add_argument("--size", type=data.parse_size, default="1GB", help="size of the large input (default 1GB)")
    parser.add_argument("--slow-size", type=data.parse_size, default="200MB", help="size of the input for slow rivals (default 200MB)")
    parser.add_argument("--memory-size", type=data.parse_size, metavar="SIZE",
                        help="make an input of this size for memory at -j2 (default: the large file ten times, as ten inputs)")
    parser.add_argument("--baseline-size", type=data.parse_size, default="1.2GB", metavar="SIZE",
                        help="size of the access log for the reader that keeps objects (default 1.2GB; less if that does not fit into memory)")
    parser.add_argument("--spalt-without-telemetry", metavar="PATH", help="a spalt built with -Xswiftc -DSPALT_NO_TELEMETRY, for memory-telemetry")
    parser.add_argument("--spalt-without-checks", metavar="PATH", help="a spalt built with -Xswiftc -DSPALT_NO_CHANGE_CHECKS, for memory-checks")
    parser.add_argument("--seed", type=int, default=1, help="seed of the generator")
    parser.add_argument("--only", metavar="A,B", help="only lines whose name contains one of these texts, or begins with it (^A)")
    parser.add_argument("--rivals", metavar="A,B", help="only these rivals")
    parser.add_argument("--runs", type=int, default=5, help="runs of each pair (default 5)")
    parser.add_argument("--cpu", type=int, default=1, help="the core everything is pinned to (default 1)")
    parser.add_argument("--cache", choices=STATES, default="warm", help="state of the page cache")
    parser.add_argument("--refault", action="store_const", const="refault", dest="cache", help="the same as --cache refault")
    parser.add_argument("--cold", action="store_const", const="cold", dest="cache", help="the same as --cache cold")
    parser.add_argument("--machine", metavar="NAME", help="name of the machine in the results")
    parser.add_argument("--results", metavar="FOLDER", help="where to write (default Results/<date>-<machine> beside run.py)")
    parser.add_argument("--no-results", action="store_true", help="write nothing")
    parser.add_argument("--verify-size", type=data.parse_size, default="10MB", help="input of the value-by-value check (default 10MB)")
    parser.add_argument("--strict", action="store_true", help="exit with status 3 when a figure is missed")
    parser.add_argument("--smoke", action="store_true", help="10 MB, one run, no network but for simdjson's source; writes only with --results")
    parser.add_argument("--setup", action="store_true", help="build and install all rivals, then stop")
    parser.add_argument("--list", action="store_true", help="list the lines, then stop")
    options = parser.parse_args()
    if options.smoke:
        options.size = options.slow_size = options.verify_size = options.baseline_size = 10_000_000
        options.runs = 1
        options.no_results = options.no_results or options.results is None
    return options


def chosen_lines(options):
    import dataclasses
    names = set(options.rivals.split(",")) if options.rivals else None
    for line in LINES:
        if options.only and not any(text in "^" + line.name for text in options.only.split(",")):
            continue
        if options.smoke and (line.codec not in SMOKE_CODECS or line.program != SPALT):
            continue  # our program for one stage takes minutes to build
        if options.smoke:  # the start of the other engines alone would take longer than everything else
            line = dataclasses.replace(line, against=tuple(a for a in line.against if a.rival in SMOKE_RIVALS))
        if names is not None:
            line = dataclasses.replace(line, against=tuple(a for a in line.against if a.rival in names))
        yield line


def setup(build):
    for make in (build.generator, build.limits, build.malloc_counter, build.simdjson, build.lz4_loop, build.lz4_filter, build.baseline,
                 *(partial(build.stage, name) for name in STAGES),
                 *(partial(build.memchr_parser, name) for name in rivals.MEMCHR_PARSERS), *(partial(build.tool, name) for name in rivals.TOOLS)):
        try:
            make()
        except Missing as error:
            print(error)
    for package in rivals.PACKAGES:
        try:
            build.python(package)
        except Missing as error:
            print(error)


def main():
    options = arguments()
    if options.list:
        for line in LINES:
            print(f"{line.name:36} {line.title}")
        return 0

    def log(text):
        print(text, file=sys.stderr, flush=True)

    build = Build(ROOT, network=not options.smoke, variants=not options.smoke, log=log)
    if options.setup:
        setup(build)
        return 0
    if options.rivals_only:
        options.spalt = None
    elif not os.access(options.spalt, os.X_OK):
        log("no spalt: build it (swift build -c release --product spalt), name it (--spalt PATH), or say --rivals-only")
        return 2
    else:
        options.spalt = os.path.abspath(options.spalt)

    described = machine.describe()
    runner = Runner(options.cpu)
    store = data.Store(build, os.path.join(ROOT, ".build-data"), options.seed)
    cache = Cache(options.cache)
    session = Session(options, build, store, runner, cache, lambda command: show(command, PROJECT), log)
    lines = list(chosen_lines(options))
    kinds = [kind for kind in FORMATS if any(line.data == kind for line in lines)]
    try:
        verified = verify.verify(session, options.verify_size, kinds, {line.codec for line in lines if line.program == SPALT})
        entries = [entry for line in lines if (entry := figures.measure(session, line)) is not None]
    except Missing as error:
        log(f"cannot measure: {error}")
        return 2
    figures.compare_lines(entries, lines)
    print(report.table(entries))

    name = options.machine or machine.default_name(described)
    today = datetime.date.today().isoformat()
    if not options.no_results:
        folder = options.results or os.path.join(ROOT, "Results", f"{today}-{name}")
        report.write(folder, {
            "date": today, "machine_name": name, "machine": described,
            "options": {"cache": options.cache, "cpu": runner.cpu, "runs": options.runs, "size": options.size, "seed": options.seed},
            "lines": entries, "trials": session.trials, "verified": verified, "errors": session.errors,
            "inputs": store.hashes(), "residency": cache.residency, "versions": rivals.versions(build),
        })
        log(f"results in {os.path.relpath(folder)}")
    if session.errors:
        log(f"{len(session.errors)} wrong answers")
        return 1
    missed = any(row[-1] == "MISSED" for row in report.rows(entries))
    return 3 if options.strict and missed else 0


if __name__ == "__main__":
    sys.exit(main())
