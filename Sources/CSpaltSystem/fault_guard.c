// The handler runs between any two instructions of any thread, so it uses nothing but atomics and three
// system calls: no lock, no allocation, no Swift.
#if defined(__linux__)
#define _GNU_SOURCE
#endif

#include "CSpaltFaultGuard.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MAP_ANONYMOUS
#define MAP_ANONYMOUS MAP_ANON
#endif
#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif

enum { rangesInBlock = 256 };

enum { rangeFree, rangeChanging, rangeGuarded };

struct SpaltGuardedRange {
  atomic_int state;
  // Changes whenever the range does, so that the handler sees a start and an end that belong together.
  atomic_uint generation;
  _Atomic(uintptr_t) start;
  _Atomic(uintptr_t) end;
  _Atomic(size_t) lostOffset;
};

// Blocks are added in front and never freed, so that the handler can walk them at any time.
struct block {
  struct SpaltGuardedRange ranges[rangesInBlock];
  struct block *next;
};

static struct block firstBlock;
static _Atomic(struct block *) blocks = &firstBlock;

static struct SpaltGuardedRange *claim(struct block *block) {
  for (; block; block = block->next) {
    for (int i = 0; i < rangesInBlock; i++) {
      int expected = rangeFree;
      if (atomic_load_explicit(&block->ranges[i].state, memory_order_relaxed) == rangeFree &&
          atomic_compare_exchange_strong(&block->ranges[i].state, &expected, rangeChanging)) {
        return &block->ranges[i];
      }
    }
  }
  return NULL;
}

SpaltGuardedRange *spaltFaultGuardRegister(const void *start, size_t byteCount) {
  struct SpaltGuardedRange *range = claim(atomic_load(&blocks));
  if (!range) {
    struct block *block = calloc(1, sizeof *block);
    if (!block) return NULL;
    range = &block->ranges[0];
    atomic_store(&range->state, rangeChanging);
    block->next = atomic_load(&blocks);
    while (!atomic_compare_exchange_weak(&blocks, &block->next, block)) {
    }
  }
  // A mapping consists of whole pages, and a vector may reach behind the file's last byte.
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  atomic_fetch_add(&range->generation, 1);
  atomic_store(&range->start, (uintptr_t)start);
  atomic_store(&range->end, ((uintptr_t)start + byteCount + page - 1) & ~(page - 1));
  atomic_store(&range->lostOffset, SIZE_MAX);
  atomic_store(&range->state, rangeGuarded);
  return range;
}

void spaltFaultGuardUnregister(SpaltGuardedRange *range) {
  atomic_fetch_add(&range->generation, 1);
  atomic_store(&range->state, rangeFree);
}

size_t spaltFaultGuardLostOffset(const SpaltGuardedRange *range) {
  return atomic_load(&range->lostOffset);
}

static struct sigaction former;
static size_t pageByteCount;
static atomic_int installation;  // 0: not begun, 1: begun, 2: done

// What the handler has read of a range.
struct found {
  struct SpaltGuardedRange *range;
  uintptr_t start;
  uintptr_t end;
};

static struct found rangeOf(uintptr_t address) {
  for (struct block *block = atomic_load(&blocks); block; block = block->next) {
    for (int i = 0; i < rangesInBlock; i++) {
      struct SpaltGuardedRange *range = &block->ranges[i];
      const unsigned generation = atomic_load(&range->generation);
      if (atomic_load(&range->state) != rangeGuarded) continue;
      const struct found found = {range, atomic_load(&range->start), atomic_load(&range->end)};
      // The range that was touched cannot be unregistered meanwhile, so one that has changed is another.
      if (atomic_load(&range->generation) != generation) continue;
      if (address >= found.start && address < found.end) return found;
    }
  }
  return (struct found){0};
}

// Puts zeros in the place of the page and all behind it. The mark comes first: who reads a zero must be
// able to see why.
static int survive(struct found found, uintptr_t address) {
  const uintptr_t page = address & ~(uintptr_t)(pageByteCount - 1);
  const size_t offset = page - found.start;
  size_t lost = atomic_load(&found.range->lostOffset);
  while (offset < lost &&
         !atomic_compare_exchange_weak(&found.range->lostOffset, &lost, offset)) {
  }
  const size_t byteCount = found.end - page;
  return mmap((void *)page, byteCount, PROT_READ,
              MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) != MAP_FAILED;
}

// A signal that is no affair of ours: whoever was here before gets it.
static void passOn(int signal, siginfo_t *info, void *context) {
  if (former.sa_flags & SA_SIGINFO) {
    former.sa_sigaction(signal, info, context);
    return;
  }
  // A fault cannot be ignored: the instruction would run into it for ever.
  const int isFault = info->si_code > 0;
  if (former.sa_handler == SIG_IGN && !isFault) return;
  if (former.sa_handler != SIG_DFL && former.sa_handler != SIG_IGN) {
    former.sa_handler(signal);
    return;
  }
  struct sigaction action = {.sa_handler = SIG_DFL};
  sigaction(signal, &action, NULL);
  // A fault comes again by itself, and is then reported with its address.
  if (!isFault) raise(signal);
}

static void handle(int signal, siginfo_t *info, void *context) {
  const int saved = errno;
  const uintptr_t address = (uintptr_t)info->si_addr;
  const struct found found = info->si_code > 0 ? rangeOf(address) : (struct found){0};
  const int survived = found.range && survive(found, address);
  errno = saved;
  if (!survived) passOn(signal, info, context);
}

int spaltFaultGuardInstall(void) {
  int expected = 0;
  if (!atomic_compare_exchange_strong(&installation, &expected, 1)) {
    // Somebody else is about to have done it.
    while (atomic_load(&installation) == 1) sched_yield();
    return atomic_load(&installation) == 2 ? 0 : EAGAIN;
  }
  pageByteCount = (size_t)sysconf(_SC_PAGESIZE);
  // Read before ours is in place: a signal may come at once.
  if (sigaction(SIGBUS, NULL, &former) != 0) {
    const int code = errno;
    atomic_store(&installation, 0);
    return code;
  }
  struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK};
  action.sa_sigaction = handle;
  sigemptyset(&action.sa_mask);
  if (sigaction(SIGBUS, &action, NULL) != 0) {
    const int code = errno;
    atomic_store(&installation, 0);
    return code;
  }
  atomic_store(&installation, 2);
  return 0;
}

int spaltFaultGuardIsInstalled(void) { return atomic_load(&installation) == 2; }
