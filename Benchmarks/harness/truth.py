"""A second opinion on the generator's truth: the same sums, from CPython's json."""
import json
from datetime import datetime, timezone
from decimal import Decimal

from .rivals import Answer

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def nanoseconds(text):
    moment = datetime.fromisoformat(text.replace("Z", "+00:00")) - _EPOCH
    return (moment.days * 86400 + moment.seconds) * 1_000_000_000 + moment.microseconds * 1000


def _add(fields, name, value):
    if value is None:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            _add(fields, f"{name}.{key}" if name else key, item)
        return
    known = fields.setdefault(name, {"non_null": 0})
    known["non_null"] += 1
    if name == "ts":
        known["sum"] = (known.get("sum", 0) + nanoseconds(value)) % 2**64
    elif isinstance(value, str):
        encoded = value.encode()
        known["byte_count"] = known.get("byte_count", 0) + len(encoded)
        known["byte_sum"] = known.get("byte_sum", 0) + sum(encoded)
    else:
        known["sum"] = known.get("sum", 0) + value


def count(path):
    """Rows and sums of a generated NDJSON file, in the form of a rival's answer."""
    fields, rows = {}, 0
    with open(path, encoding="utf-8", newline="\n") as file:
        for line in file:
            _add(fields, "", json.loads(line, parse_float=Decimal))
            rows += 1
    if "latency_ms" in fields:
        fields["latency_ms"]["sum"] = float(fields["latency_ms"]["sum"])
    return Answer(rows, None, fields)
