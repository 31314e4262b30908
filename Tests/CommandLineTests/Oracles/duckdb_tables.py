"""Holds `spalt parse` against DuckDB: both read the input, and the tables must be equal.

    duckdb_tables.py INPUT OUTPUT     OUTPUT is what `spalt parse INPUT` printed

Prints the number of rows. DuckDB reads the input with its nested objects, and the output with its
dotted names; sums, least and greatest values, lengths and all rows are compared.
"""

import sys

import duckdb

LEAVES = {
    "ts": "ts", "level": "level", "service": "service", "host": "host", "msg": "msg",
    "status": "status", "bytes": "bytes", "latency_ms": "latency_ms", "user_id": "user_id",
    "trace_id": "trace_id", "http.method": "http.method", "http.path": "http.path",
    "cached": "cached", "region": "region", "retry": "retry",
}
NUMBERS = ["status", "bytes", "latency_ms", "user_id", "retry"]
STRINGS = ["level", "service", "host", "msg", "trace_id", "http.method", "http.path", "region"]


def table(connection, name, path):
    connection.execute(
        f"CREATE TEMP TABLE raw_{name} AS SELECT * FROM read_json(?, format='newline_delimited', "
        "sample_size=-1, maximum_object_size=33554432)", [path])
    found = {row[0] for row in connection.execute(f"DESCRIBE raw_{name}").fetchall()}
    columns = []
    for leaf in LEAVES:
        if leaf in found:
            source = f'"{leaf}"'
        elif leaf.startswith("http.") and "http" in found:
            source = f"http.{leaf[5:]}"
        else:
            continue
        columns.append(f'{source} AS "{leaf}"')
    connection.execute(f"CREATE TEMP TABLE {name} AS SELECT {', '.join(columns)} FROM raw_{name}")


def one(connection, query):
    return connection.execute(query).fetchall()


def main(input_path, output_path):
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    table(connection, "expected", input_path)
    table(connection, "found", output_path)
    shapes = [sorted(row[:2] for row in one(connection, f"DESCRIBE {name}"))
              for name in ("expected", "found")]
    if shapes[0] != shapes[1]:
        sys.exit("the columns differ")
    names = {row[0] for row in one(connection, "DESCRIBE expected")}
    figures = ["count(*)"] + [f'count("{name}")' for name in sorted(names)]
    for name in NUMBERS:
        if name in names:
            figures += [f'{f}("{name}")' for f in ("min", "max")] + [f'sum("{name}"::DECIMAL(38,6))']
    for name in STRINGS:
        if name in names:
            figures += [f'sum(strlen("{name}"))', f'min("{name}")', f'max("{name}")']
    for figure in figures:
        query = f"SELECT {figure} FROM "
        expected, found = one(connection, query + "expected"), one(connection, query + "found")
        if expected != found:
            sys.exit(f"{figure}: expected {expected}, found {found}")
    for first, second in (("expected", "found"), ("found", "expected")):
        rest = one(connection, f"SELECT * FROM {first} EXCEPT ALL SELECT * FROM {second} LIMIT 3")
        if rest:
            sys.exit(f"only in {first}: {rest}")
    print(one(connection, "SELECT count(*) FROM found")[0][0])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
