// Kernels for every 64-bit ARM processor: NEON is part of its baseline.

#if defined(__aarch64__)

#include <arm_neon.h>

#include "support.inc.h"

typedef uint8x16_t Vec;
enum { vectorsPerBlock = 4 };
typedef struct {
  Vec part[vectorsPerBlock];
} Block;

SPALT_INLINE Vec vecLoad(const uint8_t *bytes) {
  return vld1q_u8(bytes);
}

SPALT_INLINE Vec vecSplat(uint8_t byte) {
  return vdupq_n_u8(byte);
}

SPALT_INLINE Vec vecOr(Vec a, Vec b) {
  return vorrq_u8(a, b);
}

// Every match has lanes of all zeros or all ones: `blockMask` picks a different bit of each lane.

SPALT_INLINE Vec vecEqual(Vec a, Vec b) {
  return vceqq_u8(a, b);
}

SPALT_INLINE Vec vecBelowSpace(Vec a) {
  return vcltq_u8(a, vdupq_n_u8(0x20));
}

SPALT_INLINE Vec vecNonASCII(Vec a) {
  return vcltzq_s8(vreinterpretq_s8_u8(a));
}

SPALT_INLINE bool vecAnyMatch(Vec match) {
  return vmaxvq_u8(match) != 0;
}

SPALT_INLINE uint64_t blockMask(Block matches) {
  // There is no instruction that gathers the top bits. Keep one bit of each lane, a different one
  // in each of eight neighbours, and add neighbours up three times: 64 lanes become 8.
  static const uint8_t bits[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  const uint8x16_t keep = vld1q_u8(bits);
  const uint8x16_t a = vandq_u8(matches.part[0], keep);
  const uint8x16_t b = vandq_u8(matches.part[1], keep);
  const uint8x16_t c = vandq_u8(matches.part[2], keep);
  const uint8x16_t d = vandq_u8(matches.part[3], keep);
  uint8x16_t sums = vpaddq_u8(vpaddq_u8(a, b), vpaddq_u8(c, d));
  sums = vpaddq_u8(sums, sums);
  return vgetq_lane_u64(vreinterpretq_u64_u8(sums), 0);
}

SPALT_INLINE size_t blockCount(Block matches) {
  // Lanes of a match are 0 or -1; four of them leave room enough in a byte.
  uint8x16_t sums = vdupq_n_u8(0);
  for (size_t i = 0; i < vectorsPerBlock; i++) sums = vsubq_u8(sums, matches.part[i]);
  return vaddvq_u8(sums);
}

SPALT_INLINE Block blockOfHalves(const uint8_t *a, const uint8_t *b) {
  return (Block){{vecLoad(a), vecLoad(a + 16), vecLoad(b), vecLoad(b + 16)}};
}

SPALT_INLINE Block blockOfQuarters(const uint8_t *a, const uint8_t *b) {
  const uint8x16_t zero = vdupq_n_u8(0);
  return (Block){{vecLoad(a), vecLoad(b), zero, zero}};
}

SPALT_INLINE Block blockOfWords(uint64_t a, uint64_t b) {
  const uint8x16_t zero = vdupq_n_u8(0);
  const uint64x2_t words = vcombine_u64(vcreate_u64(a), vcreate_u64(b));
  return (Block){{vreinterpretq_u8_u64(words), zero, zero, zero}};
}

#define SPALT_HAS_LOOKUP 1

SPALT_INLINE Vec vecAnd(Vec a, Vec b) {
  return vandq_u8(a, b);
}

SPALT_INLINE Vec vecXor(Vec a, Vec b) {
  return veorq_u8(a, b);
}

SPALT_INLINE Vec vecSubtract(Vec a, Vec b) {
  return vqsubq_u8(a, b);
}

SPALT_INLINE Vec vecHighNibbles(Vec a) {
  return vshrq_n_u8(a, 4);
}

SPALT_INLINE Vec vecTable(const uint8_t bytes[16]) {
  return vld1q_u8(bytes);
}

SPALT_INLINE Vec vecLookup(Vec table, Vec indices) {
  return vqtbl1q_u8(table, indices);
}

SPALT_INLINE bool vecIsZero(Vec a) {
  return vmaxvq_u8(a) == 0;
}

// A macro, as the count must be a constant.
#define vecShiftIn(now, before, count) vextq_u8((before), (now), 16 - (count))

// The operations on blocks assume that lane 0 is the low one.
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "The NEON kernels are written for little-endian processors."
#endif

#define SPALT_TABLE spaltKernelsNEON
#define SPALT_TABLE_NAME "neon"
#include "scan.inc.h"

#else

// An empty file is not a translation unit in ISO C.
typedef int spaltNoNEON;

#endif
