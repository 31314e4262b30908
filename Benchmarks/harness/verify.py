"""The value-by-value check: the generator's truth and what spalt writes, against CPython's json and csv."""
import hashlib

from . import checks, truth

SELECT = ["ts", "status", "http.path"]
EXPRESSIONS = {  # of the filters in truth.FILTERS
    "status>=500": "status >= 500",
    "service=checkout,level=ERROR": "service = 'checkout' AND level = 'ERROR'",
    "msg~timeout.*upstream": "msg ~ 'timeout.*upstream'",
}
OUTPUTS = {"ndjson": checks.ndjson_output, "csv": checks.csv_output, "raw": checks.raw_output}


def _plans():
    """(title, sink, filter, selected fields, more arguments) of every check."""
    for io in ("mmap", "read"):
        yield f"all fields to ndjson, --io {io}", "ndjson", None, None, ["--io", io]
        yield f"selected fields to ndjson, --io {io}", "ndjson", None, SELECT, ["--io", io]
    for name in truth.FILTERS:
        yield f"{name} to ndjson", "ndjson", name, None, []
        yield f"{name} to raw", "raw", name, None, []
    yield "status>=500, selected fields to csv", "csv", "status>=500", SELECT, []
    yield "all fields to csv", "csv", None, None, []


def verify(session, size):
    """Every value of every line of a smaller file; returns what was done."""
    data = session.store.get("ndjson", size)
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

    check(f"the generator's truth against CPython's json: {data.truth['lines']} lines", lambda: _truth(data))
    if session.options.spalt is None:
        return []
    base = [session.options.spalt, "parse", "-f", "ndjson"]
    for title, sink, name, select, extra in _plans():
        where = ["--where", EXPRESSIONS[name]] if name else []
        fields = ["--select", ",".join(select)] if select else []
        command = [*base, "--to", sink, *where, *fields, *extra, data.path]
        keep = truth.FILTERS[name] if name else None
        wanted = {} if sink == "raw" else {"select": select}
        check(f"value by value against CPython: {title}",
              lambda: OUTPUTS[sink](session.runner.stream(command), data.path, keep, **wanted), command)
    for sink in OUTPUTS:
        command = [*base, "--to", sink, "--where", EXPRESSIONS["msg~timeout.*upstream"], data.path]
        check(f"-j2 writes the same {sink} as -j1", lambda: _same_bytes(session, command), [*command, "-j2"])
    return done


def _truth(data):
    answer, kept = truth.count(data.path)
    checks.rival(answer, data.truth)
    for name, count in kept.items():
        checks.equal(name, count, data.truth["counts"][name])


def _same_bytes(session, command):
    digests = []
    for threads in ("-j1", "-j2"):
        digest = hashlib.sha256()
        for line in session.runner.stream([*command, threads]):
            digest.update(line)
        digests.append(digest.hexdigest())
    checks.equal("SHA-256 of the output", digests[1], digests[0])
