#include "CSpaltSystem.h"

#if defined(__linux__) && defined(__aarch64__)
#include <sys/auxv.h>

// From asm/hwcap.h, which old systems lack.
enum { capabilityMTE = 1 << 18 };

int spaltHasMemoryTagging(void) { return (getauxval(AT_HWCAP2) & capabilityMTE) != 0; }
#else
int spaltHasMemoryTagging(void) { return 0; }
#endif
