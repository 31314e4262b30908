"""pyarrow, Polars, DuckDB and pandas consume the same stream, and agree: stream_engines.py FILE [option=value]...

Prints the number of rows when they do.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "Examples" / "python"))
import duckdb
import pandas
import polars
import pyarrow
import pyarrow.compute
import spalt_stream


def plain(column):
    """A column without extension types, its strings as `string`."""
    if isinstance(column.type, pyarrow.BaseExtensionType):
        column = pyarrow.chunked_array(
            [chunk.storage for chunk in column.chunks], type=column.type.storage_type)
    if column.type in (pyarrow.string_view(), pyarrow.large_string()):
        column = column.cast(pyarrow.string())
    return column


def normal(table):
    return {name: plain(table.column(name)) for name in table.column_names}


def expect_same(name, mine, other):
    if list(mine) != list(other):
        sys.exit(f"{name}: columns {list(other)}, not {list(mine)}")
    for column, values in mine.items():
        found = other[column]
        if pyarrow.types.is_timestamp(values.type):
            # Same instants, in microseconds where an engine has no finer unit.
            unit = found.type.unit
            found = found.cast(pyarrow.timestamp(unit)) if found.type.tz is None else found
            values = values.cast(pyarrow.timestamp(unit, "UTC"), safe=False).cast(pyarrow.int64())
            found = found.cast(pyarrow.int64())
        if values.to_pylist() != found.to_pylist():
            pairs = zip(values.to_pylist(), found.to_pylist())
            row, pair = next((i, p) for i, p in enumerate(pairs) if p[0] != p[1])
            sys.exit(f"{name}: column {column}, row {row}: {pair[1]!r}, not {pair[0]!r}")


def main(path, arguments):
    log = spalt_stream.Log(path, **dict(argument.split("=", 1) for argument in arguments))
    table = pyarrow.table(log)
    table.validate(full=True)
    mine = normal(table)
    with pyarrow.RecordBatchReader.from_stream(log) as reader:
        expect_same("pyarrow, batch by batch", mine, normal(reader.read_all()))
    expect_same("Polars", mine, normal(polars.DataFrame(log).to_arrow()))
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    result = connection.sql("select * from log").to_arrow_table()
    expect_same("DuckDB", mine, normal(result))
    frame = pandas.DataFrame.from_arrow(log)
    if list(frame.columns) != table.column_names or len(frame) != table.num_rows:
        sys.exit("pandas: other columns or rows")
    for name, values in mine.items():
        expected = values.to_pylist()
        if pyarrow.types.is_timestamp(values.type):
            expected = values.cast(pyarrow.int64()).to_pylist()
            found = [None if v is pandas.NaT else v.value for v in frame[name]]
        else:
            found = [None if v is None or pandas.isna(v) else v for v in frame[name]]
        if found != expected:
            row = next(i for i, pair in enumerate(zip(found, expected)) if pair[0] != pair[1])
            sys.exit(f"pandas: column {name}, row {row}: {found[row]!r}, not {expected[row]!r}")
    print(table.num_rows)


main(sys.argv[1], sys.argv[2:])
