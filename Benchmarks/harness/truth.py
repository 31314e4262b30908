"""A second opinion on the generator's truth: the same sums, from CPython."""
from decimal import Decimal

from .formats import Number
from .rivals import Answer


def _add(fields, name, value):
    known = fields.setdefault(name, {"non_null": 0})
    known["non_null"] += 1
    if isinstance(value, Number):
        known["sum"] = known.get("sum", 0) + (int(value) if value.isdigit() else Decimal(value))
    elif isinstance(value, str):
        encoded = value.encode()
        known["byte_count"] = known.get("byte_count", 0) + len(encoded)
        known["byte_sum"] = known.get("byte_sum", 0) + sum(encoded)
    else:
        known["sum"] = known.get("sum", 0) + value


def _add_all(fields, record, form, prefix=""):
    for key, value in record.items():
        name = prefix + form.truth.get(key, key)
        if isinstance(value, dict):
            _add_all(fields, value, form, name + ".")
        elif key == form.time:
            _add(fields, name, form.nanoseconds(value))
        elif value is not None:
            _add(fields, name, form.decode(value) if form.decode and not isinstance(value, Number) else value)


def count(path, form):
    """Rows and sums of a generated file, in the form of a rival's answer, and how many rows each filter keeps."""
    fields, rows, kept = {}, 0, dict.fromkeys(form.filters, 0)
    with open(path, "rb") as file:
        for line in file:
            record = form.record(line)
            _add_all(fields, record, form)
            rows += 1
            for name, (_, keeps) in form.filters.items():
                kept[name] += keeps(record)
    for name, known in fields.items():
        if name == form.truth.get(form.time, form.time):
            known["sum"] %= 2**64
        elif isinstance(known.get("sum"), Decimal):
            known["sum"] = float(known["sum"])
    return Answer(rows, None, fields), kept
