"""Figures that are not races: memory, allocations, start-up, copies."""
import os
import shutil
import statistics
import tempfile

from . import checks, memory as memory_figures
from .build import Missing
from .measure import new_entry as _entry, race, spread

SMALL = 10_000_000
DISK_RESERVE = 30_000_000_000  # bytes that an input made for --memory-size leaves free


def _memory_inputs(session, line):
    """(data, how often it is read) of every run: the large file and one of four times its size; or one input of ten times the size,
    which is the large file named ten times unless --memory-size asks for a file of its own."""
    size = session.options.size
    if line.repeat > 1:
        if session.options.memory_size is None:
            return [(session.data(line, size), line.repeat)]
        if not session.store.has(line.data, session.options.memory_size, line.codec):
            free = shutil.disk_usage(session.store.folder).free
            if free - session.options.memory_size < DISK_RESERVE:
                raise Missing(f"--memory-size: {free / 1e9:.0f} GB are free, and {DISK_RESERVE / 1e9:.0f} GB shall stay so")
        return [(session.data(line, session.options.memory_size), 1)]
    return [(session.data(line, each), 1) for each in ([size] if session.options.smoke else [size, 4 * size])]


def memory(session, line):
    """Peak memory, anonymous and in total, the largest of all inputs."""
    entry, peaks = None, {}
    for data, repeat in _memory_inputs(session, line):
        entry = entry or _entry(session, line, data, repeat)
        outcome = session.ours(line, data, repeat, sample=True)
        peaks[str(data.bytes * repeat)] = {"anonymous": outcome.peak_anonymous, "total": outcome.peak_total, "max_rss": outcome.max_rss}
    entry["peaks"] = peaks
    entry["targets"] = {"anonymous": line.anonymous_limit, "total": line.total_limit}

    def largest(what, limit):
        peak = max(p[what] for p in peaks.values())
        owed = "" if limit is None else f" (at most {limit >> 20})"
        return f"{what} {peak / 2**20:.1f} MiB{owed}", limit is None or peak <= limit

    figures = [largest("anonymous", line.anonymous_limit), largest("total", line.total_limit)]
    entry["met"] = all(met for _, met in figures)
    entry["summary"] = ", ".join(text for text, _ in figures)
    if line.repeat > 1:
        entry["summary"] += f", {entry['bytes'] / 1e9:.3g} GB" + (f" as {repeat} inputs" if repeat > 1 else "")
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


ASSERTION_FAILED = 4  # exit status of spalt


def zero_copy(session, line):
    """Whether `--require-zero-copy` holds."""
    data = session.data(line)
    outcome = session.runner.run(session.command(line, data), cores=line.cores)
    entry = _entry(session, line, data)
    entry["met"] = outcome.status != ASSERTION_FAILED
    if entry["met"]:
        checks.ours(line.check, outcome, checks.expected(data.truth))
        entry["summary"] = "nothing was copied"
    else:
        entry["summary"] = session.clean(outcome.stderr.strip().splitlines()[-1])
    return entry


KINDS = {"race": race, "memory": memory, "mallocs": mallocs, "startup": startup, "zero-copy": zero_copy, **memory_figures.KINDS}
RACES = {"race", "baseline"}
SKIPS = {"memory", *memory_figures.KINDS}  # where what is missing ends the line, not the run


def measure(session, line):
    """A line's entry, or None when it needs spalt and there is none, or its answer was wrong."""
    if line.kind not in RACES:
        if session.options.spalt is None:
            return None
        session.log(line.name)
    elif session.options.spalt is None and not line.against:
        return None
    try:
        return KINDS[line.kind](session, line)
    except Missing as error:
        if line.kind not in SKIPS and line.codec is None:
            raise
        return {"name": line.name, "title": line.title, "kind": line.kind, "program": line.program, "rivals": [], "summary": session.clean(f"skipped: {error}")}
    except checks.Wrong as error:
        session.wrong(line, line.program, error)
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
