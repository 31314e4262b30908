// A tokeniser of logfmt, written by hand around `memchr`.
//
//   logfmt_memchr MODE FILE [--io mmap|populate|read] [--check]
//
//   columns   writes every field of the generated file, typed, into columns (batches of rows, used again)
//   three     walks all pairs of every line, types ts, status and bytes, and keeps their sums only
//
// A key ends at '=', a space or the end of the line; a value in quotes may have escapes, another one ends at a space. `columns` expects
// the keys in the order of the file, and searches for one that stands elsewhere; a line that it does not know ends the program.

#include "text_columns.hpp"
#include "times.hpp"

namespace {

enum StringColumn : unsigned { level, service, host, msg, method, path, trace, region };
enum IntegerColumn : unsigned { ts, status, bytes, user };
enum RealColumn : unsigned { latency };

using LogfmtLayout = Layout<8, 4, 1>;
constexpr LogfmtLayout layout = {
    {"level", "service", "host", "msg", "method", "path", "trace_id", "region", "ts", "status", "bytes", "user_id", "latency_ms"}};

[[noreturn]] void badLine() { refuse("logfmt_memchr: a line is not the logfmt that was expected"); }

inline void expect(bool condition) {
    if (__builtin_expect(!condition, 0)) badLine();
}

struct Pair {
    const char *key = nullptr, *value = nullptr;
    size_t keyLength = 0, length = 0;
    bool quoted = false;

    bool is(std::string_view name) const { return keyLength == name.size() && std::memcmp(key, name.data(), name.size()) == 0; }
};

/// Calls `pair` for each pair of a line that has no line feed; `end` is its end.
template <typename Body> inline void eachPair(const char *p, const char *end, Body &&body) {
    while (p != end) {
        if (*p == ' ') {
            p++;
            continue;
        }
        Pair pair;
        pair.key = p;
        while (p != end && *p != '=' && *p != ' ') p++;
        pair.keyLength = static_cast<size_t>(p - pair.key);
        pair.value = p; // a key without a value
        if (p != end && *p == '=') {
            pair.value = ++p;
            if (p != end && *p == '"') {
                pair.value = ++p;
                pair.quoted = true;
                for (;;) {
                    p = static_cast<const char *>(std::memchr(p, '"', static_cast<size_t>(end - p)));
                    expect(p != nullptr);
                    if (__builtin_expect(p[-1] != '\\', 1)) break;
                    const char *backslash = p - 1;
                    while (backslash > pair.value && backslash[-1] == '\\') backslash--;
                    if ((p - backslash) % 2 == 0) break;
                    p++;
                }
                pair.length = static_cast<size_t>(p++ - pair.value);
            } else {
                auto *space = static_cast<const char *>(std::memchr(p, ' ', static_cast<size_t>(end - p)));
                p = space ? space : end;
                pair.length = static_cast<size_t>(p - pair.value);
            }
        }
        body(pair);
    }
}

inline int64_t integerOf(const Pair &pair) {
    const char *p = pair.value;
    int64_t value = 0;
    expect(readInteger(p, value) && p == pair.value + pair.length);
    return value;
}

/// A decimal number of up to 15 digits, which is exact in a double before it is divided by a power of ten that is so, too.
inline double realOf(const Pair &pair) {
    static constexpr double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const char *p = pair.value, *end = p + pair.length;
    int64_t digits = 0;
    for (; p != end && static_cast<unsigned>(*p) - '0' <= 9; p++) digits = digits * 10 + (*p - '0');
    size_t decimals = 0;
    if (p != end && *p == '.')
        for (p++; p != end && static_cast<unsigned>(*p) - '0' <= 9; p++, decimals++) digits = digits * 10 + (*p - '0');
    expect(p == end && pair.length >= 1 && pair.length <= 16 && decimals <= 15);
    return static_cast<double>(digits) / powers[decimals];
}

/// Types three fields; the others are only walked over.
class Three {
public:
    Nothing<LogfmtLayout> sink;

    uint64_t rows() const { return sink.rows; }
    void begin(const char *) {}
    void endOfPiece() {}

    const char *line(const char *p, const char *end) {
        auto *newline = static_cast<const char *>(std::memchr(p, '\n', static_cast<size_t>(end - p)));
        const char *lineEnd = newline ? newline : end;
        eachPair(p, lineEnd, [&](const Pair &pair) {
            if (pair.is("ts")) {
                int64_t time = 0;
                expect(times_.parse({pair.value, pair.length}, time));
                sink.integer(ts, time);
            } else if (pair.is("status")) {
                sink.integer(status, integerOf(pair));
            } else if (pair.is("bytes")) {
                sink.integer(bytes, integerOf(pair));
            }
        });
        sink.endRow();
        return newline ? newline + 1 : end;
    }

private:
    TimeParser times_;
};

class All {
public:
    Columns<LogfmtLayout> sink;

    uint64_t rows() const { return sink.rows; }
    void begin(const char *p) { sink.begin(p); }
    void endOfPiece() { sink.recycle(); } // views must not outlive a piece that the next `read` overwrites

    const char *line(const char *p, const char *end) {
        auto *newline = static_cast<const char *>(std::memchr(p, '\n', static_cast<size_t>(end - p)));
        const char *lineEnd = newline ? newline : end;
        unsigned expected = 0;
        eachPair(p, lineEnd, [&](const Pair &pair) {
            unsigned which = expected < fieldCount && pair.is(fields[expected].key) ? expected : search(pair);
            expected = which + 1;
            store(fields[which], pair);
        });
        sink.endRow();
        return newline ? newline + 1 : end;
    }

private:
    enum class Kind { string, integer, real, time };
    struct Field {
        std::string_view key;
        Kind kind;
        unsigned column;
    };
    static constexpr Field fields[] = {
        {"ts", Kind::time, ts}, {"level", Kind::string, level}, {"service", Kind::string, service}, {"host", Kind::string, host},
        {"msg", Kind::string, msg}, {"method", Kind::string, method}, {"path", Kind::string, path}, {"status", Kind::integer, status},
        {"bytes", Kind::integer, bytes}, {"latency_ms", Kind::real, latency}, {"user_id", Kind::integer, user},
        {"trace_id", Kind::string, trace}, {"region", Kind::string, region}};
    static constexpr unsigned fieldCount = sizeof fields / sizeof fields[0];

    static unsigned search(const Pair &pair) {
        for (unsigned i = 0; i < fieldCount; i++)
            if (pair.is(fields[i].key)) return i;
        badLine();
    }

    void store(const Field &field, const Pair &pair) {
        switch (field.kind) {
        case Kind::string:
            if (!pair.quoted || !std::memchr(pair.value, '\\', pair.length)) return sink.string(field.column, pair.value, pair.length);
            return decode(field.column, pair);
        case Kind::integer: return sink.integer(field.column, integerOf(pair));
        case Kind::real: return sink.real(field.column, realOf(pair));
        case Kind::time:
            int64_t time = 0;
            expect(times_.parse({pair.value, pair.length}, time));
            return sink.integer(field.column, time);
        }
    }

    void decode(unsigned column, const Pair &pair) {
        char *first = sink.room(pair.length), *out = first;
        for (const char *p = pair.value, *end = p + pair.length; p != end; p++) {
            if (*p != '\\') {
                *out++ = *p;
                continue;
            }
            switch (*++p) {
            case '"': case '\\': case '/': *out++ = *p; break;
            case 'n': *out++ = '\n'; break;
            case 't': *out++ = '\t'; break;
            case 'r': *out++ = '\r'; break;
            case 'b': *out++ = '\b'; break;
            case 'f': *out++ = '\f'; break;
            default: badLine(); // \u is not in the generated file
            }
        }
        sink.decoded(column, first, static_cast<size_t>(out - first));
    }

    TimeParser times_;
};

} // namespace

int main(int argc, char **argv) {
    TextOptions options(argc, argv, "usage: logfmt_memchr columns|three FILE [--io mmap|populate|read] [--check]");
    if (options.mode == "columns") {
        All reader;
        reader.sink.checking = options.check;
        runLines(options, reader, [&] {
            if (options.check) reader.sink.sums.print(layout, true);
        });
    } else if (options.mode == "three") {
        Three reader;
        LogfmtLayout three = {};
        for (unsigned column : {ts, status, bytes}) three.names[LogfmtLayout::strings + column] = layout.names[LogfmtLayout::strings + column];
        runLines(options, reader, [&] { reader.sink.sums.print(three, false); });
    } else {
        refuse("logfmt_memchr: unknown mode");
    }
}
