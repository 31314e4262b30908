// Random numbers, output and truth for the generator. Integers only: the same seed gives the same bytes everywhere.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

/// splitmix64: one multiplication chain per number, good enough for log lines.
class Random {
public:
    explicit Random(uint64_t seed) : state_(seed) {}

    uint64_t next() {
        uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }

    /// A number below `bound`, by multiplication (the bias is far below anything a benchmark sees).
    uint32_t below(uint32_t bound) { return static_cast<uint32_t>(((next() >> 32) * bound) >> 32); }

    template <size_t N> std::string_view pick(const std::string_view (&list)[N]) {
        return list[below(static_cast<uint32_t>(N))];
    }

private:
    uint64_t state_;
};

/// A fixed text under construction; large enough for any line the generator makes.
class Text {
public:
    void clear() { size_ = 0; }
    size_t size() const { return size_; }
    std::string_view view() const { return {bytes_, size_}; }
    void put(char c) { bytes_[size_++] = c; }
    void put(std::string_view s) {
        std::memcpy(bytes_ + size_, s.data(), s.size());
        size_ += s.size();
    }
    void number(uint64_t value, int minimumDigits = 1) {
        char digits[20];
        int n = 0;
        while (value != 0 || n < minimumDigits) {
            digits[n++] = static_cast<char>('0' + value % 10);
            value /= 10;
        }
        while (n > 0) put(digits[--n]);
    }
    void hex(uint64_t value, int digits) {
        for (int i = digits - 1; i >= 0; i--) put("0123456789abcdef"[(value >> (4 * i)) & 15]);
    }

private:
    size_t size_ = 0;
    char bytes_[4096];
};

/// The file being written.
class Output {
public:
    explicit Output(const char *path) : file_(std::fopen(path, "wb")), buffer_(capacity) {
        if (!file_) fail(path);
    }
    void line(std::string_view s) {
        if (used_ + s.size() + 1 > capacity) flush();
        std::memcpy(buffer_.data() + used_, s.data(), s.size());
        used_ += s.size();
        buffer_[used_++] = '\n';
        total_ += s.size() + 1;
    }
    uint64_t byteCount() const { return total_; }
    void close() {
        flush();
        if (std::fclose(file_) != 0) fail("close");
    }
    [[noreturn]] static void fail(const char *what) {
        std::perror(what);
        std::exit(2);
    }

private:
    static constexpr size_t capacity = 1 << 20;
    void flush() {
        if (std::fwrite(buffer_.data(), 1, used_, file_) != used_) fail("write");
        used_ = 0;
    }
    std::FILE *file_;
    std::vector<char> buffer_;
    size_t used_ = 0;
    uint64_t total_ = 0;
};

/// What is known about one field of the file while it is written.
struct FieldTruth {
    const char *name;
    const char *type;       // string, integer, micro (a decimal number, counted in millionths), boolean, time (nanoseconds)
    uint64_t nonNull = 0;
    uint64_t sum = 0;       // of the values, modulo 2^64
    uint64_t byteCount = 0; // strings: length after escapes were decoded
    uint64_t byteSum = 0;   // strings: sum of these bytes

    void value(uint64_t v) {
        nonNull++;
        sum += v;
    }
    void text(std::string_view s) {
        nonNull++;
        byteCount += s.size();
        uint32_t total = 0;
        for (unsigned char c : s) total += c;
        byteSum += total;
    }
};

struct Count {
    std::string name;
    uint64_t value = 0;
};

/// Everything that goes into the truth file.
struct Truth {
    std::vector<FieldTruth> fields;
    std::vector<Count> counts;

    FieldTruth *find(std::string_view name) {
        for (auto &f : fields)
            if (name == f.name) return &f;
        Output::fail("unknown field");
    }

    void write(const char *path, const char *kind, uint64_t seed, uint64_t lines, uint64_t bytes) const {
        std::FILE *f = std::fopen(path, "wb");
        if (!f) Output::fail(path);
        std::fprintf(f, "{\n  \"kind\": \"%s\",\n  \"seed\": %llu,\n  \"lines\": %llu,\n  \"bytes\": %llu,\n  \"fields\": {",
                     kind, ull(seed), ull(lines), ull(bytes));
        const char *separator = "\n";
        for (const auto &t : fields) {
            std::fprintf(f, "%s    \"%s\": {\"type\": \"%s\", \"non_null\": %llu, ", separator, t.name, t.type, ull(t.nonNull));
            if (std::string_view(t.type) == "string")
                std::fprintf(f, "\"byte_count\": %llu, \"byte_sum\": %llu}", ull(t.byteCount), ull(t.byteSum));
            else
                std::fprintf(f, "\"sum\": %llu}", ull(t.sum));
            separator = ",\n";
        }
        std::fprintf(f, "\n  },\n  \"counts\": {");
        separator = "\n";
        for (const auto &c : counts) {
            std::fprintf(f, "%s    \"%s\": %llu", separator, c.name.c_str(), ull(c.value));
            separator = ",\n";
        }
        std::fprintf(f, "\n  }\n}\n");
        if (std::fclose(f) != 0) Output::fail(path);
    }

private:
    static unsigned long long ull(uint64_t v) { return v; }
};

/// A clock that only moves forward, in microseconds since 1970, and the civil date it shows.
struct Clock {
    uint64_t microseconds = 1772323200000000u; // 2026-03-01T00:00:00Z
    uint64_t day = ~uint64_t{0};
    uint32_t year = 0, month = 0, dayOfMonth = 0;

    void advance(uint32_t by) {
        microseconds += by;
        uint64_t today = microseconds / 86400000000u;
        if (today == day) return;
        day = today;
        // Days to civil date, counted from 0000-03-01 in eras of 400 years.
        uint64_t z = today + 719468, era = z / 146097, dayOfEra = z % 146097;
        uint64_t yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
        uint64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        uint64_t shifted = (5 * dayOfYear + 2) / 153;
        dayOfMonth = static_cast<uint32_t>(dayOfYear - (153 * shifted + 2) / 5 + 1);
        month = static_cast<uint32_t>(shifted < 10 ? shifted + 3 : shifted - 9);
        year = static_cast<uint32_t>(yearOfEra + era * 400 + (month <= 2 ? 1 : 0));
    }
    uint32_t secondOfDay() const { return static_cast<uint32_t>(microseconds / 1000000 % 86400); }

    void time(Text &out) const {
        uint32_t s = secondOfDay();
        out.number(s / 3600, 2), out.put(':'), out.number(s / 60 % 60, 2), out.put(':'), out.number(s % 60, 2);
    }
    void rfc3339(Text &out, std::string_view zone) const {
        out.number(year, 4), out.put('-'), out.number(month, 2), out.put('-'), out.number(dayOfMonth, 2), out.put('T');
        time(out);
        out.put('.'), out.number(microseconds % 1000000, 6), out.put(zone);
    }
};
