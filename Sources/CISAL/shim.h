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

/// What one call did.
typedef struct {
  size_t consumedByteCount;
  size_t producedByteCount;
  /// Content that was copied out of or into the library's window.
  size_t windowByteCount;
  /// 0: there is more to come; 1: the stream has ended; 2: it is invalid.
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
  functions->init(memory);
  ((struct inflate_state *)memory)->crc_flag = ISAL_DEFLATE;
}

/// Compressed bytes that the library has read ahead but not used.
static inline size_t spaltISALHeldByteCount(const void *memory) {
  const struct inflate_state *state = memory;
  size_t bits = state->read_in_length > 0 ? (size_t)state->read_in_length : 0;
  return bits / 8 + (size_t)state->tmp_in_size;
}

/// Moves what was decoded but still lies in the library's window; 0 when nothing remains there.
static inline int spaltISALDrain(
    struct inflate_state *state, uint8_t *output, size_t outputByteCount, SpaltISALStep *step) {
  size_t waiting = (size_t)(state->tmp_out_valid - state->tmp_out_processed);
  size_t room = outputByteCount - step->producedByteCount;
  size_t moved = waiting < room ? waiting : room;
  memcpy(output + step->producedByteCount, state->tmp_out_buffer + state->tmp_out_processed, moved);
  state->tmp_out_processed += (int32_t)moved;
  step->producedByteCount += moved;
  step->windowByteCount += moved;
  return moved < waiting;
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
  step.consumedByteCount = inputByteCount - state->avail_in;
  step.producedByteCount = outputByteCount - state->avail_out;
  step.windowByteCount = step.producedByteCount < windowRoom ? step.producedByteCount : windowRoom;
  // Old versions compare distances with this count, which must not wrap around.
  if (state->total_out > 1u << 30) state->total_out = 1u << 30;
  if (code < 0) {
    step.outcome = spaltISALDrain(state, output, outputByteCount, &step) ? 0 : 2;
  } else if (state->block_state == ISAL_BLOCK_FINISH) {
    step.outcome = 1;
  } else {
    step.outcome = 0;
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
  step.consumedByteCount = inputByteCount - state->avail_in;
  step.producedByteCount = outputByteCount - state->avail_out;
  step.windowByteCount = 0;
  step.outcome = code == 0 ? 1 : code < 0 ? 2 : 0;
  return step;
}

#endif
