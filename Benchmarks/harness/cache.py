"""The page cache: put a file into a known state, and say which share of it is resident."""
import ctypes
import mmap
import os

STATES = {
    "warm": "read once before; pages as whoever wrote them last left them",
    "written": "copied just before, so that the pages are those that `write` made",
    "refault": "evicted and read again before the measurement",
    "cold": "evicted before each run",
}

_libc = ctypes.CDLL(None, use_errno=True)
_libc.mmap.restype = ctypes.c_void_p
_libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
_libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
_libc.mincore.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p]


def evict(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def read(path):
    buffer = bytearray(1 << 20)
    with open(path, "rb", buffering=0) as file:
        while file.readinto(buffer):
            pass


def rewrite(path):
    """Replaces the file by a copy of itself through `write`."""
    copy = path + ".copy"
    buffer = bytearray(1 << 20)
    with open(path, "rb", buffering=0) as source, open(copy, "wb", buffering=0) as target:
        while count := source.readinto(buffer):
            target.write(memoryview(buffer)[:count])
        os.fsync(target.fileno())
    os.replace(copy, path)


def resident(path):
    """The share of a file's pages that are in memory, from 0 to 1; None where the system does not say."""
    size = os.path.getsize(path)
    if size == 0:
        return 1.0
    descriptor = os.open(path, os.O_RDONLY)
    try:
        address = _libc.mmap(None, size, mmap.PROT_READ, mmap.MAP_SHARED, descriptor, 0)
    finally:
        os.close(descriptor)
    if address in (None, ctypes.c_void_p(-1).value):
        return None
    pages = (size + mmap.PAGESIZE - 1) // mmap.PAGESIZE
    vector = ctypes.create_string_buffer(pages)
    failed = _libc.mincore(address, size, vector)
    _libc.munmap(address, size)
    if failed:
        return None
    return sum(byte & 1 for byte in vector.raw[:pages]) / pages


class Cache:
    """Applies one state to every file before it is measured, and remembers what was found."""

    def __init__(self, state):
        self.state = state
        self.residency = {}

    def prepare(self, path):
        if self.state == "written":
            rewrite(path)
        elif self.state in ("refault", "cold"):
            evict(path)
        if self.state != "cold":
            read(path)
        self.residency[os.path.basename(path)] = resident(path)

    def before_run(self, path):
        if self.state == "cold":
            evict(path)
