// Inline helpers for short scans inside one field. They use only what every CPU of the architecture
// has (SSE2, NEON), so that they inline into Swift; anything above the baseline is a block kernel
// behind the dispatch table in SpaltKernels.h.
//
// Every function reads exactly 16 bytes at `bytes`: the caller has checked that they exist.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

/// 16 bytes of a literal, as Swift's `SIMD16<UInt8>`.
typedef uint8_t SpaltVector16 __attribute__((ext_vector_type(16)));

#if defined(__ARM_NEON) && !defined(__SSE2__)
/// Narrows a byte mask to four bits a lane: the NEON idiom that stands in for movemask.
static inline uint64_t spaltNeonMask(uint8x16_t lanes) {
  return vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(lanes), 4)), 0);
}
#endif

/// Index of the first byte that ends or complicates the content of a JSON string: a quote, a
/// backslash, a control character, or a byte of a multi-byte UTF-8 sequence. 16 when there is none.
static inline uint32_t spaltFirstStringSpecial16(const void *bytes) {
#if defined(__SSE2__)
  const __m128i v = _mm_loadu_si128((const __m128i *)bytes);
  const __m128i quote = _mm_cmpeq_epi8(v, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'));
  // Signed comparison: bytes from 0x80 up are negative, so one compare finds them and the controls.
  const __m128i odd = _mm_cmplt_epi8(v, _mm_set1_epi8(0x20));
  const uint32_t mask =
      (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), odd));
  return (uint32_t)__builtin_ctz(mask | 0x10000u);
#elif defined(__ARM_NEON)
  const uint8x16_t v = vld1q_u8((const uint8_t *)bytes);
  const uint8x16_t quote = vceqq_u8(v, vdupq_n_u8('"'));
  const uint8x16_t backslash = vceqq_u8(v, vdupq_n_u8('\\'));
  const uint8x16_t odd = vcltq_s8(vreinterpretq_s8_u8(v), vdupq_n_s8(0x20));
  const uint64_t mask = spaltNeonMask(vorrq_u8(vorrq_u8(quote, backslash), odd));
  return mask == 0 ? 16 : (uint32_t)__builtin_ctzll(mask) >> 2;
#else
  const uint8_t *p = (const uint8_t *)bytes;
  uint32_t i = 0;
  while (i < 16 && p[i] != '"' && p[i] != '\\' && p[i] >= 0x20 && p[i] < 0x80) i++;
  return i;
#endif
}

/// Index of the first quote, backslash or control character. 16 when there is none.
static inline uint32_t spaltFirstStringEnd16(const void *bytes) {
#if defined(__SSE2__)
  const __m128i v = _mm_loadu_si128((const __m128i *)bytes);
  const __m128i quote = _mm_cmpeq_epi8(v, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'));
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v);
  const uint32_t mask =
      (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), control));
  return (uint32_t)__builtin_ctz(mask | 0x10000u);
#elif defined(__ARM_NEON)
  const uint8x16_t v = vld1q_u8((const uint8_t *)bytes);
  const uint8x16_t quote = vceqq_u8(v, vdupq_n_u8('"'));
  const uint8x16_t backslash = vceqq_u8(v, vdupq_n_u8('\\'));
  const uint8x16_t control = vcltq_u8(v, vdupq_n_u8(0x20));
  const uint64_t mask = spaltNeonMask(vorrq_u8(vorrq_u8(quote, backslash), control));
  return mask == 0 ? 16 : (uint32_t)__builtin_ctzll(mask) >> 2;
#else
  const uint8_t *p = (const uint8_t *)bytes;
  uint32_t i = 0;
  while (i < 16 && p[i] != '"' && p[i] != '\\' && p[i] >= 0x20) i++;
  return i;
#endif
}

/// Index of the first byte that cannot stand in a number or a word: a comma, a closing bracket, a
/// space or control character, or a byte beyond ASCII. 16 when there is none.
static inline uint32_t spaltFirstBareEnd16(const void *bytes) {
#if defined(__SSE2__)
  const __m128i v = _mm_loadu_si128((const __m128i *)bytes);
  const __m128i comma = _mm_cmpeq_epi8(v, _mm_set1_epi8(','));
  // A closing bracket differs from a closing brace in bit 5 only.
  const __m128i bracket =
      _mm_cmpeq_epi8(_mm_or_si128(v, _mm_set1_epi8(0x20)), _mm_set1_epi8('}'));
  const __m128i odd = _mm_cmplt_epi8(v, _mm_set1_epi8(0x21));
  const uint32_t mask =
      (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(comma, bracket), odd));
  return (uint32_t)__builtin_ctz(mask | 0x10000u);
#elif defined(__ARM_NEON)
  const uint8x16_t v = vld1q_u8((const uint8_t *)bytes);
  const uint8x16_t comma = vceqq_u8(v, vdupq_n_u8(','));
  const uint8x16_t bracket = vceqq_u8(vorrq_u8(v, vdupq_n_u8(0x20)), vdupq_n_u8('}'));
  const uint8x16_t odd = vcltq_s8(vreinterpretq_s8_u8(v), vdupq_n_s8(0x21));
  const uint64_t mask = spaltNeonMask(vorrq_u8(vorrq_u8(comma, bracket), odd));
  return mask == 0 ? 16 : (uint32_t)__builtin_ctzll(mask) >> 2;
#else
  const uint8_t *p = (const uint8_t *)bytes;
  uint32_t i = 0;
  while (i < 16 && p[i] != ',' && (p[i] | 0x20) != '}' && p[i] > 0x20 && p[i] < 0x80) i++;
  return i;
#endif
}

/// Index of the first byte that ends a key or a bare value of logfmt: a space or control character, an
/// equals sign or a quote. 16 when there is none.
static inline uint32_t spaltFirstWordEnd16(const void *bytes) {
#if defined(__SSE2__)
  const __m128i v = _mm_loadu_si128((const __m128i *)bytes);
  const __m128i equals = _mm_cmpeq_epi8(v, _mm_set1_epi8('='));
  const __m128i quote = _mm_cmpeq_epi8(v, _mm_set1_epi8('"'));
  const __m128i space = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x20)), v);
  const uint32_t mask =
      (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(equals, quote), space));
  return (uint32_t)__builtin_ctz(mask | 0x10000u);
#elif defined(__ARM_NEON)
  const uint8x16_t v = vld1q_u8((const uint8_t *)bytes);
  const uint8x16_t equals = vceqq_u8(v, vdupq_n_u8('='));
  const uint8x16_t quote = vceqq_u8(v, vdupq_n_u8('"'));
  const uint8x16_t space = vcleq_u8(v, vdupq_n_u8(0x20));
  const uint64_t mask = spaltNeonMask(vorrq_u8(vorrq_u8(equals, quote), space));
  return mask == 0 ? 16 : (uint32_t)__builtin_ctzll(mask) >> 2;
#else
  const uint8_t *p = (const uint8_t *)bytes;
  uint32_t i = 0;
  while (i < 16 && p[i] > 0x20 && p[i] != '=' && p[i] != '"') i++;
  return i;
#endif
}

/// Whether the first bytes of the 16 equal those of the literal: as many as `bits` has ones, from the
/// lowest up.
static inline bool spaltEqual16(const void *bytes, SpaltVector16 literal, uint32_t bits) {
#if defined(__SSE2__)
  const __m128i v = _mm_loadu_si128((const __m128i *)bytes);
  const uint32_t equal = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, (__m128i)literal));
  return (~equal & bits) == 0;
#elif defined(__ARM_NEON)
  const uint8x16_t v = vld1q_u8((const uint8_t *)bytes);
  const uint64_t different = ~spaltNeonMask(vceqq_u8(v, (uint8x16_t)literal));
  // Four bits a byte here: the first difference must lie behind the literal.
  return different == 0 || (__builtin_ctzll(different) >> 2) >= __builtin_popcount(bits);
#else
  const uint8_t *p = (const uint8_t *)bytes;
  for (int i = 0; i < 16; i++)
    if ((bits >> i & 1) && p[i] != literal[i]) return false;
  return true;
#endif
}

/// Copies `byteCount` bytes between places that do not overlap. Short runs, which fields mostly are, take
/// two loads and stores that overlap instead of a call.
static inline void spaltCopy(void *destination, const void *bytes, size_t byteCount) {
  uint8_t *d = (uint8_t *)destination;
  const uint8_t *s = (const uint8_t *)bytes;
  if (byteCount >= 8) {
    if (byteCount > 32) {
      memcpy(d, s, byteCount);
    } else if (byteCount >= 16) {
      uint8_t first[16], last[16];
      memcpy(first, s, 16);
      memcpy(last, s + byteCount - 16, 16);
      memcpy(d, first, 16);
      memcpy(d + byteCount - 16, last, 16);
    } else {
      uint64_t first, last;
      memcpy(&first, s, 8);
      memcpy(&last, s + byteCount - 8, 8);
      memcpy(d, &first, 8);
      memcpy(d + byteCount - 8, &last, 8);
    }
  } else if (byteCount >= 4) {
    uint32_t first, last;
    memcpy(&first, s, 4);
    memcpy(&last, s + byteCount - 4, 4);
    memcpy(d, &first, 4);
    memcpy(d + byteCount - 4, &last, 4);
  } else {
    for (size_t i = 0; i < byteCount; i++) d[i] = s[i];
  }
}

/// What bytes mean for a text that is to be written as a field, in every lane of a vector. `stop` and
/// `otherStop` call for quotes; what is not above `limit`, or shares a bit with `high`, is odd, and so are
/// quotes and backslashes.
typedef struct SpaltPlainText {
  SpaltVector16 stop, otherStop, limit, high;
} SpaltPlainText;
_Static_assert(sizeof(SpaltPlainText) == 64 && offsetof(SpaltPlainText, high) == 48, "layout");

/// What `spaltCopyPlain` met: nothing of note, stops only, or something odd.
enum { SpaltTextPlain, SpaltTextStopped, SpaltTextOdd };

/// Copies `byteCount` bytes between places that do not overlap, and says what is among them. Works in whole
/// blocks of 16: both places have room for one beyond the last whole block.
static inline uint32_t spaltCopyPlain(void *destination, const void *bytes, size_t byteCount,
                                      SpaltPlainText plain) {
  uint8_t *d = (uint8_t *)destination;
  const uint8_t *s = (const uint8_t *)bytes;
  size_t i = 0;
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
  const __m128i stop = (__m128i)plain.stop, otherStop = (__m128i)plain.otherStop;
  const __m128i limit = (__m128i)plain.limit, high = (__m128i)plain.high;
  __m128i stops = _mm_setzero_si128(), odds = stops, stopped, odd;
  for (;; i += 16) {
    const __m128i v = _mm_loadu_si128((const __m128i *)(s + i));
    _mm_storeu_si128((__m128i *)(d + i), v);
    stopped = _mm_or_si128(_mm_cmpeq_epi8(v, stop), _mm_cmpeq_epi8(v, otherStop));
    odd = _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, backslash));
    odd = _mm_or_si128(odd, _mm_cmpeq_epi8(_mm_min_epu8(v, limit), v));
    // Only the highest bit of a lane counts below.
    odd = _mm_or_si128(odd, _mm_and_si128(v, high));
    if (i + 16 > byteCount) break;
    stops = _mm_or_si128(stops, stopped);
    odds = _mm_or_si128(odds, odd);
  }
  const uint32_t rest = (1u << (byteCount - i)) - 1;
  const uint32_t stoppedMask =
      (uint32_t)_mm_movemask_epi8(stops) | ((uint32_t)_mm_movemask_epi8(stopped) & rest);
  const uint32_t oddMask =
      (uint32_t)_mm_movemask_epi8(odds) | ((uint32_t)_mm_movemask_epi8(odd) & rest);
#elif defined(__ARM_NEON)
  uint8x16_t stops = vdupq_n_u8(0), odds = stops, stopped, odd;
  for (;; i += 16) {
    const uint8x16_t v = vld1q_u8(s + i);
    vst1q_u8(d + i, v);
    stopped = vorrq_u8(vceqq_u8(v, (uint8x16_t)plain.stop), vceqq_u8(v, (uint8x16_t)plain.otherStop));
    odd = vorrq_u8(vceqq_u8(v, vdupq_n_u8('"')), vceqq_u8(v, vdupq_n_u8('\\')));
    odd = vorrq_u8(odd, vcleq_u8(v, (uint8x16_t)plain.limit));
    odd = vorrq_u8(odd, vtstq_u8(v, (uint8x16_t)plain.high));
    if (i + 16 > byteCount) break;
    stops = vorrq_u8(stops, stopped);
    odds = vorrq_u8(odds, odd);
  }
  // Four bits a byte; the shift is less than 64, because at most 15 bytes are left.
  const uint64_t rest = (1ull << ((byteCount - i) * 4)) - 1;
  const uint64_t stoppedMask = spaltNeonMask(stops) | (spaltNeonMask(stopped) & rest);
  const uint64_t oddMask = spaltNeonMask(odds) | (spaltNeonMask(odd) & rest);
#else
  bool stoppedMask = false, oddMask = false;
  for (; i < byteCount; i++) {
    const uint8_t b = s[i];
    d[i] = b;
    stoppedMask |= b == plain.stop[0] || b == plain.otherStop[0];
    oddMask |= b == '"' || b == '\\' || b <= plain.limit[0] || (b & plain.high[0]) != 0;
  }
#endif
  if (oddMask != 0) return SpaltTextOdd;
  return stoppedMask != 0 ? SpaltTextStopped : SpaltTextPlain;
}

/// Asks for `byteCount` bytes to be brought into the second-level cache. The processor follows a
/// stream by itself, but only to the end of a page: so the beginnings of pages are asked for.
static inline void spaltPrefetch(const void *bytes, size_t byteCount) {
  for (size_t i = 0; i < byteCount; i += 256) {
    __builtin_prefetch((const uint8_t *)bytes + i, 0, 2);
  }
}

/// Builds an Arrow string view (`Utf8View`, 16 bytes, little-endian) at `destination` for the
/// `byteCount` bytes at `bytes`: at most 12 bytes lie in the view itself and are padded with zeros;
/// else the view holds a 4-byte prefix, the index of the data buffer and the offset into it.
/// See the Arrow columnar format, "Variable-size Binary View Layout".
static inline void spaltStoreView(void *destination, const void *bytes, uint32_t byteCount,
                                  uint32_t bufferIndex, uint32_t offset) {
#if defined(__SSE2__)
  // masks + 12 - n starts with n bytes of 0xFF followed by zeros, for n from 0 to 12.
  static const uint8_t masks[28] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                    0xff, 0xff, 0,    0,    0,    0,    0,    0,    0,    0,
                                    0,    0,    0,    0,    0,    0,    0,    0};
  const bool isInline = byteCount <= 12;
  const uint32_t kept = isInline ? byteCount : 4;
  const uint64_t location = isInline ? 0 : ((uint64_t)offset << 32) | bufferIndex;
  const __m128i v = _mm_loadu_si128((const __m128i *)bytes);
  const __m128i mask = _mm_loadu_si128((const __m128i *)(masks + 12 - kept));
  const __m128i text = _mm_slli_si128(_mm_and_si128(v, mask), 4);
  const __m128i head = _mm_set_epi64x((long long)location, (long long)(uint64_t)byteCount);
  _mm_storeu_si128((__m128i *)destination, _mm_or_si128(text, head));
#else
  uint8_t view[16] = {0};
  memcpy(view, &byteCount, 4);
  if (byteCount <= 12) {
    memcpy(view + 4, bytes, byteCount);
  } else {
    memcpy(view + 4, bytes, 4);
    memcpy(view + 8, &bufferIndex, 4);
    memcpy(view + 12, &offset, 4);
  }
  memcpy(destination, view, 16);
#endif
}

/// Where a value stands, in one word: its first byte's index in the lowest 32 bits, the index just past it in
/// the next 29, and in the highest three what is known of it. See `FieldSpan`.
enum { spaltSpanKindShift = 61, spaltSpanEndMask = 0x1FFFFFFF, spaltSpanNone = 7 };

/// Stores the string views of `count` values, at most 64, that stand in `bytes`, data buffer 0, at `spans`.
/// Views of values that are not there are all zeros, and their bits in `valid` are cleared.
///
/// Returns one bit for each value that needs a closer look and whose view was not stored: it is no plain
/// text, or fewer than 16 bytes can be read from its first byte on, that is: it begins at `limit` or behind.
static inline uint64_t spaltStoreViews(const uint64_t *spans, size_t count, const void *bytes,
                                       size_t limit, void *views, uint64_t *valid) {
  uint64_t odd = 0, missing = 0;
  uint8_t *view = (uint8_t *)views;
  for (size_t i = 0; i < count; i++, view += 16) {
    const uint64_t span = spans[i];
    const uint32_t start = (uint32_t)span;
    if (span >> 62 == 0 && start < limit) {
      const uint32_t end = (uint32_t)(span >> 32) & spaltSpanEndMask;
      spaltStoreView(view, (const uint8_t *)bytes + start, end - start, 0, start);
    } else if (span >> spaltSpanKindShift == spaltSpanNone) {
      memset(view, 0, 16);
      missing |= (uint64_t)1 << i;
    } else {
      odd |= (uint64_t)1 << i;
    }
  }
  *valid &= ~missing;
  return odd;
}

/// Stores where `count` values stand at `spans`: the indexes of their first bytes, and their lengths.
/// Returns the sum of the lengths.
static inline size_t spaltStorePlaces(const uint64_t *spans, size_t count, uint32_t *starts,
                                      uint32_t *byteCounts) {
  size_t sum = 0;
  for (size_t i = 0; i < count; i++) {
    const uint32_t start = (uint32_t)spans[i];
    const uint32_t byteCount = ((uint32_t)(spans[i] >> 32) & spaltSpanEndMask) - start;
    starts[i] = start;
    byteCounts[i] = byteCount;
    sum += byteCount;
  }
  return sum;
}

/// The largest of `count` numbers below 2³¹, or 0. Compilers make vector code of it.
static inline uint32_t spaltMaximum(const void *numbers, size_t count) {
  int32_t maximum = 0;
  for (size_t i = 0; i < count; i++) {
    int32_t number;
    memcpy(&number, (const char *)numbers + i * 4, sizeof number);
    maximum = number > maximum ? number : maximum;
  }
  return (uint32_t)maximum;
}

/// Adds to `inlined` and `viewed` the byte counts of `count` string views: of those whose text lies in
/// the view itself, and of those whose text lies in data buffer 0, the input. Text in other buffers
/// was copied there and counted then.
static inline void spaltSumViews(const void *views, size_t count, uint64_t *inlined,
                                 uint64_t *viewed) {
  uint64_t within = 0, outside = 0;
  size_t i = 0;
#if defined(__SSE2__)
  // Four views at a time: lengths and buffer indexes are gathered into a vector each.
  const __m128i twelve = _mm_set1_epi32(12), zero = _mm_setzero_si128();
  __m128i withinSums = zero, outsideSums = zero;
  for (; i + 4 <= count; i += 4) {
    const __m128i *v = (const __m128i *)views + i;
    const __m128i a = _mm_loadu_si128(v), b = _mm_loadu_si128(v + 1);
    const __m128i c = _mm_loadu_si128(v + 2), d = _mm_loadu_si128(v + 3);
    const __m128i n = _mm_unpacklo_epi64(_mm_unpacklo_epi32(a, b), _mm_unpacklo_epi32(c, d));
    const __m128i buffer = _mm_unpacklo_epi64(_mm_unpackhi_epi32(a, b), _mm_unpackhi_epi32(c, d));
    const __m128i isLong = _mm_cmpgt_epi32(n, twelve);
    const __m128i isInput = _mm_cmpeq_epi32(buffer, zero);
    const __m128i shortCounts = _mm_andnot_si128(isLong, n);
    const __m128i longCounts = _mm_and_si128(_mm_and_si128(isLong, isInput), n);
    withinSums = _mm_add_epi32(withinSums, shortCounts);
    outsideSums = _mm_add_epi64(outsideSums, _mm_unpacklo_epi32(longCounts, zero));
    outsideSums = _mm_add_epi64(outsideSums, _mm_unpackhi_epi32(longCounts, zero));
  }
  uint32_t shortLanes[4];
  uint64_t longLanes[2];
  _mm_storeu_si128((__m128i *)shortLanes, withinSums);
  _mm_storeu_si128((__m128i *)longLanes, outsideSums);
  within = (uint64_t)shortLanes[0] + shortLanes[1] + shortLanes[2] + shortLanes[3];
  outside = longLanes[0] + longLanes[1];
#endif
  for (; i < count; i++) {
    uint32_t n, buffer;
    memcpy(&n, (const uint8_t *)views + i * 16, 4);
    memcpy(&buffer, (const uint8_t *)views + i * 16 + 8, 4);
    within += n <= 12 ? n : 0;
    outside += n > 12 && buffer == 0 ? n : 0;
  }
  *inlined += within;
  *viewed += outside;
}
