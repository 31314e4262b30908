// Kernels for every x86-64 processor: SSE2 is part of its baseline.

#if defined(__x86_64__)

#include <emmintrin.h>

#include "support.inc.h"

typedef __m128i Vec;
enum { vectorsPerBlock = 4 };
typedef struct {
  Vec part[vectorsPerBlock];
} Block;

SPALT_INLINE Vec vecLoad(const uint8_t *bytes) {
  return _mm_loadu_si128((const __m128i *)(const void *)bytes);
}

SPALT_INLINE Vec vecSplat(uint8_t byte) {
  return _mm_set1_epi8((char)byte);
}

SPALT_INLINE Vec vecOr(Vec a, Vec b) {
  return _mm_or_si128(a, b);
}

SPALT_INLINE Vec vecEqual(Vec a, Vec b) {
  return _mm_cmpeq_epi8(a, b);
}

SPALT_INLINE Vec vecBelowSpace(Vec a) {
  // There is no unsigned comparison; the minimum is.
  return _mm_cmpeq_epi8(_mm_min_epu8(a, _mm_set1_epi8(0x1f)), a);
}

SPALT_INLINE Vec vecNonASCII(Vec a) {
  return a;
}

SPALT_INLINE bool vecAnyMatch(Vec match) {
  return _mm_movemask_epi8(match) != 0;
}

SPALT_INLINE uint64_t blockMask(Block matches) {
  uint64_t mask = 0;
  for (size_t i = 0; i < vectorsPerBlock; i++) {
    mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(matches.part[i]) << (16 * i);
  }
  return mask;
}

SPALT_INLINE size_t blockCount(Block matches) {
  // The baseline has no instruction that counts bits. Lanes of a match are 0 or -1: subtract them
  // from zero and add the lanes up.
  const __m128i zero = _mm_setzero_si128();
  __m128i sums = zero;
  for (size_t i = 0; i < vectorsPerBlock; i++) sums = _mm_sub_epi8(sums, matches.part[i]);
  sums = _mm_sad_epu8(sums, zero);
  return (size_t)_mm_cvtsi128_si64(_mm_add_epi64(sums, _mm_unpackhi_epi64(sums, sums)));
}

SPALT_INLINE Block blockOfHalves(const uint8_t *a, const uint8_t *b) {
  return (Block){{vecLoad(a), vecLoad(a + 16), vecLoad(b), vecLoad(b + 16)}};
}

SPALT_INLINE Block blockOfQuarters(const uint8_t *a, const uint8_t *b) {
  const __m128i zero = _mm_setzero_si128();
  return (Block){{vecLoad(a), vecLoad(b), zero, zero}};
}

SPALT_INLINE Block blockOfWords(uint64_t a, uint64_t b) {
  const __m128i zero = _mm_setzero_si128();
  return (Block){{_mm_set_epi64x((int64_t)b, (int64_t)a), zero, zero, zero}};
}

#define SPALT_TABLE spaltKernelsSSE2
#define SPALT_TABLE_NAME "sse2"
#include "scan.inc.h"

#else

// An empty file is not a translation unit in ISO C.
typedef int spaltNoSSE2;

#endif
