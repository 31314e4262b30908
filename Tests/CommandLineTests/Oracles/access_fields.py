#!/usr/bin/env python3
"""Access logs as CPython's `re` sees them, with the pattern of the common and the combined format.

    compare LOG OUTPUT    every field of every line of LOG that the pattern matches, against OUTPUT, which
                          `spalt parse --select _line,vhost,... -O ndjson --time-zone UTC` wrote;
                          prints how many lines were compared
    generate SEED COUNT   lines to compare: regular ones, and others with all kinds of oddities
"""
import datetime
import json
import random
import re
import sys

# As published for Apache's LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-agent}i\"", with
# backslash escapes in what stands in quotes. A field that ends in a comma goes on behind the space.
TOKEN = rb'(?!\[)(?:[^ ",]|,(?! ))+(?:, (?:[^ ",]|,(?! ))+)*'
QUOTED = rb'"((?:[^"\\]|\\.)*)"'
LINE = re.compile(
    rb"^(?:(?P<vhost>" + TOKEN + rb") )?(?P<host>" + TOKEN + rb") (?P<ident>" + TOKEN + rb") (?P<user>"
    + TOKEN + rb") \[(?P<time>[^\]]+)\] " + QUOTED.replace(rb"((", rb"(?P<request>(")
    + rb" (?P<status>\d{3}|-) (?P<bytes>\d+|-)(?: " + QUOTED.replace(rb"((", rb"(?P<referer>(")
    + rb" " + QUOTED.replace(rb"((", rb"(?P<user_agent>(") + rb")?$", re.DOTALL)
REQUEST = re.compile(rb"^([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([^ ]+) (HTTP/[^ ]*)$", re.DOTALL)
FIELDS = ["vhost", "host", "ident", "user", "time", "method", "path", "protocol", "status", "bytes", "referer",
          "user_agent"]


def text(value):
    return None if value is None or value == b"-" else value.decode("utf-8", "replace")


def integer(value):
    """Digits as the output has them: as a number, or as text when a zero stands in front."""
    if value == b"-":
        return None
    return value.decode() if value[:1] == b"0" and value != b"0" else int(value)


def time(value):
    """The time as RFC 3339 in UTC; None when there is none; ValueError when it is no time."""
    if value == b"-":
        return None
    stamp = datetime.datetime.strptime(value.decode("ascii"), "%d/%b/%Y:%H:%M:%S %z")
    return stamp.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def expected(line):
    """The fields of a line, or None when the pattern does not match, or the time is unusual."""
    found = LINE.match(line)
    if not found or not re.match(rb"^(-|\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:[0-5]\d [+-]\d{4})$", found["time"]):
        return None
    fields = {name: text(found[name]) for name in ("vhost", "host", "ident", "user", "referer", "user_agent")}
    try:
        fields["time"] = time(found["time"])
    except ValueError:
        return None
    fields["status"] = integer(found["status"])
    fields["bytes"] = integer(found["bytes"])
    request = REQUEST.match(found["request"])
    parts = request.groups() if request else (None, found["request"], None)
    fields["method"], fields["path"], fields["protocol"] = map(text, parts)
    return fields


def lines_of(path):
    with open(path, "rb") as file:
        for line in file.read().split(b"\n"):
            yield (line[:-1] if line.endswith(b"\r") else line).strip(b" \t\r")


def compare(log, output):
    records = {}
    with open(output, encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            records[record.pop("_line")] = record
    count = 0
    wrong = 0
    for number, line in enumerate(lines_of(log), 1):
        fields = expected(line)
        if fields is None:
            continue
        count += 1
        record = records.get(number)
        found = None if record is None else {name: record.get(name) for name in FIELDS}
        if found != fields:
            wrong += 1
            if wrong <= 5:
                print(f"line {number}: {line!r}\n  {found}\n  {fields}", file=sys.stderr)
    print(count)
    return 1 if wrong else 0


def generate(seed, count):
    pick = random.Random(seed).choice
    number = random.Random(seed + 1).randrange

    def odd():
        return number(12) == 0

    agents = [b"-", b"curl/8.5.0", b"Mozilla/5.0 (X11; Linux x86_64)", b"a \\\"b\\\" c", b"\\x16\\x03", b"\xc3\xbc",
              b"\xff\xfe", b"", b"tab\there", b"back\\\\slash", b"quote\"inside", b"[x] y"]
    requests = [b"", b"-", b"GET /", b"GET", b"\\x16\\x03\\x01 \\x02", b"GET  HTTP/1.1", b"GET /a b HTTP/1.1",
                b"get / HTTP/2", b"M-SEARCH * HTTP/1.1", b"GET /\xc3\xbc HTTP/1.1", b"GET /\\\"a\\\" HTTP/1.1",
                b"GET / HTTP/", b"G(T / HTTP/1.1", b"GET - HTTP/1.1", b"PROPFIND /x HTTP/1.0", b"GET /\"a\" HTTP/1.1"]
    hosts = [b"-", b"::1", b"2001:db8::1", b"1.2.3.4, 5.6.7.8", b"1.2.3.4,5.6.7.8", b"h\xc3\xb6st", b"a, b, c"]
    sizes = [b"-", b"0", b"007", b"12345678", b"123456789012", b"9223372036854775807", b"9223372036854775808", b"x"]
    times = [b"-", b"31/Feb/2024:00:00:00 +0000", b"10/Oct/2000:13:55:36 -0700", b"10/Oct/2000:24:00:00 -0700",
             b"29/Feb/2024:23:59:59 +0330", b"01/Jan/1970:00:00:00 +0000", b"1/Jan/2024:00:00:00 +0000"]
    out = sys.stdout.buffer
    for index in range(count):
        host = pick(hosts) if odd() else b"%d.%d.%d.%d" % tuple(number(256) for _ in range(4))
        user = pick([b"frank", b"u@example.com", b"x,", b"\"q"]) if odd() else b"-"
        ident = pick([b"bob", b"10.0.0.1"]) if odd() else b"-"
        vhost = pick([b"example.com:443 ", b"- ", b"a b "]) if odd() else b""
        time = pick(times) if odd() else b"12/Mar/2024:%02d:%02d:%02d +0100" % (index // 3600 % 24, index // 60 % 60, index % 60)
        request = pick(requests) if odd() else b"%s /item/%d HTTP/%s" % (
            pick([b"GET", b"POST", b"HEAD"]), number(100000), pick([b"1.1", b"2.0", b"2"]))
        status = pick([b"-", b"099", b"1000", b"2x0"]) if odd() else pick([b"200", b"304", b"404", b"500"])
        size = pick(sizes) if odd() else b"%d" % number(1000000)
        tail = b"" if number(4) == 0 else b' "%s" "%s"' % (
            pick(agents) if odd() else pick([b"-", b"https://example.com/a?b"]),
            pick(agents) if odd() else pick(agents[:3]))
        line = b'%s%s %s %s [%s] "%s" %s %s%s' % (vhost, host, ident, user, time, request, status, size, tail)
        if number(40) == 0:
            place = number(len(line))
            line = line[:place] + pick([b"", b'"', b" ", b"\\", b"]", b"\t"]) + line[place + 1:]
        out.write(line + pick([b"\n", b"\n", b"\n", b"\r\n"]))


if __name__ == "__main__":
    if sys.argv[1] == "compare":
        sys.exit(compare(sys.argv[2], sys.argv[3]))
    generate(int(sys.argv[2]), int(sys.argv[3]))
