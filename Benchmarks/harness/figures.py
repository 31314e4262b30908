"""Figures that are not races: memory, allocations, start-up; and the value-by-value check."""
import os
import statistics
import tempfile

from . import checks, truth
from .measure import race, spread

SMALL = 10_000_000


def _entry(session, line, data):
    return {"name": line.name, "title": line.title, "kind": line.kind, "input": data.name, "bytes": data.bytes, "rivals": [],
            "command": session.show(session.command(line.arguments, data))}


def memory(session, line):
    """Peak memory for the large file and for one that is four times as large."""
    sizes = [session.options.size] if session.options.smoke else [session.options.size, 4 * session.options.size]
    entry, peaks = None, {}
    for size in sizes:
        data = session.data(line, size)
        entry = entry or _entry(session, line, data)
        outcome = session.ours(line, data, sample=True)
        peaks[str(data.bytes)] = {"anonymous": outcome.peak_anonymous, "total": outcome.peak_total, "max_rss": outcome.max_rss}
    entry["peaks"] = peaks
    entry["targets"] = {"anonymous": line.anonymous_limit, "total": line.total_limit}
    entry["met"] = all(p["anonymous"] <= line.anonymous_limit and p["total"] <= line.total_limit for p in peaks.values())
    worst = max(peaks.values(), key=lambda p: p["anonymous"])
    entry["summary"] = (f"anonymous {worst['anonymous'] / 2**20:.1f} MiB (at most {line.anonymous_limit >> 20}), "
                        f"total {max(p['total'] for p in peaks.values()) / 2**20:.1f} MiB (at most {line.total_limit >> 20})")
    return entry


def mallocs(session, line):
    """How many more allocations the large file makes than one of 10 MB."""
    counter = session.build.malloc_counter()
    counts = []
    large = max(session.options.size, 2 * SMALL)
    for size in (SMALL, large):
        data = session.data(line, size)
        with tempfile.TemporaryDirectory() as folder:
            result = os.path.join(folder, "count")
            session.ours(line, data, environment={"LD_PRELOAD": counter, "MALLOC_COUNTER_FILE": result})
            try:
                with open(result) as file:
                    counts.append(int(file.read()))
            except OSError:
                raise checks.Wrong("the malloc counter wrote nothing (is spalt linked statically against libc?)") from None
    entry = _entry(session, line, session.data(line, large))
    entry.update(mallocs={str(SMALL): counts[0], str(large): counts[1]}, difference=counts[1] - counts[0], target=line.limit,
                 met=counts[1] - counts[0] <= line.limit)
    entry["summary"] = f"{counts[0]} for 10 MB, {counts[1]} for {large / 1e6:.0f} MB: {counts[1] - counts[0]:+d} (at most +{line.limit})"
    return entry


def startup(session, line):
    """Wall clock for a file of 1 KB."""
    data = session.data(line, 1000)
    times = [session.ours(line, data).seconds for _ in range(5 if session.options.smoke else 41)]
    entry = _entry(session, line, data)
    entry["seconds"] = spread(times)
    entry["target"] = line.limit
    entry["met"] = statistics.median(times) <= line.limit
    entry["summary"] = (f"{statistics.median(times) * 1e3:.2f} ms ({min(times) * 1e3:.2f}–{max(times) * 1e3:.2f}; "
                        f"at most {line.limit * 1e3:.0f})")
    return entry


KINDS = {"race": race, "memory": memory, "mallocs": mallocs, "startup": startup}


def measure(session, line):
    """A line's entry, or None when it needs spalt and there is none, or its answer was wrong."""
    if line.kind != "race":
        if session.options.spalt is None:
            return None
        session.log(line.name)
    elif session.options.spalt is None and not line.against:
        return None
    try:
        return KINDS[line.kind](session, line)
    except checks.Wrong as error:
        session.wrong(line, "spalt", error)
        return None


def compare_lines(entries, lines):
    """Targets of the kind "1.2 times that line's figure"."""
    by_name = {entry["name"]: entry for entry in entries}
    for line in lines:
        entry = by_name.get(line.name)
        if not (line.times_of and entry and "gbps" in entry):
            continue
        other = by_name.get(line.times_of[0])
        if other and "gbps" in other:
            factor = entry["gbps"]["median"] / other["gbps"]["median"]
            entry["times_of"] = {"line": line.times_of[0], "factor": factor, "target": line.times_of[1]}
            entry["met"] = factor >= line.times_of[1]


def verify(session, size):
    """The generator's truth and spalt's ndjson output against CPython's json: every value of every line."""
    data = session.store.get("ndjson", size)
    try:
        checks.rival(truth.count(data.path), data.truth)
        session.log(f"the generator's truth against CPython's json: {data.truth['lines']} lines: right")
    except checks.Wrong as error:
        session.errors.append(f"the generator's truth against CPython's json: {error}")
        session.log(session.errors[-1])
    if session.options.spalt is None:
        return []
    base = [session.options.spalt, "parse", "-f", "ndjson"]
    select = ["ts", "status", "http.path"]
    done = []
    for title, extra, wanted in (("all fields", [], None), ("selected fields", ["--select", ",".join(select)], select)):
        for io in ("mmap", "read"):
            command = [*base, "--to", "ndjson", *extra, "--io", io, data.path]
            what = f"{title}, --io {io}, {data.truth['lines']} lines"
            try:
                checks.ndjson_output(session.runner.stream(command), data.path, wanted)
                done.append({"check": what, "command": session.show(command), "right": True})
                session.log(f"value by value against CPython's json: {what}: right")
            except (checks.Wrong, RuntimeError, ValueError) as error:
                session.errors.append(session.clean(f"value by value, {what}: {error}"))
                session.log(session.errors[-1])
                done.append({"check": what, "command": session.show(command), "right": False, "error": str(error)})
    return done
