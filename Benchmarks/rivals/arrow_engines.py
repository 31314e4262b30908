"""Engines on Arrow files and streams: python arrow_engines.py MODE FILE [COLUMN…]

open          opens an Arrow file, mapped, and reads its schema
sum           sums 64-bit integers of columns of it; with several columns, only these are read (`included_fields`)
make          writes FILE and FILE.lz4 (1 GB and the same, compressed), FILE.two (two columns of the latter, as LZ4 frames behind their
              lengths) and FILE.json (sums, and where the first column lies)
polars        polars.read_ndjson of a log
polars-spalt  a Polars DataFrame of the stream that libspalt makes of it (SPALT_LIBRARY)
duckdb        DuckDB's read_ndjson: requests and bytes for each service
duckdb-spalt  the same query over the stream, with the two columns that it needs

Prints a JSON object: the answer, seconds without imports, and the peak of anonymous memory beyond what it was before, in bytes.
"""
import json
import os
import sys
import threading
import time

os.environ["POLARS_MAX_THREADS"] = "1"
EXAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Examples", "python")
QUERY = "select service, count(*) as n, sum(bytes) as b from {} group by service order by service"


def anonymous():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("RssAnon:"))


class Peak:
    """The most anonymous memory while something runs."""

    def __enter__(self):
        self.before = self.most = anonymous()
        self.running = True
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def watch(self):
        while self.running:
            self.most = max(self.most, anonymous())
            time.sleep(0.002)

    def __exit__(self, *_):
        self.running = False
        self.thread.join()
        self.bytes = max(self.most, anonymous()) - self.before


def make(path, byte_count):
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.ipc as ipc
    rng = np.random.default_rng(1)
    rows_a_batch, written = 1 << 20, 0
    names = [f"n{index}" for index in range(6)] + [f"f{index}" for index in range(3)] + [f"t{index}" for index in range(3)]
    words = pa.array([f"word number {index}" for index in range(1000)])

    def batch():
        columns = [pa.array(rng.integers(0, 10 ** (index + 2), rows_a_batch)) for index in range(6)]
        columns += [pa.array(rng.random(rows_a_batch)) for _ in range(3)]
        columns += [words.take(pa.array(rng.integers(0, 1000, rows_a_batch))) for _ in range(3)]
        return pa.record_batch(columns, names=names)

    sums, codec = {name: 0 for name in names[:6]}, pa.Codec("lz4")
    first = batch()
    with ipc.new_file(path, first.schema) as plain, open(path + ".two", "wb") as two, \
            ipc.new_file(path + ".lz4", first.schema, options=ipc.IpcWriteOptions(compression="lz4")) as packed:
        while written < byte_count:
            part = batch()
            plain.write_batch(part)
            packed.write_batch(part)
            written += part.nbytes
            for name in sums:
                sums[name] += pc.sum(part.column(name)).as_py()
            for name in ("n2", "n4"):
                content = part.column(name).buffers()[1]
                frame = codec.compress(content)
                two.write(frame.size.to_bytes(8, "little") + content.size.to_bytes(8, "little") + frame)
    whole = pa.memory_map(path).read_buffer()
    reader = ipc.open_file(whole)
    buffers = [reader.get_batch(index).column("n0").buffers()[1] for index in range(reader.num_record_batches)]
    with open(path + ".json", "w") as facts:
        json.dump({"sums": sums, "ranges": [[buffer.address - whole.address, rows_a_batch * 8] for buffer in buffers]}, facts)


def measure(mode, path, columns):
    if mode in ("open", "sum"):
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.ipc as ipc
        pa.set_cpu_count(1)
        start = time.perf_counter()
        # The first columns are read out of a part of the schema, as `included_fields` wants it.
        reader = ipc.open_file(pa.memory_map(path))
        if mode == "open":
            return {"sum": len(reader.schema.names), "seconds": time.perf_counter() - start}
        wanted = [reader.schema.get_field_index(name) for name in columns]
        reader = ipc.open_file(pa.memory_map(path), options=ipc.IpcReadOptions(included_fields=wanted, use_threads=False))
        total = 0
        for index in range(reader.num_record_batches):
            batch = reader.get_batch(index)
            total += sum(pc.sum(batch.column(name)).as_py() for name in columns)
        return {"sum": total, "seconds": time.perf_counter() - start}
    if mode.startswith("polars"):
        import polars
        if mode.endswith("spalt"):
            sys.path.insert(0, EXAMPLES)
            import spalt_stream
        with Peak() as peak:
            start = time.perf_counter()
            if mode.endswith("spalt"):
                frame = polars.DataFrame(spalt_stream.Log(path, threads="1", format="ndjson"))
            else:
                frame = polars.read_ndjson(path)
            seconds = time.perf_counter() - start
        return {"rows": len(frame), "sum": frame["bytes"].sum(), "seconds": seconds, "anonymous": peak.bytes}
    import duckdb
    duckdb.sql("set threads = 1")
    if mode.endswith("spalt"):
        sys.path.insert(0, EXAMPLES)
        import spalt_stream
    with Peak() as peak:
        start = time.perf_counter()
        if mode.endswith("spalt"):
            log = spalt_stream.Log(path, threads="1", format="ndjson", select="service,bytes")  # noqa: F841
            rows = duckdb.sql(QUERY.format("log")).fetchall()
        else:
            rows = duckdb.sql(QUERY.format(f"read_ndjson('{path}')")).fetchall()
        seconds = time.perf_counter() - start
    return {"rows": [[name, count, int(total)] for name, count, total in rows], "seconds": seconds, "anonymous": peak.bytes}


if sys.argv[1] == "make":
    make(sys.argv[2], int(sys.argv[3]))
else:
    print(json.dumps(measure(sys.argv[1], sys.argv[2], sys.argv[3:])))
