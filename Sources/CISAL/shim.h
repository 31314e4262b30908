// ISA-L, which is looked for when a program runs: only its headers are needed to build.
#ifndef SPALT_CISAL_H
#define SPALT_CISAL_H

#include <dlfcn.h>
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// The functions of the library that are used.
typedef struct {
  void (*init)(struct inflate_state *);
  int (*inflate)(struct inflate_state *);
  int (*inflateStateless)(struct inflate_state *);
  uint32_t (*crc32)(uint32_t, const unsigned char *, uint64_t);
} SpaltISAL;

/// How a call ended.
enum {
  /// There is more to come: input or room is missing.
  SpaltISALUnfinished,
  /// The stream has ended.
  SpaltISALEnded,
  /// The stream is invalid, and all content before that was given out.
  SpaltISALInvalid,
  /// The stream is invalid, but there is content that has to be drained first.
  SpaltISALHasContent,
};

/// What one call did.
typedef struct {
  size_t consumedByteCount;
  size_t producedByteCount;
  /// Content that was copied out of or into the library's window.
  size_t windowByteCount;
  int outcome;
} SpaltISALStep;

/// Finds the library; 0 when it is not there or lacks something. It is never unloaded.
static inline int spaltISALLoad(SpaltISAL *functions) {
#ifdef __APPLE__
  void *library = dlopen("libisal.2.dylib", RTLD_NOW | RTLD_LOCAL);
#else
  void *library = dlopen("libisal.so.2", RTLD_NOW | RTLD_LOCAL);
#endif
  if (!library) return 0;
  *(void **)&functions->init = dlsym(library, "isal_inflate_init");
  *(void **)&functions->inflate = dlsym(library, "isal_inflate");
  *(void **)&functions->inflateStateless = dlsym(library, "isal_inflate_stateless");
  *(void **)&functions->crc32 = dlsym(library, "crc32_gzip_refl");
  return functions->init && functions->inflate && functions->inflateStateless && functions->crc32;
}

static inline size_t spaltISALStateByteCount(void) { return sizeof(struct inflate_state); }

static inline void spaltISALBegin(const SpaltISAL *functions, void *memory) {
  // The library leaves parts of its tables as they are. What an invalid stream comes to must not depend on
  // what was decoded before.
  memset(memory, 0, offsetof(struct inflate_state, tmp_in_buffer));
  functions->init(memory);
  ((struct inflate_state *)memory)->crc_flag = ISAL_DEFLATE;
}

/// Compressed bytes that the library has read ahead but not used.
static inline size_t spaltISALHeldByteCount(const void *memory) {
  const struct inflate_state *state = memory;
  size_t bits = state->read_in_length > 0 ? (size_t)state->read_in_length : 0;
  return bits / 8 + (size_t)state->tmp_in_size;
}

/// How much of the input a call used. When a stream is invalid or cut off, the library's own count goes beyond
/// the end by a few bytes, though it does not read there.
static inline size_t spaltISALUsed(const struct inflate_state *state, size_t inputByteCount) {
  return state->avail_in <= inputByteCount ? inputByteCount - state->avail_in : inputByteCount;
}

/// What the library counts as content of an invalid stream although it never wrote it: the match at which it
/// noticed.
enum { SpaltISALDoubtfulByteCount = 258 };

/// Takes content that may never have been written away from what a call gave out or still holds.
static inline void spaltISALDropDoubtful(struct inflate_state *state, SpaltISALStep *step) {
  size_t waiting = (size_t)(state->tmp_out_valid - state->tmp_out_processed);
  size_t held = waiting < SpaltISALDoubtfulByteCount ? waiting : SpaltISALDoubtfulByteCount;
  size_t given = SpaltISALDoubtfulByteCount - held;
  if (given > step->producedByteCount) given = step->producedByteCount;
  state->tmp_out_valid -= (int32_t)held;
  step->producedByteCount -= given;
}

/// Moves content of an invalid stream that still lies in the library's window. The library itself must not be
/// called any more: it would go on behind what is invalid.
static inline SpaltISALStep spaltISALDrain(void *memory, uint8_t *output, size_t outputByteCount) {
  struct inflate_state *state = memory;
  size_t waiting = (size_t)(state->tmp_out_valid - state->tmp_out_processed);
  size_t moved = waiting < outputByteCount ? waiting : outputByteCount;
  if (moved) memcpy(output, state->tmp_out_buffer + state->tmp_out_processed, moved);
  state->tmp_out_processed += (int32_t)moved;
  SpaltISALStep step = {0, moved, moved, moved < waiting ? SpaltISALHasContent : SpaltISALInvalid};
  return step;
}

/// Goes on with a stream. Each call decodes up to 64 KiB into the library's window first and copies them
/// from there, and in the end saves the last 32 KiB of the content there.
static inline SpaltISALStep spaltISALInflate(
    const SpaltISAL *functions, void *memory, const uint8_t *input, size_t inputByteCount,
    uint8_t *output, size_t outputByteCount) {
  struct inflate_state *state = memory;
  size_t windowRoom = 2 * ISAL_DEF_HIST_SIZE - (size_t)state->tmp_out_processed;
  if (state->tmp_out_processed > 2 * ISAL_DEF_HIST_SIZE) windowRoom = ISAL_LOOK_AHEAD;
  state->next_in = (uint8_t *)input;
  state->avail_in = (uint32_t)inputByteCount;
  state->next_out = output;
  state->avail_out = (uint32_t)outputByteCount;
  int code = functions->inflate(state);
  SpaltISALStep step;
  step.consumedByteCount = spaltISALUsed(state, inputByteCount);
  step.producedByteCount = outputByteCount - state->avail_out;
  step.windowByteCount = step.producedByteCount < windowRoom ? step.producedByteCount : windowRoom;
  // Old versions compare distances with this count, which must not wrap around.
  if (state->total_out > 1u << 30) state->total_out = 1u << 30;
  if (code < 0) {
    if (code != ISAL_INVALID_BLOCK) spaltISALDropDoubtful(state, &step);
    SpaltISALStep rest = spaltISALDrain(
        memory, output + step.producedByteCount, outputByteCount - step.producedByteCount);
    step.producedByteCount += rest.producedByteCount;
    step.windowByteCount += rest.windowByteCount;
    step.outcome = rest.outcome;
  } else if (state->block_state == ISAL_BLOCK_FINISH) {
    step.outcome = SpaltISALEnded;
  } else {
    step.outcome = SpaltISALUnfinished;
    if (step.producedByteCount >= ISAL_DEF_HIST_SIZE) step.windowByteCount += ISAL_DEF_HIST_SIZE;
  }
  return step;
}

/// Decodes a whole stream at once, straight into the output.
static inline SpaltISALStep spaltISALInflateWhole(
    const SpaltISAL *functions, void *memory, const uint8_t *input, size_t inputByteCount,
    uint8_t *output, size_t outputByteCount) {
  struct inflate_state *state = memory;
  spaltISALBegin(functions, memory);
  state->next_in = (uint8_t *)input;
  state->avail_in = (uint32_t)inputByteCount;
  state->next_out = output;
  state->avail_out = (uint32_t)outputByteCount;
  int code = functions->inflateStateless(state);
  SpaltISALStep step;
  step.consumedByteCount = spaltISALUsed(state, inputByteCount);
  step.producedByteCount = outputByteCount - state->avail_out;
  step.windowByteCount = 0;
  step.outcome = code == 0 ? SpaltISALEnded : code < 0 ? SpaltISALInvalid : SpaltISALUnfinished;
  return step;
}

#endif
