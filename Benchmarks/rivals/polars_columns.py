"""Polars on the generated NDJSON: python polars_columns.py MODE FILE

columns   parses every field into its type and aggregates all of them, so that no column can be left out
count     counts the rows
where_…   counts the rows that a filter keeps
"""
import json
import os
import sys
import time

os.environ["POLARS_MAX_THREADS"] = "1"

import polars as pl  # noqa: E402

SCHEMA = {
    "ts": pl.String, "level": pl.String, "service": pl.String, "host": pl.String, "msg": pl.String, "status": pl.Int64,
    "bytes": pl.Int64, "latency_ms": pl.Float64, "user_id": pl.Int64, "trace_id": pl.String,
    "http": pl.Struct({"method": pl.String, "path": pl.String}), "cached": pl.Boolean, "region": pl.String, "retry": pl.Int64,
}
FILTERS = {
    "where_status": pl.col("status") >= 500,
    "where_service_level": (pl.col("service") == "checkout") & (pl.col("level") == "ERROR"),
    "where_msg": pl.col("msg").str.contains("timeout.*upstream"),
}


def aggregates():
    """(field, what, expression) of all sums that are compared with the truth."""
    def both(name, column, what, value):
        return [(name, "non_null", column.count()), (name, what, value)]

    for name in ["level", "service", "host", "msg", "trace_id", "region"]:
        yield from both(name, pl.col(name), "byte_count", pl.col(name).str.len_bytes().cast(pl.Int64).sum())
    for name in ["method", "path"]:
        column = pl.col("http").struct.field(name)
        yield from both("http." + name, column, "byte_count", column.str.len_bytes().cast(pl.Int64).sum())
    for name in ["status", "bytes", "latency_ms", "user_id", "retry", "cached"]:
        yield from both(name, pl.col(name), "sum", pl.col(name).sum())
    time_column = pl.col("ts").str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", time_unit="us", time_zone="UTC")
    # Sums of microseconds since 1970 overflow 64 bits: sum them from a nearer day.
    epoch = time_column.dt.epoch("us") - EPOCH
    yield from both("ts", time_column, "sum", epoch.sum())


EPOCH = 1772323200000000


def main():
    mode, path = sys.argv[1:3]
    start = time.perf_counter()
    frame = pl.scan_ndjson(path, schema=SCHEMA)
    answer = {}
    if mode == "columns":
        wanted = list(aggregates())
        expressions = [e.alias(f"{name}|{what}") for name, what, e in wanted]
        row = frame.select(pl.len().alias("rows"), *expressions).collect(engine="streaming").row(0, named=True)
        fields = answer["fields"] = {}
        for name, what, _ in wanted:
            fields.setdefault(name, {})[what] = row[f"{name}|{what}"]
        fields["ts"]["sum"] = (fields["ts"]["sum"] + EPOCH * fields["ts"]["non_null"]) * 1000 % 2**64
        answer["rows"] = row["rows"]
    elif mode in FILTERS:
        answer["found"] = frame.filter(FILTERS[mode]).select(pl.len()).collect(engine="streaming").item()
    else:
        answer["rows"] = frame.select(pl.len()).collect(engine="streaming").item()
    answer.update(seconds=time.perf_counter() - start, version=pl.__version__)
    print(json.dumps(answer))


main()
