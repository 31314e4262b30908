// Searching text for text, inlined into Swift.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// The index of the first occurrence of `needleCount` bytes, at least one, in `byteCount` bytes, or
/// `byteCount`. Looks for the needle's first and last byte, sixteen places at a time; O(n) for text
/// that is no attack, O(n m) at worst.
static inline size_t spaltFindBytes(const uint8_t *bytes, size_t byteCount, const uint8_t *needle,
                                    size_t needleCount) {
  if (needleCount == 0 || needleCount > byteCount) return byteCount;
  const size_t lastStart = byteCount - needleCount;
  size_t index = 0;
#if defined(__SSE2__)
  if (lastStart >= 15) {
    const __m128i first = _mm_set1_epi8((char)needle[0]);
    const __m128i last = _mm_set1_epi8((char)needle[needleCount - 1]);
    for (;;) {
      const __m128i heads = _mm_loadu_si128((const __m128i *)(bytes + index));
      const __m128i tails = _mm_loadu_si128((const __m128i *)(bytes + index + needleCount - 1));
      const __m128i both =
          _mm_and_si128(_mm_cmpeq_epi8(heads, first), _mm_cmpeq_epi8(tails, last));
      uint32_t mask = (uint32_t)_mm_movemask_epi8(both);
      while (mask != 0) {
        const size_t place = index + (size_t)__builtin_ctz(mask);
        if (memcmp(bytes + place, needle, needleCount) == 0) return place;
        mask &= mask - 1;
      }
      if (index == lastStart - 15) return byteCount;
      // The last sixteen places may overlap those before them.
      index = index + 16 > lastStart - 15 ? lastStart - 15 : index + 16;
    }
  }
#endif
  for (; index <= lastStart; index += 1) {
    if (bytes[index] == needle[0] && memcmp(bytes + index, needle, needleCount) == 0) return index;
  }
  return byteCount;
}

/// Whether two runs of bytes are the same.
static inline bool spaltSameBytes(const void *first, const void *second, size_t byteCount) {
  return memcmp(first, second, byteCount) == 0;
}

/// The order of two runs of bytes: negative, zero or positive.
static inline int spaltOrderOfBytes(const void *first, const void *second, size_t byteCount) {
  return memcmp(first, second, byteCount);
}
