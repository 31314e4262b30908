// Included by avx2.c, behind its table: the AVX2 kernels, but for those that run over all of the
// input. With AVX-512 a comparison gives 64 bits at once, and a masked load reads a tail without
// reading past it.

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,bmi,bmi2,lzcnt,popcnt"))), apply_to = function)

static uint64_t stringSpecials512(__m512i bytes) {
  // Signed comparison: bytes from 0x80 up are negative, so one compare finds them and the controls.
  return _mm512_cmplt_epi8_mask(bytes, _mm512_set1_epi8(0x20))
      | _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"'))
      | _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\'));
}

static void stringSpecialBitmap512(const uint8_t *bytes, size_t byteCount, uint64_t *words) {
  size_t index = 0;
  for (; byteCount - index >= 64; index += 64) {
    words[index / 64] = stringSpecials512(_mm512_loadu_si512(bytes + index));
  }
  if (index < byteCount) {
    const uint64_t present = ~0ull >> (64 - (byteCount - index));
    const __m512i rest = _mm512_maskz_loadu_epi8(present, bytes + index);
    words[index / 64] = stringSpecials512(rest) & present;
  }
}

/// Writes the places of the bits of `mask`, of which there are at most 16, without a branch or a loop.
__attribute__((target("avx512f,avx512bw,avx512vbmi2,bmi,bmi2,lzcnt,popcnt")))
static size_t stringSpecialOffsetsCompressed(
    const uint8_t *bytes, size_t blockCount, uint32_t base, uint32_t *offsets, size_t capacity,
    size_t *blocksDone) {
  const __m512i places = _mm512_set_epi8(
      63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41,
      40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18,
      17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  size_t count = 0, block = 0;
  for (; block < blockCount && capacity - count >= 64; block++) {
    const __m512i here = _mm512_loadu_si512(bytes + block * 64);
    const uint64_t mask = _mm512_cmplt_epi8_mask(here, _mm512_set1_epi8(0x20))
        | _mm512_cmpeq_epi8_mask(here, _mm512_set1_epi8('"'))
        | _mm512_cmpeq_epi8_mask(here, _mm512_set1_epi8('\\'));
    const uint32_t start = base + (uint32_t)(block * 64);
    const size_t found = (size_t)_mm_popcnt_u64(mask);
    if (__builtin_expect(found <= 16, true)) {
      const __m512i listed = _mm512_cvtepu8_epi32(
          _mm512_castsi512_si128(_mm512_maskz_compress_epi8(mask, places)));
      _mm512_storeu_si512(
          offsets + count, _mm512_add_epi32(listed, _mm512_set1_epi32((int)start)));
    } else {
      writeOffsets(mask, start, offsets + count, 0);
    }
    count += found;
  }
  *blocksDone = block;
  return count;
}

static size_t stringSpecialOffsets512(
    const uint8_t *bytes, size_t byteCount, uint32_t base, uint32_t *offsets, size_t capacity) {
  size_t count = 0, index = 0;
  if (__builtin_cpu_supports("avx512vbmi2")) {
    size_t blocksDone = 0;
    count = stringSpecialOffsetsCompressed(
        bytes, byteCount / 64, base, offsets, capacity, &blocksDone);
    index = blocksDone * 64;
  }
  for (; byteCount - index >= 64 && capacity - count >= 64; index += 64) {
    const uint64_t mask = stringSpecials512(_mm512_loadu_si512(bytes + index));
    count += writeOffsets(mask, base + (uint32_t)index, offsets + count, 4);
  }
  return count
      + stringSpecialOffsets(
          bytes + index, byteCount - index, base + (uint32_t)index, offsets + count,
          capacity - count);
}

/// A class of bytes as tables in each 16 bytes; see `ByteClass`.
typedef struct {
  __m512i highNibbles, bits;
} ByteClass512;

static ByteClass512 byteClass512(const uint8_t *highNibbles) {
  return (ByteClass512){
      _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(const void *)highNibbles)),
      _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(const void *)bitsOfHighNibbles))};
}

static uint64_t classMembers512(__m512i bytes, ByteClass512 members) {
  // The shuffle looks at the low nibble of an ASCII byte, and gives zero for any other.
  const __m512i present = _mm512_shuffle_epi8(members.highNibbles, bytes);
  const __m512i high = _mm512_and_si512(_mm512_srli_epi16(bytes, 4), _mm512_set1_epi8(0x0f));
  const __m512i wanted = _mm512_shuffle_epi8(members.bits, high);
  return _mm512_test_epi8_mask(present, wanted) | _mm512_movepi8_mask(bytes);
}

static void byteClassBitmap512(
    const uint8_t *bytes, size_t byteCount, const uint8_t *highNibbles, uint64_t *words) {
  const ByteClass512 members = byteClass512(highNibbles);
  size_t index = 0;
  for (; byteCount - index >= 64; index += 64) {
    words[index / 64] = classMembers512(_mm512_loadu_si512(bytes + index), members);
  }
  if (index < byteCount) {
    const uint64_t present = ~0ull >> (64 - (byteCount - index));
    const __m512i rest = _mm512_maskz_loadu_epi8(present, bytes + index);
    words[index / 64] = classMembers512(rest, members) & present;
  }
}

/// The 64 bytes at `bytes`, of which `byteCount` exist, the others as zeros.
static __m512i loadFew(const uint8_t *bytes, size_t byteCount) {
  if (byteCount == 0) return _mm512_setzero_si512();
  return _mm512_maskz_loadu_epi8(byteCount < 64 ? ~0ull >> (64 - byteCount) : ~0ull, bytes);
}

/// One bit for each word, set where the word is not zero.
static void summarize512(const uint64_t *words, size_t count, uint64_t *summary) {
  for (size_t i = 0; i < count; i += 64) {
    uint64_t bits = 0;
    for (size_t k = i; k < count && k < i + 64; k += 8) {
      const __mmask8 present = (__mmask8)(count - k >= 8 ? 0xff : 0xff >> (8 - (count - k)));
      const __m512i some = _mm512_maskz_loadu_epi64(present, words + k);
      bits |= (uint64_t)_mm512_test_epi64_mask(some, some) << (k - i);
    }
    summary[i / 64] = bits;
  }
}

static size_t probeBitmaps512(
    const uint8_t *bytes, size_t byteCount, SpaltNeedle needle, uint64_t *newlines,
    uint64_t *hits, uint64_t *summary) {
  const __m512i newline = _mm512_set1_epi8('\n');
  const __m512i backslash = _mm512_set1_epi8('\\'), letter = _mm512_set1_epi8('u');
  const __m512i first = _mm512_set1_epi8((char)needle.first);
  const __m512i second = _mm512_set1_epi8((char)needle.second);
  const __m512i low = _mm512_set1_epi8((char)needle.lowDigit);
  const __m512i span = _mm512_set1_epi8((char)(needle.highDigit - needle.lowDigit));
  const size_t one = needle.firstOffset, two = needle.secondOffset, reach = needleReach(needle);
  size_t count = 0, index = 0;
  for (; byteCount - index >= 64 + reach; index += 64) {
    const uint8_t *block = bytes + index;
    // The processor follows a stream by itself, but only to the end of a page.
    _mm_prefetch((const char *)block + 2048, _MM_HINT_T0);
    const __m512i here = _mm512_loadu_si512(block);
    const uint64_t lines = _mm512_cmpeq_epi8_mask(here, newline);
    newlines[index / 64] = lines;
    count += (size_t)_mm_popcnt_u64(lines);
    uint64_t escapes = _mm512_cmpeq_epi8_mask(here, backslash);
    if (__builtin_expect(escapes != 0, false)) {
      escapes &= _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(block + 1), letter);
    }
    uint64_t places = _mm512_mask_cmpeq_epi8_mask(
        _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(block + one), first),
        _mm512_loadu_si512(block + two), second);
    if (needle.requiresDigit) {
      const __m512i digit = _mm512_sub_epi8(_mm512_loadu_si512(block + needle.valueOffset), low);
      places = _mm512_mask_cmple_epu8_mask(places, digit, span);
    }
    hits[index / 64] |= escapes | places;
  }
  for (; index < byteCount; index += 64) {
    const uint8_t *block = bytes + index;
    const size_t rest = byteCount - index;
    const __m512i here = loadFew(block, rest);
    const uint64_t lines = _mm512_cmpeq_epi8_mask(here, newline);
    newlines[index / 64] = lines;
    count += (size_t)_mm_popcnt_u64(lines);
    const __m512i next = loadFew(block + 1, rest - 1);
    const __m512i atOne = loadFew(block + one, rest > one ? rest - one : 0);
    const __m512i atTwo = loadFew(block + two, rest > two ? rest - two : 0);
    uint64_t places = _mm512_cmpeq_epi8_mask(atOne, first) & _mm512_cmpeq_epi8_mask(atTwo, second);
    if (needle.requiresDigit) {
      const size_t at = needle.valueOffset;
      const __m512i digit = _mm512_sub_epi8(loadFew(block + at, rest > at ? rest - at : 0), low);
      places = _mm512_mask_cmple_epu8_mask(places, digit, span);
    }
    hits[index / 64] |= places
        | (_mm512_cmpeq_epi8_mask(here, backslash) & _mm512_cmpeq_epi8_mask(next, letter));
  }
  summarize512(hits, (byteCount + 63) / 64, summary);
  if (needle.endOffset != 0) leaveOutIntegers(bytes, byteCount, needle, hits, summary);
  return count;
}

const SpaltKernelTable spaltKernelsAVX512 = {
    .name = "avx512",
    .countByte = countByte,
    .findByte = findByte,
    .findLastByte = findLastByte,
    .findStringEnd = findStringEnd,
    .findStringSpecial = findStringSpecial,
    .newlineBitmap = newlineBitmap,
    .quoteBitmaps = quoteBitmaps,
    .stringSpecialBitmap = stringSpecialBitmap512,
    .byteClassBitmap = byteClassBitmap512,
    .structuralBitmap = structuralBitmap,
    .probeBitmaps = probeBitmaps512,
    .lineOffsets = lineOffsets,
    .stringSpecialOffsets = stringSpecialOffsets512,
    .storeShortIntegers = storeShortIntegers,
    .validateUTF8 = validateUTF8,
    .xxh32Stripes = xxh32Stripes,
};

#pragma clang attribute pop
