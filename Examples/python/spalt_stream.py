#!/usr/bin/env python3
"""Reads logs through Spalt's C library into anything that speaks Arrow, with nothing but ctypes:

    import spalt_stream
    log = spalt_stream.Log("app.log", where="status >= 500")
    pyarrow.table(log)            polars.DataFrame(log)            pandas.DataFrame.from_arrow(log)
    duckdb.sql("select service, count(*) from log group by all")

As a program, prints the number of rows and the columns: spalt_stream.py app.log [option=value]...

The library is found by the variable SPALT_LIBRARY, or where `make library` puts it.
"""
import ctypes
import os
import pathlib
import sys

_POINTER = ctypes.c_void_p
_TEXT = ctypes.c_char_p


class _Error(ctypes.Structure):
    _fields_ = [
        ("code", ctypes.c_int32),
        ("system_code", ctypes.c_int32),
        ("offset", ctypes.c_int64),
        ("message", _TEXT),
        ("path", _TEXT),
    ]


class _Split(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_size_t),
        ("start", ctypes.c_int64),
        ("end", ctypes.c_int64),
        ("file_byte_count", ctypes.c_int64),
        ("file_modification_nanoseconds", ctypes.c_int64),
    ]


def _load():
    root = pathlib.Path(__file__).resolve().parent.parent.parent
    library = ctypes.CDLL(os.environ.get("SPALT_LIBRARY", str(root / ".build/lib/libspalt.so")))
    out = ctypes.POINTER(_POINTER)
    functions = {
        "spalt_version": (_TEXT, []),
        "spalt_last_error": (ctypes.POINTER(_Error), []),
        "spalt_options_new": (_POINTER, []),
        "spalt_options_release": (None, [_POINTER]),
        "spalt_options_set": (ctypes.c_int32, [_POINTER, _TEXT, _TEXT]),
        "spalt_open": (ctypes.c_int32, [_TEXT, _POINTER, out]),
        "spalt_reader_release": (None, [_POINTER]),
        "spalt_reader_schema": (ctypes.c_int32, [_POINTER, _POINTER]),
        "spalt_reader_stream": (ctypes.c_int32, [_POINTER, _POINTER]),
        "spalt_reader_cancel": (ctypes.c_int32, [_POINTER]),
        "spalt_reader_statistics_json": (ctypes.c_size_t, [_POINTER, _POINTER, ctypes.c_size_t]),
        "spalt_plan_splits": (ctypes.c_int32, [_TEXT, _POINTER, ctypes.c_uint64, out]),
        "spalt_plan_release": (None, [_POINTER]),
        "spalt_plan_split_count": (ctypes.c_size_t, [_POINTER]),
        "spalt_plan_split": (ctypes.c_int32, [_POINTER, ctypes.c_size_t, ctypes.POINTER(_Split)]),
        "spalt_open_split": (ctypes.c_int32, [_POINTER, ctypes.c_size_t, _POINTER, out]),
    }
    for name, (result, arguments) in functions.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


_library = _load()

# Capsules keep the pointer to their name.
_STREAM_NAME = ctypes.c_char_p(b"arrow_array_stream")
_SCHEMA_NAME = ctypes.c_char_p(b"arrow_schema")

_new_capsule = ctypes.pythonapi.PyCapsule_New
_new_capsule.restype, _new_capsule.argtypes = ctypes.py_object, [_POINTER, _TEXT, _POINTER]
_allocate = ctypes.pythonapi.PyMem_RawCalloc
_allocate.restype, _allocate.argtypes = _POINTER, [ctypes.c_size_t, ctypes.c_size_t]
_release_capsule = ctypes.cast(_library.spalt_python_capsule_release, _POINTER)


class SpaltError(Exception):
    """What went wrong, with the library's code and, where there is such a place, path and offset."""

    def __init__(self, error):
        super().__init__(error.message.decode())
        self.code, self.system_code = error.code, error.system_code
        self.path, self.offset = os.fsdecode(error.path), error.offset


def _check(code):
    if code != 0:
        raise SpaltError(_library.spalt_last_error().contents)


def _capsule(name, byte_count, fill):
    """A capsule of a structure that `fill` fills in. Until a consumer moves it, it belongs to the capsule."""
    structure = _allocate(1, byte_count)
    capsule = _new_capsule(structure, name, _release_capsule)
    fill(structure)
    return capsule


class Options:
    """Options by their names; `_` stands for `-`."""

    def __init__(self, **options):
        self.pointer = _library.spalt_options_new()
        for name, value in options.items():
            text = str(value).lower() if isinstance(value, bool) else str(value)
            _check(
                _library.spalt_options_set(
                    self.pointer, name.rstrip("_").replace("_", "-").encode(), text.encode()))

    def __del__(self):
        _library.spalt_options_release(self.pointer)


class Reader:
    """One reading of a file: a stream that can be taken once."""

    def __init__(self, pointer):
        self.pointer = pointer

    def __del__(self):
        _library.spalt_reader_release(self.pointer)

    def __arrow_c_schema__(self):
        return _capsule(
            _SCHEMA_NAME, 9 * 8,
            lambda out: _check(_library.spalt_reader_schema(self.pointer, out)))

    def __arrow_c_stream__(self, requested_schema=None):
        return _capsule(
            _STREAM_NAME, 5 * 8,
            lambda out: _check(_library.spalt_reader_stream(self.pointer, out)))

    def cancel(self):
        _check(_library.spalt_reader_cancel(self.pointer))

    def statistics(self):
        import json

        length = _library.spalt_reader_statistics_json(self.pointer, None, 0)
        # Numbers may have grown meanwhile.
        text = ctypes.create_string_buffer(length + 256)
        _library.spalt_reader_statistics_json(self.pointer, text, len(text))
        return json.loads(text.value)


def open_reader(path, **options):
    """Opens a file for one reading."""
    pointer = _POINTER()
    settings = Options(**options)
    _check(_library.spalt_open(os.fsencode(path), settings.pointer, ctypes.byref(pointer)))
    return Reader(pointer.value)


class Log:
    """A file and how it is read. Every consumer gets a reading of its own."""

    def __init__(self, path, **options):
        self.path, self.options = path, options

    def __arrow_c_schema__(self):
        return open_reader(self.path, **self.options).__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema=None):
        return open_reader(self.path, **self.options).__arrow_c_stream__()


class Plan:
    """The splits of a file. Every one can be opened by itself, on any thread."""

    def __init__(self, path, target_byte_count, **options):
        pointer = _POINTER()
        settings = Options(**options)
        _check(
            _library.spalt_plan_splits(
                os.fsencode(path), settings.pointer, target_byte_count, ctypes.byref(pointer)))
        self.pointer = pointer.value

    def __del__(self):
        if hasattr(self, "pointer"):
            _library.spalt_plan_release(self.pointer)

    def __len__(self):
        return _library.spalt_plan_split_count(self.pointer)

    def range(self, index):
        split = _Split(size=ctypes.sizeof(_Split))
        _check(_library.spalt_plan_split(self.pointer, index, ctypes.byref(split)))
        return split.start, split.end

    def open(self, index):
        pointer = _POINTER()
        _check(_library.spalt_open_split(self.pointer, index, None, ctypes.byref(pointer)))
        return Reader(pointer.value)


def main(arguments):
    import pyarrow

    options = dict(argument.split("=", 1) for argument in arguments[1:])
    table = pyarrow.table(Log(arguments[0], **options))
    print(f"{table.num_rows} rows")
    for field in table.schema:
        print(f"{field.name}: {field.type}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except SpaltError as error:
        sys.exit(f"{error} (code {error.code})")
