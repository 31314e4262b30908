"""Input files: generated once, with the truth about them, and used again."""
import hashlib
import json
import os
import re
import subprocess
from dataclasses import dataclass


@dataclass
class Data:
    path: str
    bytes: int
    truth: dict

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

    def has(self, kind, size):
        """Whether a file is there already."""
        path = self._path(kind, size)
        return self._complete(path, self._truth_path(path))

    def get(self, kind, size):
        key = (kind, size)
        if key not in self._made:
            self._made[key] = self._make(kind, size)
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
