// Kernels for x86-64 processors with AVX2 and the bit instructions that came with it. dispatch.c
// asks the processor before anything here runs.

#if defined(__x86_64__)

// The headers must come before the attribute: it is for our functions, not for theirs.
#include <immintrin.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma clang attribute push( \
    __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt"))), apply_to = function)

#include "support.inc.h"

typedef __m256i Vec;
enum { vectorsPerBlock = 2 };
typedef struct {
  Vec part[vectorsPerBlock];
} Block;

SPALT_INLINE Vec vecLoad(const uint8_t *bytes) {
  return _mm256_loadu_si256((const __m256i *)(const void *)bytes);
}

SPALT_INLINE Vec vecSplat(uint8_t byte) {
  return _mm256_set1_epi8((char)byte);
}

SPALT_INLINE Vec vecOr(Vec a, Vec b) {
  return _mm256_or_si256(a, b);
}

SPALT_INLINE Vec vecEqual(Vec a, Vec b) {
  return _mm256_cmpeq_epi8(a, b);
}

SPALT_INLINE Vec vecBelowSpace(Vec a) {
  // There is no unsigned comparison; the minimum is.
  return _mm256_cmpeq_epi8(_mm256_min_epu8(a, _mm256_set1_epi8(0x1f)), a);
}

SPALT_INLINE Vec vecNonASCII(Vec a) {
  return a;
}

SPALT_INLINE bool vecAnyMatch(Vec match) {
  return _mm256_movemask_epi8(match) != 0;
}

SPALT_INLINE uint64_t blockMask(Block matches) {
  const uint64_t low = (uint32_t)_mm256_movemask_epi8(matches.part[0]);
  const uint64_t high = (uint32_t)_mm256_movemask_epi8(matches.part[1]);
  return low | high << 32;
}

SPALT_INLINE size_t blockCount(Block matches) {
  return bitCount(blockMask(matches));
}

SPALT_INLINE Block blockOfHalves(const uint8_t *a, const uint8_t *b) {
  return (Block){{vecLoad(a), vecLoad(b)}};
}

SPALT_INLINE Block blockOfQuarters(const uint8_t *a, const uint8_t *b) {
  const __m128i low = _mm_loadu_si128((const __m128i *)(const void *)a);
  const __m128i high = _mm_loadu_si128((const __m128i *)(const void *)b);
  return (Block){{_mm256_set_m128i(high, low), _mm256_setzero_si256()}};
}

SPALT_INLINE Block blockOfWords(uint64_t a, uint64_t b) {
  const __m128i words = _mm_set_epi64x((int64_t)b, (int64_t)a);
  return (Block){{_mm256_set_m128i(_mm_setzero_si128(), words), _mm256_setzero_si256()}};
}

#define SPALT_HAS_LOOKUP 1

SPALT_INLINE Vec vecAnd(Vec a, Vec b) {
  return _mm256_and_si256(a, b);
}

SPALT_INLINE Vec vecXor(Vec a, Vec b) {
  return _mm256_xor_si256(a, b);
}

SPALT_INLINE Vec vecSubtract(Vec a, Vec b) {
  return _mm256_subs_epu8(a, b);
}

SPALT_INLINE Vec vecHighNibbles(Vec a) {
  // The shift works on lanes of 16 bits; the mask removes what came from the byte above.
  return _mm256_and_si256(_mm256_srli_epi16(a, 4), _mm256_set1_epi8(0x0f));
}

SPALT_INLINE Vec vecTable(const uint8_t bytes[16]) {
  // The lookup works on each half of the vector by itself, so each half gets the table.
  return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)bytes));
}

SPALT_INLINE Vec vecLookup(Vec table, Vec indices) {
  return _mm256_shuffle_epi8(table, indices);
}

SPALT_INLINE bool vecIsZero(Vec a) {
  return _mm256_testz_si256(a, a) != 0;
}

// A macro, as the count must be a constant. `alignr` works on each half by itself, so its second
// operand is what precedes each half of `now`.
#define vecShiftIn(now, before, count) \
  _mm256_alignr_epi8((now), _mm256_permute2x128_si256((before), (now), 0x21), 16 - (count))

/// The rounds of XXH32 over as many whole stripes of 16 bytes as there are; returns the bytes taken.
/// A round is `lane = rotate(lane + word * prime2, 13) * prime1`. Scalar processors multiply once in a cycle, which
/// makes eight cycles a stripe; here vectors do the multiplication that no lane waits for, a KiB ahead, which leaves
/// the five cycles of the chain.
static size_t xxh32Stripes(uint32_t *lanes, const uint8_t *bytes, size_t byteCount) {
  enum { pieceByteCount = 1024, wordCount = pieceByteCount / 4 };
  const __m256i prime2 = _mm256_set1_epi32((int)xxh32Prime2);
  _Alignas(32) uint32_t products[wordCount];
  uint32_t a = lanes[0], b = lanes[1], c = lanes[2], d = lanes[3];
  size_t index = 0;
  for (; byteCount - index >= pieceByteCount; index += pieceByteCount) {
    for (size_t i = 0; i < wordCount; i += 8) {
      const Vec words = vecLoad(bytes + index + 4 * i);
      _mm256_store_si256((__m256i *)(void *)(products + i), _mm256_mullo_epi32(words, prime2));
    }
    // Both barriers keep the compiler from merging the loops, and from multiplying by vectors in the chain, too.
    __asm__ volatile("" ::: "memory");
    for (size_t i = 0; i < wordCount; i += 4) {
      a = xxh32Turn(a + products[i]);
      b = xxh32Turn(b + products[i + 1]);
      c = xxh32Turn(c + products[i + 2]);
      d = xxh32Turn(d + products[i + 3]);
      __asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d));
    }
  }
  lanes[0] = a, lanes[1] = b, lanes[2] = c, lanes[3] = d;
  return index + xxh32ScalarStripes(lanes, bytes + index, byteCount - index);
}
#define SPALT_HAS_XXH32_STRIPES

#define SPALT_TABLE spaltKernelsAVX2
#define SPALT_TABLE_NAME "avx2"
#include "scan.inc.h"

#pragma clang attribute pop

#include "avx512.inc.h"

#else

// An empty file is not a translation unit in ISO C.
typedef int spaltNoAVX2;

#endif
