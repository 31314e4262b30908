"""Is an answer right? The truth is what the generator counted, and what CPython reads in a line."""
import csv
import json
from dataclasses import dataclass
from itertools import zip_longest
from typing import Optional

from .formats import json_record


class Wrong(Exception):
    """An answer that is not the truth. The runner ends with status 1."""


@dataclass(frozen=True)
class Expected:
    """What a run must find: how many lines and bytes the input has, and how many lines a filter keeps (None: there is no filter)."""
    lines: int
    kept: Optional[int] = None
    bytes: Optional[int] = None  # of content

    @property
    def records(self):
        return self.lines if self.kept is None else self.kept


def expected(truth, filter_name=None, repeat=1):
    kept = None if filter_name is None else truth["counts"][filter_name] * repeat
    return Expected(truth["lines"] * repeat, kept, truth["bytes"] * repeat)


def stats_record_counts(stats):
    """(lines read, records that came out) in what `spalt --stats json` prints. The one place that knows its shape.

    Lines that a filter has ruled out by their bytes alone are no records yet, so `count` is their number only without a filter.
    """
    records = stats["records"]
    return records["lines"], records["written"]


def stats_pool(stats):
    """What `spalt --stats json` says about the pool of chunks: `requests`, `hit_rate`, `reuse_rate`, `fragmentation`, `health`, as far as
    they are there. Older versions have two figures of the pool, under `memory`."""
    memory, pool = stats.get("memory", {}), stats.get("pool", {})
    found = {name: pool.get(name, memory.get("pool_" + name, memory.get(name)))
             for name in ("requests", "hit_rate", "reuse_rate", "fragmentation", "health")}
    if found["requests"] is None and found["hit_rate"] not in (None, 1) and "chunks_mapped" in memory:
        found["requests"] = round(memory["chunks_mapped"] / (1 - found["hit_rate"]))
    if found["reuse_rate"] is None and found["requests"] and "chunks_mapped" in memory:
        found["reuse_rate"] = 1 - memory["chunks_mapped"] / found["requests"]
    return {name: value for name, value in found.items() if value is not None}


def last_object(text):
    """The last JSON object in a text that may hold other lines before it."""
    start = text.rfind("\n{") + 1 if "\n{" in text else text.find("{")
    try:
        return json.loads(text[start:])
    except ValueError:
        raise Wrong(f"no JSON object in: {text[-200:]!r}") from None


def equal(what, got, wanted):
    if got != wanted:
        raise Wrong(f"{what}: {got} instead of {wanted}")


# Answers of spalt in a timed run

def _stats(outcome, wanted):
    try:
        lines, records = stats_record_counts(last_object(outcome.stderr))
    except (KeyError, TypeError):
        raise Wrong("--stats json has no record counts where checks.py looks for them") from None
    equal("lines in --stats", lines, wanted.lines)
    equal("records in --stats", records, wanted.records)


def _count(outcome, wanted):
    try:
        count = int(outcome.stdout.split()[0])
    except (IndexError, ValueError):
        raise Wrong(f"--count printed {outcome.stdout[:80]!r}") from None
    equal("records counted", count, wanted.records)


def _content(outcome, wanted):
    equal("bytes of content", last_object(outcome.stdout).get("bytes"), wanted.bytes)


PRINTS_ANSWER = {"count", "content"}  # to standard output
OURS = {"stats": _stats, "count": _count, "content": _content, "none": lambda outcome, wanted: None}


def ours(check, outcome, wanted):
    if outcome.status != 0:
        raise Wrong(f"ended with status {outcome.status}: {outcome.stderr.strip()[-300:]}")
    OURS[check](outcome, wanted)


# Answers of rivals

def rival(answer, truth, filter_name=None):
    if answer.rows is not None:
        equal("rows", answer.rows, truth["lines"])
    if answer.bytes is not None:
        equal("bytes of content", answer.bytes, truth["bytes"])
    if answer.found is not None and not answer.approximate:
        equal("rows found", answer.found, expected(truth, filter_name).records)
    for name, got in (answer.fields or {}).items():
        known = truth["fields"][name]
        for what, value in got.items():
            wanted = known[what]
            if known["type"] == "micro" and what == "sum":  # a sum of doubles, in whatever order
                if abs(value - wanted / 1e6) > 1e-9 * wanted / 1e6:
                    raise Wrong(f"sum of {name}: {value} instead of {wanted / 1e6}")
            else:
                equal(f"{what} of {name}", value, wanted)


# spalt's output against CPython, value by value

def flatten(value, prefix=""):
    """Nested objects to dotted names, without nulls: a sink may leave out a field that has no value."""
    flat = {}
    for key, item in value.items():
        name = prefix + key
        if isinstance(item, dict):
            flat.update(flatten(item, name + "."))
        elif item is not None:
            flat[name] = (type(item).__name__, item)
    return flat


def _pairs(output, path, record, keep):
    """(number, what came out, the line of the input it must stand for, that line as a record); `keep` says which a filter keeps."""
    with open(path, "rb") as file:
        records = ((line, record(line)) for line in file)
        source = ((line, known) for line, known in records if keep is None or keep(known))
        for number, (got, wanted) in enumerate(zip_longest(output, source), 1):
            if got is None or wanted is None:
                raise Wrong(f"record {number}: {'output' if got is None else 'input'} ended early")
            yield number, got, *wanted


def _same(number, found, wanted):
    if found != wanted:
        odd = sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))[0]
        raise Wrong(f"record {number}, {odd}: {found.get(odd)} instead of {wanted.get(odd)}")


def ndjson_output(output, path, record, keep=None, select=None):
    """Compares spalt's ndjson output with the input, line by line; `select` names the fields that were asked for."""
    for number, got, _, known in _pairs(output, path, record, keep):
        wanted = flatten(known)
        if select:
            wanted = {name: wanted[name] for name in select if name in wanted}
        try:
            found = flatten(json_record(got))
        except ValueError as error:
            raise Wrong(f"line {number} of the output is not JSON: {error}") from None
        _same(number, found, wanted)


def csv_output(output, path, record, keep=None, select=None):
    """The same for csv, read by CPython's csv. An empty field stands for null, for a missing field and for an empty string."""
    rows = csv.reader((line.decode() for line in output), strict=True)
    header = next(rows, [])
    if select:
        equal("header", header, list(select))
    for number, got, _, known in _pairs(rows, path, record, keep):
        equal(f"fields of record {number}", len(got), len(header))
        values = flatten(known)
        if missing := [] if select else sorted(values.keys() - set(header)):
            raise Wrong(f"record {number}: no column for {missing[0]}")
        _same(number, dict(zip(header, got)), {name: _csv_text(values.get(name)) for name in header})


def _csv_text(value):
    if value is None:
        return ""
    kind, item = value
    return str(item).lower() if kind == "bool" else str(item)


def raw_output(output, path, record, keep=None, select=None):
    """The same for raw: the bytes of the lines themselves."""
    for number, got, line, _ in _pairs(output, path, record, keep):
        if got != line:
            raise Wrong(f"record {number}: {got[:60]!r} instead of {line[:60]!r}")
