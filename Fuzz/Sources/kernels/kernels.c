// All kernel tables that this processor can run must give the answers of the scalar one, on any
// bytes at any alignment. The bytes lie at the very end of an allocation of their own, so that
// AddressSanitizer sees a kernel that reads one too many.

#include <SpaltKernels.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const SpaltKernelTable *table, const char *kernel, size_t start, size_t count) {
  fprintf(stderr, "%s differs from scalar in %s, bytes %zu to %zu\n", table->name, kernel, start,
          start + count);
  abort();
}

#define EXPECT(condition, kernel) \
  if (!(condition)) fail(table, kernel, start, count)

/// Compares all bitmaps and offsets; `words` has room for six bitmaps.
static void compareBlocks(const SpaltKernelTable *scalar, const SpaltKernelTable *table,
                          const uint8_t *bytes, size_t count, size_t start) {
  const size_t wordCount = (count + 63) / 64;
  const size_t byteCount = wordCount * sizeof(uint64_t);
  const size_t summaryByteCount = (wordCount + 63) / 64 * sizeof(uint64_t);
  uint64_t *words = malloc(4 * byteCount + 2 * summaryByteCount + 1);
  uint64_t *a = words, *b = words + wordCount, *c = b + wordCount, *d = c + wordCount;
  uint64_t *e = d + wordCount, *f = e + summaryByteCount / sizeof(uint64_t);

  scalar->newlineBitmap(bytes, count, a);
  table->newlineBitmap(bytes, count, b);
  EXPECT(memcmp(a, b, byteCount) == 0, "newlineBitmap");
  scalar->structuralBitmap(bytes, count, a);
  table->structuralBitmap(bytes, count, b);
  EXPECT(memcmp(a, b, byteCount) == 0, "structuralBitmap");
  scalar->quoteBitmaps(bytes, count, a, c);
  table->quoteBitmaps(bytes, count, b, d);
  EXPECT(memcmp(a, b, byteCount) == 0, "quoteBitmaps: quotes");
  EXPECT(memcmp(c, d, byteCount) == 0, "quoteBitmaps: backslashes");
  // A class that depends on what is compared.
  uint8_t class[16];
  for (size_t i = 0; i < 16; i++) class[i] = (uint8_t)(count == 0 ? 0 : bytes[i % count] * (2 * i + 1));
  scalar->byteClassBitmap(bytes, count, class, a);
  table->byteClassBitmap(bytes, count, class, b);
  EXPECT(memcmp(a, b, byteCount) == 0, "byteClassBitmap");
  const SpaltNeedle needles[] = {{'"', 0, ':', 1}, {'a', 7, '"', 200}, {'a', 0, 'a', 0, 1, 3, '2', '7'}};
  for (size_t i = 0; i < sizeof needles / sizeof needles[0]; i++) {
    memset(c, 0, byteCount);
    memset(d, 0, byteCount);
    const size_t expected = scalar->probeBitmaps(bytes, count, needles[i], a, c, e);
    EXPECT(table->probeBitmaps(bytes, count, needles[i], b, d, f) == expected, "probeBitmaps: count");
    EXPECT(memcmp(a, b, byteCount) == 0, "probeBitmaps: newlines");
    EXPECT(memcmp(c, d, byteCount) == 0, "probeBitmaps: hits");
    EXPECT(memcmp(e, f, summaryByteCount) == 0, "probeBitmaps: summary");
  }
  free(words);

  const size_t capacities[] = {count, count / 2, 1, 0};
  for (size_t i = 0; i < sizeof capacities / sizeof capacities[0]; i++) {
    const size_t capacity = capacities[i];
    uint32_t *offsets = malloc(2 * capacity * sizeof(uint32_t) + 1);
    const size_t expected = scalar->lineOffsets(bytes, count, 7, offsets, capacity);
    const size_t found = table->lineOffsets(bytes, count, 7, offsets + capacity, capacity);
    EXPECT(found == expected, "lineOffsets: count");
    EXPECT(memcmp(offsets, offsets + capacity, found * sizeof(uint32_t)) == 0, "lineOffsets");
    const size_t listed = scalar->stringSpecialOffsets(bytes, count, 7, offsets, capacity);
    EXPECT(table->stringSpecialOffsets(bytes, count, 7, offsets + capacity, capacity) == listed,
           "stringSpecialOffsets: count");
    EXPECT(memcmp(offsets, offsets + capacity, listed * sizeof(uint32_t)) == 0,
           "stringSpecialOffsets");
    free(offsets);
  }
}

static void compare(const SpaltKernelTable *scalar, const SpaltKernelTable *table,
                    const uint8_t *bytes, size_t count, size_t start, uint8_t value) {
  EXPECT(table->countByte(bytes, count, value) == scalar->countByte(bytes, count, value),
         "countByte");
  EXPECT(table->findByte(bytes, count, value) == scalar->findByte(bytes, count, value),
         "findByte");
  EXPECT(table->findLastByte(bytes, count, value) == scalar->findLastByte(bytes, count, value),
         "findLastByte");
  EXPECT(table->findStringEnd(bytes, count) == scalar->findStringEnd(bytes, count),
         "findStringEnd");
  EXPECT(table->findStringSpecial(bytes, count) == scalar->findStringSpecial(bytes, count),
         "findStringSpecial");
  EXPECT(table->validateUTF8(bytes, count) == scalar->validateUTF8(bytes, count), "validateUTF8");
  compareBlocks(scalar, table, bytes, count, start);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2) return 0;
  const SpaltKernelTable *scalar = spaltKernelNamed("scalar");
  const uint8_t value = data[0];
  const size_t start = data[1] % 64;
  if (size < 2 + start) return 0;
  // The allocation begins `start` bytes before the block, and ends with it.
  const size_t total = size - 2;
  uint8_t *copy = malloc(total + 1);
  uint8_t *aligned = copy + 1;
  memcpy(aligned, data + 2, total);
  for (size_t i = 0; i < spaltKernelCount(); i++) {
    compare(scalar, spaltKernelAt(i), aligned + start, total - start, start, value);
  }
  free(copy);
  return 0;
}
