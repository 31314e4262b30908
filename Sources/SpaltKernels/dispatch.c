// Which tables this processor can run, and which one to use.

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tables.h"

#if defined(__x86_64__)
/// Whether the processor has everything that avx2.c is compiled for, and the system saves the
/// registers.
static bool canRunAVX2(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi")
      && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("lzcnt")
      && __builtin_cpu_supports("popcnt");
}

/// Whether the processor has AVX-512 with byte operations, too.
static bool canRunAVX512(void) {
  return canRunAVX2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
}
#endif

const SpaltKernelTable *spaltKernelAt(size_t index) {
  const SpaltKernelTable *available[5];
  size_t count = 0;
#if defined(__x86_64__)
  if (canRunAVX512()) available[count++] = &spaltKernelsAVX512;
  if (canRunAVX2()) available[count++] = &spaltKernelsAVX2;
  available[count++] = &spaltKernelsSSE2;
#elif defined(__aarch64__)
  available[count++] = &spaltKernelsNEON;
#endif
  available[count++] = &spaltKernelsScalar;
  return index < count ? available[index] : NULL;
}

size_t spaltKernelCount(void) {
  size_t count = 0;
  while (spaltKernelAt(count) != NULL) count++;
  return count;
}

const SpaltKernelTable *spaltKernelNamed(const char *name) {
  if (name == NULL) return NULL;
  for (size_t index = 0;; index++) {
    const SpaltKernelTable *table = spaltKernelAt(index);
    if (table == NULL || strcmp(table->name, name) == 0) return table;
  }
}

const SpaltKernelTable *spaltKernels(void) {
  // Threads that race here find the same answer, so it does not matter whose is kept. The tables
  // are constants: there is nothing that the pointer would have to publish.
  static _Atomic(const SpaltKernelTable *) chosen;
  const SpaltKernelTable *table = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (table == NULL) {
    table = spaltKernelNamed(getenv("SPALT_KERNEL"));
    if (table == NULL) table = spaltKernelAt(0);
    atomic_store_explicit(&chosen, table, memory_order_relaxed);
  }
  return table;
}
