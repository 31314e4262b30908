// What this machine can do at all with a file in the page cache: read every byte once.
//
//   limits sum|newlines FILE [--io mmap|populate|read]
//
// `sum` adds all bytes, `newlines` counts line feeds; both with AVX2, four vectors at a time.

#include <immintrin.h>

#include "mapped_input.hpp"

namespace {

constexpr size_t block = 128;

__attribute__((target("avx2"))) uint64_t total(__m256i sums) {
    alignas(32) uint64_t lanes[4];
    std::memcpy(lanes, &sums, sizeof lanes);
    return lanes[0] + lanes[1] + lanes[2] + lanes[3];
}

__attribute__((target("avx2"))) uint64_t sumBytes(const char *bytes, size_t length) {
    const __m256i zero = _mm256_setzero_si256();
    __m256i sums[4] = {zero, zero, zero, zero};
    size_t i = 0;
    for (; i + block <= length; i += block)
        for (size_t k = 0; k < 4; k++) {
            auto v = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(bytes + i + 32 * k));
            sums[k] = _mm256_add_epi64(sums[k], _mm256_sad_epu8(v, zero));
        }
    uint64_t result = total(sums[0]) + total(sums[1]) + total(sums[2]) + total(sums[3]);
    for (; i < length; i++) result += static_cast<unsigned char>(bytes[i]);
    return result;
}

__attribute__((target("avx2"))) uint64_t countNewlines(const char *bytes, size_t length) {
    const __m256i zero = _mm256_setzero_si256(), wanted = _mm256_set1_epi8('\n');
    __m256i sums = zero;
    size_t i = 0;
    for (; i + block <= length; i += block) {
        __m256i hits = zero; // 0 to 4 in each byte
        for (size_t k = 0; k < 4; k++) {
            auto v = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(bytes + i + 32 * k));
            hits = _mm256_sub_epi8(hits, _mm256_cmpeq_epi8(v, wanted));
        }
        sums = _mm256_add_epi64(sums, _mm256_sad_epu8(hits, zero));
    }
    uint64_t result = total(sums);
    for (; i < length; i++) result += bytes[i] == '\n';
    return result;
}

} // namespace

int main(int argc, char **argv) {
    std::string_view mode = argc > 1 ? argv[1] : "", io = "mmap";
    if (argc == 5 && std::string_view(argv[3]) == "--io") io = argv[4];
    if ((argc != 3 && argc != 5) || (mode != "sum" && mode != "newlines")) {
        std::fputs("usage: limits sum|newlines FILE [--io mmap|populate|read]\n", stderr);
        return 2;
    }
    if (!__builtin_cpu_supports("avx2")) {
        std::fputs("limits: this processor has no AVX2\n", stderr);
        return 3;
    }
    double start = now();
    Input input(argv[2], io);
    uint64_t result = 0;
    input.each([&](const char *bytes, size_t length) {
        result += mode == "sum" ? sumBytes(bytes, length) : countNewlines(bytes, length);
    });
    std::printf("{\"result\": %llu, \"bytes\": %zu, \"seconds\": %.6f, \"load_seconds\": %.6f}\n",
                static_cast<unsigned long long>(result), input.byteCount(), now() - start, input.loadSeconds);
}
