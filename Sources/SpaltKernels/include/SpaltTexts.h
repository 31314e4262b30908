// Passes over columns of string views (Arrow's `Utf8View`): what their texts come to, which of them are the
// least and the greatest in the order of their bytes, and all of them copied to one place.
//
// Views of 12 bytes or less hold their text, padded with zeros. Longer texts lie in data buffer 0, the input,
// or in another one, which is left to the caller. What views refer to has been checked by whoever stored
// them; offsets into the input are checked here again, because they decide what is read.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// What the texts of a column come to, and the rows of the least and the greatest of them.
typedef struct {
  /// Bytes of all texts, and of those that do not lie in their views.
  uint64_t byteCount, outOfLineByteCount;
  /// Length of the longest.
  uint64_t maximumByteCount;
  /// Rows; only if `hasRange`.
  uint64_t least, greatest;
  /// Whether the range is known: there is a text, none is too long, and all could be looked at.
  bool hasRange;
} SpaltTextSurvey;

/// The first 16 bytes of a text as two numbers, most significant byte first, padded with zeros.
typedef struct {
  uint64_t first, second;
} SpaltTextKey;

/// A string view: the length, and what stands in the other 12 bytes.
typedef struct {
  uint32_t byteCount, buffer, offset;
  uint64_t head, tail;
} SpaltView;

static inline SpaltView spaltLoadView(const void *views, size_t row) {
  SpaltView view;
  const uint8_t *v = (const uint8_t *)views + row * 16;
  memcpy(&view.head, v, 8);
  memcpy(&view.tail, v + 8, 8);
  view.byteCount = (uint32_t)view.head;
  view.buffer = (uint32_t)view.tail;
  view.offset = (uint32_t)(view.tail >> 32);
  return view;
}

/// Asks for the text of a view that is some rows ahead: texts of one column lie a record apart, and what they
/// hold decides on branches, so that processors do not look ahead far enough by themselves.
static inline void spaltPrefetchText(const void *views, size_t row, size_t count,
                                     const uint8_t *input, size_t inputByteCount) {
  if (row + 16 >= count) return;
  const SpaltView view = spaltLoadView(views, row + 16);
  if (view.byteCount > 12 && view.offset < inputByteCount) __builtin_prefetch(input + view.offset);
}

/// Whether a text that does not lie in its view lies in the input, where 16 bytes can be read from each of
/// its blocks of 16 on.
static inline bool spaltIsReadable(SpaltView view, size_t inputByteCount) {
  return view.buffer == 0 &&
         (uint64_t)view.offset + (((uint64_t)view.byteCount + 15) & ~(uint64_t)15) <= inputByteCount;
}

static inline SpaltTextKey spaltTextKey(SpaltView view, const uint8_t *input) {
  SpaltTextKey key;
  if (view.byteCount <= 12) {
    key.first = __builtin_bswap64(view.head >> 32 | view.tail << 32);
    key.second = __builtin_bswap64(view.tail >> 32);
  } else {
    uint64_t first, second;
    memcpy(&first, input + view.offset, 8);
    memcpy(&second, input + view.offset + 8, 8);
    key.first = __builtin_bswap64(first);
    key.second = __builtin_bswap64(second);
    if (view.byteCount < 16) key.second &= ~(uint64_t)0 << (8 * (16 - view.byteCount));
  }
  return key;
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

/// Adds up the lengths of `count` texts, and finds the least and the greatest unless one is longer than
/// `longest` bytes. `valid` has a bit for each text that is not null; NULL if none is. Little-endian only.
static inline SpaltTextSurvey spaltSurveyTexts(const void *views, const uint8_t *valid, size_t count,
                                               const void *inputBytes, size_t inputByteCount,
                                               uint32_t longest) {
  SpaltTextSurvey survey = {0, 0, 0, 0, 0, false};
  const uint8_t *input = (const uint8_t *)inputBytes;
  uint64_t all = 0, outside = 0;
  uint32_t maximum = 0;
  size_t i = 0;
  SpaltView least = {0, 0, 0, 0, 0}, greatest = least;
  SpaltTextKey leastKey = {0, 0}, greatestKey = {0, 0};
  bool hasText = false;
  for (; i < count; i++) {
    if (valid != NULL && (valid[i >> 3] >> (i & 7) & 1) == 0) continue;
    const SpaltView view = spaltLoadView(views, i);
    spaltPrefetchText(views, i, count, input, inputByteCount);
    if (view.byteCount > 12) {
      if (view.byteCount > longest || !spaltIsReadable(view, inputByteCount)) break;
      outside += view.byteCount;
      all += view.byteCount;
      maximum = view.byteCount > maximum ? view.byteCount : maximum;
      // Of most texts the first four bytes tell enough, and those are in the view.
      const uint64_t prefix = __builtin_bswap32((uint32_t)(view.head >> 32));
      if (prefix > leastKey.first >> 32 && prefix < greatestKey.first >> 32) continue;
    } else {
      all += view.byteCount;
      maximum = view.byteCount > maximum ? view.byteCount : maximum;
    }
    const SpaltTextKey key = spaltTextKey(view, input);
    if (__builtin_expect(!hasText, 0)) {
      hasText = true;
      survey.least = survey.greatest = i;
      least = greatest = view;
      leastKey = greatestKey = key;
      continue;
    }
    if (key.first < leastKey.first ||
        (key.first == leastKey.first &&
         (key.second < leastKey.second ||
          (key.second == leastKey.second && spaltCompareTails(view, least, input) < 0)))) {
      survey.least = i;
      least = view;
      leastKey = key;
    }
    if (key.first > greatestKey.first ||
        (key.first == greatestKey.first &&
         (key.second > greatestKey.second ||
          (key.second == greatestKey.second && spaltCompareTails(view, greatest, input) > 0)))) {
      survey.greatest = i;
      greatest = view;
      greatestKey = key;
    }
  }
  survey.hasRange = hasText && i == count;
  // The rest, if there is one, is only added up.
  for (; i < count; i++) {
    uint32_t byteCount;
    memcpy(&byteCount, (const uint8_t *)views + i * 16, 4);
    if (valid != NULL) byteCount &= 0u - (uint32_t)(valid[i >> 3] >> (i & 7) & 1);
    all += byteCount;
    outside += byteCount > 12 ? byteCount : 0;
    maximum = byteCount > maximum ? byteCount : maximum;
  }
  survey.byteCount = all;
  survey.outOfLineByteCount = outside;
  survey.maximumByteCount = maximum;
  return survey;
}

/// Copies texts one behind the other, from `row` on, to index `*end` of `target`, and stores at `ends[row]`
/// where each ends. Nulls are empty. Up to 15 bytes behind a text are written to.
///
/// Returns the row at which it stopped: `count`, or that of a text which the caller has to copy, because it
/// lies in another buffer or so near the end of the input that blocks of 16 would reach beyond it.
static inline size_t spaltCopyTexts(const void *views, const uint8_t *valid, size_t row, size_t count,
                                    const void *inputBytes, size_t inputByteCount, void *target,
                                    uint32_t *ends, size_t *end) {
  const uint8_t *input = (const uint8_t *)inputBytes;
  uint8_t *text = (uint8_t *)target + *end;
  for (; row < count; row++) {
    const SpaltView view = spaltLoadView(views, row);
    spaltPrefetchText(views, row, count, input, inputByteCount);
    uint32_t byteCount = view.byteCount;
    if (valid != NULL) byteCount &= 0u - (uint32_t)(valid[row >> 3] >> (row & 7) & 1);
    if (byteCount <= 12) {
      const uint64_t first = view.head >> 32 | view.tail << 32, second = view.tail >> 32;
      memcpy(text, &first, 8);
      memcpy(text + 8, &second, 8);
    } else {
      if (!spaltIsReadable(view, inputByteCount)) break;
      const uint8_t *source = input + view.offset;
      if (byteCount > 256) {
        memcpy(text, source, byteCount);
      } else {
        uint32_t i = 0;
        do {
          uint8_t block[16];
          memcpy(block, source + i, 16);
          memcpy(text + i, block, 16);
          i += 16;
        } while (i < byteCount);
      }
    }
    text += byteCount;
    ends[row] = (uint32_t)(text - (uint8_t *)target);
  }
  *end = (size_t)(text - (uint8_t *)target);
  return row;
}
