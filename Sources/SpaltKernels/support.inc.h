// What every per-ISA file needs before it defines its vectors: loads, bit counting, and the UTF-8
// decoder that works one character at a time.
//
// Everything here is `static` and always inlined, so that each file gets its own copy, compiled for
// its own instruction set.

#ifndef SPALT_SUPPORT_INC_H
#define SPALT_SUPPORT_INC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "tables.h"

#define SPALT_INLINE static inline __attribute__((always_inline, unused))

/// Eight bytes, the first of them in the low bits.
SPALT_INLINE uint64_t loadWord(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

/// Four bytes, the first of them in the low bits.
SPALT_INLINE uint64_t loadHalfWord(const uint8_t *bytes) {
  uint32_t word;
  memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap32(word);
#endif
  return word;
}

/// The position of the lowest set bit; 64 when no bit is set.
SPALT_INLINE unsigned lowestBit(uint64_t mask) {
  return mask == 0 ? 64 : (unsigned)__builtin_ctzll(mask);
}

/// The position of the highest set bit of a mask that is not zero.
SPALT_INLINE unsigned highestBit(uint64_t mask) {
  return 63 - (unsigned)__builtin_clzll(mask);
}

SPALT_INLINE unsigned bitCount(uint64_t mask) {
  return (unsigned)__builtin_popcountll(mask);
}

SPALT_INLINE bool isContinuation(uint8_t byte) {
  return (byte & 0xc0) == 0x80;
}

/// The length of the well-formed UTF-8 sequence that starts at `bytes`, or 0 when what starts there
/// is ill-formed or longer than `available` (which is at least 1). The ranges are those of table
/// 3-7.
SPALT_INLINE size_t sequenceLength(const uint8_t *bytes, size_t available) {
  const uint8_t lead = bytes[0];
  if (lead < 0x80) return 1;
  // 80...BF continue a sequence; C0 and C1 could only start an overlong one.
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return available >= 2 && isContinuation(bytes[1]) ? 2 : 0;
  if (lead < 0xf0) {
    if (available < 3 || !isContinuation(bytes[1]) || !isContinuation(bytes[2])) return 0;
    if (lead == 0xe0 && bytes[1] < 0xa0) return 0;  // overlong
    if (lead == 0xed && bytes[1] > 0x9f) return 0;  // surrogates
    return 3;
  }
  if (lead > 0xf4 || available < 4) return 0;
  if (!isContinuation(bytes[1]) || !isContinuation(bytes[2]) || !isContinuation(bytes[3])) return 0;
  if (lead == 0xf0 && bytes[1] < 0x90) return 0;  // overlong
  if (lead == 0xf4 && bytes[1] > 0x8f) return 0;  // above U+10FFFF
  return 4;
}

/// Validates characters from `start`, which must be a boundary between characters, until it reaches
/// `goal` or passes it. Returns where it stopped: below `goal` only at an ill-formed sequence.
SPALT_INLINE size_t validateCharacters(
    const uint8_t *bytes, size_t byteCount, size_t start, size_t goal) {
  size_t index = start;
  while (index < goal) {
    if (byteCount - index >= 8 && (loadWord(bytes + index) & 0x8080808080808080) == 0) {
      index += 8;
      continue;
    }
    // At most eight characters before looking for a run of ASCII again: the test above would fail
    // most of the time inside text of another script.
    for (unsigned turn = 0; turn < 8 && index < goal; turn++) {
      const size_t length = sequenceLength(bytes + index, byteCount - index);
      if (length == 0) return index;
      index += length;
    }
  }
  return index;
}

/// How far behind a place a needle's bytes reach: at least one byte, for the letter behind a backslash.
SPALT_INLINE size_t needleReach(SpaltNeedle needle) {
  size_t reach = 1;
  if (needle.firstOffset > reach) reach = needle.firstOffset;
  if (needle.secondOffset > reach) reach = needle.secondOffset;
  if (needle.endOffset > reach) reach = needle.endOffset;
  if (needle.valueOffset > reach) reach = needle.valueOffset;
  return reach;
}

/// Of the places in `mask`, counted from `block`, those with a digit that a needle requires.
SPALT_INLINE uint64_t withDigit(uint64_t mask, const uint8_t *block, SpaltNeedle needle) {
  uint64_t kept = mask;
  for (uint64_t rest = mask; rest != 0; rest &= rest - 1) {
    const unsigned place = lowestBit(rest);
    const uint8_t digit = block[place + needle.valueOffset];
    // No branch for what depends on the digit.
    const bool isOther = (digit < needle.lowDigit) | (digit > needle.highDigit);
    kept &= ~((uint64_t)isOther << place);
  }
  return kept;
}

/// Clears the bits of places behind which an integer shows that they do not matter. `summary` has a bit
/// for each word of hits that is not zero.
SPALT_INLINE void leaveOutIntegers(
    const uint8_t *bytes, size_t byteCount, SpaltNeedle needle, uint64_t *hits, uint64_t *summary) {
  const size_t wordCount = (byteCount + 63) / 64;
  for (size_t i = 0; i < wordCount; i += 64) {
    uint64_t left = summary[i / 64];
    for (uint64_t words = summary[i / 64]; words != 0; words &= words - 1) {
      const size_t word = i + lowestBit(words);
      uint64_t kept = hits[word];
      for (uint64_t rest = kept; rest != 0; rest &= rest - 1) {
        const size_t place = word * 64 + lowestBit(rest);
        if (place + needle.endOffset >= byteCount) continue;
        const uint8_t digit = bytes[place + needle.valueOffset];
        const uint8_t end = bytes[place + needle.endOffset];
        // No branch for what depends on the digit.
        const bool isOther = ((uint8_t)(digit - '0') <= 9)
            & ((digit < needle.lowDigit) | (digit > needle.highDigit))
            & ((end == ',') | (end == '}') | (end <= ' ')) & (bytes[place] != '\\');
        kept &= ~((uint64_t)isOther << (place % 64));
      }
      hits[word] = kept;
      left &= ~((uint64_t)(kept == 0) << (word % 64));
    }
    summary[i / 64] = left;
  }
}

// XXH32, the checksum of LZ4 frames: "xxHash fast digest algorithm", version 0.1.1.

enum { xxh32StripeByteCount = 16 };
static const uint32_t xxh32Prime1 = 2654435761u, xxh32Prime2 = 2246822519u;

/// What a round of XXH32 does behind its first multiplication.
SPALT_INLINE uint32_t xxh32Turn(uint32_t sum) {
  return (sum << 13 | sum >> 19) * xxh32Prime1;
}

/// The rounds over as many whole stripes as there are; returns the bytes taken.
SPALT_INLINE size_t xxh32ScalarStripes(uint32_t *lanes, const uint8_t *bytes, size_t byteCount) {
  uint32_t a = lanes[0], b = lanes[1], c = lanes[2], d = lanes[3];
  size_t index = 0;
  for (; byteCount - index >= xxh32StripeByteCount; index += xxh32StripeByteCount) {
    a = xxh32Turn(a + (uint32_t)loadHalfWord(bytes + index) * xxh32Prime2);
    b = xxh32Turn(b + (uint32_t)loadHalfWord(bytes + index + 4) * xxh32Prime2);
    c = xxh32Turn(c + (uint32_t)loadHalfWord(bytes + index + 8) * xxh32Prime2);
    d = xxh32Turn(d + (uint32_t)loadHalfWord(bytes + index + 12) * xxh32Prime2);
    // Four lanes look like a vector to the compiler, but its multiplication takes longer than four of a scalar's.
    __asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d));
  }
  lanes[0] = a, lanes[1] = b, lanes[2] = c, lanes[3] = d;
  return index;
}

#endif
