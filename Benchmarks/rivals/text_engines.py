"""DuckDB, chDB and Polars on the generated access log and logfmt: python text_engines.py ENGINE MODE FILE

access_columns         reads every field into its type and aggregates all of them, so that no column can be left out
access_where_status    counts the rows with a status of 500 and more, and need not read anything else
logfmt_columns         the same for logfmt (chDB only)
logfmt_where_status

DuckDB reads access logs as CSV with spaces, chDB by a template; Polars splits lines at quotes, which is right as long as only the
last field has one inside.
"""
import json
import os
import sys
import tempfile
import time

os.environ["POLARS_MAX_THREADS"] = "1"

RAW_FIELDS = ["ip", "ident", "user", "date", "zone", "request", "status", "bytes", "referer", "agent"]
STRINGS = ["ip", "user", "method", "path", "protocol", "referer", "agent"]
NUMBERS = ["status", "bytes"]
LOGFMT_STRINGS = ["level", "service", "host", "msg", "method", "path", "trace_id", "region"]
LOGFMT_NUMBERS = ["status", "bytes", "user_id", "latency_ms"]


def answer(row, strings, numbers):
    """What was aggregated in the words of the truth. The length of texts with escapes is not compared: some decode them."""
    values = iter(row)
    fields = {}
    for name in strings:
        fields[name] = {"non_null": int(next(values)), "byte_count": int(next(values))}
        if name in ("agent", "msg"):
            del fields[name]["byte_count"]
    for name in numbers:
        fields[name] = {"non_null": int(next(values)), "sum": (float if name == "latency_ms" else int)(next(values))}
    fields["ts"] = {"non_null": int(next(values)), "sum": int(next(values)) % 2**64}
    return {"fields": fields}


def duckdb(mode, path):
    import duckdb as engine
    connection = engine.connect(config={"threads": 1})
    start = time.perf_counter()
    if mode == "logfmt_where_status":
        lines = f"read_csv('{path}', columns={{line: 'VARCHAR'}}, header=false, auto_detect=false, delim='\x01', quote='', escape='')"
        query = f"SELECT count(*) FROM {lines} WHERE CAST(regexp_extract(line, ' status=([0-9]+)', 1) AS BIGINT) >= 500"
    else:
        columns = ", ".join(f"{name}: '{'BIGINT' if name in NUMBERS else 'VARCHAR'}'"
                            for name in RAW_FIELDS)
        source = (f"read_csv('{path}', columns={{{columns}}}, header=false, auto_detect=false, delim=' ', quote='\"', escape='\\', "
                  "nullstr='-', strict_mode=false)")
        query = f"SELECT count(*) FROM {source} WHERE status >= 500"
    if mode == "access_columns":
        parts = (f"SELECT *, split_part(request, ' ', 1) AS method, split_part(request, ' ', 2) AS path, split_part(request, ' ', 3) AS protocol, "
                 f"strptime(date || ' ' || zone, '[%d/%b/%Y:%H:%M:%S %z]') AS ts FROM {source}")
        sums = ", ".join([*(f"count({name}), sum(strlen({name}))" for name in STRINGS), *(f"count({name}), sum({name})" for name in NUMBERS),
                          "count(ts), sum(epoch_us(ts)::HUGEINT) * 1000"])
        rows, *row = connection.execute(f"SELECT count(*), {sums} FROM ({parts})").fetchall()[0]
        found = {"rows": rows, **answer(row, STRINGS, NUMBERS)}
    else:
        found = {"found": connection.execute(query).fetchall()[0][0]}
    return {**found, "seconds": time.perf_counter() - start, "version": engine.__version__}


def chdb(mode, path, folder):
    """`folder` is for the description of a format."""
    import chdb as engine
    start = time.perf_counter()
    settings = "SETTINGS max_threads = 1, max_parsing_threads = 1, input_format_parallel_parsing = 0"
    lines = f"file('{path}', 'LineAsString', 'line String')"
    time_sum = "count(ts), sum(reinterpretAsUInt64(toUnixTimestamp64Nano(ts)))"
    if mode == "access_columns":
        row = " ".join(f"${{{name}:{'JSON' if name in ('request', 'referer', 'agent') else 'CSV'}}}" for name in RAW_FIELDS)
        schema = ", ".join(f"{name} {'Nullable(Int64)' if name in NUMBERS else 'Nullable(String)'}" for name in RAW_FIELDS)
        for name, text in (("row", row), ("set", "${data}\n")):
            with open(os.path.join(folder, name), "w") as file:
                file.write(text)
        settings += (f", format_template_row = '{folder}/row', format_template_resultset = '{folder}/set', "
                     "format_template_rows_between_delimiter = '\\n', format_csv_delimiter = ' ', format_csv_null_representation = '-'")
        words = ", ".join(f"word[{i}] AS {name}" for i, name in enumerate(("method", "path", "protocol"), 1))
        source = (f"(SELECT * REPLACE (nullIf(referer, '-') AS referer), {words}, splitByChar(' ', assumeNotNull(request)) AS word, "
                  # faster than parseDateTime, but wants a space behind the date
                  "parseDateTime64BestEffort(concat(substring(date, 2, 11), ' ', substring(date, 14), ' ', substring(zone, 1, 5)), 9, 'UTC') AS ts "
                  f"FROM file('{path}', 'Template', $${schema}$$))")
        strings, numbers = STRINGS, NUMBERS
    elif mode == "logfmt_columns":
        def of(name):
            return f"nullIf(field['{name}'], '')"
        parts = ", ".join([f"{of(name)} AS {name}" for name in LOGFMT_STRINGS]
                          + [f"to{'Float64' if name == 'latency_ms' else 'Int64'}OrNull(field['{name}']) AS {name}" for name in LOGFMT_NUMBERS]
                          + ["parseDateTime64BestEffort(field['ts'], 9, 'UTC') AS ts"])
        source = f"(SELECT {parts} FROM (SELECT extractKeyValuePairsWithEscaping(line, '=', ' ', '\"') AS field FROM {lines}))"
        strings, numbers = LOGFMT_STRINGS, LOGFMT_NUMBERS
    else:
        pattern = '" ([0-9]{3}) ' if mode == "access_where_status" else " status=([0-9]+)"
        row = json.loads(str(engine.query(f"SELECT count() FROM {lines} WHERE toUInt64OrZero(extract(line, '{pattern}')) >= 500 {settings}",
                                          "JSONCompactEachRow")))
        return {"found": int(row[0]), "seconds": time.perf_counter() - start, "version": engine.__version__}
    sums = ", ".join([*(f"count({name}), sum(length({name}))" for name in strings), *(f"count({name}), sum({name})" for name in numbers), time_sum])
    rows, *row = json.loads(str(engine.query(f"SELECT count(), {sums} FROM {source} {settings}", "JSONCompactEachRow")))
    return {"rows": int(rows), **answer(row, strings, numbers), "seconds": time.perf_counter() - start, "version": engine.__version__}


def polars(mode, path):
    import polars as engine
    start = time.perf_counter()
    frame = engine.scan_csv(path, has_header=False, separator="\x01", quote_char=None, schema={"line": engine.String})
    line = engine.col("line")
    if mode != "access_columns":
        pattern = '" ([0-9]{3}) ' if mode == "access_where_status" else " status=([0-9]+)"
        found = frame.filter(line.str.extract(pattern, 1).cast(engine.Int64) >= 500).select(engine.len()).collect(engine="streaming").item()
        return {"found": found, "seconds": time.perf_counter() - start, "version": engine.__version__}
    quoted = line.str.splitn('"', 6).struct
    client, request, numbers = (quoted.field(f"field_{i}").str.splitn(" ", n).struct for i, n in ((0, 5), (1, 3), (2, 4)))
    fields = frame.select(
        client.field("field_0").alias("ip"), client.field("field_2").alias("user"),
        engine.concat_str(client.field("field_3"), client.field("field_4").str.slice(0, 6), separator=" ").alias("ts"),
        *(request.field(f"field_{i}").alias(name) for i, name in enumerate(("method", "path", "protocol"))),
        *(numbers.field(f"field_{i}").alias(name) for i, name in enumerate(("status", "bytes"), 1)),
        quoted.field("field_3").alias("referer"), quoted.field("field_5").str.strip_suffix('"').alias("agent"))
    epoch = 1772323200
    expressions = []
    for name in STRINGS:
        text = engine.when(engine.col(name) != "-").then(engine.col(name))
        expressions += [text.count(), text.str.len_bytes().cast(engine.Int64).sum()]
    for name in NUMBERS:
        number = engine.col(name).cast(engine.Int64, strict=False)
        expressions += [number.count(), number.sum()]
    moment = engine.col("ts").str.to_datetime("[%d/%b/%Y:%H:%M:%S %z]", time_unit="us", time_zone="UTC")
    expressions += [moment.count(), (moment.dt.epoch("s") - epoch).sum()]
    numbered = [expression.alias(str(i)) for i, expression in enumerate(expressions)]
    rows, *row = fields.select(engine.len().alias("rows"), *numbered).collect(engine="streaming").row(0)
    row[-1] = (row[-1] + epoch * row[-2]) * 1_000_000_000
    return {"rows": rows, **answer(row, STRINGS, NUMBERS), "seconds": time.perf_counter() - start, "version": engine.__version__}


with tempfile.TemporaryDirectory() as temporary:
    engines = {"duckdb": duckdb, "chdb": lambda mode, path: chdb(mode, path, temporary), "polars": polars}
    print(json.dumps(engines[sys.argv[1]](*sys.argv[2:4])))
