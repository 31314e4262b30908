// The tables that the per-ISA files define. Not part of the module's interface.

#ifndef SPALT_TABLES_H
#define SPALT_TABLES_H

#include "include/SpaltKernels.h"

#define SPALT_HIDDEN __attribute__((visibility("hidden")))

#if defined(__x86_64__)
extern SPALT_HIDDEN const SpaltKernelTable spaltKernelsAVX512;
extern SPALT_HIDDEN const SpaltKernelTable spaltKernelsAVX2;
extern SPALT_HIDDEN const SpaltKernelTable spaltKernelsSSE2;
#elif defined(__aarch64__)
extern SPALT_HIDDEN const SpaltKernelTable spaltKernelsNEON;
#endif
extern SPALT_HIDDEN const SpaltKernelTable spaltKernelsScalar;

#endif
