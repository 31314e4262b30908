// The kernels, written once over a handful of vector operations.
//
// A per-ISA file includes support.inc.h, defines the operations below as always-inlined functions,
// defines SPALT_TABLE and SPALT_TABLE_NAME, and includes this file, which ends by defining the
// table.
//
// All kernels work in blocks of 64 bytes, because one `uint64_t` then has a bit for each. What the
// ISA file provides:
//
//   Vec, vectorsPerBlock         a vector of bytes, and how many of them make 64 bytes
//   Block                        struct { Vec part[vectorsPerBlock]; }
//   vecLoad(bytes)               unaligned
//   vecSplat(byte)
//   vecOr(a, b)
//   vecEqual(a, b)               a match: see below
//   vecBelowSpace(a)             a match: bytes below 0x20
//   vecNonASCII(a)               a match: bytes from 0x80 on
//   vecAnyMatch(match)           whether any lane matches
//   blockMask(matches)           bit i is set where lane i matches
//   blockCount(matches)          how many lanes match; only for results of vecEqual
//   blockOfHalves(a, b)          32 bytes from each of two places
//   blockOfQuarters(a, b)        16 bytes from each of two places, then zeros
//   blockOfWords(a, b)           two words, then zeros
//
// A match is a vector in which the top bit of each lane is the answer; what the other bits mean is
// between the operations of one ISA file. Matches can be combined with vecOr.
//
// With SPALT_HAS_LOOKUP, the file also provides what the vectorised UTF-8 validation and the classes of
// bytes need:
//
//   vecAnd(a, b), vecXor(a, b)
//   vecSubtract(a, b)            saturating at 0
//   vecHighNibbles(a)            each byte shifted right by 4
//   vecTable(bytes)              a table of 16 bytes for vecLookup
//   vecLookup(table, indices)    indices are below 16
//   vecShiftIn(now, before, n)   `now` moved up by n lanes, the last n lanes of `before` in front
//   vecIsZero(a)

/// What a scan looks for. Always a constant where it is used, so that each `switch` folds away.
typedef enum { matchByte, matchStringEnd, matchStringSpecial, matchStructural } Matcher;

SPALT_INLINE Vec vecMatch(Vec bytes, Matcher matcher, Vec value) {
  switch (matcher) {
  case matchByte:
    return vecEqual(bytes, value);
  case matchStringEnd:
  case matchStringSpecial: {
    Vec match = vecOr(vecEqual(bytes, vecSplat('"')), vecEqual(bytes, vecSplat('\\')));
    match = vecOr(match, vecBelowSpace(bytes));
    return matcher == matchStringEnd ? match : vecOr(match, vecNonASCII(bytes));
  }
  case matchStructural: {
    // Braces and brackets differ only in bit 5: 7B, 7D and 5B, 5D.
    const Vec folded = vecOr(bytes, vecSplat(0x20));
    const Vec paired = vecOr(vecEqual(folded, vecSplat('{')), vecEqual(folded, vecSplat('}')));
    const Vec single = vecOr(vecEqual(bytes, vecSplat(':')), vecEqual(bytes, vecSplat(',')));
    return vecOr(paired, single);
  }
  }
  __builtin_unreachable();
}

SPALT_INLINE Block blockLoad(const uint8_t *bytes) {
  Block block;
  for (size_t i = 0; i < vectorsPerBlock; i++) {
    block.part[i] = vecLoad(bytes + i * sizeof(Vec));
  }
  return block;
}

SPALT_INLINE Block blockMatch(Block block, Matcher matcher, Vec value) {
  for (size_t i = 0; i < vectorsPerBlock; i++) {
    block.part[i] = vecMatch(block.part[i], matcher, value);
  }
  return block;
}

SPALT_INLINE bool blockAnyMatch(Block matches) {
  Vec any = matches.part[0];
  for (size_t i = 1; i < vectorsPerBlock; i++) {
    any = vecOr(any, matches.part[i]);
  }
  return vecAnyMatch(any);
}

SPALT_INLINE bool blockIsASCII(Block block) {
  for (size_t i = 0; i < vectorsPerBlock; i++) {
    block.part[i] = vecNonASCII(block.part[i]);
  }
  return !blockAnyMatch(block);
}

/// All of fewer than 64 bytes, in an order that `spread` undoes.
///
/// Two loads of the same width, one that starts with the first byte and one that ends with the
/// last, cover everything without leaving the range; where they overlap, a byte is simply seen
/// twice. This needs neither a padded copy nor a loop over single bytes.
SPALT_INLINE Block blockLoadShort(const uint8_t *bytes, size_t byteCount) {
  if (byteCount >= 32) return blockOfHalves(bytes, bytes + byteCount - 32);
  if (byteCount >= 16) return blockOfQuarters(bytes, bytes + byteCount - 16);
  if (byteCount >= 8) return blockOfWords(loadWord(bytes), loadWord(bytes + byteCount - 8));
  if (byteCount >= 4) {
    const uint64_t word = loadHalfWord(bytes) | loadHalfWord(bytes + byteCount - 4) << 32;
    return blockOfWords(word, 0);
  }
  uint64_t word = 0;
  if (byteCount > 0) {
    // The first, middle and last of one, two or three bytes, each at its place.
    const size_t middle = byteCount / 2;
    const size_t last = byteCount - 1;
    word = bytes[0];
    word |= (uint64_t)bytes[middle] << (8 * middle);
    word |= (uint64_t)bytes[last] << (8 * last);
  }
  return blockOfWords(word, 0);
}

/// Turns the mask of a block that `blockLoadShort` made into the mask of its bytes.
SPALT_INLINE uint64_t spread(uint64_t mask, size_t byteCount) {
  if (byteCount >= 32) return (mask & 0xffffffff) | (mask >> 32) << (byteCount - 32);
  if (byteCount >= 16) return (mask & 0xffff) | (mask >> 16 & 0xffff) << (byteCount - 16);
  if (byteCount >= 8) return (mask & 0xff) | (mask >> 8 & 0xff) << (byteCount - 8);
  if (byteCount >= 4) return (mask & 0xf) | (mask >> 4 & 0xf) << (byteCount - 4);
  return mask & ((1u << byteCount) - 1);
}

SPALT_INLINE uint64_t matchShort(
    const uint8_t *bytes, size_t byteCount, Matcher matcher, Vec value) {
  const Block block = blockLoadShort(bytes, byteCount);
  return spread(blockMask(blockMatch(block, matcher, value)), byteCount);
}

/// The mask of the bytes behind the last full block, of which there are 1 to 63. When there is a
/// full block before them, one load that overlaps it does.
SPALT_INLINE uint64_t matchRest(
    const uint8_t *bytes, size_t byteCount, Matcher matcher, Vec value) {
  if (byteCount < 64) return matchShort(bytes, byteCount, matcher, value);
  const Block block = blockLoad(bytes + byteCount - 64);
  return blockMask(blockMatch(block, matcher, value)) >> (64 - byteCount % 64);
}

SPALT_INLINE size_t findFirst(
    const uint8_t *bytes, size_t byteCount, Matcher matcher, Vec value) {
  if (byteCount < 64) {
    const uint64_t mask = matchShort(bytes, byteCount, matcher, value);
    return mask == 0 ? byteCount : lowestBit(mask);
  }
  // The last round steps back so as to end with the last byte; what it sees twice did not match.
  size_t index = 0;
  while (true) {
    const Block matches = blockMatch(blockLoad(bytes + index), matcher, value);
    if (blockAnyMatch(matches)) return index + lowestBit(blockMask(matches));
    if (index == byteCount - 64) return byteCount;
    index += 64;
    if (index > byteCount - 64) index = byteCount - 64;
  }
}

static size_t findByte(const uint8_t *bytes, size_t byteCount, uint8_t value) {
  return findFirst(bytes, byteCount, matchByte, vecSplat(value));
}

static size_t findStringEnd(const uint8_t *bytes, size_t byteCount) {
  return findFirst(bytes, byteCount, matchStringEnd, vecSplat(0));
}

static size_t findStringSpecial(const uint8_t *bytes, size_t byteCount) {
  return findFirst(bytes, byteCount, matchStringSpecial, vecSplat(0));
}

static size_t findLastByte(const uint8_t *bytes, size_t byteCount, uint8_t value) {
  const Vec wanted = vecSplat(value);
  if (byteCount < 64) {
    const uint64_t mask = matchShort(bytes, byteCount, matchByte, wanted);
    return mask == 0 ? byteCount : highestBit(mask);
  }
  size_t index = byteCount - 64;
  while (true) {
    const Block matches = blockMatch(blockLoad(bytes + index), matchByte, wanted);
    if (blockAnyMatch(matches)) return index + highestBit(blockMask(matches));
    if (index == 0) return byteCount;
    index = index < 64 ? 0 : index - 64;
  }
}

static size_t countByte(const uint8_t *bytes, size_t byteCount, uint8_t value) {
  const Vec wanted = vecSplat(value);
  size_t count = 0;
  size_t index = 0;
  for (; byteCount - index >= 64; index += 64) {
    count += blockCount(blockMatch(blockLoad(bytes + index), matchByte, wanted));
  }
  if (index < byteCount) count += bitCount(matchRest(bytes, byteCount, matchByte, wanted));
  return count;
}

SPALT_INLINE void bitmap(
    const uint8_t *bytes, size_t byteCount, uint64_t *words, Matcher matcher, Vec value) {
  size_t index = 0;
  for (; byteCount - index >= 64; index += 64) {
    words[index / 64] = blockMask(blockMatch(blockLoad(bytes + index), matcher, value));
  }
  if (index < byteCount) words[index / 64] = matchRest(bytes, byteCount, matcher, value);
}

static void newlineBitmap(const uint8_t *bytes, size_t byteCount, uint64_t *words) {
  bitmap(bytes, byteCount, words, matchByte, vecSplat('\n'));
}

static void stringSpecialBitmap(const uint8_t *bytes, size_t byteCount, uint64_t *words) {
  bitmap(bytes, byteCount, words, matchStringSpecial, vecSplat(0));
}

#if defined(SPALT_HAS_LOOKUP)

/// A class of bytes as two tables: for each low nibble the high ones that make a member, one bit each,
/// and for each high nibble its bit. Those from 8 on have none.
typedef struct {
  Vec highNibbles, bits;
} ByteClass;

static const uint8_t bitsOfHighNibbles[16] = {1, 2, 4, 8, 16, 32, 64, 128};

SPALT_INLINE ByteClass byteClass(const uint8_t *highNibbles) {
  return (ByteClass){vecTable(highNibbles), vecTable(bitsOfHighNibbles)};
}

SPALT_INLINE uint64_t blockClassMask(Block block, ByteClass members) {
  for (size_t i = 0; i < vectorsPerBlock; i++) {
    const Vec bytes = block.part[i];
    const Vec present = vecLookup(members.highNibbles, vecAnd(bytes, vecSplat(0x0f)));
    const Vec wanted = vecLookup(members.bits, vecHighNibbles(bytes));
    // Where no bit is wanted, beyond ASCII, this holds as well.
    block.part[i] = vecEqual(vecAnd(present, wanted), wanted);
  }
  return blockMask(block);
}

SPALT_INLINE uint64_t classMask(const uint8_t *bytes, ByteClass members) {
  return blockClassMask(blockLoad(bytes), members);
}

/// Like `matchRest`.
SPALT_INLINE uint64_t classRest(const uint8_t *bytes, size_t byteCount, ByteClass members) {
  if (byteCount >= 64) {
    return classMask(bytes + byteCount - 64, members) >> (64 - byteCount % 64);
  }
  return spread(blockClassMask(blockLoadShort(bytes, byteCount), members), byteCount);
}

#else

typedef const uint8_t *ByteClass;

SPALT_INLINE ByteClass byteClass(const uint8_t *highNibbles) {
  return highNibbles;
}

SPALT_INLINE uint64_t fewClassMask(const uint8_t *bytes, size_t byteCount, ByteClass members) {
  uint64_t mask = 0;
  for (size_t i = 0; i < byteCount; i++) {
    const unsigned byte = bytes[i];
    mask |= (uint64_t)(byte >> 7 | (members[byte & 15] >> (byte >> 4) & 1)) << i;
  }
  return mask;
}

SPALT_INLINE uint64_t classMask(const uint8_t *bytes, ByteClass members) {
  return fewClassMask(bytes, 64, members);
}

/// Like `matchRest`.
SPALT_INLINE uint64_t classRest(const uint8_t *bytes, size_t byteCount, ByteClass members) {
  return fewClassMask(bytes + byteCount / 64 * 64, byteCount % 64, members);
}

#endif

static void byteClassBitmap(
    const uint8_t *bytes, size_t byteCount, const uint8_t *highNibbles, uint64_t *words) {
  const ByteClass members = byteClass(highNibbles);
  size_t index = 0;
  for (; byteCount - index >= 64; index += 64) {
    words[index / 64] = classMask(bytes + index, members);
  }
  if (index < byteCount) words[index / 64] = classRest(bytes, byteCount, members);
}

static void structuralBitmap(const uint8_t *bytes, size_t byteCount, uint64_t *words) {
  bitmap(bytes, byteCount, words, matchStructural, vecSplat(0));
}

static void quoteBitmaps(
    const uint8_t *bytes, size_t byteCount, uint64_t *quotes, uint64_t *backslashes) {
  const Vec quote = vecSplat('"');
  const Vec backslash = vecSplat('\\');
  size_t index = 0;
  for (; byteCount - index >= 64; index += 64) {
    const Block block = blockLoad(bytes + index);
    quotes[index / 64] = blockMask(blockMatch(block, matchByte, quote));
    backslashes[index / 64] = blockMask(blockMatch(block, matchByte, backslash));
  }
  if (index < byteCount) {
    quotes[index / 64] = matchRest(bytes, byteCount, matchByte, quote);
    backslashes[index / 64] = matchRest(bytes, byteCount, matchByte, backslash);
  }
}

/// The mask of the bytes that equal `value` among the 64 at `bytes`.
SPALT_INLINE uint64_t equalMask(const uint8_t *bytes, Vec value) {
  return blockMask(blockMatch(blockLoad(bytes), matchByte, value));
}

/// One bit for each word, set where the word is not zero.
SPALT_INLINE void summarize(const uint64_t *words, size_t count, uint64_t *summary) {
  for (size_t i = 0; i < count; i += 64) {
    uint64_t bits = 0;
    for (size_t k = i; k < count && k < i + 64; k++) bits |= (uint64_t)(words[k] != 0) << (k - i);
    summary[i / 64] = bits;
  }
}

static size_t probeBitmaps(
    const uint8_t *bytes, size_t byteCount, SpaltNeedle needle, uint64_t *newlines,
    uint64_t *hits, uint64_t *summary) {
  const Vec newline = vecSplat('\n'), backslash = vecSplat('\\'), letter = vecSplat('u');
  const Vec first = vecSplat(needle.first), second = vecSplat(needle.second);
  const size_t reach = needleReach(needle);
  size_t count = 0, index = 0;
  // What stands near the end is copied in front of zeros: neither `u` nor a needle's byte.
  uint8_t padded[64 + 256];
  for (; index < byteCount; index += 64) {
    const uint8_t *block = bytes + index;
    if (byteCount - index < 64 + reach) {
      const size_t rest = byteCount - index;
      memset(padded, 0, sizeof padded);
      memcpy(padded, block, rest);
      block = padded;
    }
    const uint64_t lines = equalMask(block, newline);
    newlines[index / 64] = lines;
    count += bitCount(lines);
    uint64_t places = equalMask(block + needle.firstOffset, first)
        & equalMask(block + needle.secondOffset, second);
    if (needle.requiresDigit) places = withDigit(places, block, needle);
    hits[index / 64] |= places
        | (equalMask(block, backslash) & equalMask(block + 1, letter));
  }
  summarize(hits, (byteCount + 63) / 64, summary);
  if (needle.endOffset != 0) leaveOutIntegers(bytes, byteCount, needle, hits, summary);
  return count;
}

/// Writes the places of the bits of `mask`, `blindCount` of them without asking how many there are: how many
/// a block has is anyone's guess, and a wrong guess costs more than the work.
SPALT_INLINE size_t writeOffsets(
    uint64_t mask, uint32_t start, uint32_t *offsets, unsigned blindCount) {
  const size_t count = bitCount(mask);
  for (unsigned i = 0; i < blindCount; i++, mask &= mask - 1) {
    *offsets++ = start + lowestBit(mask);
  }
  for (; mask != 0; mask &= mask - 1) *offsets++ = start + lowestBit(mask);
  return count;
}

SPALT_INLINE size_t matchOffsets(
    const uint8_t *bytes, size_t byteCount, uint32_t base, uint32_t *offsets, size_t capacity,
    Matcher matcher, Vec value, unsigned blindCount) {
  size_t count = 0;
  size_t index = 0;

  // While a block's worth of slots is free, nothing needs to be checked.
  for (; byteCount - index >= 64 && capacity - count >= 64; index += 64) {
    const uint64_t mask = blockMask(blockMatch(blockLoad(bytes + index), matcher, value));
    count += writeOffsets(mask, base + (uint32_t)index, offsets + count, blindCount);
  }

  for (; index < byteCount && count < capacity; index += 64) {
    uint64_t mask = byteCount - index >= 64
        ? blockMask(blockMatch(blockLoad(bytes + index), matcher, value))
        : matchRest(bytes, byteCount, matcher, value);
    const uint32_t start = base + (uint32_t)index;
    for (; mask != 0 && count < capacity; mask &= mask - 1) {
      offsets[count++] = start + lowestBit(mask);
    }
  }
  return count;
}

static size_t lineOffsets(
    const uint8_t *bytes, size_t byteCount, uint32_t base, uint32_t *offsets, size_t capacity) {
  // Lines of a log are some hundred bytes long: a block holds none, one or two ends of them.
  return matchOffsets(bytes, byteCount, base, offsets, capacity, matchByte, vecSplat('\n'), 2);
}

static size_t stringSpecialOffsets(
    const uint8_t *bytes, size_t byteCount, uint32_t base, uint32_t *offsets, size_t capacity) {
  // A line of an access log has six quotes and an end.
  return matchOffsets(
      bytes, byteCount, base, offsets, capacity, matchStringSpecial, vecSplat(0), 6);
}

SPALT_INLINE size_t fieldStart(uint64_t field) { return (uint32_t)field; }
SPALT_INLINE size_t fieldEnd(uint64_t field) { return (size_t)(field >> 32 & 0x1fffffff); }
SPALT_INLINE unsigned fieldKind(uint64_t field) { return (unsigned)(field >> 61); }

/// The value of eight digits, the lowest byte being the first.
SPALT_INLINE uint64_t digitsValue(uint64_t digits) {
  const uint64_t pairs = digits * 10 + (digits >> 8);
  const uint64_t mask = 0x000000ff000000ff;
  const uint64_t outer = (pairs & mask) * 0x000f424000000064;
  const uint64_t inner = (pairs >> 16 & mask) * 0x0000271000000001;
  return (outer + inner) >> 32;
}

static SpaltStoredFields storeShortIntegers(
    const uint8_t *bytes, size_t byteCount, const uint64_t *fields, size_t count,
    uint64_t *values) {
  const unsigned numberKinds = 1u << SpaltFieldWord | 1u << SpaltFieldBare;
  SpaltStoredFields stored = {count < 64 ? (1ull << count) - 1 : ~0ull, 0};
  for (size_t i = 0; i < count; i++) {
    const uint64_t field = fields[i];
    const size_t start = fieldStart(field), digitCount = fieldEnd(field) - start;
    const unsigned kind = fieldKind(field);
    if (__builtin_expect(digitCount - 1 < 8 && start + 8 <= byteCount, true)) {
      const uint64_t word = loadWord(bytes + start);
      // What stands behind the number is shifted out; zeros come in front, which as digits change nothing.
      const uint64_t digits = (word ^ 0x3030303030303030) << (8 - digitCount) * 8;
      const uint64_t others = ((digits + 0x7676767676767676) | digits) & 0x8080808080808080;
      const uint64_t hasLeadingZero = (digitCount > 1) & ((word & 0xff) == '0');
      if (__builtin_expect((others | hasLeadingZero) == 0 && (numberKinds >> kind & 1) != 0, true)) {
        values[i] = digitsValue(digits);
        continue;
      }
    }
    values[i] = 0;
    if (kind == SpaltFieldNone) {
      stored.valid &= ~(1ull << i);
    } else {
      stored.odd |= 1ull << i;
    }
  }
  return stored;
}

#if defined(SPALT_HAS_LOOKUP)

// Validation by table lookup, after John Keiser and Daniel Lemire, "Validating UTF-8 in less than
// one instruction per byte" (2021).
//
// Whatever can be wrong with two neighbouring bytes can be told from three nibbles: both of the
// first byte, and the high one of the second. Each kind of error gets a bit; each of the three
// nibbles looks up the errors that it would be compatible with; and an error that all three agree
// on is there. What remains is to see that the third and fourth byte of long sequences are where
// they should be: the lookup flags every continuation after a continuation, and a lead two or three
// bytes earlier must flag exactly the same ones.
enum {
  tooShort = 1 << 0,      // a lead, then no continuation
  tooLong = 1 << 1,       // ASCII, then a continuation
  overlong3 = 1 << 2,     // E0, then 80...9F
  tooLarge = 1 << 3,      // F4 or above, then 90...BF
  surrogate = 1 << 4,     // ED, then A0...BF
  overlong2 = 1 << 5,     // C0 or C1, then a continuation
  badPlane = 1 << 6,      // F5 or above, or F0 (overlong), then 80...8F
  twoInARow = 1 << 7,     // a continuation, then a continuation: may be right
  // Those that do not depend on the low nibble of the first byte.
  anyLow = tooShort | tooLong | twoInARow,
};

static const uint8_t errorsByFirstHigh[16] = {
    tooLong, tooLong, tooLong, tooLong, tooLong, tooLong, tooLong, tooLong,
    twoInARow, twoInARow, twoInARow, twoInARow,
    tooShort | overlong2,
    tooShort,
    tooShort | overlong3 | surrogate,
    tooShort | tooLarge | badPlane,
};

static const uint8_t errorsByFirstLow[16] = {
    anyLow | overlong2 | overlong3 | badPlane,
    anyLow | overlong2,
    anyLow,
    anyLow,
    anyLow | tooLarge,
    anyLow | tooLarge | badPlane,
    anyLow | tooLarge | badPlane,
    anyLow | tooLarge | badPlane,
    anyLow | tooLarge | badPlane,
    anyLow | tooLarge | badPlane,
    anyLow | tooLarge | badPlane,
    anyLow | tooLarge | badPlane,
    anyLow | tooLarge | badPlane,
    anyLow | tooLarge | badPlane | surrogate,
    anyLow | tooLarge | badPlane,
    anyLow | tooLarge | badPlane,
};

static const uint8_t errorsBySecondHigh[16] = {
    tooShort, tooShort, tooShort, tooShort, tooShort, tooShort, tooShort, tooShort,
    tooLong | overlong2 | twoInARow | overlong3 | badPlane,
    tooLong | overlong2 | twoInARow | overlong3 | tooLarge,
    tooLong | overlong2 | twoInARow | surrogate | tooLarge,
    tooLong | overlong2 | twoInARow | surrogate | tooLarge,
    tooShort, tooShort, tooShort, tooShort,
};

/// The largest byte that may stand at each of the last places of a block without its sequence
/// reaching beyond: in the last place no lead at all, before that none of three bytes, and so on.
static const uint8_t largestAtEnd[64] = {
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0xef, 0xdf, 0xbf,
};

/// Not zero in the lanes where `now`, which follows `before`, shows an error.
SPALT_INLINE Vec vecErrors(Vec now, Vec before) {
  const Vec first = vecShiftIn(now, before, 1);
  const Vec suspects = vecAnd(
      vecAnd(
          vecLookup(vecTable(errorsByFirstHigh), vecHighNibbles(first)),
          vecLookup(vecTable(errorsByFirstLow), vecAnd(first, vecSplat(0x0f)))),
      vecLookup(vecTable(errorsBySecondHigh), vecHighNibbles(now)));
  // The top bit is left where a lead of three or four bytes is two places back, or one of four
  // bytes three places back; it is the bit of `twoInARow`.
  const Vec third = vecSubtract(vecShiftIn(now, before, 2), vecSplat(0xe0 - 0x80));
  const Vec fourth = vecSubtract(vecShiftIn(now, before, 3), vecSplat(0xf0 - 0x80));
  const Vec expected = vecAnd(vecOr(third, fourth), vecSplat(0x80));
  return vecXor(suspects, expected);
}

/// Whether `block`, which follows the vector `before`, shows no error. A sequence that goes on
/// beyond the block is none.
SPALT_INLINE bool blockIsValid(Block block, Vec before) {
  Vec errors = vecErrors(block.part[0], before);
  for (size_t i = 1; i < vectorsPerBlock; i++) {
    errors = vecOr(errors, vecErrors(block.part[i], block.part[i - 1]));
  }
  return vecIsZero(errors);
}

/// Whether no sequence goes on beyond a block that ends with the vector `last`.
SPALT_INLINE bool endsComplete(Vec last) {
  return vecIsZero(vecSubtract(last, vecLoad(largestAtEnd + 64 - sizeof(Vec))));
}

/// Where the character starts that contains or follows the last bytes before `index`, given that no
/// error shows in what is before `index`.
SPALT_INLINE size_t characterBefore(const uint8_t *bytes, size_t index) {
  for (size_t back = 1; back <= 3 && back <= index; back++) {
    if (!isContinuation(bytes[index - back])) return index - back;
  }
  return index;
}

/// Up to 63 bytes, copied and padded with zeros, which are ASCII and so end any sequence.
SPALT_INLINE Block blockPadded(const uint8_t *bytes, size_t byteCount) {
  uint8_t padded[64] = {0};
  // Two copies of a fixed size, which may overlap, are a few instructions; a copy of `byteCount`
  // bytes is a call that takes longer than the validation.
  if (byteCount >= 32) {
    memcpy(padded, bytes, 32);
    memcpy(padded + byteCount - 32, bytes + byteCount - 32, 32);
  } else if (byteCount >= 16) {
    memcpy(padded, bytes, 16);
    memcpy(padded + byteCount - 16, bytes + byteCount - 16, 16);
  } else if (byteCount >= 8) {
    memcpy(padded, bytes, 8);
    memcpy(padded + byteCount - 8, bytes + byteCount - 8, 8);
  } else {
    for (size_t i = 0; i < byteCount; i++) padded[i] = bytes[i];
  }
  return blockLoad(padded);
}

static size_t validateUTF8(const uint8_t *bytes, size_t byteCount) {
  size_t index = 0;
  if (byteCount < 64) {
    if (blockIsASCII(blockLoadShort(bytes, byteCount))) return byteCount;
    if (blockIsValid(blockPadded(bytes, byteCount), vecSplat(0))) return byteCount;
    return validateCharacters(bytes, byteCount, 0, byteCount);
  }

  Vec before = vecSplat(0);
  bool complete = true;
  for (; byteCount - index >= 64; index += 64) {
    const Block block = blockLoad(bytes + index);
    if (blockIsASCII(block)) {
      if (!complete) goto illFormed;
    } else {
      if (!blockIsValid(block, before)) goto illFormed;
      complete = endsComplete(block.part[vectorsPerBlock - 1]);
    }
    before = block.part[vectorsPerBlock - 1];
  }

  if (index < byteCount) {
    // The last 64 bytes include at least one of the block before, so when they are ASCII, that
    // block was complete as well.
    if (blockIsASCII(blockLoad(bytes + byteCount - 64))) return byteCount;
    if (!blockIsValid(blockPadded(bytes + index, byteCount - index), before)) goto illFormed;
    return byteCount;
  }
  if (complete) return byteCount;

illFormed:;
  // The error is at `index` or a little behind it, or it is a sequence that began just before.
  return validateCharacters(bytes, byteCount, characterBefore(bytes, index), byteCount);
}

#else

static size_t validateUTF8(const uint8_t *bytes, size_t byteCount) {
  if (byteCount < 64) {
    if (blockIsASCII(blockLoadShort(bytes, byteCount))) return byteCount;
    return validateCharacters(bytes, byteCount, 0, byteCount);
  }
  size_t index = 0;
  while (byteCount - index >= 64) {
    if (blockIsASCII(blockLoad(bytes + index))) {
      index += 64;
      continue;
    }
    const size_t goal = index + 64;
    index = validateCharacters(bytes, byteCount, index, goal);
    if (index < goal) return index;
  }
  return validateCharacters(bytes, byteCount, index, byteCount);
}

#endif

#ifndef SPALT_HAS_XXH32_STRIPES

static size_t xxh32Stripes(uint32_t *lanes, const uint8_t *bytes, size_t byteCount) {
  return xxh32ScalarStripes(lanes, bytes, byteCount);
}

#endif

const SpaltKernelTable SPALT_TABLE = {
    .name = SPALT_TABLE_NAME,
    .countByte = countByte,
    .findByte = findByte,
    .findLastByte = findLastByte,
    .findStringEnd = findStringEnd,
    .findStringSpecial = findStringSpecial,
    .newlineBitmap = newlineBitmap,
    .quoteBitmaps = quoteBitmaps,
    .stringSpecialBitmap = stringSpecialBitmap,
    .byteClassBitmap = byteClassBitmap,
    .structuralBitmap = structuralBitmap,
    .probeBitmaps = probeBitmaps,
    .lineOffsets = lineOffsets,
    .stringSpecialOffsets = stringSpecialOffsets,
    .storeShortIntegers = storeShortIntegers,
    .validateUTF8 = validateUTF8,
    .xxh32Stripes = xxh32Stripes,
};
