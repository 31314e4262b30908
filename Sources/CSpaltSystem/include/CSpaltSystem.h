// What must be C: code that a signal handler runs, without the Swift runtime.
#pragma once

#include <stddef.h>
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

/// Writes the numbers of the processors that this process may run on, in rising order, at most `capacity`.
/// Returns how many were written; 0 when the system does not say.
int spaltUsableProcessors(int *numbers, int capacity);

/// The processor that this thread runs on now, or -1 when the system does not say.
int spaltCurrentProcessor(void);

/// Reads at most `capacity` bytes of a small file of the system. Returns how many, or -1 when there is none.
ptrdiff_t spaltReadSmallFile(const char *path, void *bytes, size_t capacity);

/// Binds this thread to a processor. Returns whether the system did so; macOS does not.
int spaltBindThread(int processor);

/// The number of this thread among the workers of its pipeline, or -1 when it is none.
int spaltWorkerNumber(void);
void spaltSetWorkerNumber(int number);

/// Whether this code was built with AddressSanitizer.
int spaltChecksAddresses(void);

/// Says that nobody may read or write a range of memory, and that somebody may again. Without
/// AddressSanitizer, nothing happens. The range is made of multiples of 8 bytes.
void spaltPoison(const void *address, size_t byteCount);
void spaltUnpoison(const void *address, size_t byteCount);

#pragma clang assume_nonnull end
