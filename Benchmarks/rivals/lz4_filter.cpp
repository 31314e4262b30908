// Counts the lines of compressed NDJSON with a status of 500 and more, in one process: blocks are decompressed into a buffer that is used
// again, their checksum is taken, and the key and its number are searched for in the text. It knows no JSON, as grep does not.
//
//   lz4_filter FILE

#include <immintrin.h>

#include "lz4_frames.hpp"

namespace {

constexpr std::string_view key = "\"status\":";
constexpr size_t longestLine = 1 << 20;

/// The first key in [p, end), or null: two letters of it that seldom stand together, 32 places at a time. The buffer is padded.
__attribute__((target("avx2,bmi"))) inline const char *findKey(const char *p, const char *end) {
    constexpr size_t first = 4; // of the letters "tu"
    const __m256i t = _mm256_set1_epi8(key[first]), u = _mm256_set1_epi8(key[first + 1]);
    for (; p < end; p += 32) {
        auto here = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(p + first));
        auto next = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(p + first + 1));
        auto hits = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_and_si256(_mm256_cmpeq_epi8(here, t), _mm256_cmpeq_epi8(next, u))));
        for (; hits != 0; hits = _blsr_u32(hits)) {
            const char *found = p + _tzcnt_u32(hits);
            if (std::memcmp(found, key.data(), key.size()) == 0) return found < end ? found : nullptr;
        }
    }
    return nullptr;
}

inline bool isDigit(char c) { return c >= '0' && c <= '9'; }

class Filter {
public:
    uint64_t byteCount = 0, found = 0;

    void begin(const Frame &frame) {
        decoder_.begin(frame);
        checksum_.begin();
    }

    /// The start of a line that the previous block did not finish is moved to just before the block, unless it stands there.
    void block(const char *bytes, size_t length, bool stored) {
        char *content = decoder_.place();
        if (unfinished_ != 0 && content != end_) {
            if (unfinished_ > longestLine) refuseInput("a line is too long");
            std::memmove(content - unfinished_, end_ - unfinished_, unfinished_);
        }
        size_t count = decoder_.block(bytes, length, stored);
        checksum_.add(content, count);
        byteCount += count;
        end_ = content + count;
        auto *lineFeed = static_cast<const char *>(::memrchr(content, '\n', count));
        if (lineFeed == nullptr) {
            unfinished_ += count;
            return;
        }
        search(content - unfinished_, lineFeed);
        unfinished_ = static_cast<size_t>(end_ - lineFeed - 1);
    }

    void end(const char *expected) { checksum_.end(expected); }

    /// The last line of the file need not end with a line feed.
    void finish() {
        if (unfinished_ != 0) search(end_ - unfinished_, end_);
    }

private:
    void search(const char *p, const char *end) {
        while ((p = findKey(p, end)) != nullptr) {
            p += key.size();
            if (*p == ' ') p++;
            found += p[0] >= '5' && p[0] <= '9' && isDigit(p[1]) && isDigit(p[2]) && !isDigit(p[3]);
        }
    }

    BlockDecoder decoder_{1 << 20, longestLine};
    ContentChecksum checksum_;
    const char *end_ = nullptr;
    size_t unfinished_ = 0;
};

} // namespace

int main(int argc, char **argv) {
    if (argc != 2) {
        std::fputs("usage: lz4_filter FILE\n", stderr);
        return 2;
    }
    double start = now();
    Input input(argv[1], "mmap");
    Filter filter;
    input.each([&](const char *bytes, size_t length) { eachFrame(bytes, length, filter); });
    filter.finish();
    std::printf("{\"found\": %llu, \"bytes\": %llu, \"seconds\": %.6f, \"version\": \"%s\"}\n", static_cast<unsigned long long>(filter.found),
                static_cast<unsigned long long>(filter.byteCount), now() - start, LZ4_versionString());
}
