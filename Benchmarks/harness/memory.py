"""How the lines of `memory_lines.py` are measured."""
import os
import re
import statistics
import subprocess
import tempfile

from . import checks, rivals
from .build import Missing
from .line import Against
from .measure import BUSY, new_entry, race, spread

FEW_REQUESTS = 100  # of chunks: too few for a verdict, as in spalt's own
LEAST_ROUNDS = 21   # of two runs that differ by a percent
SMALL = 10_000_000


# Figures that we owe

def _judge(entry, line, figures, decides=True):
    """Puts figures into an entry, with a summary and, if they decide, a verdict."""
    owed = {name: (relation, target) for name, relation, target in line.owed}
    words = {">=": "at least", "<=": "at most"}
    texts = []
    for name, value in figures.items():
        shown = f"{value:.4g}" if isinstance(value, float) else str(value)
        target = f" ({words[owed[name][0]]} {owed[name][1]:g})" if name in owed else ""
        texts.append(f"{name.replace('_', ' ')} {shown}{target}")
    missing = [name for name in owed if name not in figures]
    texts += [f"no {name.replace('_', ' ')} in --stats" for name in missing]
    entry.update(figures=figures, owed=line.owed, summary=", ".join(texts))
    met = [figures[name] >= target if relation == ">=" else figures[name] <= target
           for name, (relation, target) in owed.items() if name in figures]
    if decides and met and not (missing and all(met)):  # what is missing may still decide
        entry["met"] = all(met)
    return entry


# Against objects

def _fitting_size(session, line, size):
    """The size of the input, or the largest in steps of 100 MB with which all objects fit into memory."""
    if size <= SMALL:
        return size
    data = session.data(line, SMALL)
    try:
        variant = rivals.variants(session.build, "baseline", "keep")[0]
    except Missing:  # the race will say so
        return size
    _, outcome, _ = session.theirs(line, Against("baseline", "keep"), variant, data)
    per_byte = 1 + 1.1 * outcome.max_rss / data.bytes  # the input stays in the page cache
    with open("/proc/meminfo") as file:
        available = 1024 * int(re.search(r"MemAvailable:\s+(\d+)", file.read()).group(1))
    fitting = int(available / per_byte) // 100_000_000 * 100_000_000
    return min(size, max(fitting, SMALL))


def baseline(session, line):
    """A race in which the rival keeps everything, if there is room for that."""
    wanted = session.options.baseline_size
    size = _fitting_size(session, line, wanted)
    entry = race(session, line, size)
    if size < wanted:
        entry["note"] = f"{size / 1e9:.1f} GB instead of {wanted / 1e9:.1f} GB, with which the objects would not fit into memory"
        session.log("  " + entry["note"])
    return entry


# What spalt says about its pool

def pool(session, line):
    data = session.data(line)
    entry = new_entry(session, line, data, line.repeat)
    outcome = session.ours(line, data, line.repeat)
    figures = checks.stats_pool(checks.last_object(outcome.stderr))
    return _judge(entry, line, figures, decides=figures.get("requests", 0) >= FEW_REQUESTS)


# Two of our runs in turn

def _pairs(session, entry, line, data, slower, faster):
    """The throughput of one command as a share of another's."""
    commands = (slower, faster)
    times, work, shares = ([], []), ([], []), []
    rounds = 3 if session.options.smoke else max(session.options.runs, LEAST_ROUNDS)
    for number in range(rounds + 1):
        for which in (0, 1) if number % 2 else (1, 0):
            session.cache.before_run(data.path)
            outcome = session.runner.run(commands[which], keep_stdout=False, cores=line.cores)
            checks.ours(line.check, outcome, checks.expected(data.truth))
            if number == 0:  # the first round warms up
                continue
            times[which].append(outcome.seconds)
            work[which].append(outcome.processor_seconds)
            shares.append(outcome.processor_share)
    wall = spread([b / a for a, b in zip(*times)])
    processor = spread([b / a for a, b in zip(*work)])
    starved = statistics.median(shares) < BUSY
    session.warn_if_starved(line.program, shares)
    chosen = processor if starved else wall
    entry["command"] = session.shown(slower, cores=line.cores)
    entry.update(against=session.shown(faster, cores=line.cores), rounds=rounds, wall=wall, processor=processor,
                 processor_share=spread(shares), gbps=spread([data.bytes / t / 1e9 for t in times[0]]))
    _judge(entry, line, {"throughput": chosen["median"]}, decides=not session.options.smoke)
    entry["summary"] += (f"; by the wall clock {wall['median']:.3f} ({wall['min']:.3f}–{wall['max']:.3f}), by processor time "
                         f"{processor['median']:.3f} ({processor['min']:.3f}–{processor['max']:.3f}), {rounds} pairs"
                         + (", the machine was busy" if starved else ""))
    return entry


def harden(session, line):
    """With `--harden` against without."""
    data = session.data(line)
    normal = session.command(line, data)
    hardened = [*normal, "--harden"]
    probe = session.runner.run(hardened, keep_stdout=False)
    if probe.status != 0 and "--harden" in probe.stderr:
        raise Missing("this spalt has no --harden")
    return _pairs(session, new_entry(session, line, data), line, data, hardened, normal)


def _other(session, line, data, option):
    """The command of a line with the program that an option of the runner names."""
    program = getattr(session.options, option)
    if program is None:
        raise Missing(f"no --{option.replace('_', '-')}")
    if not os.access(program, os.X_OK):
        raise Missing(f"--{option.replace('_', '-')} names no program")
    return [os.path.abspath(program), *session.command(line, data)[1:]]


def change_checks(session, line):
    """Against a build without fault handler and checks for changes."""
    data = session.data(line)
    other = _other(session, line, data, "spalt_without_checks")
    return _pairs(session, new_entry(session, line, data), line, data, session.command(line, data), other)


def _instructions(session, line, command, truth):
    """The least that callgrind counted in three runs: threads that wait for each other do not always do the same."""
    counts = []
    with tempfile.TemporaryDirectory() as folder:
        log, program = os.path.join(folder, "log"), os.path.join(folder, "spalt")
        valgrind = [session.build.tool("valgrind"), "--tool=callgrind", "--callgrind-out-file=/dev/null", f"--log-file={log}"]
        # What Swift says for debuggers is too new for some versions of valgrind, which end then.
        subprocess.run([session.build.tool("strip"), "--strip-debug", "-o", program, command[0]], check=True)
        for _ in range(1 if session.options.smoke else 3):
            outcome = session.runner.run([*valgrind, program, *command[1:]], keep_stdout=False)
            with open(log) as file:
                said = file.read()
            found = re.search(r"Collected\s*:\s*(\d+)", said)
            if found is None:
                raise Missing(f"callgrind counted nothing: {said.strip()[-200:]}")
            checks.ours(line.check, outcome, checks.expected(truth))
            counts.append(int(found.group(1)))
    return min(counts)


def instructions(session, line):
    """Instructions with telemetry, as a multiple of those of a build without."""
    data = session.data(line, SMALL)
    command = session.command(line, data)
    other = _other(session, line, data, "spalt_without_telemetry")
    counts = [_instructions(session, line, each, data.truth) for each in (command, other)]
    entry = new_entry(session, line, data)
    entry.update(counts=counts, against=session.shown(other))
    _judge(entry, line, {"instructions": counts[0] / counts[1]})
    entry["summary"] += f"; {counts[0] / 1e6:.2f} against {counts[1] / 1e6:.2f} million"
    return entry


# Programs for one stage

def stage(session, line):
    """The medians of what a program of ours prints."""
    program = session.program(line)
    if len(session.runner.cpus(line.cores)) < line.cores:
        raise Missing(f"this needs {line.cores} cores")
    found = []
    for _ in range(session.options.runs):
        outcome = session.runner.run([program], cores=line.cores)
        if outcome.status != 0:
            raise checks.Wrong(f"ended with status {outcome.status}: {outcome.stderr.strip()[-200:]}")
        found.append(checks.last_object(outcome.stdout))
    figures = {name: statistics.median(each[name] for each in found) for name in found[0] if name != "checksum"}
    entry = {"name": line.name, "title": line.title, "kind": line.kind, "program": line.program, "rivals": [],
             "command": session.shown([program], cores=line.cores)}
    return _judge(entry, line, figures)


KINDS = {"baseline": baseline, "pool": pool, "harden": harden, "checks": change_checks, "instructions": instructions, "stage": stage}
