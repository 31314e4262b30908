#include "CSpaltSystem.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CHECKS_ADDRESSES 1
#include <sanitizer/asan_interface.h>
#endif
#endif

#ifdef CHECKS_ADDRESSES

int spaltChecksAddresses(void) { return 1; }

void spaltPoison(const void *address, size_t byteCount) {
  __asan_poison_memory_region(address, byteCount);
}

void spaltUnpoison(const void *address, size_t byteCount) {
  __asan_unpoison_memory_region(address, byteCount);
}

#else

int spaltChecksAddresses(void) { return 0; }

void spaltPoison(const void *address, size_t byteCount) { (void)address, (void)byteCount; }

void spaltUnpoison(const void *address, size_t byteCount) { (void)address, (void)byteCount; }

#endif
