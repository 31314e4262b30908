#include "CSpaltSystem.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum { entryCount = 16, pathCapacity = 4096 };

enum { entryFree, entryChanging, entryNoted };

static struct {
  atomic_int state;
  char path[pathCapacity];
} entries[entryCount];

int spaltTemporaryRegister(const char *path) {
  const size_t byteCount = strlen(path) + 1;
  if (byteCount > pathCapacity) return -1;
  for (int i = 0; i < entryCount; i++) {
    int expected = entryFree;
    if (!atomic_compare_exchange_strong(&entries[i].state, &expected, entryChanging)) continue;
    memcpy(entries[i].path, path, byteCount);
    atomic_store(&entries[i].state, entryNoted);
    return i;
  }
  return -1;
}

void spaltTemporaryUnregister(int entry) {
  if (entry >= 0 && entry < entryCount) atomic_store(&entries[entry].state, entryFree);
}

void spaltTemporaryUnlinkAll(void) {
  const int saved = errno;
  for (int i = 0; i < entryCount; i++) {
    if (atomic_load(&entries[i].state) == entryNoted) unlink(entries[i].path);
  }
  errno = saved;
}
