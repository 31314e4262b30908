"""A second opinion on the generator's truth: the same sums, from CPython's json."""
import json
import re
from datetime import datetime, timezone
from decimal import Decimal

from .rivals import Answer

# The filters of the registry, by the name under which the generator counts what they keep.
FILTERS = {
    "status>=500": lambda record: record["status"] >= 500,
    "service=checkout,level=ERROR": lambda record: record["service"] == "checkout" and record["level"] == "ERROR",
    "msg~timeout.*upstream": lambda record: re.search("timeout.*upstream", record["msg"]) is not None,
}
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
    """Rows and sums of a generated NDJSON file, in the form of a rival's answer, and how many rows each filter keeps."""
    fields, rows, kept = {}, 0, dict.fromkeys(FILTERS, 0)
    with open(path, encoding="utf-8", newline="\n") as file:
        for line in file:
            record = json.loads(line, parse_float=Decimal)
            _add(fields, "", record)
            rows += 1
            for name, keeps in FILTERS.items():
                kept[name] += keeps(record)
    if "latency_ms" in fields:
        fields["latency_ms"]["sum"] = float(fields["latency_ms"]["sum"])
    return Answer(rows, None, fields), kept
