"""Is an answer right? The truth is what the generator counted, and CPython's json."""
import json
from itertools import zip_longest


class Wrong(Exception):
    """An answer that is not the truth. The runner ends with status 1."""


def stats_record_count(stats):
    """The number of records in what `spalt --stats json` prints. The one place that knows its shape."""
    records = stats["records"]
    return records["count"] if isinstance(records, dict) else records


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

def _stats(outcome, truth):
    try:
        count = stats_record_count(last_object(outcome.stderr))
    except (KeyError, TypeError):
        raise Wrong("--stats json has no record count where checks.py looks for it") from None
    equal("records in --stats", count, truth["lines"])


def _count(outcome, truth):
    try:
        count = int(outcome.stdout.split()[0])
    except (IndexError, ValueError):
        raise Wrong(f"--count printed {outcome.stdout[:80]!r}") from None
    equal("records counted", count, truth["lines"])


OURS = {"stats": _stats, "count": _count, "none": lambda outcome, truth: None}


def ours(check, outcome, truth):
    if outcome.status != 0:
        raise Wrong(f"spalt ended with status {outcome.status}: {outcome.stderr.strip()[-300:]}")
    OURS[check](outcome, truth)


# Answers of rivals

def rival(answer, truth):
    equal("rows", answer.rows, truth["lines"])
    for name, got in (answer.fields or {}).items():
        known = truth["fields"][name]
        for what, value in got.items():
            wanted = known[what]
            if known["type"] == "micro" and what == "sum":  # a sum of doubles, in whatever order
                if abs(value - wanted / 1e6) > 1e-9 * wanted / 1e6:
                    raise Wrong(f"sum of {name}: {value} instead of {wanted / 1e6}")
            else:
                equal(f"{what} of {name}", value, wanted)


# spalt's output against CPython's json, value by value

class Number(str):
    """A number as it stood in the file."""


def _decode(line):
    return json.loads(line, parse_int=Number, parse_float=Number)


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


def ndjson_output(lines, path, select=None):
    """Compares spalt's ndjson output with the input, line by line; `select` names the fields that were asked for."""
    with open(path, "rb") as file:
        for number, (got, source) in enumerate(zip_longest(lines, file), 1):
            if got is None or source is None:
                raise Wrong(f"line {number}: {'output' if got is None else 'input'} ended early")
            wanted = flatten(_decode(source))
            if select:
                wanted = {name: wanted[name] for name in select if name in wanted}
            try:
                found = flatten(_decode(got))
            except ValueError as error:
                raise Wrong(f"line {number} of the output is not JSON: {error}") from None
            if found != wanted:
                odd = sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))[0]
                raise Wrong(f"line {number}, {odd}: {found.get(odd)} instead of {wanted.get(odd)}")
