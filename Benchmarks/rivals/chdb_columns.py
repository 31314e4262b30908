"""chDB (ClickHouse in a process) on the generated NDJSON: python chdb_columns.py MODE FILE

columns   parses every field into its type and aggregates all of them, so that no column can be left out
count     counts the rows
where_…   counts the rows that a filter keeps
"""
import json
import sys
import time

import chdb

STRUCTURE = (
    "ts DateTime64(9, 'UTC'), level String, service String, host String, msg String, status Int64, bytes Int64, "
    "latency_ms Nullable(Float64), user_id Nullable(Int64), trace_id String, http Tuple(method String, path String), "
    "cached Nullable(Bool), region Nullable(String), retry Nullable(Int64)"
)
FILTERS = {
    "where_status": "status >= 500",
    "where_service_level": "service = 'checkout' AND level = 'ERROR'",
    "where_msg": "match(msg, 'timeout.*upstream')",
}
STRINGS = ["level", "service", "host", "msg", "trace_id", "http.method", "http.path", "region"]
NUMBERS = ["status", "bytes", "latency_ms", "user_id", "retry", "cached"]
SETTINGS = "SETTINGS max_threads = 1, max_parsing_threads = 1, input_format_parallel_parsing = 0, date_time_input_format = 'best_effort'"


def aggregates():
    """(field, what, SQL) of all sums that are compared with the truth."""
    for name in STRINGS:
        yield name, "non_null", f"count({name})"
        yield name, "byte_count", f"sum(length({name}))"
    for name in NUMBERS:
        yield name, "non_null", f"count({name})"
        yield name, "sum", f"sum({name})"
    yield "ts", "non_null", "count(ts)"
    yield "ts", "sum", "sum(reinterpretAsUInt64(toUnixTimestamp64Nano(ts)))"


def main():
    mode, path = sys.argv[1:3]
    start = time.perf_counter()
    wanted = list(aggregates()) if mode == "columns" else []
    items = ["count()"] + [sql for _, _, sql in wanted]
    aliased = ", ".join(f"{sql} AS a{i}" for i, sql in enumerate(items))
    where = f"WHERE {FILTERS[mode]} " if mode in FILTERS else ""
    # $$ quotes the structure, which holds quotes itself
    result = chdb.query(f"SELECT {aliased} FROM file('{path}', 'JSONEachRow', $${STRUCTURE}$$) {where}{SETTINGS}", "JSONEachRow")
    row = json.loads(str(result))
    answer = {"found" if where else "rows": int(row["a0"]), "seconds": time.perf_counter() - start, "version": chdb.__version__}
    if wanted:
        fields = answer["fields"] = {}
        for i, (name, what, _) in enumerate(wanted, 1):
            value = row[f"a{i}"]
            fields.setdefault(name, {})[what] = float(value) if name == "latency_ms" and what == "sum" else int(value)
    print(json.dumps(answer))


main()
