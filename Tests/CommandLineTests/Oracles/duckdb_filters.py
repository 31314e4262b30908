"""What DuckDB selects: a file of records, expressions over it, and the records that each one selects.

    duckdb_filters.py SEED COUNT FILE     writes the records to FILE and prints a line an expression:
                                          {"where": "…", "ids": [0, 3, …]}, or {"where": "…", "error": "…"}

Expressions are written so that DuckDB and Spalt read the same text. Every one is evaluated for every
record, without an optimiser, so that an error in one record is an error of the whole.
"""

import json
import random
import sys

import duckdb

RECORD_COUNT = 3000
# As many expressions at most may select everything or nothing.
TRIVIAL_SHARE = 0.12

TYPES = {
    "id": "BIGINT", "n": "BIGINT", "big": "BIGINT", "status": "BIGINT", "x": "DOUBLE",
    "ratio": "DOUBLE", "ok": "BOOLEAN", "ts": "TIMESTAMP", "s": "VARCHAR", "level": "VARCHAR",
    "code": "VARCHAR", "due": "VARCHAR", "a.b": "BIGINT", "two words": "VARCHAR", "order": "BIGINT",
    "http": 'STRUCT("method" VARCHAR, "path" VARCHAR, "ms" DOUBLE)',
}

# Records

LEVELS = ["DEBUG", "INFO", "WARN", "ERROR"]
METHODS = ["GET", "POST", "DELETE"]
TEXTS = [
    "", " ", "a", "ab", "timeout", "upstream timeout", "Timeout upstream", "request completed",
    "twelve bytes", "thirteen byte", "100%", "100% done", "a_b", "axb", "it's", 'said "no"', "back\\slash",
    "two\nlines", "tab\there", "größer", "GRÖSSER", "naïve café", "日本語テキスト", "🚀 launched", "Ünïcode",
    "error 404 at /api/v1/users", "error 500 at /api/v2/orders", "10.0.0.1 - - GET /index.html",
    "connection to upstream 10.20.30.40:8080 timed out after 3000 ms", "x" * 300, "%", "_", "\\%",
    "ends with a.", "key=value other=7", "A", "B", "aB", "\u007f", "e\u0301", "null", "true",
]
CODES = [
    "12", "-7", " 12 ", "+5", "007", "-0", "1.5", "2.5", "-2.5", "1e3", "1.5e-1", "abc", "", "12a", "1 2",
    "99999999999999999999", "9223372036854775807", "-9223372036854775808", "true", "false", "t", "F",
    "yes", "0", "1", "200",
]
DUES = [
    "never", "2024-03-05", "2024-03-05 10:00:00", "2024-03-05T10:00:00Z", "2024-03-05T10:00:00.5Z",
    "2024-02-30", "2024-13-01", "", "2023-12-31 23:59:59.999999", "10:00:00", "2025",
]
BIGS = [
    9223372036854775807, -9223372036854775808, 9007199254740993, -9007199254740993, 9007199254740992,
    4294967296, 2147483648, -2147483649, 1000000000000000000, 0, 1, -1,
]
DOUBLES = [
    "0.0", "-0.0", "5", "-3", "0.1", "1e300", "-1e300", "5e-324", "1E2", "2.5", "-2.5", "0.5", "123456789.125",
    "1e-7", "9007199254740993", "3.0",
]
TIMES = [
    "1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00Z", "2024-02-29T12:30:00Z",
    "2024-02-29T12:30:00.000001Z", "2024-12-31T23:59:59.999Z", "2025-01-01T00:00:00Z",
]


def time_of(rng):
    if rng.random() < 0.15:
        return rng.choice(TIMES)
    fraction = rng.choice(["", "", ".%03d" % rng.randrange(1000), ".%06d" % rng.randrange(1000000), ".5"])
    return "%04d-%02d-%02dT%02d:%02d:%02d%sZ" % (
        rng.randrange(2023, 2026), rng.randrange(1, 13), rng.randrange(1, 29), rng.randrange(24),
        rng.randrange(60), rng.randrange(60), fraction)


def text_of(rng, text):
    """A JSON string, sometimes with escapes that need not be."""
    encoded = json.dumps(text, ensure_ascii=rng.random() < 0.1)
    if rng.random() < 0.05:
        encoded = encoded.replace("e", "\\u0065")
    if rng.random() < 0.05:
        encoded = encoded.replace("/", "\\/")
    return encoded


def double_of(rng):
    if rng.random() < 0.2:
        return rng.choice(DOUBLES)
    return "%.*f" % (rng.randrange(1, 7), rng.uniform(-100, 100))


def http_of(rng):
    if rng.random() < 0.03:
        return "null"
    members = []
    if rng.random() < 0.95:
        members.append('"method":"%s"' % rng.choice(METHODS))
    if rng.random() < 0.9:
        path = rng.choice(["/", "/index.html", "/api/v1/users/%d", "/api/v2/orders/%d", "/search?q=a%%20b"])
        members.append('"path":' + text_of(rng, path % rng.randrange(50) if "%d" in path else path))
    if rng.random() < 0.8:
        members.append('"ms":%.2f' % rng.uniform(0, 500))
    return "{" + ",".join(members) + "}"


def record(rng, number):
    """One line. A member is missing, null or has a value."""
    members = [
        ("n", 0.05, lambda: str(rng.randrange(-20, 21) if rng.random() < 0.5 else rng.randrange(-1000, 1001))),
        ("big", 0.1, lambda: str(rng.choice(BIGS) if rng.random() < 0.5 else rng.randrange(-2**62, 2**62))),
        ("status", 0, lambda: str(rng.choice([200, 200, 200, 204, 301, 404, 500, 503]))),
        ("x", 0.08, lambda: double_of(rng)),
        ("ratio", 0.02, lambda: "%.4f" % rng.random()),
        ("ok", 0.1, lambda: rng.choice(["true", "false"])),
        ("ts", 0.05, lambda: '"%s"' % time_of(rng)),
        ("s", 0.06, lambda: text_of(rng, rng.choice(TEXTS) + rng.choice(["", "", "", " %d" % rng.randrange(20)]))),
        ("level", 0.02, lambda: '"%s"' % rng.choice(LEVELS)),
        ("code", 0.05, lambda: text_of(rng, rng.choice(CODES))),
        ("due", 0.05, lambda: text_of(rng, rng.choice(DUES))),
        ("http", 0.05, lambda: http_of(rng)),
        ("a.b", 0.1, lambda: str(rng.randrange(51))),
        ("two words", 0.1, lambda: text_of(rng, rng.choice(["left right", "left", "right", "Left"]))),
        ("order", 0.3, lambda: str(rng.randrange(5))),
    ]
    if rng.random() < 0.05:
        rng.shuffle(members)
    parts = ['"id":%d' % number]
    for name, rare, value in members:
        kind = rng.random()
        if kind >= rare:
            parts.append('"%s":%s' % (name, value()))
        elif kind < rare / 2:
            parts.append('"%s":null' % name)
    return "{" + ",".join(parts) + "}"


def write_records(rng, path):
    """Every name and type is in the first line."""
    first = (
        '{"id":0,"n":1,"big":1,"status":200,"x":0.5,"ratio":0.5,"ok":true,"ts":"2024-01-01T00:00:00Z",'
        '"s":"first","level":"INFO","code":"none","due":"never","http":{"method":"GET","path":"/","ms":1.5},'
        '"a.b":1,"two words":"left","order":1}')
    lines = [first] + [record(rng, number) for number in range(1, RECORD_COUNT)]
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write("\n".join(lines) + "\n")


# Expressions


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


class Generator:
    """Random expressions by type. Decimal literals have an exponent, because DuckDB takes one without
    for a DECIMAL; integers are so small, or used with so little, that nothing overflows."""

    def __init__(self, rng):
        self.rng = rng

    def pick(self, *choices):
        """One of the choices; what can be called is called."""
        choice = self.rng.choice(choices)
        return choice() if callable(choice) else choice

    def comparison(self):
        return self.pick("=", "<>", "!=", "<", "<=", ">", ">=", "==")

    def negation(self):
        return self.pick("", "", "NOT ")

    # Truth values

    def truth(self, depth):
        if depth == 0:
            return self.test()
        parts = [self.truth(self.rng.randrange(depth)) for _ in range(self.rng.choice([2, 2, 3]))]
        joined = self.pick(" AND ", " OR ", " and ").join(parts)
        return self.pick(
            joined, joined, "(%s)" % joined, "NOT (%s)" % joined, "NOT " + joined,
            "(%s) IS %s%s" % (joined, self.negation(), self.pick("NULL", "TRUE", "FALSE")),
            "CASE WHEN %s THEN %s ELSE %s END" % (parts[0], parts[1], self.test()),
            "coalesce(%s, %s)" % (parts[0], self.pick("true", "false", "ok")),
            "(%s) = (%s)" % (parts[0], parts[1]))

    def test(self):
        return self.pick(
            self.integer_test, self.integer_test, self.double_test, self.text_test, self.text_test,
            self.like_test, self.like_test, self.regex_test, self.regex_test, self.time_test, self.time_test,
            self.bool_test, self.null_test, self.big_test, self.cast_test, self.call_test)

    def bool_test(self):
        return self.pick(
            "ok", "NOT ok", "ok IS TRUE", "ok IS NOT FALSE", "ok = true", "ok <> false", "ok IS NOT TRUE",
            "ok IN (true, NULL)", "ok = (%s)" % self.integer_test(), "ok IS DISTINCT FROM (%s)" % self.text_test(),
            "ok > false", "coalesce(ok, false)", "ok = 'true'", "CASE ok WHEN true THEN n > 0 ELSE n < 0 END")

    def null_test(self):
        column = self.pick(
            "n", "big", "x", "ok", "ts", "s", "http.path", "http.method", "http.ms", '"a.b"', '"two words"',
            '"order"', "http.\"path\"", "code", "due")
        return self.pick(
            "%s IS NULL" % column, "%s IS NOT NULL" % column, "%s ISNULL" % column, "%s NOTNULL" % column,
            "%s = NULL" % column, "(%s = NULL) IS NULL AND %s IS NOT NULL" % (column, column),
            "coalesce(%s, NULL) IS NULL" % column, "%s IS NOT DISTINCT FROM NULL" % column)

    # Integers

    def integer_column(self):
        return self.pick("n", "n", "status", '"a.b"', '"order"', "id", "length(s)")

    def small(self):
        return str(self.rng.choice([0, 1, 2, 3, 5, 7, 10, 20, 100, 200, 404, 500, -1, -3, -10, -100]))

    def integer(self, depth=2):
        if depth == 0:
            return self.integer_column()
        left = self.integer(self.rng.randrange(depth))
        return self.pick(
            self.integer_column, self.integer_column, "%s + %s" % (left, self.small()),
            "%s - %s" % (left, self.integer_column()), "%s * %s" % (left, self.small()),
            "(%s + %s) * %s" % (left, self.small(), self.integer_column()),
            "%s %% %s" % (left, self.pick("2", "3", "7", "-3", "10")),
            "%s // %s" % (left, self.pick("2", "3", "-7", "10")), "-(%s)" % left, "abs(%s)" % left,
            "coalesce(%s, %s)" % (self.integer_column(), self.small()),
            "CASE WHEN %s THEN %s ELSE %s END" % (self.double_test(), self.integer_column(), self.small()),
            "nullif(%s, %s)" % (self.integer_column(), self.small()),
            "greatest(%s, %s)" % (self.integer_column(), self.small()),
            "least(%s, %s)" % (self.integer_column(), self.integer_column()))

    def integer_list(self):
        items = [self.small() for _ in range(self.rng.randrange(1, 7))]
        if self.rng.random() < 0.15:
            items.append("NULL")
        if self.rng.random() < 0.15:
            items.append(self.integer_column())
        return ", ".join(items)

    def integer_test(self):
        value = self.integer()
        return self.pick(
            "%s %s %s" % (value, self.comparison(), self.small()),
            "%s %s %s" % (value, self.comparison(), self.small()),
            "%s %s %s" % (self.small(), self.comparison(), value),
            "%s %s %s" % (value, self.comparison(), self.integer(1)),
            "%s %sIN (%s)" % (value, self.negation(), self.integer_list()),
            "%s %sBETWEEN %s AND %s" % (value, self.negation(), self.small(), self.small()),
            "%s BETWEEN %s AND %s" % (value, self.pick("-5", "-100"), self.pick("50", "300", "n", "NULL")),
            "%s IS %sDISTINCT FROM %s" % (value, self.negation(), self.pick(self.small, self.integer_column)),
            "%s %s %s" % (value, self.comparison(), self.pick("1.5e0", "2e0", "-0.5e0", "'5'", "1e18")))

    def big_test(self):
        number = self.pick(
            "9223372036854775807", "-9223372036854775808", "9007199254740993", "9007199254740992", "4294967296",
            "2147483648", "0", "-1", "1000000000000000000", "4611686018427387904", "9007199254740993e0", "1e18",
            "9.2e18", "n", "x", "'4294967296'")
        return self.pick(
            "big %s %s" % (self.comparison(), number), "big %s %s" % (self.comparison(), number),
            "%s %s big" % (number, self.comparison()), "big %sBETWEEN -4294967296 AND %s" % (self.negation(), number),
            "big %sIN (0, 1, %s, 9223372036854775807)" % (self.negation(), number),
            "big %% %s = %s" % (self.pick("2", "10", "1000"), self.pick("0", "1", "7")), "big // 1000000 > 0",
            "big IS DISTINCT FROM %s" % number, "big / 2 > 1e18")

    # Doubles

    def double_literal(self):
        return self.pick("0e0", "0.5e0", "1.5e0", "-2.5e0", "1e2", "1e300", "-1e-7", "25e0", "5e1", "-50.25e0", "0.1e0")

    def double(self, depth=2):
        leaf = self.pick("x", "x", "ratio", "ratio * 100", "http.ms")
        if depth == 0:
            return leaf
        left = self.double(self.rng.randrange(depth))
        return self.pick(
            leaf, leaf, "%s + %s" % (left, self.double_literal()), "%s - %s" % (left, leaf),
            "%s * %s" % (left, self.pick("2", "0.5e0", "n")), "%s / %s" % (left, self.pick("2", "n", "ratio")),
            "abs(%s)" % left, "round(%s)" % left, "floor(%s)" % left, "ceil(%s)" % left, "-(%s)" % left,
            "n / %s" % self.pick("7", "2.5e0", "n"), "coalesce(%s, %s)" % (leaf, self.double_literal()),
            "CASE WHEN ok THEN %s ELSE %s END" % (leaf, self.double_literal()))

    def double_test(self):
        value = self.double()
        return self.pick(
            "%s %s %s" % (value, self.comparison(), self.double_literal()),
            "%s %s %s" % (value, self.pick("<", ">"), self.small()),
            "%s %s %s" % (self.double_literal(), self.comparison(), value),
            "%s %s %s" % (value, self.comparison(), self.double(1)),
            "%s %sBETWEEN %s AND %s" % (value, self.negation(), self.pick("-10", "-2.5e0"), self.pick("50", "x")),
            "%s %sIN (0, 5, 0.5e0, 2.5e0, -3)" % (value, self.negation()),
            "%s IS %sDISTINCT FROM %s" % (value, self.negation(), self.double_literal()))

    # Text

    def text_column(self):
        return self.pick("s", "s", "level", "http.path", "http.method", '"two words"', "code")

    def text_literal(self):
        return quoted(self.rng.choice(TEXTS[:28] + LEVELS + METHODS + ["left", "/", "M", "a%", "200", "é"]))

    def text(self, depth=2):
        column = self.text_column()
        if depth == 0:
            return column
        inner = self.text(self.rng.randrange(depth))
        start, length = self.rng.randrange(-4, 7), self.rng.randrange(0, 6)
        return self.pick(
            column, column, "lower(%s)" % inner, "upper(%s)" % inner, "substr(%s, %d, %d)" % (inner, start, length),
            "substring(%s, %d)" % (inner, max(1, start)), "coalesce(%s, %s)" % (column, self.text_literal()),
            "%s || %s" % (inner, self.pick("'!'", self.text_column)), "trim(%s)" % inner,
            "replace(%s, 'o', '0')" % inner, "nullif(%s, '')" % column,
            "CASE level WHEN 'INFO' THEN s WHEN 'ERROR' THEN http.path END",
            "CASE WHEN %s THEN %s ELSE %s END" % (self.integer_test(), column, self.text_literal()))

    def text_test(self):
        value = self.text()
        items = ", ".join(self.text_literal() for _ in range(self.rng.randrange(1, 9)))
        return self.pick(
            "%s %s %s" % (self.text_column(), self.comparison(), self.text_literal()),
            "%s %s %s" % (value, self.comparison(), self.text_literal()),
            "%s %s %s" % (self.text_literal(), self.comparison(), value),
            "%s %s %s" % (value, self.comparison(), self.text(1)),
            "%s %sIN (%s)" % (value, self.negation(), items),
            "level %sIN ('INFO', %s)" % (self.negation(), self.pick("'ERROR'", "NULL", "'WARN', 'x'")),
            "%s %sBETWEEN %s AND 'm'" % (value, self.negation(), self.pick("'a'", "'E'")),
            "%s IS %sDISTINCT FROM %s" % (value, self.negation(), self.text_literal()))

    def call_test(self):
        value = self.text(1)
        piece = self.pick("'a'", "'t'", "'time'", "'upstream'", "'ö'", "'日本'", "'%'", "'_'", "''", "'/api'", "'E'", "level")
        return self.pick(
            "contains(%s, %s)" % (value, piece), "starts_with(%s, %s)" % (value, piece),
            "NOT contains(%s, %s)" % (value, piece), "ends_with(%s, %s)" % (value, piece),
            "%s ^@ %s" % (value, piece), "length(%s) %s %s" % (value, self.comparison(), self.small()),
            "length(%s) > length(%s)" % (value, self.text(1)), "strlen(s) > length(s)",
            "regexp_matches(%s, %s)" % (self.text_column(), self.pattern()),
            "concat(level, '-', status) = 'INFO-200'")

    def like_test(self):
        pattern = self.pick(
            "%time%", "upstream%", "%out", "_", "__", "%\\_%", "%\\%%", "a_b", "%ö%", "日本%", "%e_", "", "%", "_%_",
            "%a%b%", "/api/v_/%", "IN%", "%\n%", "%''%", "%r%s%", "t%t", "%.", "GRÖ%", "%404%users%", "tIMEout", "err% /api/%")
        value = self.pick(self.text_column, self.text_column, lambda: self.text(1))
        escape = " ESCAPE '\\'" if "\\" in pattern else self.pick("", "", "", " ESCAPE '!'", " ESCAPE 'r'", " ESCAPE ''")
        if escape.endswith("'r'"):
            pattern = pattern.replace("r", "")
        operator = self.pick("LIKE", "LIKE", "ILIKE", "NOT LIKE", "NOT ILIKE")
        other = self.pick("level || '%'", "'%' || http.method", "s")
        return self.pick(
            *["%s %s '%s'%s" % (value, operator, pattern, escape)] * 6,
            "%s LIKE %s" % (self.text_column(), other if other != "s" else "'%s%'"))

    def pattern(self):
        return quoted(self.pick(
            "timeout", "time.*out", "^t", "t$", "\\d+", "^\\d+$", "[a-z]+ [a-z]+", "error (404|500)", "^$", "a.b", "\\.",
            "(?i)timeout", "[^a-z ]", "\\bto\\b", "^.{3,6}$", "ö", "[ö-ü]", "^.$", "(\\d{1,3}\\.){3}\\d{1,3}", "/v[12]/",
            "^(GET|POST)$", "\\s\\w+\\s", "x{5,}", "(ab|a)+$", "[[:upper:]]{2}", "\\$|%", "upstream.*timed out after \\d+ ms",
            "^[^/]*$", "(?s)two.lines", "two.lines", "(?m)^lines$", "\\W", "\\D{4}", "e+r", "o{2}|ll", "\\?q=", "\\p{L}{5}",
            "^\\S+$", "a|e|i", "(?:in|out)$", "it's", "日.語"))

    def regex_test(self):
        value = self.pick(self.text_column, self.text_column, lambda: self.text(1))
        return "%s %s %s" % (value, self.pick("~", "~", "~", "!~", "~*", "!~*"), self.pattern())

    # Times

    def time_literal(self):
        day = "%04d-%02d-%02d" % (self.rng.randrange(2023, 2026), self.rng.randrange(1, 13), self.rng.randrange(1, 29))
        clock = "%02d:%02d:%02d" % (self.rng.randrange(24), self.rng.randrange(60), self.rng.randrange(60))
        return self.pick(
            "TIMESTAMP '%s %s'" % (day, clock), "TIMESTAMP '%s'" % day, "'%s'" % day, "'%s %s'" % (day, clock),
            "'%sT%sZ'" % (day, clock), "TIMESTAMP '%s %s.250'" % (day, clock), "TIMESTAMP '2024-02-29 12:30:00'")

    def interval(self):
        count = self.rng.randrange(1, 40)
        unit = self.pick("second", "minute", "hour", "day", "week", "month", "year", "millisecond")
        return self.pick(
            "INTERVAL '%d %ss'" % (count, unit), "INTERVAL %d %s" % (count, unit.upper()),
            "INTERVAL '1 %s'" % unit, "INTERVAL '1 month 2 days'", "INTERVAL '-%d %ss'" % (count, unit),
            "INTERVAL '1 day 02:30:00'")

    def part(self):
        return self.pick("second", "minute", "hour", "day", "week", "month", "quarter", "year")

    def time(self):
        return self.pick(
            "ts", "ts", "date_trunc('%s', ts)" % self.part(), "ts + %s" % self.interval(), "ts - %s" % self.interval(),
            "coalesce(ts, TIMESTAMP '2024-06-01')", "date_trunc('%s', ts + %s)" % (self.part(), self.interval()),
            "CASE WHEN ok THEN ts ELSE ts + INTERVAL '1 year' END", "TRY_CAST(due AS TIMESTAMP)")

    def time_test(self):
        value, moment = self.time(), self.time_literal()
        part, bound = self.rng.choice([
            ("hour", "12"), ("month", "6"), ("year", "2024"), ("day", "15"), ("week", "20"), ("minute", "30"),
            ("dayofweek", "3"), ("dayofyear", "100"), ("quarter", "2"), ("isodow", "6"), ("second", "45")])
        return self.pick(
            *["%s %s %s" % (value, self.pick("<", "<=", ">", ">=", ">", "<", "="), moment)] * 4,
            "%s %sBETWEEN TIMESTAMP '2023-06-01' AND %s" % (value, self.negation(), moment),
            "ts < now()", "ts > now() - INTERVAL '40 years'", "now() < ts + INTERVAL '30 years'",
            "%s > %s" % (value, self.time()), "ts >= TIMESTAMP '2025-03-31' - %s" % self.interval(),
            "ts IS %sDISTINCT FROM TIMESTAMP '2024-02-29 12:30:00'" % self.negation(),
            "ts %sIN ('2024-02-29 12:30:00', '2025-01-01', TIMESTAMP '1970-01-01')" % self.negation(),
            "date_trunc('%s', ts) = ts" % self.pick("second", "hour", "day"),
            "date_part('%s', ts) %s %s" % (part, self.comparison(), bound), "%s(ts) %s %s" % (part, self.comparison(), bound),
            "extract(%s FROM ts) %s %s" % (self.pick("hour", "month", "year"), self.comparison(), self.pick("5", "12", "2024")),
            "epoch_ms(ts) %s 1709208600000" % self.comparison(), "CAST(ts AS DATE) = DATE '2024-02-29'",
            "ts::DATE %s DATE '2024-06-30'" % self.comparison())

    # Casts

    def cast_test(self):
        kind = self.pick("CAST(%s AS %s)", "TRY_CAST(%s AS %s)", "%s::%s")
        return self.pick(
            "TRY_CAST(code AS BIGINT) %s %s" % (self.comparison(), self.small()),
            "TRY_CAST(code AS DOUBLE) %s %s" % (self.comparison(), self.double_literal()),
            "TRY_CAST(code AS BOOLEAN)", "TRY_CAST(code AS %s) IS NULL" % self.pick("BIGINT", "DOUBLE", "BOOLEAN", "INTEGER"),
            "TRY_CAST(due AS TIMESTAMP) %s %s" % (self.comparison(), self.time_literal()),
            "TRY_CAST(due AS DATE) = DATE '2024-03-05'", "TRY_CAST(%s AS BIGINT) IS NOT NULL" % self.text(1),
            "%s = '%s'" % (kind % (self.pick("n", "status"), "VARCHAR"), self.pick("5", "200", "-7", "404")),
            "%s LIKE '%%%s'" % (kind % (self.pick("n", "x", "id", "ratio"), "VARCHAR"), self.pick("5", "0", ".5", "25")),
            "length(%s) > %d" % (kind % (self.pick("x", "big", "http.ms"), "VARCHAR"), self.rng.randrange(2, 8)),
            "%s > %s" % (kind % ("ratio * 100", "BIGINT"), self.small()), "CAST(ratio * 10 AS INTEGER) = 5",
            "%s %s 0.5e0" % (kind % ("n", "DOUBLE"), self.comparison()), "TRY_CAST(x AS BIGINT) % 2 = 0",
            "TRY_CAST(big AS INTEGER) IS NULL", "TRY_CAST(n AS TINYINT) = n", "ok::VARCHAR = 'true'", "ok::BIGINT = 1",
            "CAST(%s AS BOOLEAN)" % self.pick("n", '"order"', "ratio"), "CAST(ts AS VARCHAR) LIKE '2024-02-29%'",
            "ts::VARCHAR %s '2024-06'" % self.pick("<", ">"), "status::DOUBLE / 100 >= 4",
            "CAST(s AS VARCHAR) = s AND %s" % self.like_test())


def failing():
    """Expressions that must fail: most of them in some record only."""
    for text in ("CAST(code AS BIGINT) > 0", "code::DOUBLE < 5", "CAST(s AS BOOLEAN)", "due::TIMESTAMP > now()",
                 "n > 0 OR level::BIGINT = 1", "CAST(due AS DATE) IS NULL", "http.path::BIGINT = 3"):
        yield text
    for text in ("big + big > 0", "big * 2 > 0", "-big > 0", "big - 9223372036854775807 < 0", "abs(big) > 0",
                 "big + n * 1000 < 0", "n % 0 = 1", "100 % (n - n) = 0", "n // 0 = 1", "100 // (id * 0) > 1"):
        yield text
    for text in ("big::INTEGER > 0", "status::TINYINT = 1", "CAST(x * 1e18 AS BIGINT) > 0", "CAST(n / 0 AS BIGINT) = 0",
                 "s LIKE '\\' ESCAPE '\\'", "s LIKE 'a' ESCAPE 'xy'"):
        yield text
    for text in ("n > 'abc'", "ts > 'yesterday noon'", "ok = 'maybe'", "x < 'low'", "ts > 5", "ts + 5.5e0 > ts",
                 "s * 2 = 4", "nosuchfunction(s) = 'a'", "substr(s) = 'a'", "CAST(n AS NOSUCHTYPE) = 1",
                 "INTERVAL '3 parsecs' > INTERVAL '1 day'", "date_trunc('parsec', ts) = ts"):
        yield text
    for text in ("s ~ '('", "s ~ '[z-a]'", "s ~ '*a'", "n >", "(n > 5", "n > 5)", "n BETWEEN 1", "s LIKE", "n > 5 n",
                 "CASE WHEN n > 1 THEN ok", "s = 'abc", "n IS 5", "1 < n < 3", "n IN (1,", "", "AND n > 1", "n >> > 2"):
        yield text


# Answers


class Answers:
    def __init__(self, path):
        self.connection = duckdb.connect()
        for statement in ("SET threads = 1", "SET TimeZone = 'UTC'", "PRAGMA disable_optimizer"):
            self.connection.execute(statement)
        self.connection.execute(
            "CREATE TABLE records AS SELECT * FROM read_json(?, format = 'newline_delimited', columns = %s)"
            % ("{" + ", ".join("%s: %s" % (quoted(name), quoted(kind)) for name, kind in TYPES.items()) + "}"),
            [path])

    def of(self, expression):
        """What DuckDB makes of an expression, as it is printed."""
        try:
            rows = self.connection.execute(
                "SELECT id FROM (SELECT id, CAST((%s) AS BOOLEAN) AS selected FROM records) WHERE selected ORDER BY id"
                % expression).fetchall()
        except duckdb.Error as error:
            return {"where": expression, "error": str(error).split("\n")[0]}
        return {"where": expression, "ids": [row[0] for row in rows]}


def main(seed, count, path):
    write_records(random.Random(seed), path)
    answers, rng = Answers(path), random.Random(seed + 1)
    generator, seen, trivial = Generator(rng), set(), 0
    results = [answers.of(expression) for expression in failing()]
    for result in results:
        if "ids" in result:
            sys.exit("does not fail: %s" % result["where"])
    while len(results) < count:
        expression = generator.truth(rng.choice([0, 0, 0, 1, 1, 2]))
        if expression in seen:
            continue
        seen.add(expression)
        result = answers.of(expression)
        if "error" in result:
            sys.exit("%(where)s: %(error)s" % result)
        if len(result["ids"]) in (0, RECORD_COUNT):
            trivial += 1
            if trivial > TRIVIAL_SHARE * count:
                continue
        results.append(result)
    for result in results:
        print(json.dumps(result, ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
