// What must be C: code that a signal handler runs, without the Swift runtime.
#pragma once

#include <stdint.h>

#pragma clang assume_nonnull begin

/// Notes a temporary file, so that a signal handler can remove it.
/// Returns the number of its entry, or -1 when the table is full or the name too long.
int spaltTemporaryRegister(const char *path);

/// Forgets the entry.
void spaltTemporaryUnregister(int entry);

/// Removes all files that are noted. Async-signal-safe: calls nothing but `unlink`, keeps `errno`, and
/// takes no lock.
void spaltTemporaryUnlinkAll(void);

/// What the file system is called on which an open file lies, if its pages come from another machine or
/// another process; null when it is local, or when nobody knows.
const char *_Nullable spaltRemoteFileSystemName(int descriptor);

/// Number of processors that this process may run on; at least 1.
int spaltUsableProcessorCount(void);

/// Whether the processor checks memory tags (ARM MTE) and the kernel lets programs set them.
int spaltHasMemoryTagging(void);

/// Which fault scope the calling thread works for; 0 is none. Only debug builds ask.
uint32_t spaltFaultScope(void);

/// Lets the calling thread work for a fault scope.
void spaltSetFaultScope(uint32_t number);

#pragma clang assume_nonnull end
