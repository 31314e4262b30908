// Where each thread's last failure is kept. Not part of the interface: Swift has no variables of threads.
#pragma once

#include "spalt.h"

/// Keeps a failure, until the next one on this thread. Texts are copied; long ones are cut between two characters.
void spaltSetLastError(int32_t code, int32_t systemCode, int64_t offset, const char *message,
                       const char *path);

/// The last failure of this thread.
const spalt_error *spaltLastError(void);
