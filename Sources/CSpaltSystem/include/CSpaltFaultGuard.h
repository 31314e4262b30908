// What happens when a page of a mapped file is not there any more: the file was truncated, or its medium
// fails. The kernel then sends SIGBUS to the thread that touched the page, which ends a process that does
// not expect it.
#pragma once

#include <stddef.h>

#pragma clang assume_nonnull begin

/// Handles SIGBUS from now on, for the whole process; further calls do nothing. Returns 0, or `errno`.
///
/// A fault inside a guarded range is survived: the page and all behind it in the range become zeros, and the
/// range is marked. Every other SIGBUS goes to the handler that was there before, or does what it did by
/// default. A handler that is installed later has to do the same for this one: call the handler that
/// `sigaction` gave back, with the same three arguments.
int spaltFaultGuardInstall(void);

/// Whether the handler was installed.
int spaltFaultGuardIsInstalled(void);

/// A mapping that is guarded. Lives until it is unregistered.
typedef struct SpaltGuardedRange SpaltGuardedRange;

/// Guards a mapping of a file. Returns null when there is no memory for the note.
SpaltGuardedRange *_Nullable spaltFaultGuardRegister(const void *start, size_t byteCount);

/// Forgets a mapping. To be called before it is unmapped.
void spaltFaultGuardUnregister(SpaltGuardedRange *range);

/// Offset in the mapping of the first page that was lost; `SIZE_MAX` when none was. Once a read gave zeros
/// instead of the file's bytes, this says so.
size_t spaltFaultGuardLostOffset(const SpaltGuardedRange *range);

#pragma clang assume_nonnull end
