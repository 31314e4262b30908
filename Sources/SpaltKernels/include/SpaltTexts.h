// Passes over columns, above all of string views (Arrow's `Utf8View`): what their texts come to, which of them are the
// least and the greatest in the order of their bytes, and all of them copied to one place.
//
// Views of 12 bytes or less hold their text, padded with zeros. Longer texts lie in data buffer 0, the input,
// or in another one, which is left to the caller. What views refer to has been checked by whoever stored
// them; offsets into the input are checked here again, because they decide what is read. Little-endian only.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// The least and the greatest of `count` numbers, of which those count whose bit is set in `valid`; all, if it is
/// NULL.
typedef struct {
  int64_t least, greatest;
} SpaltIntegerRange;

static inline SpaltIntegerRange spaltRangeOfIntegers(const void *numbers, const uint8_t *valid,
                                                     size_t count) {
  SpaltIntegerRange range = {INT64_MAX, INT64_MIN};
  for (size_t row = 0; row < count; row++) {
    int64_t number;
    memcpy(&number, (const uint8_t *)numbers + row * 8, 8);
    const bool isValid = valid == NULL || (valid[row >> 3] >> (row & 7) & 1);
    const int64_t low = isValid ? number : INT64_MAX, high = isValid ? number : INT64_MIN;
    range.least = low < range.least ? low : range.least;
    range.greatest = high > range.greatest ? high : range.greatest;
  }
  return range;
}

/// A column of texts. `valid` has a bit for each text that is not null; NULL if none is.
typedef struct {
  const uint8_t *views;
  const uint8_t *valid;
  size_t count;
  const uint8_t *input;
  size_t inputByteCount;
} SpaltTexts;

/// Bytes of all texts, of those that do not lie in their views, and of the longest.
typedef struct {
  uint64_t byteCount, outOfLineByteCount, maximumByteCount;
} SpaltTextSizes;

/// The first 16 bytes of a text as a number, most significant byte first, padded with zeros.
typedef unsigned __int128 SpaltTextKey;

/// A string view: the length, and what stands in the other 12 bytes.
typedef struct {
  uint32_t byteCount, buffer, offset;
  uint64_t head, tail;
} SpaltView;

/// The least and the greatest of some texts, their rows, and the first 16 bytes of each as two numbers.
typedef struct {
  SpaltView least, greatest;
  uint64_t leastKey[2], greatestKey[2];
  size_t leastRow, greatestRow;
  bool hasText;
} SpaltTextRange;

static inline SpaltTextRange spaltEmptyTextRange(void) {
  SpaltTextRange range;
  memset(&range, 0, sizeof range);
  // Nothing is greater than the least, or less than the greatest.
  range.leastKey[0] = range.leastKey[1] = ~(uint64_t)0;
  return range;
}

static inline SpaltView spaltLoadView(const uint8_t *views, size_t row) {
  SpaltView view;
  const uint8_t *v = views + row * 16;
  memcpy(&view.head, v, 8);
  memcpy(&view.tail, v + 8, 8);
  view.byteCount = (uint32_t)view.head;
  view.buffer = (uint32_t)view.tail;
  view.offset = (uint32_t)(view.tail >> 32);
  return view;
}

static inline bool spaltIsValid(const uint8_t *valid, size_t row) {
  return valid == NULL || (valid[row >> 3] >> (row & 7) & 1);
}

/// Whether a text lies in its view or in the input.
static inline bool spaltIsInReach(SpaltView view, size_t inputByteCount) {
  return view.byteCount <= 12 ||
         (view.buffer == 0 && (uint64_t)view.offset + view.byteCount <= inputByteCount);
}

static inline SpaltTextKey spaltMakeKey(uint64_t first, uint64_t second) {
  return (SpaltTextKey)__builtin_bswap64(first) << 64 | __builtin_bswap64(second);
}

/// The key of a text that is in reach, wherever it ends.
static inline SpaltTextKey spaltTextKey(SpaltView view, const uint8_t *input) {
  if (view.byteCount <= 12) return spaltMakeKey(view.head >> 32 | view.tail << 32, view.tail >> 32);
  const uint8_t *text = input + view.offset;
  uint64_t first, second;
  memcpy(&first, text, 8);
  if (view.byteCount >= 16) {
    memcpy(&second, text + 8, 8);
  } else {
    memcpy(&second, text + view.byteCount - 8, 8);
    second >>= 8 * (16 - view.byteCount);
  }
  return spaltMakeKey(first, second);
}

/// Less than 0, 0, or more, as a text is less than another with the same key, equal to it, or greater.
static inline int spaltCompareTails(SpaltView a, SpaltView b, const uint8_t *input) {
  const uint32_t common = a.byteCount < b.byteCount ? a.byteCount : b.byteCount;
  // With one of 16 bytes or less, all bytes that both have are in the key.
  if (common > 16) {
    const int order = memcmp(input + a.offset + 16, input + b.offset + 16, common - 16);
    if (order != 0) return order;
  }
  return a.byteCount < b.byteCount ? -1 : a.byteCount > b.byteCount;
}

/// Whether a look at a view is enough to tell that its text is greater than the least and less than the greatest:
/// of most texts the first four bytes tell enough, and those are in the view.
static inline bool spaltIsWithin(const SpaltTextRange *range, SpaltView view) {
  const uint64_t prefix = __builtin_bswap32((uint32_t)(view.head >> 32));
  return prefix > range->leastKey[0] >> 32 && prefix < range->greatestKey[0] >> 32;
}

/// Whether a key is enough to tell that a text is greater than the least and less than the greatest.
static inline bool spaltIsInside(const SpaltTextRange *range, SpaltTextKey key) {
  const SpaltTextKey least = (SpaltTextKey)range->leastKey[0] << 64 | range->leastKey[1];
  const SpaltTextKey greatest = (SpaltTextKey)range->greatestKey[0] << 64 | range->greatestKey[1];
  return (key > least) & (key < greatest);
}

/// Whether a view is that of the least or the greatest text.
static inline bool spaltIsEnd(const SpaltTextRange *range, SpaltView view) {
  return range->hasText &
         (((view.head == range->least.head) & (view.tail == range->least.tail)) |
          ((view.head == range->greatest.head) & (view.tail == range->greatest.tail)));
}

/// Makes a range wider, if need be, for a text that is in reach.
__attribute__((noinline)) static void spaltWiden(SpaltTextRange *range, const SpaltTexts *texts,
                                                 size_t row) {
  const SpaltView view = spaltLoadView(texts->views, row);
  const SpaltTextKey key = spaltTextKey(view, texts->input);
  const SpaltTextKey least = (SpaltTextKey)range->leastKey[0] << 64 | range->leastKey[1];
  const SpaltTextKey greatest = (SpaltTextKey)range->greatestKey[0] << 64 | range->greatestKey[1];
  if (!range->hasText || key < least ||
      (key == least && spaltCompareTails(view, range->least, texts->input) < 0)) {
    range->leastRow = row;
    range->least = view;
    range->leastKey[0] = (uint64_t)(key >> 64);
    range->leastKey[1] = (uint64_t)key;
  }
  if (!range->hasText || key > greatest ||
      (key == greatest && spaltCompareTails(view, range->greatest, texts->input) > 0)) {
    range->greatestRow = row;
    range->greatest = view;
    range->greatestKey[0] = (uint64_t)(key >> 64);
    range->greatestKey[1] = (uint64_t)key;
  }
  range->hasText = true;
}

/// Adds up the lengths of a column's texts.
static inline SpaltTextSizes spaltMeasureTexts(SpaltTexts texts) {
  uint64_t all = 0, outside = 0;
  uint32_t maximum = 0;
  size_t row = 0;
#if defined(__SSE2__)
  // Four views at a time. Lengths are less than 2^31.
  const __m128i twelve = _mm_set1_epi32(12), zero = _mm_setzero_si128();
  const __m128i bits = _mm_set_epi32(8, 4, 2, 1);
  __m128i allSums = zero, outsideSums = zero, maxima = zero;
  for (; row + 4 <= texts.count; row += 4) {
    const __m128i *v = (const __m128i *)texts.views + row;
    const __m128i a = _mm_loadu_si128(v), b = _mm_loadu_si128(v + 1);
    const __m128i c = _mm_loadu_si128(v + 2), d = _mm_loadu_si128(v + 3);
    __m128i n = _mm_unpacklo_epi64(_mm_unpacklo_epi32(a, b), _mm_unpacklo_epi32(c, d));
    if (texts.valid != NULL) {
      const __m128i valid = _mm_set1_epi32(texts.valid[row >> 3] >> (row & 4));
      n = _mm_and_si128(n, _mm_cmpeq_epi32(_mm_and_si128(valid, bits), bits));
    }
    allSums = _mm_add_epi64(allSums, _mm_unpacklo_epi32(n, zero));
    allSums = _mm_add_epi64(allSums, _mm_unpackhi_epi32(n, zero));
    const __m128i longCounts = _mm_and_si128(n, _mm_cmpgt_epi32(n, twelve));
    outsideSums = _mm_add_epi64(outsideSums, _mm_unpacklo_epi32(longCounts, zero));
    outsideSums = _mm_add_epi64(outsideSums, _mm_unpackhi_epi32(longCounts, zero));
    const __m128i isMore = _mm_cmpgt_epi32(n, maxima);
    maxima = _mm_or_si128(_mm_and_si128(isMore, n), _mm_andnot_si128(isMore, maxima));
  }
  uint64_t sums[4];
  uint32_t greatest[4];
  _mm_storeu_si128((__m128i *)sums, allSums);
  _mm_storeu_si128((__m128i *)(sums + 2), outsideSums);
  _mm_storeu_si128((__m128i *)greatest, maxima);
  all = sums[0] + sums[1];
  outside = sums[2] + sums[3];
  for (int i = 0; i < 4; i++) maximum = greatest[i] > maximum ? greatest[i] : maximum;
#endif
  for (; row < texts.count; row++) {
    uint32_t byteCount;
    memcpy(&byteCount, texts.views + row * 16, 4);
    byteCount = spaltIsValid(texts.valid, row) ? byteCount : 0;
    all += byteCount;
    outside += byteCount > 12 ? byteCount : 0;
    maximum = byteCount > maximum ? byteCount : maximum;
  }
  return (SpaltTextSizes){all, outside, maximum};
}

/// Makes a range wider for all texts of a column. Returns whether all of them are in reach.
static inline bool spaltWidenByAll(SpaltTextRange *range, SpaltTexts texts) {
  for (size_t row = 0; row < texts.count; row++) {
    if (!spaltIsValid(texts.valid, row)) continue;
    const SpaltView view = spaltLoadView(texts.views, row);
    if (spaltIsWithin(range, view) || spaltIsEnd(range, view)) continue;
    if (!spaltIsInReach(view, texts.inputByteCount)) return false;
    spaltWiden(range, &texts, row);
  }
  return true;
}

/// Asks for the record of a text that is some rows ahead: records are as long as they are, which processors do
/// not foresee. Of a text that lies in its view some other place is asked for.
static inline void spaltPrefetchText(const uint8_t *view, const uint8_t *viewsEnd,
                                     const uint8_t *input, size_t inputByteCount) {
  const uint8_t *ahead = view + 12 * 16 < viewsEnd ? view + 12 * 16 : view;
  uint32_t offset;
  memcpy(&offset, ahead + 12, 4);
  const uint8_t *text = input + (offset < inputByteCount ? offset : 0);
  __builtin_prefetch(text);
  __builtin_prefetch(text + 64);
  __builtin_prefetch(text + 128);
}

/// Copies a text of any length from anywhere in reach. Returns false if it is out of reach or longer than there
/// is room.
static inline bool spaltCopyOddText(const SpaltTexts *texts, size_t row, uint32_t byteCount,
                                    uint8_t *text, size_t room) {
  if (byteCount > room) return false;
  const SpaltView view = spaltLoadView(texts->views, row);
  if (byteCount > 0 && !spaltIsInReach(view, texts->inputByteCount)) return false;
  const bool isLong = byteCount > 12;
  memcpy(text, isLong ? texts->input + view.offset : texts->views + row * 16 + 4, byteCount);
  return true;
}

/// `spaltCopyTexts` for columns of which is known whether there are nulls, and how many bytes are enough for
/// most texts: 16 if all lie in their views, otherwise 32, 64 or 128. So many are always copied, which costs less
/// than to find out how many there are.
__attribute__((always_inline)) static inline size_t spaltCopyTextRows(
    const SpaltTexts *texts, size_t row, const size_t rowEnd, uint8_t *const target,
    const size_t targetByteCount, uint32_t *const ends, size_t *end, SpaltTextRange *range,
    const bool isFirst, const bool hasNulls, const size_t block) {
  const bool isShort = block == 16;
  const uint8_t *const views = texts->views, *const valid = texts->valid, *const input = texts->input;
  const uint8_t *const viewsEnd = views + texts->count * 16;
  const size_t inputByteCount = texts->inputByteCount;
  size_t position = *end;
  // Rows, offsets and positions before these have room for a block.
  const size_t rowsByteCount = texts->count * 16;
  const size_t inViewEnd = rowsByteCount < block + 4 ? 0 : (rowsByteCount - block - 4) / 16 + 1;
  const size_t offsetEnd = inputByteCount < block ? 0 : inputByteCount - block + 1;
  const size_t positionEnd = targetByteCount < block ? 0 : targetByteCount - block + 1;
  const size_t plainEnd = !isShort && offsetEnd == 0 ? row : rowEnd < inViewEnd ? rowEnd : inViewEnd;
  while (row < rowEnd) {
    // The usual rows. What is rare is left to the code behind the loop, so that most of what is needed stays in registers.
    for (; row < plainEnd; row++) {
      if (hasNulls && (row & 7) == 0 && row + 8 <= rowEnd && valid[row >> 3] == 0) {
        for (size_t i = 0; i < 8; i++) ends[row + i] = (uint32_t)position;
        row += 7;
        continue;
      }
      const uint8_t *view = views + row * 16;
      if (!isShort && isFirst) spaltPrefetchText(view, viewsEnd, input, inputByteCount);
      uint64_t head, tail;
      memcpy(&head, view, 8);
      memcpy(&tail, view + 8, 8);
      const bool isValid = !hasNulls || (valid[row >> 3] >> (row & 7) & 1);
      const uint32_t byteCount = isValid ? (uint32_t)head : 0;
      if (byteCount > block || position >= positionEnd) break;
      const uint8_t *source = view + 4;
      if (!isShort) {
        // Without a branch: lengths near 12 are not foreseen.
        const bool isLong = byteCount > 12;
        tail &= (uint64_t)0 - isLong;
        if ((uint32_t)tail != 0 || tail >> 32 >= offsetEnd) break;
        source = isLong ? input + (tail >> 32) : source;
      }
      uint8_t *const text = target + position;
      for (size_t i = 0; i < block; i += 16) {
        uint8_t bytes[16];
        memcpy(bytes, source + i, 16);
        memcpy(text + i, bytes, 16);
      }
      position += byteCount;
      ends[row] = (uint32_t)position;
      if (range == NULL) continue;
      const uint32_t prefix = __builtin_bswap32((uint32_t)(head >> 32));
      if (prefix > range->leastKey[0] >> 32 && prefix < range->greatestKey[0] >> 32) continue;
      if (!isValid) continue;
      if (isShort) {
        if (spaltIsEnd(range, spaltLoadView(views, row))) continue;
      } else if (byteCount >= 16) {
        uint64_t first, second;
        memcpy(&first, text, 8);
        memcpy(&second, text + 8, 8);
        if (spaltIsInside(range, spaltMakeKey(first, second))) continue;
      }
      spaltWiden(range, texts, row);
    }
    if (row >= rowEnd) break;
    SpaltView view = spaltLoadView(views, row);
    if (!spaltIsValid(valid, row)) view.byteCount = 0;
    if (!spaltCopyOddText(texts, row, view.byteCount, target + position, targetByteCount - position))
      break;
    if (range != NULL && spaltIsValid(valid, row)) spaltWiden(range, texts, row);
    position += view.byteCount;
    ends[row] = (uint32_t)position;
    row++;
  }
  *end = position;
  return row;
}

/// Copies the texts in rows `row` to `rowEnd` one behind the other, to index `*end` of `target`, which has room
/// for `targetByteCount` bytes, stores at `ends[row]` where each ends, and makes a range wider for them, unless
/// it is NULL. Nulls are empty. What stands behind the last text and before the end of `target` may be
/// written to. None of the texts is longer than `maximumByteCount`. `isFirst` says that no other column's texts were
/// copied from the same records just before.
///
/// Returns the row at which it stopped: `rowEnd`, or that of a text which the caller has to copy, because it is
/// out of reach or longer than there is room.
static inline size_t spaltCopyTexts(SpaltTexts texts, size_t row, size_t rowEnd,
                                    size_t maximumByteCount, void *target, size_t targetByteCount,
                                    uint32_t *ends, size_t *end, SpaltTextRange *range,
                                    bool isFirst) {
#define SPALT_COPY(block)                                                                        \
  (texts.valid != NULL ? spaltCopyTextRows(&texts, row, rowEnd, (uint8_t *)target, targetByteCount, \
                                           ends, end, range, isFirst, true, block)               \
                       : spaltCopyTextRows(&texts, row, rowEnd, (uint8_t *)target, targetByteCount, \
                                           ends, end, range, isFirst, false, block))
  if (maximumByteCount <= 12) return SPALT_COPY(16);
  if (maximumByteCount <= 32) return SPALT_COPY(32);
  if (maximumByteCount <= 64) return SPALT_COPY(64);
  return SPALT_COPY(128);
#undef SPALT_COPY
}
