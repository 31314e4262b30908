"""Races: our command and a rival in turn, with the machine's limit between the pairs."""
import json
import os
import statistics

from . import checks, rivals
from .build import Missing
from .line import SPALT
from .registry import LINES


def spread(values):
    """Median, least and greatest."""
    return {"median": statistics.median(values), "min": min(values), "max": max(values)} if values else None


BUSY = 0.9  # a process that has its core for less of the time waits for somebody else's work, or for the disk


class Session:
    """What all measurements share."""

    def __init__(self, options, build, store, runner, cache, show, log):
        self.options, self.build, self.store, self.runner = options, build, store, runner
        self.cache, self.show, self.log = cache, show, log
        self.errors = []
        self.trials = {}
        self._checked = set()
        self._prepared = set()

    def data(self, line, size=None):
        if size is None:
            size = {"large": self.options.size, "slow": min(self.options.size, self.options.slow_size),
                    "baseline": self.options.baseline_size}[line.size]
        data = self.store.get(line.data, size, line.codec)
        if data.path not in self._prepared:
            self.cache.prepare(data.path)
            self._prepared.add(data.path)
        return data

    def program(self, line):
        """Our program that does a line's work; raises `Missing` when it is not there."""
        if self.options.spalt is None:
            raise Missing("our programs are not measured")
        return self.options.spalt if line.program == SPALT else self.build.stage(line.program)

    def command(self, line, data, repeat=1):
        words = [self.program(line)]
        for word in line.arguments:
            words += [data.path] * repeat if word == "{file}" else [word]
        return words

    def shown(self, command, environment=None, cores=1):
        """A command as somebody else would type it."""
        cpus = ",".join(str(cpu) for cpu in self.runner.cpus(cores))
        words = ["taskset", "-c", cpus] + (["env"] if environment else []) + [f"{k}={v}" for k, v in (environment or {}).items()]
        return self.show(words + list(command))

    def clean(self, text):
        """Messages go into the results: without the paths of this machine."""
        return str(text).replace(os.path.dirname(self.build.root) + os.sep, "")

    def wrong(self, line, who, error):
        message = self.clean(f"{line.name}: {who}: wrong answer: {error}")
        self.errors.append(message)
        self.log(message)

    def warn_if_starved(self, who, shares):
        """Says that a process on one core did not have it; a ratio with such a run is worth nothing."""
        if shares and statistics.median(shares) < BUSY:
            self.log(f"  {who} had {statistics.median(shares):.0%} of its core: the machine is busy, or it waits for the disk")

    # One run of each

    def limit(self, line, data, mode="newlines"):
        """GB/s of what the machine can do at all with a plain file, or None."""
        if line.codec is not None:
            return None
        self.cache.before_run(data.path)
        outcome = self.runner.run([self.build.limits(), mode, data.path])
        if outcome.status == 3:
            return None
        answer = json.loads(outcome.stdout)
        if mode == "newlines":
            checks.equal("newlines", answer["result"], data.truth["lines"])
        return data.bytes / answer["seconds"] / 1e9

    def ours(self, line, data, repeat=1, **how):
        self.cache.before_run(data.path)
        outcome = self.runner.run(self.command(line, data, repeat), keep_stdout=line.check in checks.PRINTS_ANSWER, cores=line.cores, **how)
        checks.ours(line.check, outcome, checks.expected(data.truth, line.keeps, repeat))
        return outcome

    def theirs(self, line, against, variant, data, extra=()):
        rival, mode = against.rival, against.mode
        if against.ours:
            return self._stages(against)
        self.cache.before_run(data.path)
        command = [data.path if word == "{file}" else word for word in variant.command]
        outcome = self.runner.run(command + list(extra), environment=variant.environment, keep_stdout=not variant.discards)
        if outcome.status != 0:
            raise Missing(f"{rival} ended with status {outcome.status}: {outcome.stderr.strip()[-200:]}")
        answer = rivals.parse(rival, mode, outcome.stdout)
        checks.rival(answer, data.truth, line.keeps)
        seconds = answer.seconds if variant.inside else outcome.seconds
        return seconds, outcome, answer

    def _stages(self, against):
        """Our own programs doing the work of other lines."""
        seconds, stages = [], {}
        for line in map(another, against.ours):
            data = self.data(line)
            outcome = self.ours(line, data)
            seconds.append(outcome.seconds)
            stages[line.name] = data.bytes / outcome.seconds / 1e9
        return max(seconds) if against.mode == "slowest" else sum(seconds), outcome, rivals.Answer(None, None, stages=stages)

    def best_variant(self, line, against, data):
        """The fastest way to run a rival (of one trial each); its sums are checked once, outside of the race."""
        key = f"{against.rival} {against.mode}"
        if against.ours:  # our own programs, doing the work of other lines
            words = [word for other in map(another, against.ours) for word in ["+", *self.command(other, self.data(other))]]
            return rivals.Variant(against.rival, words[1:])
        candidates = rivals.variants(self.build, against.rival, against.mode, line.codec)
        if not candidates:
            raise Missing(f"{against.rival} was not built")
        if len(candidates) > 1 and not self.options.smoke:
            rates = {}
            for variant in candidates:
                try:
                    seconds = min(self.theirs(line, against, variant, data)[0] for _ in range(2))
                except Missing as error:  # built for another processor, perhaps
                    self.log(f"  {variant.label}: {error}")
                    continue
                rates[variant.label] = data.bytes / seconds / 1e9
            if not rates:
                raise Missing(f"no build of {against.rival} runs here")
            self.trials[f"{key} ({data.name})"] = rates
            candidates = sorted((v for v in candidates if v.label in rates), key=lambda v: -rates[v.label])
        best = candidates[0]
        if (key, data.path) not in self._checked:
            self._check_once(line, against, best, data)
            self._checked.add((key, data.path))
        return best

    def _check_once(self, line, against, variant, data):
        """What a timed run of a rival does not tell: its sums, or the length of what it writes."""
        if variant.check:
            self.theirs(line, against, variant, data, variant.check)
        elif variant.discards:
            command = [data.path if word == "{file}" else word for word in variant.command]
            checks.equal("bytes of content", sum(map(len, self.runner.stream(command))), data.truth["bytes"])


def another(name):
    """The line of a name."""
    return next(line for line in LINES if line.name == name)


def new_entry(session, line, data, repeat=1):
    """The entry of a figure that is no race."""
    return {"name": line.name, "title": line.title, "kind": line.kind, "program": line.program, "input": data.name, "bytes": data.bytes * repeat, "rivals": [],
            "command": session.shown(session.command(line, data, repeat), cores=line.cores)}


def race(session, line, size=None):
    """Runs a line, on an input of another size if one is given; returns its entry in the results."""
    data = session.data(line, size)
    entry = {"name": line.name, "title": line.title, "kind": line.kind, "program": line.program, "input": data.name, "bytes": data.bytes, "rivals": []}
    if data.stored_bytes is not None:
        entry["stored_bytes"] = data.stored_bytes
    ours_all, limits, shares, together = [], [], [], []
    session.log(f"{line.name} ({data.bytes / 1e6:.0f} MB)")
    if len(session.runner.cpus(line.cores)) < line.cores:
        entry["summary"] = f"skipped: this needs {line.cores} cores"
        return entry
    opponents = []

    def skip(against, why):
        entry["rivals"].append({"rival": against.rival, "mode": against.mode, "skipped": session.clean(why)})

    for against in line.against:
        try:
            opponents.append((against, session.best_variant(line, against, data)))
        except Missing as error:
            skip(against, error)
        except checks.Wrong as error:
            session.wrong(line, against.rival, error)
    with_ours = session.options.spalt is not None
    if with_ours:
        entry["command"] = session.shown(session.command(line, data), cores=line.cores)
    try:
        for against, variant in opponents or [(None, None)]:
            times, inside, mine, rss, version, their_shares, stages, work = [], [], [], [], None, [], {}, []
            for _ in range(session.options.runs):
                if line.cores == 1:  # the limit has one thread
                    limits.append(session.limit(line, data))
                if with_ours:
                    outcome = session.ours(line, data)
                    mine.append(outcome.seconds)
                    our_work = outcome.processor_seconds
                    shares.append(outcome.processor_share)
                    entry["max_rss"] = max(entry.get("max_rss", 0), outcome.max_rss)
                if against is None:
                    continue
                try:
                    seconds, outcome, answer = session.theirs(line, against, variant, data)
                except checks.Wrong as error:
                    session.wrong(line, against.rival, error)
                    break
                except Missing as error:
                    skip(against, error)
                    break
                times.append(seconds)
                if with_ours and not variant.inside and len(against.ours) < 2:  # else `outcome` is not all of what was timed
                    work.append(outcome.processor_seconds / our_work)
                their_shares.append(outcome.processor_share)
                if line.cores > 1 and against.rival == "spalt":
                    other = another(against.mode)
                    both = session.runner.together(session.command(other, session.data(other)), line.cores)
                    together.append(line.cores * seconds / both)
                inside.append(answer.seconds)
                for name, rate in (answer.stages or {}).items():
                    stages.setdefault(name, []).append(rate)
                rss.append(outcome.max_rss)
                version = answer.version
            ours_all += mine
            if against is not None and len(times) == session.options.runs:
                result = {
                    "rival": against.rival, "mode": against.mode, "variant": variant.label, "version": version,
                    "command": session.shown([data.path if w == "{file}" else w for w in variant.command], variant.environment),
                    "time": "inside the process" if variant.inside else "whole process",
                    "gbps": spread([data.bytes / t / 1e9 for t in times]),
                    "inside_gbps": spread([data.bytes / t / 1e9 for t in inside if t]),
                    "max_rss": max(rss), "target": against.target, "processor_share": spread(their_shares),
                }
                session.warn_if_starved(f"{against.rival} {against.mode}", their_shares)
                if len(stages) > 1:
                    result["stages"] = {name: spread(rates) for name, rates in stages.items()}
                if answer.found is not None:
                    result["found"] = {"rows": answer.found, "of": checks.expected(data.truth, line.keeps).records}
                if mine:
                    result["ratio"] = spread([theirs / our for our, theirs in zip(mine, times)])
                    result["met"] = None if against.target is None else result["ratio"]["median"] >= against.target
                    if work:
                        result["processor_ratio"] = spread(work)
                    if against.rss_share is not None:
                        share = entry["max_rss"] / max(rss)
                        result["rss_share"] = {"ours": entry["max_rss"], "share": share, "target": against.rss_share, "met": share <= against.rss_share}
                entry["rivals"].append(result)
    except checks.Wrong as error:
        session.wrong(line, line.program, error)
    entry["limit_gbps"] = spread([value for value in limits if value])
    entry["together"] = spread(together)
    entry["processor_share"] = spread(shares)
    if line.cores == 1:
        session.warn_if_starved(line.program, shares)
    if ours_all:
        entry["gbps"] = spread([data.bytes / t / 1e9 for t in ours_all])
        if line.floor is not None:
            entry["floor"], entry["met"] = line.floor, entry["gbps"]["median"] >= line.floor
    return entry
