"""Holds the csv, tsv and logfmt outputs of `spalt parse` against its ndjson output.

    delimited_values.py csv|tsv|logfmt|duckdb NDJSON OUTPUT

Both files were made from one input. Prints the number of records. csv is read by Python's own reader,
duckdb means csv read by DuckDB, which tells an empty string from null.
"""

import csv
import json
import re
import sys

DECODER = json.JSONDecoder()
NULL = object()


def members(line):
    """Names and raw values of an object without white space between its members."""
    found, at = [], 1
    while line[at] != "}":
        name, at = DECODER.raw_decode(line, at)
        start = at + 1
        _, at = DECODER.raw_decode(line, start)
        found.append((name, line[start:at]))
        at += line[at] == ","
    return found


def text(raw):
    """What a raw value is in a field: the content of a string, or the text as it stood."""
    if raw == "null":
        return NULL
    return repaired(json.loads(raw)) if raw[0] == '"' else raw


def repaired(string):
    """Lone surrogates became U+FFFD."""
    return re.sub("[\ud800-\udfff]", "\ufffd", string)


def lines(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read().split("\n")[:-1]


def read_csv(path):
    csv.field_size_limit(1 << 30)
    with open(path, encoding="utf-8", newline="") as file:
        yield from csv.reader(file, strict=True)


def read_duckdb(path):
    import duckdb
    with open(path, encoding="utf-8", newline="") as file:
        header = next(csv.reader(file, strict=True))
    yield header
    columns = {f"c{index}": "VARCHAR" for index in range(len(header))}
    for row in duckdb.execute(
            "SELECT * FROM read_csv(?, columns=?, header=false, skip=1, delim=',', quote='\"', "
            "escape='\"', nullstr='', allow_quoted_nulls=false, auto_detect=false, "
            "max_line_size=33554432, new_line='\\n')", [path, columns]).fetchall():
        yield [NULL if field is None else field for field in row]


def read_tsv(path):
    letters = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}
    for line in lines(path):
        yield [re.sub(r"\\(.)", lambda found: letters[found[1]], field) for field in line.split("\t")]


PAIR = re.compile(r'([^\x00-\x20="]+)=(?:"((?:[^"\\]|\\.)*)"|([^\x00-\x20="]*))(?: |$)')


def read_logfmt(line):
    pairs, at = [], 0
    while at < len(line):
        pair = PAIR.match(line, at)
        if pair is None:
            sys.exit(f"not logfmt at {at}: {line}")
        quoted, bare = pair[2], pair[3]
        if quoted is not None:
            value = json.loads(f'"{quoted}"', strict=False)
        else:
            value = NULL if bare == "null" else bare
        pairs.append((pair[1], value))
        at = pair.end()
    return pairs


def compare_logfmt(records, path):
    found = lines(path)
    if len(found) != len(records):
        sys.exit(f"{len(records)} records, {len(found)} lines")
    for number, (record, line) in enumerate(zip(records, found), 1):
        expected = [(re.sub('[\x00-\x20="\x7f-\x9f\ufffd]', "_", repaired(name)), text(raw))
                    for name, raw in record]
        pairs = read_logfmt(line)
        # A name's odd characters are replaced one by one in columns and byte by byte elsewhere.
        if [value for _, value in pairs] != [value for _, value in expected]:
            sys.exit(f"record {number}: {pairs} instead of {expected}")
        for (name, _), (wanted, _) in zip(pairs, expected):
            if name.replace("_", "") != wanted.replace("_", "") and wanted.isascii():
                sys.exit(f"record {number}: {name} instead of {wanted}")


def compare_rows(kind, records, path):
    rows = iter({"csv": read_csv, "tsv": read_tsv, "duckdb": read_duckdb}[kind](path))
    header = next(rows)
    count = 0
    for record, row in zip(records, rows):
        count += 1
        if len(row) != len(header):
            sys.exit(f"record {count}: {len(row)} fields under {len(header)} names")
        columns = {repaired(name): text(raw) for name, raw in record}
        extra = {}
        for name, raw in record:
            if repaired(name) not in header[:-1]:
                extra[name] = raw
        for name, field in zip(header[:-1], row):
            expected = columns.get(name, NULL)
            if kind != "duckdb" and expected is NULL:
                expected = ""
            if field != expected:
                sys.exit(f"record {count}, {name}: {field!r} instead of {expected!r}")
        found = {} if row[-1] in ("", NULL) else dict(members(row[-1]))
        if found != extra:
            sys.exit(f"record {count}, _extra: {found} instead of {extra}")
    if count != len(records) or next(rows, None) is not None:
        sys.exit(f"{count} rows for {len(records)} records")


def main(kind, ndjson_path, path):
    records = [members(line) for line in lines(ndjson_path)]
    if kind == "logfmt":
        compare_logfmt(records, path)
    else:
        compare_rows(kind, records, path)
    print(len(records))


if __name__ == "__main__":
    main(*sys.argv[1:])
