// Kernels for any processor: a vector is a word of eight bytes, and all arithmetic keeps to its
// lane.

#include "support.inc.h"

typedef uint64_t Vec;
enum { vectorsPerBlock = 8 };
typedef struct {
  Vec part[vectorsPerBlock];
} Block;

static const uint64_t topBits = 0x8080808080808080;

SPALT_INLINE Vec vecLoad(const uint8_t *bytes) {
  return loadWord(bytes);
}

SPALT_INLINE Vec vecSplat(uint8_t byte) {
  return byte * (uint64_t)0x0101010101010101;
}

SPALT_INLINE Vec vecOr(Vec a, Vec b) {
  return a | b;
}

// Here only the top bit of a lane in a match means anything. The sums below take seven bits of each
// lane and so never carry into the next one.

SPALT_INLINE Vec vecEqual(Vec a, Vec b) {
  const uint64_t difference = a ^ b;
  return ~(((difference & ~topBits) + ~topBits) | difference) & topBits;
}

SPALT_INLINE Vec vecBelowSpace(Vec a) {
  return ~(((a & ~topBits) + vecSplat(0x60)) | a);
}

SPALT_INLINE Vec vecNonASCII(Vec a) {
  return a;
}

SPALT_INLINE bool vecAnyMatch(Vec match) {
  return (match & topBits) != 0;
}

SPALT_INLINE uint64_t blockMask(Block matches) {
  uint64_t mask = 0;
  for (size_t i = 0; i < vectorsPerBlock; i++) {
    // The product adds up the eight answers, each shifted to a bit of its own in the top byte.
    const uint64_t answers = (matches.part[i] & topBits) >> 7;
    mask |= (answers * 0x0102040810204080 >> 56) << (8 * i);
  }
  return mask;
}

SPALT_INLINE size_t blockCount(Block matches) {
  uint64_t sums = 0;
  for (size_t i = 0; i < vectorsPerBlock; i++) sums += matches.part[i] >> 7;
  return sums * 0x0101010101010101 >> 56;
}

SPALT_INLINE Block blockOfHalves(const uint8_t *a, const uint8_t *b) {
  return (Block){{
      loadWord(a), loadWord(a + 8), loadWord(a + 16), loadWord(a + 24),
      loadWord(b), loadWord(b + 8), loadWord(b + 16), loadWord(b + 24),
  }};
}

SPALT_INLINE Block blockOfQuarters(const uint8_t *a, const uint8_t *b) {
  return (Block){{loadWord(a), loadWord(a + 8), loadWord(b), loadWord(b + 8)}};
}

SPALT_INLINE Block blockOfWords(uint64_t a, uint64_t b) {
  return (Block){{a, b}};
}

#define SPALT_TABLE spaltKernelsScalar
#define SPALT_TABLE_NAME "scalar"
#include "scan.inc.h"
