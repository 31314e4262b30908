// What the C++ rivals write: the columns of the generated NDJSON, in batches that are used again.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>

#include "times.hpp"

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
