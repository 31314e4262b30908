"""Where the arrays of a stream lie, and how long they live: stream_lifetimes.py FILE

FILE is large, uncompressed, and has a column `msg` of long strings without escapes and a column `status` of integers.
Prints `done` when all is as it should be.
"""
import ctypes
import gc
import os
import pathlib
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "Examples" / "python"))
import pyarrow


def handlers():
    with open("/proc/self/status") as status:
        return next(line for line in status if line.startswith("SigCgt"))


before = handlers()
import spalt_stream

if handlers() != before:
    sys.exit(f"loading the library installed signal handlers: {before} -> {handlers()}")


def ranges(path):
    """Where a file is mapped."""
    found = []
    with open("/proc/self/maps") as maps:
        for line in maps:
            if line.rstrip().endswith(path):
                start, end = line.split()[0].split("-")
                found.append((int(start, 16), int(end, 16)))
    return found


def check(condition, what):
    if not condition:
        sys.exit(what)


def batches(path, **options):
    return pyarrow.RecordBatchReader.from_stream(spalt_stream.open_reader(path, **options))


def data_buffers(column):
    return [b for b in column.buffers()[2:] if b is not None and b.size > 0]


def no_string_is_copied(path):
    reader = spalt_stream.open_reader(path)
    count = sum(batch.num_rows for batch in pyarrow.RecordBatchReader.from_stream(reader))
    statistics = reader.statistics()
    check(count > 0 and statistics["record_count"] == count, "records are missing")
    check(statistics["viewed_byte_count"] > 0, "no string is viewed")
    for name in ("copied_byte_count", "contiguous_byte_count"):
        check(statistics[name] == 0, f"{name} is {statistics[name]}")


def strings_lie_in_the_mapping(path):
    reader = batches(path)
    batch = reader.read_next_batch()
    [(start, end)] = ranges(path)
    [buffer] = data_buffers(batch.column("msg"))
    check(start <= buffer.address and buffer.address + buffer.size <= end, "not in the mapping")
    second = reader.read_next_batch()
    [other] = data_buffers(second.column("msg"))
    check(other.address >= buffer.address + buffer.size, "the windows of two batches overlap")
    check(buffer.size < 16 << 20 and buffer.size < os.path.getsize(path), "not narrowed")
    with open(path, "rb") as file:
        file.seek(buffer.address - start)
        check(file.read(buffer.size) == buffer.to_pybytes(), "other bytes than the file's")
    expected = batch.column("msg").to_pylist()[:3]

    # Three rows of one column keep the mapping, and nothing else is left.
    rows = batch.column("msg").slice(1, 3).slice(0, 3)
    del batch, second, reader, buffer, other
    gc.collect()
    check(ranges(path) == [(start, end)], "the mapping is gone under a slice")
    check(rows.to_pylist()[:2] == expected[1:3], "a slice has other values than its column")
    del rows
    gc.collect()
    check(ranges(path) == [], "the mapping is still there")


def copies_do_not_keep_the_file(path):
    table = batches(path, strings="utf8").read_all()
    gc.collect()
    check(ranges(path) == [], "copies keep the file")
    viewed = batches(path).read_all()
    for name in ("msg", "status"):
        check(
            table[name].to_pylist() == viewed[name].to_pylist(), "copies are other texts")


def read_files_are_not_mapped(path):
    batch = batches(path, io="read").read_next_batch()
    check(ranges(path) == [], "io=read maps the file")
    [buffer] = data_buffers(batch.column("msg"))
    with open(path, "rb") as file:
        check(file.read(buffer.size) == buffer.to_pybytes(), "other bytes than the file's")


def released_by_other_threads(path):
    held = []
    reader = batches(path)
    for _ in range(4):
        held.append(reader.read_next_batch())
    del reader

    def release():
        while held:
            held.pop()
        gc.collect()

    thread = threading.Thread(target=release)
    thread.start()
    thread.join()
    check(ranges(path) == [], "the mapping outlives batches that another thread released")


def unused_capsules(path):
    for _ in range(50):
        reader = spalt_stream.open_reader(path)
        reader.__arrow_c_schema__()
        capsule = reader.__arrow_c_stream__()
        del reader, capsule
    gc.collect()
    check(ranges(path) == [], "capsules that nobody used keep the file")


class Array(ctypes.Structure):
    pass


Array._fields_ = [
    ("length", ctypes.c_int64), ("null_count", ctypes.c_int64), ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64), ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(Array))), ("dictionary", ctypes.c_void_p),
    ("release", ctypes.c_void_p), ("private_data", ctypes.c_void_p),
]


class Stream(ctypes.Structure):
    pass


Stream._fields_ = [
    ("get_schema", ctypes.c_void_p),
    ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Stream), ctypes.POINTER(Array))),
    ("get_last_error", ctypes.c_void_p),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(Stream))),
    ("private_data", ctypes.c_void_p),
]
RELEASE = ctypes.CFUNCTYPE(None, ctypes.POINTER(Array))


def moved_children(path):
    """The structures themselves, as C would use them: reader, stream and parent go first, moved children last."""
    reader = spalt_stream.open_reader(path)
    names = pyarrow.schema(reader).names
    stream, parent = Stream(), Array()
    spalt_stream._check(
        spalt_stream._library.spalt_reader_stream(reader.pointer, ctypes.addressof(stream)))
    check(stream.get_next(ctypes.byref(stream), ctypes.byref(parent)) == 0, "no batch")
    moved = {}
    for name in ("status", "msg"):
        child, source = Array(), parent.children[names.index(name)]
        ctypes.memmove(ctypes.byref(child), source, ctypes.sizeof(Array))
        source.contents.release = None
        moved[name] = child
    del reader
    RELEASE(parent.release)(ctypes.byref(parent))
    check(not parent.release, "releasing does not mark the structure")
    stream.release(ctypes.byref(stream))
    gc.collect()
    msg, status = moved["msg"], moved["status"]
    [(start, end)] = ranges(path)
    address = msg.buffers[2]
    check(start <= address < end, "a moved child lies elsewhere")
    text = ctypes.string_at(address, 64)
    with open(path, "rb") as file:
        file.seek(address - start)
        check(file.read(64) == text, "a moved child has other bytes")
    RELEASE(msg.release)(ctypes.byref(msg))
    check(ranges(path) == [], "the mapping outlives the child that lies in it")
    values = ctypes.cast(status.buffers[1], ctypes.POINTER(ctypes.c_int64))
    check(100 <= values[0] < 600, "the other child has lost its values")
    RELEASE(status.release)(ctypes.byref(status))


def main(path):
    path = os.path.realpath(path)
    no_string_is_copied(path)
    strings_lie_in_the_mapping(path)
    copies_do_not_keep_the_file(path)
    read_files_are_not_mapped(path)
    released_by_other_threads(path)
    unused_capsules(path)
    moved_children(path)
    check(handlers() == before, "reading installed signal handlers")
    spalt_stream.open_reader(path, fault_guard=True)
    check(handlers() != before, "the fault guard that was asked for is not there")
    print("done")


main(sys.argv[1])
