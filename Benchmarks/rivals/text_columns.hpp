// Where the memchr parsers put what they read: into columns as Arrow lays them out, in batches that are used again, or into sums.
#pragma once

#include <immintrin.h>

#include "mapped_input.hpp"

[[noreturn]] inline void refuse(const char *what) {
    std::fprintf(stderr, "%s\n", what);
    std::exit(1);
}

/// A string of Arrow's type Utf8View: its length, then its bytes (up to twelve), or its first four and where it stands.
using View = __m128i;

/// The buffers that views refer to: pieces of the input, which start at every GiB, and the arena for decoded values.
class Buffers {
public:
    static constexpr size_t arenaCapacity = 4 << 20;

    const char *input = nullptr;
    std::unique_ptr<char[]> arena{new char[arenaCapacity + Input::padding]};

    /// Reads up to 16 bytes behind `text`, which the input and the arena have. Without a branch, as lengths are not to be foreseen.
    View view(const char *text, size_t length) const { return make(text, length, place(text)); }
    View decodedView(const char *text, size_t length) const {
        return make(text, length, static_cast<uint64_t>(text - arena.get()) << 32 | arenaIndex);
    }
    std::string_view text(const View &view) const {
        uint32_t words[4];
        std::memcpy(words, &view, sizeof words);
        if (words[0] <= inlineLimit) return {reinterpret_cast<const char *>(&view) + 4, words[0]};
        if (words[2] == arenaIndex) return {arena.get() + words[3], words[0]};
        return {input + (uint64_t{words[2]} << pieceBits) + words[3], words[0]};
    }

private:
    static constexpr unsigned pieceBits = 30;
    static constexpr uint32_t arenaIndex = INT32_MAX, inlineLimit = 12;

    uint64_t place(const char *text) const {
        auto offset = static_cast<uint64_t>(text - input);
        return (offset & ((1u << pieceBits) - 1)) << 32 | offset >> pieceBits;
    }
    static View make(const char *text, size_t length, uint64_t place) {
        alignas(32) static constexpr uint8_t keep[32] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
        __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(text));
        __m128i mask = _mm_loadu_si128(reinterpret_cast<const __m128i *>(keep + 16 - (length < 16 ? length : 16)));
        __m128i inlined = _mm_slli_si128(_mm_and_si128(bytes, mask), 4);
        __m128i referring = _mm_insert_epi64(inlined, static_cast<long long>(place), 1);
        return _mm_insert_epi32(length <= inlineLimit ? inlined : referring, static_cast<int>(length), 0);
    }
};

/// Names as in the truth file; a string without a name is not in it.
template <unsigned stringCount, unsigned integerCount, unsigned realCount> struct Layout {
    static constexpr unsigned strings = stringCount, integers = integerCount, reals = realCount, columns = strings + integers + reals;

    const char *names[columns];
};

/// Sums over columns, to be compared with the generator's truth.
template <typename L> struct TextSums {
    uint64_t nonNull[L::columns] = {}, byteCount[L::strings] = {}, byteSum[L::strings] = {}, integer[L::integers] = {};
    double real[L::reals + 1] = {};

    /// As the member "fields" of a JSON object.
    void print(const L &layout, bool withBytes) const {
        const char *separator = ", \"fields\": {";
        for (unsigned i = 0; i < L::columns; i++) {
            if (!layout.names[i]) continue;
            std::printf("%s\"%s\": {\"non_null\": %llu", separator, layout.names[i], ull(nonNull[i]));
            if (i < L::strings) {
                std::printf(", \"byte_count\": %llu", ull(byteCount[i]));
                if (withBytes) std::printf(", \"byte_sum\": %llu", ull(byteSum[i]));
            } else if (i < L::strings + L::integers) {
                std::printf(", \"sum\": %llu", ull(integer[i - L::strings]));
            } else {
                std::printf(", \"sum\": %.17g", real[i - L::strings - L::integers]);
            }
            std::printf("}");
            separator = ", ";
        }
        std::printf("}");
    }

private:
    static unsigned long long ull(uint64_t v) { return v; }
};

/// Keeps sums only.
template <typename L> class Nothing {
public:
    static constexpr bool keepsColumns = false;
    TextSums<L> sums;
    uint64_t rows = 0;

    /// `escapes`: how many bytes shorter the text is once it is decoded.
    void string(unsigned column, const char *, size_t length, size_t escapes = 0) {
        sums.nonNull[column]++;
        sums.byteCount[column] += length - escapes;
    }
    void integer(unsigned column, int64_t value) {
        sums.nonNull[L::strings + column]++;
        sums.integer[column] += static_cast<uint64_t>(value);
    }
    void real(unsigned column, double value) {
        sums.nonNull[L::strings + L::integers + column]++;
        sums.real[column] += value;
    }
    void endRow() { rows++; }
    void begin(const char *) {}
    void recycle() {}
};

/// Writes columns.
template <typename L> class Columns {
public:
    static constexpr bool keepsColumns = true;
    static constexpr uint32_t rowCapacity = 8192;
    Buffers buffers;
    TextSums<L> sums;
    uint64_t rows = 0;
    bool checking = false;

    /// What `text` stands in is read from now on.
    void begin(const char *text) { buffers.input = text; }

    void string(unsigned column, const char *text, size_t length, size_t = 0) {
        batch_->strings[column][row_] = buffers.view(text, length);
        present_ |= 1u << column;
    }
    /// Room for a value of up to `length` bytes, which `decoded` puts into the column.
    char *room(size_t length) {
        if (length > Buffers::arenaCapacity / 2) refuse("value too long");
        return buffers.arena.get() + arenaUsed_;
    }
    void decoded(unsigned column, const char *text, size_t length) {
        batch_->strings[column][row_] = buffers.decodedView(text, length);
        present_ |= 1u << column;
        arenaUsed_ += length;
    }
    void integer(unsigned column, int64_t value) {
        batch_->integers[column][row_] = value;
        present_ |= 1u << (L::strings + column);
    }
    void real(unsigned column, double value) {
        batch_->reals[column][row_] = value;
        present_ |= 1u << (L::strings + L::integers + column);
    }
    void endRow() {
        rows++;
        batch_->present[row_] = present_;
        present_ = 0;
        if (++row_ == rowCapacity || arenaUsed_ > Buffers::arenaCapacity / 2) recycle();
    }
    void recycle() {
        asm volatile("" : : "r"(batch_.get()) : "memory"); // the columns are used, as far as the compiler knows
        if (checking) add();
        row_ = 0;
        arenaUsed_ = 0;
    }

private:
    struct Batch {
        View strings[L::strings][rowCapacity];
        int64_t integers[L::integers][rowCapacity];
        double reals[L::reals + 1][rowCapacity];
        uint32_t present[rowCapacity]; // validity: a bit for each column, strings first, then integers and reals
    };

    void add() {
        for (uint32_t row = 0; row < row_; row++) {
            uint32_t present = batch_->present[row];
            for (unsigned i = 0; i < L::columns; i++) sums.nonNull[i] += present >> i & 1;
            for (unsigned i = 0; i < L::strings; i++)
                if (present >> i & 1) addText(i, buffers.text(batch_->strings[i][row]));
            for (unsigned i = 0; i < L::integers; i++)
                if (present >> (L::strings + i) & 1) sums.integer[i] += static_cast<uint64_t>(batch_->integers[i][row]);
            for (unsigned i = 0; i < L::reals; i++)
                if (present >> (L::strings + L::integers + i) & 1) sums.real[i] += batch_->reals[i][row];
        }
    }
    /// The truth counts what an escaped quote means.
    void addText(unsigned column, std::string_view text) {
        for (size_t i = 0; i < text.size(); i++) {
            if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '"') continue;
            sums.byteCount[column]++;
            sums.byteSum[column] += static_cast<unsigned char>(text[i]);
        }
    }

    std::unique_ptr<Batch> batch_{new Batch};
    uint32_t row_ = 0, present_ = 0;
    size_t arenaUsed_ = 0;
};

struct TextOptions {
    std::string_view mode, io = "mmap";
    const char *file = nullptr;
    bool check = false;

    TextOptions(int argc, char **argv, const char *usage) {
        if (argc < 3) refuse(usage);
        mode = argv[1];
        file = argv[2];
        for (int i = 3; i < argc; i++) {
            std::string_view flag = argv[i];
            if (flag == "--check") check = true;
            else if (flag == "--io" && i + 1 < argc) io = argv[++i];
            else refuse(usage);
        }
    }
};

/// An integer without a sign; `p` moves behind it. False when there is none, or it has more than 18 digits.
inline bool readInteger(const char *&p, int64_t &value) {
    const char *first = p;
    unsigned digit;
    for (value = 0; (digit = static_cast<unsigned>(*p) - '0') <= 9; p++) value = value * 10 + digit;
    return p != first && p - first <= 18;
}

/// Feeds a file to a reader line by line and prints the answer. `line(p, end)` returns where the next line begins.
template <typename Reader, typename Tail> void runLines(const TextOptions &options, Reader &reader, Tail &&tail) {
    double start = now();
    Input input(options.file, options.io);
    input.each([&](const char *p, size_t length) {
        const char *end = p + length;
        reader.begin(p);
        while (p != end) p = reader.line(p, end);
        reader.endOfPiece();
    });
    std::printf("{\"rows\": %llu, \"bytes\": %zu, \"seconds\": %.6f, \"load_seconds\": %.6f", static_cast<unsigned long long>(reader.rows()),
                input.byteCount(), now() - start, input.loadSeconds);
    tail();
    std::printf("}\n");
}
