"""The value-by-value check: the generator's truth and what spalt writes, against CPython."""
import hashlib
import shutil
from functools import partial

from . import checks, truth
from .data import CODECS
from .formats import FORMATS, Number

OUTPUTS = {"ndjson": checks.ndjson_output, "csv": checks.csv_output, "raw": checks.raw_output}


def _plans(form):
    """(title, sink, filter, selected fields, more arguments) of every check."""
    for io in ("mmap", "read"):
        yield f"all fields to ndjson, --io {io}", "ndjson", None, None, ["--io", io]
        yield f"selected fields to ndjson, --io {io}", "ndjson", None, form.select, ["--io", io]
    for name in form.filters:
        yield f"{name} to ndjson", "ndjson", name, None, []
        yield f"{name} to raw", "raw", name, None, []
    yield "status>=500, selected fields to csv", "csv", "status>=500", form.select, []
    yield "all fields to csv", "csv", None, None, []
    if form.decode:
        yield "all fields to ndjson, --decode-escapes", "ndjson", None, None, ["--decode-escapes"]


def _decoding(form, line):
    return {name: value if isinstance(value, Number) else form.decode(value) for name, value in form.record(line).items()}


def verify(session, size, kinds, codecs):
    """Every value of every line of a smaller file of each kind; returns what was done. A compressed copy must give the same output."""
    return [each for kind in kinds for each in _verify(session, size, FORMATS[kind], _present(codecs))]


def _present(codecs):
    return [name for name, codec in CODECS.items() if name in codecs and shutil.which(codec.compress[0])]


def _verify(session, size, form, codecs):
    data = session.store.get(form.name, size)
    done = []

    def check(title, action, command=None):
        error = None
        try:
            action()
        except (checks.Wrong, RuntimeError, ValueError) as problem:
            error = session.clean(f"{title}: {problem}")
            session.errors.append(error)
        session.log(error or f"{title}: right")
        if command:
            done.append({"check": title, "command": session.show(command), "right": error is None, **({"error": error} if error else {})})

    check(f"the generator's truth against CPython: {form.name}, {data.truth['lines']} lines", lambda: _truth(data, form))
    if session.options.spalt is None:
        return []
    base = [session.options.spalt, "parse", "-f", form.name]
    for title, sink, name, select, extra in _plans(form):
        where = ["--where", form.filters[name][0]] if name else []
        fields = ["--select", ",".join(select)] if select else []
        command = [*base, "--to", sink, *where, *fields, *extra, data.path]
        record = partial(_decoding, form) if "--decode-escapes" in extra else form.record
        keep = form.filters[name][1] if name else None
        check(f"value by value against CPython: {form.name}, {title}",
              lambda: OUTPUTS[sink](session.runner.stream(command), data.path, record, keep, select), command)
    expression = list(form.filters.values())[-1][0]
    for sink in OUTPUTS:
        command = [*base, "--to", sink, "--where", expression, data.path]
        check(f"-j2 writes the same {sink} as -j1: {form.name}", lambda: _same_bytes(session, [*command, "-j1"], [*command, "-j2"]),
              [*command, "-j2"])
        for codec in codecs:
            for threads in ("-j1", "-j2"):
                compressed = [*command[:-1], session.store.get(form.name, size, codec).path, threads]
                check(f"the copy in {codec} gives the same {sink}, {threads}: {form.name}",
                      lambda: _same_bytes(session, [*command, "-j1"], compressed), compressed)
    return done


def _truth(data, form):
    answer, kept = truth.count(data.path, form)
    checks.rival(answer, data.truth)
    checks.equal("fields", sorted(answer.fields), sorted(data.truth["fields"]))
    for name, count in kept.items():
        checks.equal(name, count, data.truth["counts"][name])


def _same_bytes(session, *commands):
    digests = []
    for command in commands:
        digest = hashlib.sha256()
        for line in session.runner.stream(command):
            digest.update(line)
        digests.append(digest.hexdigest())
    checks.equal("SHA-256 of the output", digests[1], digests[0])
