#!/usr/bin/env python3
"""Compares Arrow files and streams with the NDJSON that was written of the same input.

usage: arrow_tables.py NDJSON ARROW...

The NDJSON must have its times in UTC. Each ARROW is an IPC file, or a stream if its name ends in .arrows.
pyarrow validates it in full; then pyarrow's values are compared with those of the NDJSON, by column and row,
and Polars and DuckDB have to see what pyarrow sees. The statistics in the messages are compared with what
pyarrow.compute finds. Prints the number of rows, tab, the number of batches, and a line of layouts for each
ARROW.
"""
import datetime
import json
import re
import sys

import duckdb
import polars
import pyarrow
import pyarrow.compute
import pyarrow.ipc

TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?Z")
MISSING = object()


def nanoseconds(text):
    year, month, day, hour, minute, second, fraction = TIME.fullmatch(text).groups()
    days = datetime.date(int(year), int(month), int(day)).toordinal() - 719163
    seconds = ((days * 24 + int(hour)) * 60 + int(minute)) * 60 + int(second)
    return seconds * 10**9 + int((fraction or "0").ljust(9, "0"))


def scalars(text):
    """A text as UTF-8 can hold it: lone surrogates cannot be."""
    return "".join("\ufffd" if 0xD800 <= ord(c) < 0xE000 else c for c in text)


def plain(value):
    """A JSON value with its strings as above."""
    if isinstance(value, str):
        return scalars(value)
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {plain(k): plain(v) for k, v in value.items()}
    return value


def parse(text):
    return plain(json.loads(text, strict=False))


def cell(field, value):
    """What a column of this type holds for a value of the NDJSON."""
    if value is MISSING or value is None:
        return None
    if pyarrow.types.is_timestamp(field.type):
        return nanoseconds(value)
    if pyarrow.types.is_float64(field.type):
        return float(value)
    return value


def column_values(field, column):
    if pyarrow.types.is_timestamp(field.type):
        return column.cast(pyarrow.int64()).to_pylist()
    if pyarrow.types.is_dictionary(field.type):
        column = column.cast(field.type.value_type)
    values = column.to_pylist()
    if is_json(field):
        return [None if v is None else parse(v) for v in values]
    return values


def is_json(field):
    metadata = field.metadata or {}
    return (metadata.get(b"ARROW:extension:name") == b"arrow.json"
            or getattr(field.type, "extension_name", "") == "arrow.json")


def read(path):
    """The table, and the custom metadata of each batch's message."""
    opener = pyarrow.ipc.open_stream if path.endswith(".arrows") else pyarrow.ipc.open_file
    batches, metadata = [], []
    with opener(pyarrow.memory_map(path)) as reader:
        schema = reader.schema
        if path.endswith(".arrows"):
            while True:
                try:
                    batch, custom = reader.read_next_batch_with_custom_metadata()
                except StopIteration:
                    break
                batches.append(batch)
                metadata.append(custom)
        else:
            for index in range(reader.num_record_batches):
                batch, custom = reader.get_batch_with_custom_metadata(index)
                batches.append(batch)
                metadata.append(custom)
    for batch in batches:
        batch.validate(full=True)
    table = pyarrow.Table.from_batches(batches, schema)
    table.validate(full=True)
    return table, batches, metadata


def storage(table):
    """The table without extension types, which not everybody knows."""
    columns = []
    for column in table.columns:
        if isinstance(column.type, pyarrow.BaseExtensionType):
            column = pyarrow.chunked_array([c.storage for c in column.chunks], column.type.storage_type)
        columns.append(column)
    return pyarrow.table(columns, names=table.column_names)


def check_values(table, rows):
    assert table.num_rows == len(rows), f"{table.num_rows} rows, not {len(rows)}"
    names = table.column_names
    known = set(names)
    extra = "_extra" if "_extra" in known else None
    for name, field, column in zip(names, table.schema, table.columns):
        values = column_values(field, column)
        for row, (value, record) in enumerate(zip(values, rows)):
            if name == extra:
                expected = {k: v for k, v in record.items() if k not in known or k in (value or {})}
                assert (value or {}) == expected, f"{name}, row {row}: {value!r}, not {expected!r}"
                continue
            expected = cell_or_misfit(field, record.get(name, MISSING), value)
            assert value == expected and type(value) is type(expected), \
                f"{name}, row {row}: {value!r}, not {expected!r}"


def cell_or_misfit(field, value, found):
    """A value that does not fit its column is null there, and stands in _extra."""
    if found is None and value is not MISSING and value is not None:
        fits = {
            "int64": lambda v: type(v) is int and -2**63 <= v < 2**63, "double": lambda v: type(v) in (int, float),
            "bool": lambda v: type(v) is bool, "timestamp[ns, tz=UTC]": lambda v: isinstance(v, str) and TIME.fullmatch(v),
        }.get(str(field.type), lambda v: isinstance(v, str))
        if not fits(value) and not is_json(field):
            return None
    return cell(field, value)


def check_statistics(batches, metadata):
    entries = 0
    for batch, custom in zip(batches, metadata):
        for index, (field, column) in enumerate(zip(batch.schema, batch.columns)):
            text = custom.get(f"spalt.statistics.{index}") if custom is not None else None
            expected = statistics(field, column)
            found = None if text is None else json.loads(text)
            assert found == expected, f"statistics of {field.name}: {found!r}, not {expected!r}"
            entries += found is not None
    return entries


def statistics(field, column):
    if pyarrow.types.is_boolean(field.type) or is_json(field):
        return None
    if column.null_count == len(column):
        return [column.null_count]
    if pyarrow.types.is_timestamp(field.type):
        column = column.cast(pyarrow.int64())
    if pyarrow.types.is_dictionary(field.type):
        column = column.cast(field.type.value_type)
    if pyarrow.types.is_string_view(column.type):
        column = column.cast(pyarrow.string())
    if pyarrow.types.is_string(column.type):
        longest = pyarrow.compute.max(pyarrow.compute.binary_length(column)).as_py()
        if longest > 64:
            return None
        texts = [v.encode() for v in column.to_pylist() if v is not None]
        return [column.null_count, min(texts).decode(), max(texts).decode()]
    ends = pyarrow.compute.min_max(column).as_py()
    return [column.null_count, ends["min"], ends["max"]]


def check_engines(table):
    table = storage(table)
    if table.num_columns == 0:
        return
    expected = [column_values(f, c) for f, c in zip(table.schema, table.columns)]
    frame = polars.from_arrow(table)
    for field, name, values in zip(table.schema, table.column_names, expected):
        series = frame[name]
        if pyarrow.types.is_timestamp(field.type):
            series = series.cast(polars.Int64)
        if pyarrow.types.is_dictionary(field.type):
            series = series.cast(polars.String)
        assert series.to_list() == values, f"Polars: {name}"
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    for index, (field, values) in enumerate(zip(table.schema, expected)):
        column = "c"
        t = pyarrow.table([table.column(index)], names=["c"])
        expression = f"{column}::varchar" if pyarrow.types.is_dictionary(field.type) else column
        if pyarrow.types.is_timestamp(field.type):
            expression = f"epoch_ns({column})"
        found = [row[0] for row in connection.execute(f"select {expression} from t").fetchall()]
        assert found == values, f"DuckDB: {field.name}"


def check_polars_reader(path, table):
    """Polars's own reader."""
    own = (polars.read_ipc_stream if path.endswith(".arrows") else polars.read_ipc)(path)
    theirs = polars.from_arrow(storage(table))
    assert own.height == table.num_rows
    for name in table.column_names:
        sides = [
            frame[name].cast(polars.String) if isinstance(frame[name].dtype, polars.Categorical) else frame[name]
            for frame in (own, theirs)]
        assert sides[0].to_list() == sides[1].to_list(), f"Polars's reader: {name}"


def layout(table):
    return ",".join(f"{f.name}:{f.type}" for f in table.schema)


def main():
    with open(sys.argv[1], encoding="utf-8", errors="replace") as file:
        rows = [parse(line) for line in file.read().split("\n") if line]
    lines, counts = [], None
    for path in sys.argv[2:]:
        table, batches, metadata = read(path)
        try:
            check_values(table, rows)
            entries = check_statistics(batches, metadata)
            check_engines(table)
            has_deltas = path.endswith(".arrows") and any(
                pyarrow.types.is_dictionary(f.type) for f in table.schema)
            if not has_deltas and table.num_columns:
                check_polars_reader(path, table)
        except AssertionError as error:
            sys.exit(f"{path}: {error}")
        counts = f"{table.num_rows}\t{len(batches)}\t{entries}"
        lines.append(layout(table))
    print(counts)
    print("\n".join(lines))


main()
