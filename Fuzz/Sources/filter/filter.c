// The entry for libFuzzer; see ndjson-decoder.c.

#include <stddef.h>
#include <stdint.h>

/// Defined in DecoderFuzzing.
int spaltFuzzFilter(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return spaltFuzzFilter(data, size);
}
