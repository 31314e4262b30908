// simdjson's On-Demand API doing the work of `spalt parse --to none`, as well as we know how to use it.
//
//   simdjson_columns MODE FILE [--io mmap|populate|read] [--feed many|line] [--strings token|copy] [--check]
//
//   columns   writes every value, typed, into columns (batches of 8192 rows, used again)
//   typed     reads the same typed values and keeps sums only
//   raw       walks all fields and looks at their raw text; nothing is typed
//   count     structural pass and a walk over the documents
//   find_status, find_service_level   count what a filter on one or two fields finds, with `find_field`; nothing behind the
//             last field that is asked for is looked at. `--strings token` compares strings as they stand in the file
//
// SIMDJSON_FORCE_IMPLEMENTATION=haswell chooses the structural pass; the rest is chosen when compiling (-march).

#include "mapped_input.hpp"
#include "simdjson.h"
#include "simdjson_values.hpp"

namespace {

using namespace simdjson;
enum class Strings { token, copy };

[[noreturn]] void fail(const char *what, error_code error = SUCCESS) {
    std::fprintf(stderr, "simdjson_columns: %s: %s\n", what, error_message(error));
    std::exit(1);
}

inline void check(error_code error) {
    if (simdjson_unlikely(error)) fail("line", error);
}

template <Mode mode, Strings strings> class Reader {
public:
    Values<mode> values;

    void many(const char *bytes, size_t length) {
        ondemand::document_stream stream;
        check(parser_.iterate_many(bytes, length, batchSize).get(stream));
        for (auto document : stream) one(document);
        endOfPiece();
    }
    void lines(const char *bytes, size_t length) {
        const char *end = bytes + length;
        while (bytes != end) {
            auto *newline = static_cast<const char *>(std::memchr(bytes, '\n', static_cast<size_t>(end - bytes)));
            auto size = static_cast<size_t>((newline ? newline : end) - bytes);
            auto document = parser_.iterate(bytes, size, size + SIMDJSON_PADDING);
            one(document);
            bytes += newline ? size + 1 : size;
        }
        endOfPiece();
    }

private:
    static constexpr size_t batchSize = 1 << 20 /* the fastest of 64 KiB to 1 MiB */;

    /// Views must not outlive a piece that is overwritten by the next `read`.
    void endOfPiece() {
        if constexpr (mode == Mode::columns) values.recycle();
    }

    template <typename Document> simdjson_inline void one(Document &&document) {
        if constexpr (mode == Mode::count) {
            check(document.error());
        } else if constexpr (mode == Mode::findStatus) {
            int64_t value;
            check(document.find_field("status").get_int64().get(value));
            values.found += value >= 500;
        } else if constexpr (mode == Mode::findServiceLevel) {
            // In the order of the file, as `find_field` wants it.
            values.found += is(document, "level", "ERROR") && is(document, "service", "checkout");
        } else {
            ondemand::object object;
            check(document.get_object().get(object));
            uint32_t expected = 0;
            for (auto result : object) {
                ondemand::field field;
                check(std::move(result).get(field));
                const char *key = field.key().raw();
                uint32_t which = expected < keyCount && names[expected].matches(key) ? expected : search(key);
                expected = which + 1;
                read(which, field.value());
            }
        }
        values.endRow();
    }

    template <typename Document> static simdjson_inline bool is(Document &&document, std::string_view key, std::string_view wanted) {
        auto field = document.find_field(key);
        if constexpr (strings == Strings::token) {
            ondemand::raw_json_string raw;
            check(field.get_raw_json_string().get(raw));
            return raw.unsafe_is_equal(wanted);
        } else {
            std::string_view text;
            check(field.get_string().get(text));
            return text == wanted;
        }
    }

    static uint32_t search(const char *key) {
        for (uint32_t i = 0; i < keyCount; i++)
            if (names[i].matches(key)) return i;
        fail("unknown key");
    }

    simdjson_inline void read(uint32_t which, ondemand::value &value) {
        if (which == http) return readNested(value);
        if constexpr (mode == Mode::raw) {
            values.rawBytes += value.raw_json_token().size();
            return;
        }
        switch (which) {
        case ts: {
            int64_t nanoseconds;
            std::string_view view;
            if (!text(value, view)) break;
            if (!times_.parse(view, nanoseconds)) fail("timestamp");
            values.integer(tsTime, nanoseconds);
            break;
        }
        case level: return string(levelText, value);
        case service: return string(serviceText, value);
        case host: return string(hostText, value);
        case msg: return string(msgText, value);
        case trace: return string(traceText, value);
        case region: return string(regionText, value);
        case status: return integer(statusNumber, value);
        case bytes: return integer(bytesNumber, value);
        case user: return integer(userNumber, value);
        case retry: return integer(retryNumber, value);
        case latency: {
            double number;
            auto error = value.get_double().get(number);
            if (error) null(value, error);
            else values.latency(number);
            break;
        }
        case cached: {
            bool flag;
            auto error = value.get_bool().get(flag);
            if (error) null(value, error);
            else values.cached(flag);
            break;
        }
        }
    }

    void readNested(ondemand::value &value) {
        ondemand::object object;
        check(value.get_object().get(object));
        uint32_t expected = 0;
        for (auto result : object) {
            ondemand::field field;
            check(std::move(result).get(field));
            const char *key = field.key().raw();
            uint32_t which = nested[expected & 1].matches(key) ? expected & 1 : (expected & 1) ^ 1;
            if (!nested[which].matches(key)) fail("unknown key");
            expected = which + 1;
            if constexpr (mode == Mode::raw) values.rawBytes += field.value().raw_json_token().size();
            else string(which == method ? methodText : pathText, field.value());
        }
    }

    static void null(ondemand::value &value, error_code error) {
        bool isNull;
        if (value.is_null().get(isNull) || !isNull) fail("value", error);
    }

    simdjson_inline void integer(uint32_t column, ondemand::value &value) {
        int64_t number;
        auto error = value.get_int64().get(number);
        if (simdjson_unlikely(error)) null(value, error);
        else values.integer(column, number);
    }

    simdjson_inline void string(uint32_t column, ondemand::value &value) {
        std::string_view view;
        if (text(value, view)) values.string(column, view);
    }

    /// The text of a string, as a view of the input where nothing is escaped (`token`), or always decoded (`copy`).
    simdjson_inline bool text(ondemand::value &value, std::string_view &view) {
        if constexpr (strings == Strings::token) {
            std::string_view token = value.raw_json_token();
            if (simdjson_unlikely(token.front() != '"')) return null(value, INCORRECT_TYPE), false;
            size_t length = token.size() - 1;
            while (token[length] != '"') length--;
            view = token.substr(1, length - 1);
            if (!hasBackslash(view.data(), view.size())) {
                ondemand::raw_json_string consumed; // cheaper than to let the iterator skip it
                return !value.get_raw_json_string().get(consumed);
            }
        }
        ondemand::raw_json_string raw;
        auto error = value.get_raw_json_string().get(raw);
        if (simdjson_unlikely(error)) return null(value, error), false;
        check(parser_.unescape(raw, values.decodedEnd).get(view));
        return true;
    }

    ondemand::parser parser_;
    TimeParser times_;
};

struct Options {
    std::string_view mode, io = "mmap", feed = "many", strings = "token";
    const char *file = nullptr;
    bool check = false;
};

template <Mode mode, Strings strings> void run(const Options &options) {
    double start = now();
    Reader<mode, strings> reader;
    reader.values.checking = options.check;
    Input input(options.file, options.io);
    if (options.feed == "many") input.each([&](const char *bytes, size_t length) { reader.many(bytes, length); });
    else input.each([&](const char *bytes, size_t length) { reader.lines(bytes, length); });
    double seconds = now() - start;
    auto &values = reader.values;
    std::printf("{\"rows\": %llu, \"bytes\": %zu, \"found\": %llu, \"raw_bytes\": %llu, \"seconds\": %.6f, \"load_seconds\": %.6f, "
                "\"structural\": \"%s\", \"compiled_for\": \"%s\", \"version\": \"%s\"",
                static_cast<unsigned long long>(values.rows), input.byteCount(), static_cast<unsigned long long>(values.found),
                static_cast<unsigned long long>(values.rawBytes), seconds, input.loadSeconds,
                std::string(get_active_implementation()->name()).c_str(), std::string(builtin_implementation()->name()).c_str(),
                SIMDJSON_VERSION);
    if (mode == Mode::typed || (mode == Mode::columns && options.check)) values.sums.print(mode == Mode::columns);
    std::printf("}\n");
}

template <Strings strings> void runMode(const Options &options) {
    if (options.mode == "columns") run<Mode::columns, strings>(options);
    else if (options.mode == "typed") run<Mode::typed, strings>(options);
    else if (options.mode == "raw") run<Mode::raw, strings>(options);
    else if (options.mode == "count") run<Mode::count, strings>(options);
    else if (options.mode == "find_status") run<Mode::findStatus, strings>(options);
    else if (options.mode == "find_service_level") run<Mode::findServiceLevel, strings>(options);
    else fail("unknown mode");
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 3) fail("usage: simdjson_columns MODE FILE [options]");
    Options options;
    options.mode = argv[1];
    options.file = argv[2];
    for (int i = 3; i < argc; i++) {
        std::string_view flag = argv[i];
        if (flag == "--check") options.check = true;
        else if (i + 1 == argc) fail("missing value of an option");
        else if (flag == "--io") options.io = argv[++i];
        else if (flag == "--feed") options.feed = argv[++i];
        else if (flag == "--strings") options.strings = argv[++i];
        else fail("unknown option");
    }
    if (options.strings == "token") runMode<Strings::token>(options);
    else runMode<Strings::copy>(options);
}
