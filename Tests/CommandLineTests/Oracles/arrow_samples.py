"""Writes Arrow files and streams with columns of all types that Spalt reads.

usage: arrow_samples.py FOLDER
"""
import datetime, decimal, random, struct, sys

import pyarrow as pa
import pyarrow.ipc as ipc

folder = sys.argv[1]
rng = random.Random(7)


def some(make, count):
    return [None if rng.random() < 0.2 else make() for _ in range(count)]


def word():
    return rng.choice(["", "a", "zwölf Zeichen", "a text that is too long for a view", "\n\"\\\t"]) + str(rng.randrange(50))


def table(count):
    def whole(bits):
        return lambda: rng.randrange(-(2**(bits - 1)), 2**(bits - 1))

    def natural(bits):
        return lambda: rng.randrange(2**bits)

    columns = {
        "none": pa.nulls(count),
        "bool": pa.array(some(lambda: rng.random() < 0.5, count)),
        "half": pa.array(some(lambda: rng.randrange(2048) / 16, count), pa.float16()),
        "single": pa.array(some(lambda: rng.uniform(-1e6, 1e6), count), pa.float32()),
        "double": pa.array(some(lambda: rng.choice([rng.uniform(-1, 1), 1e300, float("inf"), float("nan")]), count)),
        "all": pa.array([rng.randrange(10**6) for _ in range(count)]),
        "date": pa.array(some(lambda: rng.randrange(-800000, 3000000), count), pa.int32()).view(pa.date32()),
        "date64": pa.array(some(lambda: rng.randrange(-30000, 30000) * 86400000, count), pa.int64()).view(pa.date64()),
        "text": pa.array(some(word, count)),
        "large": pa.array(some(word, count), pa.large_string()),
        "view": pa.array(some(word, count), pa.string_view()),
        "binary": pa.array(some(lambda: rng.randbytes(rng.randrange(30)), count)),
        "fixed": pa.array(some(lambda: rng.randbytes(3), count), pa.binary(3)),
        "binary view": pa.array(some(lambda: rng.randbytes(rng.randrange(30)), count), pa.binary_view()),
        "word": pa.array(some(word, count)).dictionary_encode(),
        "number": pa.array(some(lambda: rng.randrange(9), count)).dictionary_encode(),
        "list": pa.array(some(lambda: [rng.randrange(9) for _ in range(rng.randrange(4))], count)),
        "pair": pa.array(some(lambda: [word(), None], count), pa.list_(pa.string(), 2)),
        "map": pa.array(some(lambda: [(word(), rng.randrange(9))], count), pa.map_(pa.string(), pa.int16())),
        "nested": pa.array(some(lambda: {"a.b": rng.randrange(9), "deep": {"x": word(), "list": [{"y": 1}, None]}}, count)),
        "money": pa.array(some(lambda: decimal.Decimal(rng.randrange(-(10**9), 10**9)).scaleb(-4), count), pa.decimal128(20, 4)),
        "wide": pa.array(some(lambda: decimal.Decimal(rng.randrange(10**60)), count), pa.decimal256(70, 0)),
        "interval": pa.array(some(lambda: pa.MonthDayNano([rng.randrange(-9, 9), rng.randrange(9), rng.randrange(10**12)]), count)),
    }
    for bits in (8, 16, 32, 64):
        columns[f"int{bits}"] = pa.array(some(whole(bits), count), getattr(pa, f"int{bits}")())
        columns[f"uint{bits}"] = pa.array(some(natural(bits), count), getattr(pa, f"uint{bits}")())
    for unit in ("s", "ms", "us", "ns"):
        per_day = 86400 * {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
        time = pa.time32(unit) if unit in ("s", "ms") else pa.time64(unit)
        width = pa.int32() if unit in ("s", "ms") else pa.int64()
        columns[f"time {unit}"] = pa.array(some(lambda: rng.randrange(per_day), count), width).view(time)
        for zone in (None, "UTC", "Europe/Berlin"):
            instants = pa.array(some(lambda: rng.randrange(-20000 * per_day, 20000 * per_day), count), pa.int64())
            columns[f"timestamp {unit} {zone}"] = instants.view(pa.timestamp(unit, zone))
        columns[f"duration {unit}"] = pa.array(some(whole(40), count), pa.int64()).view(pa.duration(unit))
    return pa.table(columns)


def write(name, tables, schema, **options):
    options = ipc.IpcWriteOptions(**options)
    for suffix, make in (("arrow", ipc.new_file), ("arrows", ipc.new_stream)):
        with make(f"{folder}/{name}.{suffix}", schema, options=options) as writer:
            for part in tables:
                writer.write_table(part, max_chunksize=300)


whole = table(423)
for compression in (None, "lz4", "zstd"):
    write(f"types-{compression or 'plain'}", [whole], whole.schema, compression=compression)
write("old", [whole.drop_columns(["view", "binary view"])], whole.drop_columns(["view", "binary view"]).schema, use_legacy_format=True)
write("v4", [whole.drop_columns(["view", "binary view"])], whole.drop_columns(["view", "binary view"]).schema,
      metadata_version=ipc.MetadataVersion.V4)
write("empty", [], whole.schema)


def numbered(name, count):
    rows = pa.table({"n": pa.array(range(count)), "t": pa.array([f"text number {n} of very many" for n in range(count)])})
    for suffix, make in (("arrow", ipc.new_file), ("arrows", ipc.new_stream)):
        with make(f"{folder}/{name}.{suffix}", rows.schema) as writer:
            writer.write_table(rows)


numbered("few", 5000)
numbered("many", 300_000)

# Dictionaries that grow, and that are replaced.
for name, words, delta in (("delta", [["a"], ["a", "b"], ["a", "b", "c"]], True), ("replaced", [["a"], ["b"], ["c", "d"]], False)):
    schema = pa.schema([("w", pa.dictionary(pa.int8(), pa.string()))])
    with ipc.new_stream(f"{folder}/{name}.arrows", schema, options=ipc.IpcWriteOptions(emit_dictionary_deltas=delta)) as writer:
        for values in words:
            column = pa.DictionaryArray.from_arrays(pa.array(list(range(len(values))) + [None], pa.int8()), pa.array(values))
            writer.write_batch(pa.record_batch([column], schema=schema))

# Bodies at addresses that are no multiples of 8: the schema's metadata are 4 bytes longer.
with open(f"{folder}/few.arrows", "rb") as file:
    stream = file.read()
length = struct.unpack_from("<i", stream, 4)[0]
with open(f"{folder}/misaligned.arrows", "wb") as file:
    file.write(stream[:4] + struct.pack("<i", length + 4) + stream[8:8 + length] + bytes(4) + stream[8 + length:])
