// The entry for libFuzzer. It stands in a C target because SwiftPM gives every Swift executable an
// entry of its own, and libFuzzer brings one.

#include <stddef.h>
#include <stdint.h>

/// Defined in DecoderFuzzing.
int spaltFuzzArrowReader(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return spaltFuzzArrowReader(data, size);
}
