"""Input files: generated once, with the truth about them, and used again."""
import hashlib
import json
import os
import re
import subprocess
from dataclasses import dataclass
from typing import Optional, Tuple


@dataclass
class Data:
    path: str
    bytes: int                      # of the content, when the file is compressed
    truth: dict
    stored_bytes: Optional[int] = None  # of a compressed file

    @property
    def name(self):
        return os.path.basename(self.path)


def parse_size(text):
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kKMG]?i?)B?", text.strip())
    if not match:
        raise ValueError(f"not a size: {text}")
    unit = match.group(2)
    base = 1024 if unit.endswith("i") else 1000
    return int(float(match.group(1)) * base ** " KMG".index((unit[:1].upper() or " ")))


# Files that are a part of a generated one: the lines for which a function says so. Their truth is the number of lines.
PARTS = {"logfmt-unescaped": ("logfmt", lambda line: b"\\" not in line)}


@dataclass(frozen=True)
class Codec:
    """A way to compress a generated file. The commands take the file's name behind them and write to standard output."""
    name: str
    suffix: str
    compress: Tuple[str, ...]
    decompress: Tuple[str, ...]


_UNLZ4 = ("lz4", "-dc")
CODECS = {codec.name: codec for codec in (
    Codec("lz4", ".lz4", ("lz4", "-q", "-1", "-c"), _UNLZ4),  # independent blocks of 4 MiB, a checksum of the content
    Codec("lz4-64k", ".64k.lz4", ("lz4", "-q", "-1", "-B4", "-c"), _UNLZ4),
    Codec("lz4-64k-linked", ".64k-linked.lz4", ("lz4", "-q", "-1", "-B4", "-BD", "-c"), _UNLZ4),
    Codec("gz", ".gz", ("gzip", "-n", "-c"), ("gzip", "-dc")),
    Codec("zst", ".zst", ("zstd", "-q", "-c"), ("zstd", "-q", "-dc")),
)}


def _write_part(source, path, truth_path, keeps):
    lines = size = 0
    with open(source, "rb") as whole, open(path, "wb") as part:
        for line in whole:
            if keeps(line):
                part.write(line)
                lines += 1
                size += len(line)
    with open(truth_path, "w") as file:
        json.dump({"lines": lines, "bytes": size, "fields": {}, "counts": {}}, file)


class Store:
    def __init__(self, build, folder, seed):
        self.build, self.folder, self.seed = build, folder, seed
        self._made, self._hashes = {}, {}

    def has(self, kind, size, codec=None):
        """Whether a file is there already."""
        path = self._path(kind, size)
        return self._complete(path, self._truth_path(path)) and (codec is None or os.path.exists(self._compressed_path(path, codec)))

    def get(self, kind, size, codec=None):
        """A generated file, or its copy compressed with the codec of this name."""
        key = (kind, size, codec)
        if key not in self._made:
            self._made[key] = self._make(kind, size) if codec is None else self._compress(self.get(kind, size), CODECS[codec])
        return self._made[key]

    def _path(self, kind, size):
        return os.path.join(self.folder, f"{kind}-{size}-seed{self.seed}-{self.build.generator_hash()[:8]}.log")

    @staticmethod
    def _truth_path(path):
        return path[:-4] + ".truth.json"

    def _make(self, kind, size):
        os.makedirs(self.folder, exist_ok=True)
        path = self._path(kind, size)
        truth_path = self._truth_path(path)
        if not self._complete(path, truth_path):
            temporary = path + ".part"
            if kind in PARTS:
                whole, keeps = PARTS[kind]
                _write_part(self.get(whole, size).path, temporary, truth_path, keeps)
            else:
                subprocess.run([self.build.generator(), kind, "--bytes", str(size), "--seed", str(self.seed), "--out", temporary,
                                "--truth", truth_path], check=True)
            os.replace(temporary, path)
        with open(truth_path) as file:
            truth = json.load(file)
        return Data(path, os.path.getsize(path), truth)

    @staticmethod
    def _compressed_path(path, codec):
        return path[:-4] + CODECS[codec].suffix

    def _compress(self, plain, codec):
        path = self._compressed_path(plain.path, codec.name)
        if not os.path.exists(path):
            command = [self.build.tool(codec.compress[0]), *codec.compress[1:], os.path.realpath(plain.path)]  # zstd reads no symbolic links
            with open(path + ".part", "wb") as file:
                subprocess.run(command, stdout=file, check=True)
            os.replace(path + ".part", path)
        return Data(path, plain.bytes, plain.truth, os.path.getsize(path))

    @staticmethod
    def _complete(path, truth_path):
        try:
            with open(truth_path) as file:
                return json.load(file)["bytes"] == os.path.getsize(path)
        except (OSError, ValueError, KeyError):
            return False

    def hashes(self):
        """SHA-256 of every file that was used (its first 16 digits)."""
        for data in self._made.values():
            if data.name not in self._hashes:
                digest = hashlib.sha256()
                with open(data.path, "rb") as file:
                    while block := file.read(1 << 20):
                        digest.update(block)
                self._hashes[data.name] = digest.hexdigest()[:16]
        return self._hashes
