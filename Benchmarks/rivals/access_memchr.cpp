// A parser of access logs in the combined format, written by hand around `memchr`.
//
//   access_memchr MODE FILE [--io mmap|populate|read] [--check]
//
//   columns   writes every field, typed, into columns (batches of rows, used again)
//   nothing   finds and types the same fields, and keeps sums only
//   status    reads nothing but the status of each line, and counts those of 500 and more
//
// A quote ends a field unless a backslash stands before it; escapes stay as they are. The end of a line is not searched for: it must
// follow the last quote. A line of another form ends the program.

#include "text_columns.hpp"
#include "times.hpp"

namespace {

enum StringColumn : unsigned { host, ident, user, method, path, protocol, referer, agent };
enum IntegerColumn : unsigned { time, status, bytes };

using AccessLayout = Layout<8, 3, 0>;
constexpr AccessLayout layout = {{"ip", nullptr, "user", "method", "path", "protocol", "referer", "agent", "ts", "status", "bytes"}};

[[noreturn]] void badLine() { refuse("access_memchr: a line is not in the combined format"); }

inline void expect(bool condition) {
    if (__builtin_expect(!condition, 0)) badLine();
}

inline const char *find(const char *p, const char *end, char c) {
    auto *found = static_cast<const char *>(std::memchr(p, c, static_cast<size_t>(end - p)));
    expect(found != nullptr);
    return found;
}

/// The quote that ends a field which begins at `p`; counts those that a backslash escapes.
inline const char *closingQuote(const char *p, const char *end, size_t &escapes) {
    const char *quote = find(p, end, '"');
    while (__builtin_expect(quote[-1] == '\\', 0)) {
        const char *backslash = quote - 1;
        while (backslash > p && backslash[-1] == '\\') backslash--;
        if ((quote - backslash) % 2 == 0) break;
        escapes++;
        quote = find(quote + 1, end, '"');
    }
    return quote;
}

template <typename Sink> class Fields {
public:
    Sink sink;

    uint64_t rows() const { return sink.rows; }
    void begin(const char *p) { sink.begin(p); }
    void endOfPiece() { sink.recycle(); } // views must not outlive a piece that the next `read` overwrites

    const char *line(const char *p, const char *end) {
        p = bare(host, p, end);
        p = bare(ident, p, end);
        p = bare(user, p, end);
        int64_t value = 0;
        expect(*p == '[' && end - p > 32 && p[27] == ']' && p[28] == ' ' && p[29] == '"' && times_.parse(p + 1, value));
        sink.integer(time, value);
        p = request(p + 30, end);

        expect(p[0] == ' ');
        p++;
        expect(readInteger(p, value) && *p++ == ' ');
        sink.integer(status, value);
        if (p[0] == '-') {
            p++;
        } else {
            expect(readInteger(p, value));
            sink.integer(bytes, value);
        }
        p = quoted(referer, p, end);
        p = quoted(agent, p, end);
        sink.endRow();
        if (p == end) return p;
        expect(*p == '\n');
        return p + 1;
    }

private:
    /// A field up to a space, which is passed.
    const char *bare(unsigned column, const char *p, const char *end) {
        if (p[0] == '-' && p[1] == ' ') return p + 2;
        const char *space = find(p, end, ' ');
        sink.string(column, p, static_cast<size_t>(space - p));
        return space + 1;
    }

    /// ` "field"`, both quotes passed.
    const char *quoted(unsigned column, const char *p, const char *end) {
        expect(p[0] == ' ' && p[1] == '"');
        p += 2;
        size_t escapes = 0;
        const char *quote = closingQuote(p, end, escapes);
        if (p[0] != '-' || quote != p + 1) sink.string(column, p, static_cast<size_t>(quote - p), escapes);
        return quote + 1;
    }

    /// `METHOD path PROTOCOL"`: the path is what stands between the first space and the last one.
    const char *request(const char *p, const char *end) {
        size_t escapes = 0;
        const char *quote = closingQuote(p, end, escapes);
        auto length = static_cast<size_t>(quote - p);
        auto *first = static_cast<const char *>(std::memchr(p, ' ', length));
        if (first) {
            const char *last = quote - first > 9 && std::memcmp(quote - 9, " HTTP/", 6) == 0 && quote[-1] != ' ' && quote[-2] == '.'
                                   ? quote - 9 : static_cast<const char *>(::memrchr(p, ' ', length));
            sink.string(method, p, static_cast<size_t>(first - p));
            if (last != first) {
                sink.string(path, first + 1, static_cast<size_t>(last - first - 1));
                sink.string(protocol, last + 1, static_cast<size_t>(quote - last - 1));
            } else {
                sink.string(path, first + 1, static_cast<size_t>(quote - first - 1));
            }
        } else {
            sink.string(path, p, length);
        }
        return quote + 1;
    }

    AccessTimeParser times_;
};

/// Finds the request, whose end the status follows.
class Status {
public:
    uint64_t found = 0;

    uint64_t rows() const { return rows_; }
    void begin(const char *) {}
    void endOfPiece() {}

    const char *line(const char *p, const char *end) {
        size_t escapes = 0;
        p = closingQuote(find(p, end, '"') + 1, end, escapes) + 1;
        int64_t value = 0;
        expect(*p++ == ' ' && readInteger(p, value));
        found += value >= 500;
        rows_++;
        auto *newline = static_cast<const char *>(std::memchr(p, '\n', static_cast<size_t>(end - p)));
        return newline ? newline + 1 : end;
    }

private:
    uint64_t rows_ = 0;
};

} // namespace

int main(int argc, char **argv) {
    TextOptions options(argc, argv, "usage: access_memchr columns|nothing|status FILE [--io mmap|populate|read] [--check]");
    if (options.mode == "columns") {
        Fields<Columns<AccessLayout>> reader;
        reader.sink.checking = options.check;
        runLines(options, reader, [&] {
            if (options.check) reader.sink.sums.print(layout, true);
        });
    } else if (options.mode == "nothing") {
        Fields<Nothing<AccessLayout>> reader;
        runLines(options, reader, [&] { reader.sink.sums.print(layout, false); });
    } else if (options.mode == "status") {
        Status reader;
        runLines(options, reader, [&] { std::printf(", \"found\": %llu", static_cast<unsigned long long>(reader.found)); });
    } else {
        refuse("access_memchr: unknown mode");
    }
}
