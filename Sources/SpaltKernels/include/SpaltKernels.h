//===----------------------------------------------------------------------===//
// Spalt: block kernels.
//
// A kernel reads a block of bytes and answers one question about all of it: how many newlines,
// where they are, where a JSON string ends, whether the text is UTF-8. Each question has one
// implementation per instruction set, and a table holds the implementations of one set. Fetch the
// table once, keep the pointer, and call a kernel per block of 16 to 64 KiB: the indirect call is
// then free.
//
// What holds for every kernel:
//   - It reads `bytes[0 ..< byteCount]` and not one byte more, not even within a cache line. A
//     mapped file may end where the page ends.
//   - `bytes` needs no alignment, and may be null when `byteCount` is 0.
//   - It keeps no state, allocates nothing, and may run on any number of threads.
//   - All tables give identical answers; only their speed differs.
//===----------------------------------------------------------------------===//

#ifndef SPALT_KERNELS_H
#define SPALT_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// What code on both sides of the border between C and Swift relies on.
#ifdef __cplusplus
#define SPALT_LAYOUT(condition) static_assert(condition, "layout")
#else
#define SPALT_LAYOUT(condition) _Static_assert(condition, "layout")
#endif

/// Two bytes of a text that is searched for, and where they stand in it. The rarer they are, the fewer
/// places have to be looked at twice.
///
/// When `endOffset` is not zero, the text is a key, and places are left out where an integer follows that
/// is too small or too large by its first digit and its length: a digit at `valueOffset` that is not
/// from `lowDigit` to `highDigit`, and a comma, closing brace, space or control character at `endOffset`. A backslash is not
/// left out. There must have been no other hits before.
///
/// When `requiresDigit` is not zero, all places are left out where the byte at `valueOffset` is not from
/// `lowDigit` to `highDigit`; `endOffset` is zero then.
typedef struct SpaltNeedle {
  uint8_t first, firstOffset;
  uint8_t second, secondOffset;
  uint8_t valueOffset, endOffset;
  uint8_t lowDigit, highDigit;
  uint8_t requiresDigit;
} SpaltNeedle;
SPALT_LAYOUT(sizeof(SpaltNeedle) == 9 && offsetof(SpaltNeedle, requiresDigit) == 8);

/// Where the value of a field stands: in the lowest 32 bits of a word its start, then 29 bits of its end, then
/// three bits of its kind. Of the kinds, these mean something here.
enum { SpaltFieldWord = 1, SpaltFieldBare = 4, SpaltFieldNone = 7 };

/// Which of some fields, at most 64, have values, and which of these were not stored, because they need a
/// closer look: one bit each.
typedef struct SpaltStoredFields {
  uint64_t valid, odd;
} SpaltStoredFields;
SPALT_LAYOUT(sizeof(SpaltStoredFields) == 16 && offsetof(SpaltStoredFields, odd) == 8);

/// The kernels of one instruction set.
typedef struct SpaltKernelTable {
  /// `avx512`, `avx2`, `sse2`, `neon` or `scalar`: what `spaltKernelNamed` and `SPALT_KERNEL` accept.
  const char *name;

  /// How many bytes equal `value`.
  size_t (*countByte)(const uint8_t *_Nullable bytes, size_t byteCount, uint8_t value);

  /// The index of the first byte that equals `value`, or `byteCount` when there is none.
  size_t (*findByte)(const uint8_t *_Nullable bytes, size_t byteCount, uint8_t value);

  /// The index of the last byte that equals `value`, or `byteCount` when there is none.
  size_t (*findLastByte)(const uint8_t *_Nullable bytes, size_t byteCount, uint8_t value);

  /// The index of the first byte that ends or interrupts the content of a JSON string: a quote, a
  /// backslash, or a control character (below 0x20). `byteCount` when there is none.
  size_t (*findStringEnd)(const uint8_t *_Nullable bytes, size_t byteCount);

  /// Like `findStringEnd`, and also stops at bytes from 0x80 on, so that what precedes the index is
  /// plain ASCII.
  size_t (*findStringSpecial)(const uint8_t *_Nullable bytes, size_t byteCount);

  /// Sets bit `i % 64` of `words[i / 64]` where byte `i` is a line feed. Writes `byteCount / 64`
  /// words, rounded up; the unused bits of the last one are zero.
  void (*newlineBitmap)(
      const uint8_t *_Nullable bytes, size_t byteCount, uint64_t *_Nullable words);

  /// Two bitmaps laid out like that of `newlineBitmap`: where the quotes are, where the
  /// backslashes.
  void (*quoteBitmaps)(
      const uint8_t *_Nullable bytes, size_t byteCount, uint64_t *_Nullable quotes,
      uint64_t *_Nullable backslashes);

  /// A bitmap laid out like that of `newlineBitmap`, of the bytes that `findStringSpecial` stops at.
  void (*stringSpecialBitmap)(
      const uint8_t *_Nullable bytes, size_t byteCount, uint64_t *_Nullable words);

  /// A bitmap laid out like that of `newlineBitmap`, of the bytes of a class: all from 0x80 on, and those
  /// below for which bit `byte / 16` of `highNibbles[byte % 16]` is set. There are 16 of these.
  void (*byteClassBitmap)(
      const uint8_t *_Nullable bytes, size_t byteCount, const uint8_t *highNibbles,
      uint64_t *_Nullable words);

  /// A bitmap laid out like that of `newlineBitmap`, of the bytes `{`, `}`, `[`, `]`, `:` and `,`,
  /// inside strings or not.
  void (*structuralBitmap)(
      const uint8_t *_Nullable bytes, size_t byteCount, uint64_t *_Nullable words);

  /// Two bitmaps laid out like that of `newlineBitmap`: where the line feeds are, and where something
  /// begins that is worth a closer look: bit `i` of `hits` is set, in addition to what was set there
  /// before, when the bytes at `i + firstOffset` and `i + secondOffset` are those of the needle and the
  /// place is not left out, or
  /// when byte `i` is a backslash and the next one a `u`. What would lie behind the bytes is no match.
  /// Neither byte of the needle is zero. Bit `i % 64` of `summary[i / 64]` tells whether `hits[i]` is
  /// not zero in the end. Returns how many line feeds there are.
  size_t (*probeBitmaps)(
      const uint8_t *_Nullable bytes, size_t byteCount, SpaltNeedle needle,
      uint64_t *_Nullable newlines, uint64_t *_Nullable hits, uint64_t *_Nullable summary);

  /// Writes `base` plus the index of every line feed, in order, until `capacity` offsets are
  /// written. Returns how many. When that is `capacity`, go on behind the last one. The slots
  /// between the result and `capacity` may be used as scratch space.
  size_t (*lineOffsets)(
      const uint8_t *_Nullable bytes, size_t byteCount, uint32_t base, uint32_t *_Nullable offsets,
      size_t capacity);

  /// As `lineOffsets`, of the bytes that `findStringSpecial` stops at.
  size_t (*stringSpecialOffsets)(
      const uint8_t *_Nullable bytes, size_t byteCount, uint32_t base, uint32_t *_Nullable offsets,
      size_t capacity);

  /// Stores a 64-bit integer for each field, and zero when there is no value. Fields that are no words or bare,
  /// or are anything but one to eight digits without a zero in front, and those with fewer than 8 bytes
  /// from their start on, are odd.
  SpaltStoredFields (*storeShortIntegers)(
      const uint8_t *_Nullable bytes, size_t byteCount, const uint64_t *_Nullable fields,
      size_t count, uint64_t *_Nullable values);

  /// `byteCount` when the bytes are well-formed UTF-8 (Unicode, table 3-7). Otherwise the index of
  /// the first byte of the first ill-formed sequence; everything before that index is well-formed.
  /// A sequence that the end of the bytes cuts short is ill-formed, so a caller that splits text
  /// must split it between characters, or carry the rest over.
  size_t (*validateUTF8)(const uint8_t *_Nullable bytes, size_t byteCount);

  /// Goes on with XXH32 over as many whole stripes of 16 bytes as there are, whose four sums are in
  /// `lanes`. Returns how many bytes that were.
  size_t (*xxh32Stripes)(
      uint32_t *_Nonnull lanes, const uint8_t *_Nullable bytes, size_t byteCount);
} SpaltKernelTable;

/// The table to use: the one that the environment variable `SPALT_KERNEL` names, or else the
/// fastest that this processor can run. Decided at the first call and the same ever after. A name
/// that is unknown or not available here is ignored; see `spaltKernelNamed` to report it.
const SpaltKernelTable *spaltKernels(void);

/// The table of that name, or null when there is none or this processor cannot run it.
const SpaltKernelTable *_Nullable spaltKernelNamed(const char *_Nullable name);

/// How many tables this processor can run; at least one.
size_t spaltKernelCount(void);

/// One of the tables that this processor can run, the fastest first, or null from
/// `spaltKernelCount()` on.
const SpaltKernelTable *_Nullable spaltKernelAt(size_t index);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif

#endif
