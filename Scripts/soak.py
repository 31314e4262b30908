#!/usr/bin/env python3
"""Changes files at random moments while `spalt` reads them: truncates them, replaces them, appends to them.

Each run must end within 10 seconds with status 0 or 2; everything that comes out must have been in the file at some
time, in its order and without a gap; and a message must give the number of records that came out. Prints one line a kind, and fails with the first run that is wrong, whose input and output are kept.

    Scripts/soak.py --spalt .build/release/spalt --runs 1000 [--seed 1]
"""

import argparse
import gzip
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter

LINE_COUNT = 60_000
KINDS = ("plain", "lz4", "gz", "zst")
CHANGES = ("truncate", "replace", "append", "truncate-append")
SINKS = ("raw", "csv", "table", "ndjson")
HEADERS = {"n,generation,text,_extra", "n generation text"}
MODES = ("auto", "mmap", "read")


class Content:
    """Lines that nobody else writes, and what each looks like in every output."""

    def __init__(self, generation, count, seed):
        chance = random.Random(seed)
        self.raw = []
        self.outputs = {sink: {} for sink in SINKS}
        for number in range(count):
            text = f"{generation}-{number}-" + "%032x" % chance.getrandbits(128) * chance.randint(1, 6)
            line = f'{{"n":{number},"generation":"{generation}","text":"{text}"}}'
            self.raw.append(line)
            place = (generation, number)
            self.outputs["raw"][line] = place
            self.outputs["ndjson"][line] = place
            self.outputs["csv"][f"{number},{generation},{text},"] = place
            self.outputs["table"][f"{number} {generation} {text}"] = place
        self.bytes = ("\n".join(self.raw) + "\n").encode()


def compress(kind, data):
    if kind == "plain":
        return data
    if kind == "gz":
        return gzip.compress(data, 1)
    program = {"lz4": ["lz4", "-1", "-B4", "-c"], "zst": ["zstd", "-1", "-q", "-c"]}[kind]
    return subprocess.run(program, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout


def kinds_at_hand():
    return [kind for kind in KINDS if kind not in ("lz4", "zst") or shutil.which({"lz4": "lz4", "zst": "zstd"}[kind])]


class Soak:
    def __init__(self, spalt, folder, seed):
        self.spalt = spalt
        self.folder = folder
        self.chance = random.Random(seed)
        self.old = Content("old", LINE_COUNT, 1)
        self.new = Content("new", LINE_COUNT // 2, 2)
        self.more = Content("more", 2000, 3)
        self.places = {
            sink: {**self.old.outputs[sink], **self.new.outputs[sink], **self.more.outputs[sink]} for sink in SINKS
        }
        self.stored = {
            kind: [compress(kind, content.bytes) for content in (self.old, self.new, self.more)] for kind in kinds_at_hand()
        }
        self.durations = {}
        self.statuses = Counter()

    def change(self, how, path, kind):
        old, new, more = self.stored[kind]
        if how.startswith("truncate"):
            os.truncate(path, self.chance.randrange(len(old)))
        if how == "replace":
            with open(path + ".new", "wb") as file:
                file.write(new)
            os.rename(path + ".new", path)
        if how.endswith("append"):
            with open(path, "ab") as file:
                file.write(more)

    def run(self, number):
        chance = self.chance
        kind = chance.choice(sorted(self.stored))
        # A compressed stream that goes on as another one is damaged, and only its end tells.
        how = chance.choice(CHANGES if kind == "plain" else CHANGES[:3])
        sink = chance.choice(SINKS)
        mode = chance.choice(MODES)
        path = os.path.join(self.folder, "app.log")
        with open(path, "wb") as file:
            file.write(self.stored[kind][0])
        command = [self.spalt, path, "-f", "ndjson", "--to", sink, "--io", mode, "-j", str(chance.choice((1, 2, 3)))]
        with open(os.path.join(self.folder, "out"), "wb") as out, open(os.path.join(self.folder, "err"), "wb") as err:
            start = time.monotonic()
            child = subprocess.Popen(command, stdout=out, stderr=err)
            time.sleep(chance.random() * self.durations.get((kind, sink), 0.1))
            self.change(how, path, kind)
            try:
                status = child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()
                status = "no end within 10 s"
        duration = time.monotonic() - start
        key = (kind, sink)
        self.durations[key] = (self.durations.get(key, duration) + duration) / 2
        problem = self.problem(status, sink, how)
        self.statuses[(how, status)] += 1
        if problem:
            sys.exit(f"run {number}: {problem}\n  {' '.join(command)}\n  {how}; see {self.folder}")

    def problem(self, status, sink, how):
        with open(os.path.join(self.folder, "err"), encoding="utf-8", errors="replace") as file:
            messages = file.read()
        if status not in (0, 2):
            return f"status {status}: {messages}"
        if status == 2 and "changed while it was being read" not in messages and "lz4" not in messages and "gzip" not in messages and "zstd" not in messages:
            return f"status 2 without a reason: {messages}"
        if status != 0 and how == "replace":
            return f"a file that was replaced is still there: {messages}"
        with open(os.path.join(self.folder, "out"), "rb") as file:
            lines = file.read().decode().split("\n")
        if lines[-1] != "":
            return "the output ends within a line"
        lines = lines[:-1]
        if sink == "table":
            lines = [" ".join(line.split()) for line in lines]
        if lines and lines[0] in HEADERS:
            lines = lines[1:]
        places = [self.places[sink].get(line) for line in lines]
        if None in places:
            return f"never was in the file: {lines[places.index(None)]}"
        numbers = {}
        for generation, number in places:
            # What is appended to half a line is no record.
            expected = numbers.get(generation, number if generation == "more" and number < 2 else 0)
            if number != expected:
                return f"a gap: line {number} of {generation} where {expected} comes"
            numbers[generation] = number + 1
        if "more" in numbers and places[-1][0] != "more":
            return "out of order"
        said = re.search(r"(\d+|no) records? came out", messages)
        if said and int(said[1].replace("no", "0")) != len(lines):
            return f"{len(lines)} records came out: {messages}"
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spalt", required=True)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="spalt-soak-")
    soak = Soak(os.path.abspath(arguments.spalt), folder, arguments.seed)
    for number in range(arguments.runs):
        soak.run(number)
    shutil.rmtree(folder)
    for (how, status), count in sorted(soak.statuses.items()):
        print(f"{how:16} status {status}: {count}")
    print(f"{arguments.runs} runs, seed {arguments.seed}: nothing came out that was not in the file")


if __name__ == "__main__":
    main()
