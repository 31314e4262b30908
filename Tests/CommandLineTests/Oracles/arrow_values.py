"""Compares what Spalt prints of Arrow files with what pyarrow reads of them.

usage: arrow_values.py SPALT FILE...

Prints the number of values that were compared, and what differs.
"""
import datetime, decimal, json, math, struct, subprocess, sys, uuid

import pyarrow as pa
import pyarrow.ipc as ipc

UNREADABLE = ("union", "run_end_encoded", "list_view")


def is_readable(kind):
    name = str(kind)
    return not any(word in name for word in UNREADABLE) and "list_view" not in name


def text_of_time(value, per_second):
    sign = "-" if value < 0 else ""
    seconds, rest = divmod(abs(value), per_second)
    nanoseconds = rest * (10**9 // per_second)
    text = f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if nanoseconds == 0:
        return text
    if nanoseconds % 10**6 == 0:
        return text + f".{nanoseconds // 10**6:03}"
    if nanoseconds % 10**3 == 0:
        return text + f".{nanoseconds // 10**3:06}"
    return text + f".{nanoseconds:09}"


def text_of_day(day):
    """A date of the Gregorian calendar, of any year."""
    eras, rest = divmod(day, 146097)  # 400 years
    date = datetime.date(1970, 1, 1) + datetime.timedelta(days=rest)
    year = date.year + eras * 400
    sign = "-" if year < 0 else "+" if year > 9999 else ""
    return f"{sign}{abs(year):04}-{date.month:02}-{date.day:02}"


PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def text_of_decimal(value):
    sign, digits, exponent = value.as_tuple()
    whole = int("".join(map(str, digits)))
    digits = str(whole * 10**max(exponent, 0))
    if exponent < 0:
        digits = digits.rjust(1 - exponent, "0")
        digits = digits[:exponent] + "." + digits[exponent:]
    return ("-" if sign and whole else "") + digits


def raw(scalar):
    """The number behind a temporal value."""
    width = {"date32[day]": pa.int32(), "date64[ms]": pa.int64()}.get(str(scalar.type))
    if width is None:
        width = pa.int32() if pa.types.is_time32(scalar.type) else pa.int64()
    return scalar.cast(width).as_py() if pa.types.is_duration(scalar.type) else pa.array([scalar], scalar.type).view(width)[0].as_py()


class Single(float):
    """A number of 32 bits or fewer, which is printed with as few digits as it needs."""


def value_of(scalar):
    """What Spalt should print as JSON."""
    if isinstance(scalar, pa.DictionaryScalar):
        return value_of(scalar.value) if scalar.is_valid else None
    if not scalar.is_valid:
        return None
    kind = scalar.type
    types = pa.types
    if types.is_struct(kind):
        return {kind[index].name: value_of(scalar[index]) for index in range(kind.num_fields)}
    if types.is_map(kind):
        pairs = {}
        for entry in scalar.values or []:
            key = value_of(entry[0])
            pairs[key if isinstance(key, str) else json.dumps(key)] = value_of(entry[1])
        return pairs
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        return [value_of(item) for item in scalar.values]
    if types.is_floating(kind):
        value = scalar.as_py()
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "inf" if value > 0 else "-inf"
        return value if types.is_float64(kind) else Single(value)
    if types.is_decimal(kind):
        return decimal.Decimal(text_of_decimal(scalar.as_py()))
    if types.is_date32(kind):
        return text_of_day(raw(scalar))
    if types.is_date64(kind):
        day, rest = divmod(raw(scalar), 86400000)
        return text_of_day(day) + ("" if rest == 0 else "T" + text_of_time(rest, 1000))
    if types.is_time(kind):
        return text_of_time(raw(scalar), PER_SECOND[kind.unit])
    if types.is_timestamp(kind):
        per_second = PER_SECOND[kind.unit]
        day, rest = divmod(raw(scalar), 86400 * per_second)
        return text_of_day(day) + "T" + text_of_time(rest, per_second) + ("Z" if kind.tz else "")
    if types.is_duration(kind):
        return raw(scalar)
    if types.is_interval(kind):
        months, days, nanoseconds = scalar.as_py()
        text = "P" + (f"{months}M" if months else "") + (f"{days}D" if days else "")
        if nanoseconds or not (months or days):
            sign = "-" if nanoseconds < 0 else ""
            seconds, rest = divmod(abs(nanoseconds), 10**9)
            text += f"T{sign}{seconds}" + text_of_time(rest, 10**9)[8:] + "S"
        return text
    value = scalar.as_py()
    if isinstance(value, uuid.UUID):
        return str(value)
    return value.hex() if isinstance(value, bytes) else value


def flattened(name, array):
    """Columns as Spalt names them: structures are taken apart."""
    kind = array.type
    if pa.types.is_struct(kind) and kind.num_fields > 0:
        for index in range(kind.num_fields):
            child = array.flatten()[index]
            yield from flattened(name + (kind[index].name,), child)
    else:
        yield name, array


def quoted(key):
    return '"' + key.replace('"', '""') + '"' if key == "" or "." in key or '"' in key else key


def columns_of(batch):
    seen = set()
    for index in range(batch.num_columns):
        try:
            column = batch.column(index)
        except KeyError:
            continue  # intervals of months, and of days and milliseconds: pyarrow cannot show them
        for keys, array in flattened((batch.schema.names[index],), column):
            if not is_readable(array.type):
                continue
            keys, number = list(keys), 2
            last = keys[-1]
            while tuple(keys) in seen:
                keys[-1] = f"{last}_{number}"
                number += 1
            seen.add(tuple(keys))
            # A dotted name at the top is a path already.
            yield ".".join([keys[0]] + [quoted(key) for key in keys[1:]]), array


def batches_of(path):
    with open(path, "rb") as file:
        is_file = file.read(6) == b"ARROW1"
    reader = ipc.open_file(path) if is_file else ipc.open_stream(path)
    if is_file:
        return [reader.get_batch(index) for index in range(reader.num_record_batches)]
    return list(reader)


def same(ours, theirs):
    if isinstance(theirs, Single) and isinstance(ours, (int, decimal.Decimal)):
        return struct.pack("f", float(ours)) == struct.pack("f", theirs)
    if isinstance(theirs, float) and isinstance(ours, (int, decimal.Decimal)):
        return float(ours) == theirs
    if isinstance(theirs, list):
        return isinstance(ours, list) and len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(theirs, dict):
        return isinstance(ours, dict) and ours.keys() == theirs.keys() and all(same(ours[key], theirs[key]) for key in theirs)
    return ours == theirs and isinstance(ours, bool) == isinstance(theirs, bool)


def compare(spalt, path):
    outcome = subprocess.run([spalt, "parse", path, "-O", "ndjson"], capture_output=True)
    if outcome.returncode != 0:
        return 0, [f"{path}: {outcome.stderr.decode(errors='replace').strip()}"]
    lines = outcome.stdout.decode().splitlines()
    records = [json.loads(line, parse_float=decimal.Decimal) for line in lines]
    count, differences, row = 0, [], 0
    for batch in batches_of(path):
        for name, array in columns_of(batch):
            for index in range(batch.num_rows):
                theirs = value_of(array[index])
                ours = records[row + index].get(name)
                count += 1
                if not same(ours, theirs):
                    differences.append(f"{path}: row {row + index}, {name}: {ours!r}, not {theirs!r}")
        row += batch.num_rows
    if row != len(records):
        differences.append(f"{path}: {len(records)} records, not {row}")
    return count, differences


total, differences = 0, []
for path in sys.argv[2:]:
    count, found = compare(sys.argv[1], path)
    total += count
    differences += found[:3]
print(total)
for difference in differences:
    print(difference)
sys.exit(1 if differences else 0)
