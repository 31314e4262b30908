// Included by avx2.c, behind its table: the AVX2 kernels, but for the one that a decoder runs over all of
// its input. With AVX-512 a comparison gives 64 bits at once, and a masked load reads a tail without
// reading past it.

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,bmi,bmi2"))), apply_to = function)

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
    .structuralBitmap = structuralBitmap,
    .lineOffsets = lineOffsets,
    .validateUTF8 = validateUTF8,
};

#pragma clang attribute pop
