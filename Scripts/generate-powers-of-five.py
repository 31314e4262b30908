#!/usr/bin/env python3
"""Writes Sources/SpaltKernels/include/SpaltPowersOfFive.h.

Usage: Scripts/generate-powers-of-five.py > Sources/SpaltKernels/include/SpaltPowersOfFive.h

Each power of five from 5**-342 to 5**308 is scaled by a power of two so that it fills 128 bits with
the highest bit set. Outside that range every decimal significand of at most 19 digits converts to
zero or overflows a double, so that no further powers are needed.
"""

FIRST, LAST = -342, 308

# A product with a reciprocal can be an exact tie only while 5**-q divides a 64-bit significand,
# that is down to 5**-27. Those reciprocals are rounded up, so that an exact quotient is never
# missed from below; all the other entries are rounded down.
FIRST_ROUNDED_UP = -27


def scaled_power(q: int) -> int:
    """The highest 128 bits of 5**q."""
    if q >= 0:
        power = 5**q
        surplus = power.bit_length() - 128
        return power >> surplus if surplus > 0 else power << -surplus
    divisor = 5**-q
    shift = divisor.bit_length() + 127
    if (1 << shift) // divisor >= 1 << 128:
        shift -= 1
    quotient, remainder = divmod(1 << shift, divisor)
    assert remainder != 0
    return quotient + 1 if q >= FIRST_ROUNDED_UP else quotient


def main() -> None:
    print(f"""\
/// Powers of five and ten for the conversion of decimal numbers. Written by
/// Scripts/generate-powers-of-five.py; do not edit.
///
/// The accessors take and return scalars, so that Swift calls them as safe functions, and the
/// tables are constant data: no initialiser runs, whichever conversion comes first.

#ifndef SPALT_POWERS_OF_FIVE_H
#define SPALT_POWERS_OF_FIVE_H

#include <stdint.h>

enum {{
  /// The exponents of the first and of the last power of five in the table.
  spaltFirstPowerOfFive = {FIRST},
  spaltLastPowerOfFive = {LAST},
}};

static const uint64_t spaltPowersOfFive[{LAST - FIRST + 1}][2] = {{""")
    for q in range(FIRST, LAST + 1):
        power = scaled_power(q)
        assert power.bit_length() == 128
        print(f"  {{0x{power >> 64:016x}, 0x{power & (1 << 64) - 1:016x}}},  // 5**{q}")
    print("""\
};

/// The higher (`half` 0) or lower (`half` 1) 64 bits of the 128 that 5**exponent begins with, or
/// zero outside the table.
static inline uint64_t spaltPowerOfFive(int exponent, int half) {
  if (exponent < spaltFirstPowerOfFive || exponent > spaltLastPowerOfFive) return 0;
  return spaltPowersOfFive[exponent - spaltFirstPowerOfFive][half & 1];
}
""")
    print("static const uint64_t spaltPowersOfTen[20] = {")
    for exponent in range(20):
        print(f"  {10**exponent}u,")
    print("""\
};

/// 10**exponent for exponents from 0 to 19, or zero.
static inline uint64_t spaltPowerOfTen(int exponent) {
  if (exponent < 0 || exponent > 19) return 0;
  return spaltPowersOfTen[exponent];
}

/// 10**exponent for the exponents from 0 to 7; only the lowest three bits are looked at.
static inline uint64_t spaltSmallPowerOfTen(int exponent) {
  return spaltPowersOfTen[exponent & 7];
}
""")
    print("static const double spaltExactDoubles[23] = {")
    for exponent in range(23):
        print(f"  1e{exponent},")
    print("""\
};

/// 10**exponent as a double for exponents from 0 to 22, the ones that are exact, or zero.
static inline double spaltExactPowerOfTen(int exponent) {
  if (exponent < 0 || exponent > 22) return 0;
  return spaltExactDoubles[exponent];
}

/// The same for exponents from 0 to 7; only the lowest three bits are looked at.
static inline double spaltSmallExactPowerOfTen(int exponent) {
  return spaltExactDoubles[exponent & 7];
}

#endif""")


main()
