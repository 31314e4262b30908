// What the C++ rivals write: the columns of the generated NDJSON, in batches that are used again.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>

enum Key : uint32_t { ts, level, service, host, msg, status, bytes, latency, user, trace, http, cached, region, retry, keyCount };
enum NestedKey : uint32_t { method, path };
enum StringColumn : uint32_t { levelText, serviceText, hostText, msgText, traceText, methodText, pathText, regionText, stringColumns };
enum IntegerColumn : uint32_t { tsTime, statusNumber, bytesNumber, userNumber, retryNumber, integerColumns };

inline constexpr const char *stringNames[] = {"level", "service", "host", "msg", "trace_id", "http.method", "http.path", "region"};
inline constexpr const char *integerNames[] = {"ts", "status", "bytes", "user_id", "retry"};

/// One batch of rows in columns; string views of 16 bytes point into the input or into `decoded`.
struct Batch {
    static constexpr uint32_t rowCapacity = 8192;
    static constexpr size_t decodedCapacity = 4 << 20;

    std::string_view strings[stringColumns][rowCapacity];
    int64_t integers[integerColumns][rowCapacity];
    double latency[rowCapacity];
    bool cached[rowCapacity];
    uint32_t present[rowCapacity]; // validity: a bit for each column, strings first, then integers, latency, cached
    uint8_t decoded[decodedCapacity];
};

inline constexpr uint32_t latencyBit = stringColumns + integerColumns, cachedBit = latencyBit + 1, columnCount = cachedBit + 1;

/// Sums over the columns, to be compared with the generator's truth.
struct Sums {
    uint64_t nonNull[columnCount] = {}, integer[integerColumns] = {}, byteCount[stringColumns] = {}, byteSum[stringColumns] = {};
    uint64_t cached = 0;
    double latency = 0;

    void add(const Batch &batch, uint32_t rows) {
        for (uint32_t row = 0; row < rows; row++) {
            uint32_t present = batch.present[row];
            for (uint32_t column = 0; column < columnCount; column++) nonNull[column] += present >> column & 1;
            for (uint32_t column = 0; column < stringColumns; column++) {
                if ((present >> column & 1) == 0) continue;
                std::string_view text = batch.strings[column][row];
                byteCount[column] += text.size();
                for (unsigned char c : text) byteSum[column] += c;
            }
            for (uint32_t column = 0; column < integerColumns; column++)
                if (present >> (stringColumns + column) & 1) integer[column] += static_cast<uint64_t>(batch.integers[column][row]);
            if (present >> latencyBit & 1) latency += batch.latency[row];
            if (present >> cachedBit & 1) cached += batch.cached[row];
        }
    }

    /// As the member "fields" of a JSON object, in the words of the truth file.
    void print(bool withBytes) const {
        std::printf(", \"fields\": {");
        for (uint32_t i = 0; i < stringColumns; i++) {
            std::printf("\"%s\": {\"non_null\": %llu, \"byte_count\": %llu", stringNames[i], ull(nonNull[i]), ull(byteCount[i]));
            if (withBytes) std::printf(", \"byte_sum\": %llu", ull(byteSum[i]));
            std::printf("}, ");
        }
        for (uint32_t i = 0; i < integerColumns; i++)
            std::printf("\"%s\": {\"non_null\": %llu, \"sum\": %llu}, ", integerNames[i], ull(nonNull[stringColumns + i]), ull(integer[i]));
        std::printf("\"latency_ms\": {\"non_null\": %llu, \"sum\": %.17g}, ", ull(nonNull[latencyBit]), latency);
        std::printf("\"cached\": {\"non_null\": %llu, \"sum\": %llu}}", ull(nonNull[cachedBit]), ull(cached));
    }

private:
    static unsigned long long ull(uint64_t v) { return v; }
};

/// RFC 3339 to nanoseconds since 1970. Remembers the minute, because neighbouring lines share it.
class TimeParser {
public:
    /// False when `text` is not a timestamp.
    bool parse(std::string_view text, int64_t &nanoseconds) {
        const char *p = text.data();
        const char *end = p + text.size();
        if (text.size() < 20) return false;
        if (std::memcmp(p, minute_, 16) != 0 && !setMinute(p)) return false;
        unsigned tens = static_cast<unsigned>(p[17] - '0'), ones = static_cast<unsigned>(p[18] - '0');
        if (p[16] != ':' || tens > 6 || ones > 9) return false;
        int64_t value = (minuteSeconds_ + tens * 10 + ones) * 1000000000;
        p += 19;
        if (*p == '.') {
            static constexpr int64_t scale[] = {1000000000, 100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1};
            int64_t fraction = 0;
            const char *first = ++p;
            while (p != end && static_cast<unsigned>(*p - '0') <= 9) fraction = fraction * 10 + (*p++ - '0');
            if (p == first || p - first > 9) return false;
            value += fraction * scale[p - first];
        }
        if (p == end) return false;
        if (*p != 'Z') {
            if (end - p != 6 || (*p != '+' && *p != '-') || p[3] != ':') return false;
            int64_t offset = (two(p + 1) * 60 + two(p + 4)) * 60000000000;
            value += *p == '+' ? -offset : offset;
            p += 5;
        }
        nanoseconds = value;
        return p + 1 == end;
    }

private:
    static int two(const char *p) { return (p[0] - '0') * 10 + (p[1] - '0'); }

    bool setMinute(const char *p) {
        static constexpr char form[] = "dddd-dd-ddTdd:dd";
        for (int i = 0; i < 16; i++)
            if (form[i] == 'd' ? static_cast<unsigned>(p[i] - '0') > 9 : p[i] != form[i]) return false;
        int year = two(p) * 100 + two(p + 2), month = two(p + 5), day = two(p + 8), hour = two(p + 11), minute = two(p + 14);
        if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59) return false;
        int y = month <= 2 ? year - 1 : year, era = y / 400, yearOfEra = y - era * 400;
        int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        int64_t days = era * 146097LL + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468;
        minuteSeconds_ = days * 86400 + hour * 3600 + minute * 60;
        std::memcpy(minute_, p, 16);
        return true;
    }

    char minute_[16] = {};
    int64_t minuteSeconds_ = 0;
};
