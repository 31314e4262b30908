"""Opens and closes readers again and again: stream_cycles.py FILE COUNT

Every way to use a reader is taken in turn: not at all, its schema, its stream, one batch, all batches, a split, an error.
Fails when memory, descriptors, mappings or threads grow. Prints `done`.
"""
import ctypes
import gc
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "Examples" / "python"))
import spalt_stream

library = spalt_stream._library


class Structure(ctypes.Structure):
    """Room for a structure of the Arrow interfaces; the addresses of its release functions."""

    _fields_ = [("words", ctypes.c_void_p * 10)]


FUNCTION = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
RELEASE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


def release(structure, index):
    if structure.words[index]:
        RELEASE(structure.words[index])(ctypes.addressof(structure))


def take(reader, batch_count):
    stream = Structure()
    spalt_stream._check(library.spalt_reader_stream(reader, ctypes.addressof(stream)))
    while batch_count > 0:
        batch = Structure()
        code = FUNCTION(stream.words[1])(ctypes.addressof(stream), ctypes.addressof(batch))
        if code != 0:
            sys.exit(spalt_stream._library.spalt_last_error().contents.message.decode())
        if not batch.words[8]:
            break
        release(batch, 8)
        batch_count -= 1
    return stream


def cycle(path, number, options, plan):
    reader = ctypes.c_void_p()
    way = number % 7
    if way == 5:
        spalt_stream._check(library.spalt_open_split(plan, number % 3, None, ctypes.byref(reader)))
        release(take(reader, 1), 3)
    elif way == 6:
        if library.spalt_open(b"/does/not/exist", options, ctypes.byref(reader)) != 2:
            sys.exit("a file that does not exist was opened")
        return
    else:
        spalt_stream._check(library.spalt_open(path, options, ctypes.byref(reader)))
    if way == 1:
        schema = Structure()
        spalt_stream._check(library.spalt_reader_schema(reader, ctypes.addressof(schema)))
        release(schema, 7)
    elif way in (2, 3, 4):
        stream = take(reader, (0, 1, 1 << 30)[way - 2])
        if number % 2:
            library.spalt_reader_release(reader)
            reader = None
        release(stream, 3)
    library.spalt_reader_release(reader)


def usage():
    gc.collect()
    with open("/proc/self/smaps_rollup") as smaps:
        private = sum(int(line.split()[1]) for line in smaps if line.startswith("Private_Dirty"))
    with open("/proc/self/maps") as maps:
        mappings = sum(1 for _ in maps)
    return {
        "KiB": private, "descriptors": len(os.listdir("/proc/self/fd")), "mappings": mappings,
        "threads": len(os.listdir("/proc/self/task")),
    }


def settled():
    """What is used when the library's janitor has had its time."""
    import time

    best = usage()
    for _ in range(20):
        time.sleep(0.1)
        best = {name: min(value, best[name]) for name, value in usage().items()}
    return best


def main(path, count):
    options = spalt_stream.Options(threads=2)
    plan = spalt_stream.Plan(path, os.path.getsize(path) // 3 + 1, threads=1)
    path = os.fsencode(path)
    for number in range(2000):
        cycle(path, number, options.pointer, plan.pointer)
    before = settled()
    for number in range(count):
        cycle(path, number, options.pointer, plan.pointer)
    after = settled()
    allowed = {"KiB": 4096, "descriptors": 0, "mappings": 16, "threads": 0}
    for name, room in allowed.items():
        if after[name] > before[name] + room:
            sys.exit(f"{name} grew from {before[name]} to {after[name]} in {count} cycles")
    print("done")


main(sys.argv[1], int(sys.argv[2]))
