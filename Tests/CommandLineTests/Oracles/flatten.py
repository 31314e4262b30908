"""Holds `spalt parse` against CPython's json, value by value.

    flatten.py compare INPUT OUTPUT     OUTPUT is what `spalt parse INPUT` printed
    flatten.py generate SEED LINES      prints random lines for such a comparison

Numbers are compared as text, strings decoded, arrays and empty objects with the order and the text
of what is in them. A line that is not JSON must be missing from the output.
"""

import json
import random
import sys


class Number(str):
    """A number as it stands in the text."""


def refuse(word):
    raise ValueError(word)


WHITE_SPACE = " \t\r\n"


class Pairs(tuple):
    """An object: its members in order, names that stand twice included."""


DECODER = json.JSONDecoder(
    object_pairs_hook=Pairs, parse_float=Number, parse_int=Number, parse_constant=refuse)


def records(line):
    """The values on a line, or None when the line is no record. Several values must be objects."""
    values, at = [], 0
    line = line.strip(WHITE_SPACE)
    try:
        while at < len(line):
            value, at = DECODER.raw_decode(line, at)
            values.append(value)
            while at < len(line) and line[at] in WHITE_SPACE:
                at += 1
    except (ValueError, RecursionError):
        return None
    if len(values) > 1 and not all(isinstance(value, Pairs) for value in values):
        return None
    return values


def part(key):
    """A key inside a dotted name."""
    if key == "" or "." in key or '"' in key:
        return '"' + key.replace('"', '""') + '"'
    return key


def flat(value):
    """The columns of a record: names and leaves. The last of several equal keys wins."""
    if not isinstance(value, Pairs):
        return {"_value": value}
    columns = {}

    def add(prefix, members):
        for key, member in dict(members).items():
            name = prefix + part(key)
            if isinstance(member, Pairs) and member:
                add(name + ".", member)
            else:
                columns[name] = member

    add("", value)
    return columns


def comparable(value):
    """A value with its type, so that 1, "1" and true differ; half surrogates count as U+FFFD."""
    if isinstance(value, Number):
        return ("number", str(value))
    if isinstance(value, str):
        return ("string", whole(value))
    if isinstance(value, Pairs):
        return ("object", [(whole(key), comparable(member)) for key, member in value])
    if isinstance(value, list):
        return ("array", [comparable(member) for member in value])
    return ("word", value)


def decoded(line):
    """The text of a line. Ill-formed UTF-8 becomes U+FFFD in strings; where it belongs to a key, the
    line is no record, so nothing is left of it."""
    text = line.decode("utf-8", "replace")
    if text.encode("utf-8") == line:
        return text
    marked = line.decode("utf-8", "surrogateescape")

    def members(value):
        if isinstance(value, Pairs):
            for key, member in value:
                yield key
                yield from members(member)

    keys = [key for value in records(marked) or [] for key in members(value)]
    return "" if any(0xDC80 <= ord(c) <= 0xDCFF for key in keys for c in key) else text


def whole(text):
    return "".join("\uFFFD" if 0xD800 <= ord(c) < 0xE000 else c for c in text)


def compare(input_path, output_path):
    with open(input_path, "rb") as file:
        content = file.read()
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
    with open(output_path, "rb") as file:
        written = file.read().split(b"\n")
    if written.pop() != b"":
        sys.exit("the output does not end in a line feed")
    count = 0
    for number, line in enumerate(content.split(b"\n"), 1):
        for value in records(decoded(line)) or []:
            if count == len(written):
                sys.exit(f"line {number}: not in the output")
            expected = {whole(name): comparable(leaf) for name, leaf in flat(value).items()}
            found = DECODER.decode(written[count].decode("utf-8"))
            names = [whole(name) for name, _ in found]
            if len(set(names)) != len(names):
                sys.exit(f"line {number}: a name stands twice in {written[count]!r}")
            actual = {whole(name): comparable(leaf) for name, leaf in found}
            if actual != expected:
                sys.exit(f"line {number}: {line!r}\nexpected {expected!r}\nfound    {actual!r}")
            count += 1
    if count != len(written):
        sys.exit(f"{len(written) - count} records too many in the output")
    print(count)


# Random lines


KEYS = ["a", "b", "c", "id", "status", "http", "path", "ünïcode", "日本", "a.b", 'q"', "", "x y",
        "tab\t", "long" * 30, "back\\", "_value", "\x7f", "\u2028"]
STRINGS = ["", "x", "twelve bytes", "thirteen byte", "GET", "2024-02-29T12:00:00Z", "line\nfeed",
           'said "no"', "back\\slash", "größer", "日本語テキスト", "🚀" * 9, "\x01\x1f", "/", "\u2028"]
NUMBERS = ["0", "-0", "1", "-1", "200", "1.0", "0.10", "1e5", "1E+5", "1e-7", "1E400", "1e-400",
           "12345678901234567890", "-9223372036854775808", "9223372036854775807",
           "9223372036854775808", "3.141592653589793238462643", "0.1e1", "123456789.987654321"]
SPACES = ["", "", "", "", " ", "  ", "\t", "\r"]


def random_string(rng, text):
    result = []
    for c in text:
        kind = rng.random()
        if c in '"\\' or ord(c) < 0x20 or kind < 0.02:
            units = c.encode("utf-16-be")
            result += [f"\\u{units[i]:02x}{units[i + 1]:02X}" for i in range(0, len(units), 2)]
        elif c == "/" and kind < 0.5:
            result.append("\\/")
        else:
            result.append(c)
    return '"' + "".join(result) + '"'


def random_value(rng, depth):
    kind = rng.random()
    space = rng.choice(SPACES)
    if depth < 4 and kind < 0.12:
        return random_object(rng, depth + 1)
    if depth < 4 and kind < 0.2:
        members = [random_value(rng, depth + 1) for _ in range(rng.randrange(4))]
        return "[" + space + ("," + space).join(members) + space + "]"
    if kind < 0.45:
        return rng.choice(NUMBERS)
    if kind < 0.6:
        return rng.choice(["true", "false", "null"])
    return random_string(rng, rng.choice(STRINGS))


def random_object(rng, depth=0):
    space = rng.choice(SPACES)
    count = rng.choice([0, 1, 2, 3, 5, 9])
    members = []
    for _ in range(count):
        key = random_string(rng, rng.choice(KEYS))
        members.append(key + space + ":" + rng.choice(SPACES) + random_value(rng, depth))
    return "{" + space + ("," + space).join(members) + space + "}"


def random_line(rng, usual):
    kind = rng.random()
    if kind < 0.6:
        # One of a few shapes that come again and again with other values.
        shape = rng.choice(usual)
        members = [f'"{key}":{random_value(rng, 3)}' for key in shape]
        return "{" + ",".join(members) + "}"
    if kind < 0.85:
        return random_object(rng)
    if kind < 0.88:
        return random_object(rng) + rng.choice(SPACES) + random_object(rng)
    if kind < 0.9:
        return random_value(rng, 0)
    if kind < 0.93:
        return rng.choice(["", " ", "\t", "  "])
    line = random_object(rng)
    at = rng.randrange(len(line))
    return line[:at] + rng.choice(["", "}", '"', ",", "\\", "\x02", "x"]) + line[at + 1:]


def generate(seed, line_count):
    rng = random.Random(seed)
    usual = [rng.sample(["ts", "level", "msg", "status", "n", "user"], rng.randrange(1, 7))
             for _ in range(5)]
    out = sys.stdout.buffer
    for _ in range(line_count):
        line = random_line(rng, usual).encode("utf-8").replace(b"\n", b" ")
        if rng.random() < 0.01:
            at = rng.randrange(len(line) + 1)
            line = line[:at] + rng.choice([b"\xff", b"\xc3", b"\xed\xa0\x80"]) + line[at:]
        out.write(line + rng.choice([b"\n", b"\n", b"\n", b"\r\n"]))


if __name__ == "__main__":
    if sys.argv[1] == "compare":
        compare(sys.argv[2], sys.argv[3])
    else:
        generate(int(sys.argv[2]), int(sys.argv[3]))
