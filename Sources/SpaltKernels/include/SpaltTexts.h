// Passes over columns of string views (Arrow's `Utf8View`): what their texts come to, which of them are the
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
  for (size_t row = 0; row < texts.count; row++) {
    uint32_t byteCount;
    memcpy(&byteCount, texts.views + row * 16, 4);
    if (texts.valid != NULL) byteCount &= 0u - (uint32_t)spaltIsValid(texts.valid, row);
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
static inline void spaltPrefetchText(SpaltTexts texts, size_t row) {
  const size_t ahead = row + 12 < texts.count ? row + 12 : texts.count - 1;
  uint32_t offset;
  memcpy(&offset, texts.views + ahead * 16 + 12, 4);
  const uint8_t *text = texts.input + (offset < texts.inputByteCount ? offset : 0);
  __builtin_prefetch(text);
  __builtin_prefetch(text + 64);
  __builtin_prefetch(text + 128);
}

/// Copies a text of any length from anywhere in reach. Returns false if it is out of reach or longer than there
/// is room.
__attribute__((noinline)) static bool spaltCopyOddText(const SpaltTexts *texts, size_t row,
                                                       uint32_t byteCount, uint8_t *text,
                                                       size_t room) {
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
    SpaltTexts texts, size_t row, size_t rowEnd, uint8_t *target, size_t targetByteCount,
    uint32_t *ends, size_t *end, SpaltTextRange *range, bool isFirst, bool hasNulls,
    size_t blockByteCount) {
  const bool isShort = blockByteCount == 16;
  uint8_t *text = target + *end;
  // A block is written to a place no later than this, and read from offsets and rows before those.
  const ptrdiff_t lastText = (ptrdiff_t)targetByteCount - (ptrdiff_t)blockByteCount;
  const size_t offsetEnd =
      texts.inputByteCount < blockByteCount ? 0 : texts.inputByteCount - blockByteCount + 1;
  const size_t inViewEnd =
      texts.count * 16 < blockByteCount + 4 ? 0 : (texts.count * 16 - blockByteCount - 4) / 16 + 1;
  for (; row < rowEnd; row++) {
    if (hasNulls && (row & 7) == 0 && row + 8 <= rowEnd && texts.valid[row >> 3] == 0) {
      for (size_t i = 0; i < 8; i++) ends[row + i] = (uint32_t)(text - target);
      row += 7;
      continue;
    }
    const SpaltView view = spaltLoadView(texts.views, row);
    if (!isShort && isFirst) spaltPrefetchText(texts, row);
    const bool isValid = !hasNulls || (texts.valid[row >> 3] >> (row & 7) & 1);
    const uint32_t byteCount = isValid ? view.byteCount : 0;
    // Without branches: lengths near 12 are not foreseen.
    const bool isLong = !isShort & (byteCount > 12);
    const uint8_t *source = isLong ? texts.input + view.offset : texts.views + row * 16 + 4;
    const bool isOdd = (isLong & ((view.buffer != 0) | (view.offset >= offsetEnd))) |
                       (row >= inViewEnd) | (byteCount > blockByteCount) |
                       (text - target > lastText);
    if (__builtin_expect(!isOdd, 1)) {
      uint8_t block[128];
      memcpy(block, source, blockByteCount);
      memcpy(text, block, blockByteCount);
    } else if (!spaltCopyOddText(&texts, row, byteCount, text,
                                 targetByteCount - (size_t)(text - target))) {
      break;
    }
    if (range != NULL && isValid && !spaltIsWithin(range, view) &&
        !(isShort && spaltIsEnd(range, view)))
      spaltWiden(range, &texts, row);
    text += byteCount;
    ends[row] = (uint32_t)(text - target);
  }
  *end = (size_t)(text - target);
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
#define SPALT_COPY(blockByteCount)                                                               \
  (texts.valid != NULL                                                                             \
       ? spaltCopyTextRows(texts, row, rowEnd, (uint8_t *)target, targetByteCount, ends, end,      \
                           range, isFirst, true, blockByteCount)                                            \
       : spaltCopyTextRows(texts, row, rowEnd, (uint8_t *)target, targetByteCount, ends, end,      \
                           range, isFirst, false, blockByteCount))
  if (maximumByteCount <= 12) return SPALT_COPY(16);
  if (maximumByteCount <= 32) return SPALT_COPY(32);
  if (maximumByteCount <= 64) return SPALT_COPY(64);
  return SPALT_COPY(128);
#undef SPALT_COPY
}
