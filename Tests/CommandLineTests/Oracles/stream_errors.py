"""What the C library does when it is used wrongly, or its input is wrong: stream_errors.py FILE DAMAGED

FILE is a large NDJSON file, DAMAGED an LZ4 file whose end is missing. Prints `done`.
"""
import ctypes
import os
import pathlib
import shutil
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "Examples" / "python"))
import spalt_stream

library = spalt_stream._library
USAGE, SYSTEM, DAMAGED, CHANGED, MEMORY, EXPRESSION, CANCELLED = 1, 2, 4, 5, 6, 7, 8
EINVAL, EIO, ENOMEM, ECANCELED = 22, 5, 12, 125


class Structure(ctypes.Structure):
    _fields_ = [("words", ctypes.c_void_p * 10)]


NEXT = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
RELEASE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
TEXT = ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.c_void_p)


def check(condition, what):
    if not condition:
        sys.exit(f"{what}; the last error is {last().message}")


def last():
    return library.spalt_last_error().contents


class Stream:
    def __init__(self, reader):
        self.structure = Structure()
        spalt_stream._check(library.spalt_reader_stream(reader.pointer, self.address()))

    def address(self):
        return ctypes.addressof(self.structure)

    def next(self):
        """The return code, and the batch or nil at the end."""
        batch = Structure()
        code = NEXT(self.structure.words[1])(self.address(), ctypes.addressof(batch))
        return code, batch if batch.words[8] else None

    def error(self):
        return TEXT(self.structure.words[2])(self.address())

    def release(self):
        RELEASE(self.structure.words[3])(self.address())


def release(batch):
    RELEASE(batch.words[8])(ctypes.addressof(batch))


def nulls(path):
    out, structure = ctypes.c_void_p(), Structure()
    where, name = ctypes.byref(out), os.fsencode(path)
    address = ctypes.addressof(structure)
    reader, plan = spalt_stream.open_reader(path), spalt_stream.Plan(path, 1 << 20)
    settings = spalt_stream.Options()
    calls = [
        lambda: library.spalt_options_set(None, b"threads", b"1"),
        lambda: library.spalt_options_set(settings.pointer, None, b"1"),
        lambda: library.spalt_open(None, None, where),
        lambda: library.spalt_open(b"", None, where),
        lambda: library.spalt_open(name, None, None),
        lambda: library.spalt_reader_schema(None, address),
        lambda: library.spalt_reader_schema(reader.pointer, None),
        lambda: library.spalt_reader_stream(None, address),
        lambda: library.spalt_reader_stream(reader.pointer, None),
        lambda: library.spalt_reader_cancel(None),
        lambda: library.spalt_plan_splits(None, None, 1, where),
        lambda: library.spalt_plan_splits(name, None, 0, where),
        lambda: library.spalt_plan_splits(name, None, 1, None),
        lambda: library.spalt_plan_split(None, 0, None),
        lambda: library.spalt_plan_split(plan.pointer, 0, None),
        lambda: library.spalt_plan_split(plan.pointer, 0, ctypes.byref(spalt_stream._Split())),
        lambda: library.spalt_plan_split(
            plan.pointer, 1 << 40, ctypes.byref(spalt_stream._Split(size=40))),
        lambda: library.spalt_open_split(None, 0, None, where),
        lambda: library.spalt_open_split(plan.pointer, len(plan), None, where),
        lambda: library.spalt_open_split(plan.pointer, 0, None, None),
    ]
    for number, call in enumerate(calls):
        check(call() == USAGE, f"call {number} with NULL is not refused")
        check(last().code == USAGE and last().message, f"call {number} has no description")
        check(not out.value, f"call {number} gave a handle")
    for function in ("options_release", "reader_release", "plan_release"):
        getattr(library, "spalt_" + function)(None)
    check(library.spalt_plan_split_count(None) == 0, "NULL has splits")
    check(library.spalt_reader_statistics_json(None, None, 0) == 0, "NULL has statistics")
    library.spalt_python_capsule_release(None)
    check(reader.statistics()["row_count"] == 0, "a reader has rows before it was read")


def options(path):
    wrong = {
        "wehre": "a", "threads": "0", "memory": "much", "io": "fast", "strings": "latin1",
        "on-error": "panic", "limit": "-1", "validate": "maybe", "format": "xml",
        "max-record": "1GiB", "level": "loud", "since": "whenever", "assume-tz": "Mars/Olympus",
        "select": ",", "schema": "/does/not/exist", "lz4-dictionary": "/does/not/exist",
    }
    settings = spalt_stream.Options()
    for name, value in wrong.items():
        code = library.spalt_options_set(settings.pointer, name.encode(), value.encode())
        check(code in (USAGE, SYSTEM), f"{name}={value} is accepted")
    check(library.spalt_options_set(settings.pointer, b"where", b"a >=") == EXPRESSION, "where")
    # What was refused has changed nothing; NULL sets the default.
    spalt_stream._check(library.spalt_options_set(settings.pointer, b"format", b"text"))
    spalt_stream._check(library.spalt_options_set(settings.pointer, b"format", None))
    out = ctypes.c_void_p()
    spalt_stream._check(
        library.spalt_open(os.fsencode(path), settings.pointer, ctypes.byref(out)))
    library.spalt_reader_release(out)


def inputs(path, damaged):
    out = ctypes.c_void_p()
    check(library.spalt_open(b"/does/not/exist", None, ctypes.byref(out)) == SYSTEM, "no file")
    check(last().system_code == 2 and last().path == b"/does/not/exist", "not described")
    check(last().offset == -1, "a file that does not exist has an offset")

    # Other threads have other errors.
    seen = []
    thread = threading.Thread(target=lambda: seen.append(last().code))
    thread.start()
    thread.join()
    check(seen == [0] and last().code == SYSTEM, "threads share their errors")

    stream = Stream(spalt_stream.open_reader(damaged))
    while True:
        code, batch = stream.next()
        if code != 0 or batch is None:
            break
        release(batch)
    check(code == EIO and last().code == DAMAGED, f"damage gives {code}")
    check(0 < last().offset <= os.path.getsize(damaged), f"damage at {last().offset}")
    check(b"lz4" in stream.error() and last().path == os.fsencode(damaged), "not described")
    check(stream.next()[0] == EIO, "a stream that failed goes on")
    stream.release()

    reader = spalt_stream.open_reader(path)
    stream = Stream(reader)
    other = Structure()
    code = library.spalt_reader_stream(reader.pointer, ctypes.addressof(other))
    check(code == USAGE, "a reader has two streams")
    reader.cancel()
    codes = [stream.next()[0] for _ in range(20)]
    check(codes[-1] == ECANCELED and last().code == CANCELLED, f"cancelling gives {codes}")
    stream.release()


def changes(path):
    copy = path + ".copy"
    shutil.copyfile(path, copy)
    plan = spalt_stream.Plan(copy, 1 << 20)
    stream = Stream(spalt_stream.open_reader(copy, threads=1, io="mmap"))
    code, batch = stream.next()
    check(code == 0 and batch, "no batch")
    with open(copy, "r+b") as file:
        file.seek(0)
        file.write(b" ")
    os.utime(copy, ns=(0, 0))
    release(batch)
    while code == 0 and batch:
        code, batch = stream.next()
        if batch:
            release(batch)
    check(code == EIO and last().code == CHANGED, f"a file that was overwritten gives {code}")
    stream.release()
    try:
        plan.open(0)
        check(False, "a split of another file is opened")
    except spalt_stream.SpaltError as error:
        check(error.code == CHANGED, f"a split of another file gives {error.code}")


def memory(path):
    # Batches that are held count, so a small limit ends the stream; those that are released do not.
    stream = Stream(spalt_stream.open_reader(path, memory="24MiB", threads=1, io="read"))
    held = []
    code = 0
    while code == 0 and len(held) < 1000:
        code, batch = stream.next()
        if batch is None:
            break
        held.append(batch)
    check(code == ENOMEM and last().code == MEMORY, f"too much memory gives {code}")
    for batch in held:
        release(batch)
    stream.release()
    stream = Stream(spalt_stream.open_reader(path, memory="24MiB", threads=1, io="read"))
    count = 0
    while True:
        code, batch = stream.next()
        if code != 0 or batch is None:
            break
        release(batch)
        count += 1
    check(code == 0 and count >= len(held), "a consumer that releases is short of memory")
    stream.release()


def main(path, damaged):
    check(library.spalt_version().count(b".") == 2, "no version")
    check(last().code == 0 and last().offset == -1 and last().path == b"", "an error before any")
    nulls(path)
    options(path)
    inputs(path, damaged)
    changes(path)
    memory(path)
    print("done")


main(sys.argv[1], sys.argv[2])
