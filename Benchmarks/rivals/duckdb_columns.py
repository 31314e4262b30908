"""DuckDB on the generated NDJSON: python duckdb_columns.py MODE FILE

columns      parses every field into its type and aggregates all of them, so that no column can be left out
count        counts the rows
where_…      counts the rows that a filter keeps
csv, csv_untyped_time   writes every field, the nested ones each into a column; `untyped_time` leaves stamps as they are
"""
import json
import sys
import time

import duckdb

COLUMNS = {
    "ts": "TIMESTAMPTZ", "level": "VARCHAR", "service": "VARCHAR", "host": "VARCHAR", "msg": "VARCHAR", "status": "BIGINT",
    "bytes": "BIGINT", "latency_ms": "DOUBLE", "user_id": "BIGINT", "trace_id": "VARCHAR",
    "http": "STRUCT(method VARCHAR, path VARCHAR)", "cached": "BOOLEAN", "region": "VARCHAR", "retry": "BIGINT",
}
FILTERS = {
    "where_status": "status >= 500",
    "where_service_level": "service = 'checkout' AND level = 'ERROR'",
    "where_msg": "regexp_matches(msg, 'timeout.*upstream')",
}
STRINGS = ["level", "service", "host", "msg", "trace_id", "http.method", "http.path", "region"]
NUMBERS = ["status", "bytes", "latency_ms", "user_id", "retry"]


def aggregates():
    """(field, what, SQL) of all sums that are compared with the truth."""
    for name in STRINGS:
        yield name, "non_null", f"count({name})"
        yield name, "byte_count", f"sum(strlen({name}))"
    for name in NUMBERS:
        yield name, "non_null", f"count({name})"
        yield name, "sum", f"sum({name})"
    yield "cached", "non_null", "count(cached)"
    yield "cached", "sum", "sum(cached::INT)"
    yield "ts", "non_null", "count(ts)"
    yield "ts", "sum", "sum(epoch_us(ts)::HUGEINT)"


def main():
    mode, path = sys.argv[1:3]
    connection = duckdb.connect(config={"threads": 1})
    start = time.perf_counter()
    kinds = dict(COLUMNS, ts="VARCHAR") if mode == "csv_untyped_time" else COLUMNS
    columns = "{" + ", ".join(f"{name}: '{kind}'" for name, kind in kinds.items()) + "}"
    source = f"read_json('{path}', format='newline_delimited', columns={columns})"
    answer = {}
    if mode == "columns":
        wanted = list(aggregates())
        row = connection.execute(f"SELECT count(*), {', '.join(sql for _, _, sql in wanted)} FROM {source}").fetchall()[0]
        fields = answer["fields"] = {}
        for (name, what, _), value in zip(wanted, row[1:]):
            fields.setdefault(name, {})[what] = float(value) if name == "latency_ms" and what == "sum" else int(value)
        fields["ts"]["sum"] = fields["ts"]["sum"] * 1000 % 2**64
    elif mode in FILTERS:
        answer["found"] = connection.execute(f"SELECT count(*) FROM {source} WHERE {FILTERS[mode]}").fetchall()[0][0]
        row = [None]
    elif mode in ("csv", "csv_untyped_time"):
        query = f"SELECT * EXCLUDE (http), http.method AS \"http.method\", http.path AS \"http.path\" FROM {source}"
        row = connection.execute(f"COPY ({query}) TO '/dev/null' (FORMAT csv)").fetchall()[0]
    else:
        row = connection.execute(f"SELECT count(*) FROM {source}").fetchall()[0]
    answer.update(rows=row[0], seconds=time.perf_counter() - start, version=duckdb.__version__)
    print(json.dumps(answer))


main()
