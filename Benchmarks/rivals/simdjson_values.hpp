// The parts of simdjson_columns.cpp that do not touch simdjson: keys, the scan for escapes, and where values go.
#pragma once

#include <immintrin.h>

#include "columns.hpp"

enum class Mode { columns, typed, raw, count, findStatus, findServiceLevel };

/// A key as the eight bytes that tell it apart, and its full text including the closing quote.
struct Name {
    std::string_view text;
    uint64_t word = 0, mask = 0;

    explicit constexpr Name(std::string_view quoted) : text(quoted) {
        for (size_t i = 0; i < 8 && i < quoted.size(); i++) {
            word |= uint64_t{static_cast<unsigned char>(quoted[i])} << (8 * i);
            mask |= uint64_t{255} << (8 * i);
        }
    }
    bool matches(const char *key) const {
        uint64_t bytes;
        std::memcpy(&bytes, key, 8);
        return (bytes & mask) == word && (text.size() <= 8 || std::memcmp(key + 8, text.data() + 8, text.size() - 8) == 0);
    }
};

inline constexpr Name names[] = {Name("ts\""),      Name("level\""),      Name("service\""), Name("host\""),     Name("msg\""),
                          Name("status\""),  Name("bytes\""),      Name("latency_ms\""), Name("user_id\""), Name("trace_id\""),
                          Name("http\""),    Name("cached\""),     Name("region\""),  Name("retry\"")};
inline constexpr Name nested[] = {Name("method\""), Name("path\"")};

inline bool hasBackslash(const char *p, size_t length) {
    const __m256i wanted = _mm256_set1_epi8('\\');
    for (size_t i = 0; i < length; i += 32) { // may look behind the end: the input is padded
        auto block = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(p + i));
        auto mask = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(block, wanted)));
        if (length - i < 32) mask &= (1u << (length - i)) - 1;
        if (mask != 0) return true;
    }
    return false;
}

/// Where the values go: into columns, or into sums.
template <Mode mode> class Values {
public:
    std::unique_ptr<Batch> batch{new Batch};
    Sums sums;
    uint64_t rows = 0, found = 0, rawBytes = 0;
    bool checking = false;
    uint8_t *decodedEnd = batch->decoded;

    void string(uint32_t column, std::string_view text) {
        if constexpr (mode == Mode::columns) {
            batch->strings[column][row_] = text;
            present_ |= 1u << column;
        } else {
            sums.byteCount[column] += text.size();
            sums.nonNull[column]++;
        }
    }
    void integer(uint32_t column, int64_t value) {
        if constexpr (mode == Mode::columns) {
            batch->integers[column][row_] = value;
            present_ |= 1u << (stringColumns + column);
        } else {
            sums.integer[column] += static_cast<uint64_t>(value);
            sums.nonNull[stringColumns + column]++;
        }
    }
    void latency(double value) {
        if constexpr (mode == Mode::columns) {
            batch->latency[row_] = value;
            present_ |= 1u << latencyBit;
        } else {
            sums.latency += value;
            sums.nonNull[latencyBit]++;
        }
    }
    void cached(bool value) {
        if constexpr (mode == Mode::columns) {
            batch->cached[row_] = value;
            present_ |= 1u << cachedBit;
        } else {
            sums.cached += value;
            sums.nonNull[cachedBit]++;
        }
    }
    void endRow() {
        rows++;
        if constexpr (mode == Mode::columns) {
            batch->present[row_] = present_;
            present_ = 0;
            if (++row_ == Batch::rowCapacity || decodedEnd > batch->decoded + Batch::decodedCapacity / 2) recycle();
        } else {
            decodedEnd = batch->decoded;
        }
    }
    void recycle() {
        asm volatile("" : : "r"(batch.get()) : "memory"); // the columns are used, as far as the compiler knows
        if (checking) sums.add(*batch, row_);
        row_ = 0;
        decodedEnd = batch->decoded;
    }

private:
    uint32_t row_ = 0, present_ = 0;
};
