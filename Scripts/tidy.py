#!/usr/bin/env python3
"""Checks what neither the compiler nor the formatter checks. Prints every finding, and fails if there is one."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIBRARY = ROOT / "Sources" / "Spalt"

# The folders of the library in which memory is touched; all others are plain, checked Swift.
UNSAFE_FOLDERS = {"System", "Memory", "Bytes"}
# One wrapper file for each C library may use `unsafe`, too. Paths within Sources/Spalt.
UNSAFE_FILES = {
    "Columnar/Export/CData.swift",
    "Compression/Gzip/ISAL.swift",
    "Compression/Gzip/Zlib.swift",
    "Compression/LZ4/LZ4.swift",
    "Compression/LZ4/LZ4FrameCompressor.swift",
    "Compression/Zstd/Zstd.swift",
    "Compression/Zstd/ZstdCompressor.swift",
    "Query/Regex/PCRE2.swift",
}
LONGEST_FILE_LINES = 400
# Tables, and algorithms that are a family of near-identical functions.
LONG_FILES = {
    "SpaltKernels/include/SpaltPowersOfFive.h": "generated table",
    "SpaltKernels/scan.inc.h": "the one algorithm file that every instruction set includes",
}

UNSAFE = re.compile(r"(?<![@\w.])unsafe\b(?!\()")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
IMPORT = re.compile(r"^\s*(?:@\w+\s+|public\s+|internal\s+|package\s+|private\s+)*import\s+(?:\w+\s+)?(\w+)")


def code_lines(text):
    """The lines without comments and string literals, with their numbers."""
    for number, line in enumerate(text.split("\n"), 1):
        yield number, STRING.sub('""', line).split("//")[0]


def check_library_file(path, text):
    relative = path.relative_to(LIBRARY)
    may_be_unsafe = relative.parts[0] in UNSAFE_FOLDERS or str(relative) in UNSAFE_FILES
    uses = [number for number, code in code_lines(text) if UNSAFE.search(code)]
    if uses and not may_be_unsafe:
        yield uses[0], f"`unsafe` outside {', '.join(sorted(UNSAFE_FOLDERS))}"
    if uses and may_be_unsafe and "SAFETY:" not in text:
        yield uses[0], "`unsafe` without a `SAFETY:` comment in the whole file"
    for number, code in code_lines(text):
        found = IMPORT.match(code)
        if found and found.group(1).startswith("Foundation"):
            yield number, "the library does not import Foundation"


def check_length(path, text):
    lines = text.count("\n")
    name = path.relative_to(ROOT / "Sources").as_posix()
    if lines > LONGEST_FILE_LINES and name not in LONG_FILES:
        yield lines, f"{lines} lines; {LONGEST_FILE_LINES} are enough for one idea"


def check_manifest(text):
    for number, code in code_lines(text):
        if "unsafeFlags" in code:
            yield number, "unsafeFlags would keep other packages from depending on this one"


def findings():
    for path in sorted((ROOT / "Sources").rglob("*")):
        if path.suffix not in (".swift", ".c", ".h"):
            continue
        text = path.read_text(encoding="utf-8")
        found = list(check_length(path, text))
        if path.suffix == ".swift" and LIBRARY in path.parents:
            found += check_library_file(path, text)
        for line, message in found:
            yield f"{path.relative_to(ROOT)}:{line}: {message}"
    manifest = ROOT / "Package.swift"
    for line, message in check_manifest(manifest.read_text(encoding="utf-8")):
        yield f"{manifest.name}:{line}: {message}"


def main():
    found = list(findings())
    for finding in found:
        print(finding)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
