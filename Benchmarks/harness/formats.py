"""CPython's opinion of a line, for every generated format: its fields under the names that spalt gives them."""
import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import lru_cache
from typing import Callable, Dict, Optional, Tuple

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Number(str):
    """A number as it stood in the file."""


def _nanoseconds(moment):
    moment -= _EPOCH
    return (moment.days * 86400 + moment.seconds) * 1_000_000_000 + moment.microseconds * 1000


def rfc3339(text):
    return _nanoseconds(datetime.fromisoformat(text.replace("Z", "+00:00")))


@lru_cache(maxsize=1024)
def access_time(text):
    return _nanoseconds(datetime.strptime(text, "%d/%b/%Y:%H:%M:%S %z"))


# NDJSON

def json_record(line):
    return json.loads(line, parse_int=Number, parse_float=Number)


# Access logs: the combined format as Apache documents it; in a quoted field a backslash escapes whatever follows it.

_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_COMBINED = re.compile(rf'(\S+) (\S+) (\S+) \[([^\]]+)\] {_QUOTED} (\d{{3}}|-) (\d+|-) {_QUOTED} {_QUOTED}')
_REQUEST = re.compile(r"(\S+) (.*) (\S+)")


def access_record(line):
    match = _COMBINED.fullmatch(line.decode().rstrip("\n"))
    if match is None:
        raise ValueError(f"not in the combined format: {line[:80]!r}")
    host, ident, user, time, request, status, size, referer, agent = match.groups()
    method, path, protocol = _REQUEST.fullmatch(request).groups()
    record = {"host": host, "ident": ident, "user": user, "time": time, "method": method, "path": path, "protocol": protocol,
              "status": Number(status), "bytes": Number(size), "referer": referer, "user_agent": agent}
    return {name: value for name, value in record.items() if value != "-"}


def decode_access(text):
    """What a text of an access log means, for the one escape in the generated file."""
    return text.replace('\\"', '"')


# logfmt, as go-logfmt reads it: bytes up to 0x20 separate, a key ends at '=', a value in quotes is one of JSON's strings.

_LOGFMT_NUMBERS = {"status", "bytes", "latency_ms", "user_id"}
_string, _spaces = json.JSONDecoder(strict=False), re.compile(r"[\x00-\x20]*")
_key, _value = re.compile(r'[^\x00-\x20="]+'), re.compile(r'[^\x00-\x20="]*')


def logfmt_pairs(text):
    """(key, value) of each pair; a key without a value has None. Raises `ValueError` where go-logfmt finds an error."""
    at = _spaces.match(text).end()
    while at < len(text):
        key = _key.match(text, at)
        if key is None:
            raise ValueError(f"column {at + 1}: unexpected {text[at]!r}")
        at, value = key.end(), None
        if text[at:at + 2] == '="':
            value, at = _string.raw_decode(text, at + 1)
        else:
            if text[at:at + 1] == "=":
                match = _value.match(text, at + 1)
                value, at = match.group(), match.end()
            if at < len(text) and text[at] > " ":
                raise ValueError(f"column {at + 1}: unexpected {text[at]!r}")
        yield key.group(), value
        at = _spaces.match(text, at).end()


def logfmt_record(line):
    return {key: True if value is None else Number(value) if key in _LOGFMT_NUMBERS else value
            for key, value in logfmt_pairs(line.decode().rstrip("\n"))}


@dataclass(frozen=True)
class Format:
    """A kind of generated file."""
    name: str                                   # for the generator, and for spalt's -f
    record: Callable[[bytes], dict]             # a line; numbers as `Number`, what has no value is left out
    filters: Dict[str, Tuple[str, Callable]]    # by the name under which the generator counts what they keep: for spalt, and on a record
    select: Tuple[str, ...]                     # a few fields, in another order than all
    time: str                                   # the field that is a time, and how it is read
    nanoseconds: Callable[[str], int]
    decode: Optional[Callable[[str], str]] = None  # of strings with escapes that spalt leaves as they are unless told to decode
    truth: Dict[str, str] = field(default_factory=dict)  # names in the truth that differ from spalt's


def _status(record):
    return int(record["status"]) >= 500


FORMATS = {each.name: each for each in (
    Format("ndjson", json_record, {
        "status>=500": ("status >= 500", _status),
        "service=checkout,level=ERROR": ("service = 'checkout' AND level = 'ERROR'",
                                         lambda record: record["service"] == "checkout" and record["level"] == "ERROR"),
        "msg~timeout.*upstream": ("msg ~ 'timeout.*upstream'", lambda record: re.search("timeout.*upstream", record["msg"]) is not None),
    }, ("ts", "status", "http.path"), "ts", rfc3339),
    Format("access", access_record, {"status>=500": ("status >= 500", _status)}, ("time", "status", "path", "user_agent"), "time", access_time,
           decode_access, {"host": "ip", "time": "ts", "user_agent": "agent"}),
    Format("logfmt", logfmt_record, {
        "status>=500": ("status >= 500", _status),
        "service=checkout,level=error": ("service = 'checkout' AND level = 'error'",
                                         lambda record: record["service"] == "checkout" and record["level"] == "error"),
    }, ("ts", "status", "msg"), "ts", rfc3339),
)}
