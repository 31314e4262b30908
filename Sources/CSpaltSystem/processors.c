#if defined(__linux__)
#define _GNU_SOURCE
#include <sched.h>
#endif

#include <fcntl.h>
#include <unistd.h>

#include "CSpaltSystem.h"

int spaltUsableProcessorCount(void) {
#if defined(__linux__)
  // What the process is bound to counts, not what the machine has.
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set) > 0 ? CPU_COUNT(&set) : 1;
#endif
  const long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? (int)count : 1;
}

int spaltUsableProcessors(int *numbers, int capacity) {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 0;
  int count = 0;
  for (int number = 0; number < CPU_SETSIZE && count < capacity; number++) {
    if (CPU_ISSET(number, &set)) numbers[count++] = number;
  }
  return count;
#else
  (void)numbers, (void)capacity;
  return 0;
#endif
}

int spaltCurrentProcessor(void) {
#if defined(__linux__)
  return sched_getcpu();
#else
  return -1;
#endif
}

int spaltBindThread(int processor) {
#if defined(__linux__)
  if (processor < 0 || processor >= CPU_SETSIZE) return 0;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  return sched_setaffinity(0, sizeof set, &set) == 0;
#else
  (void)processor;
  return 0;
#endif
}

static _Thread_local int workerNumber = -1;

int spaltWorkerNumber(void) { return workerNumber; }

void spaltSetWorkerNumber(int number) { workerNumber = number; }

ptrdiff_t spaltReadSmallFile(const char *path, void *bytes, size_t capacity) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  const ssize_t count = read(file, bytes, capacity);
  close(file);
  return count;
}
