// What a column costs at least: arrow_loop sum FILE OFFSET:BYTES… sums the 64-bit integers in ranges of a mapped file;
// arrow_loop lz4 FILE decompresses LZ4 frames, each behind two 64-bit numbers (its length, and that of its content), and
// sums what comes out. Prints the sum and the seconds.
#define _GNU_SOURCE
#include <fcntl.h>
#include <lz4frame.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

static int64_t sum(const uint8_t *bytes, size_t count) {
  int64_t total = 0;
  const int64_t *values = (const int64_t *)bytes;
  for (size_t index = 0; index < count / 8; index++) total += values[index];
  return total;
}

int main(int count, char **words) {
  if (count < 3) return 2;
  double start = now();
  int file = open(words[2], O_RDONLY);
  struct stat status;
  if (file < 0 || fstat(file, &status) != 0) return 1;
  size_t size = status.st_size;
  const uint8_t *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
  if (bytes == MAP_FAILED) return 1;
  int64_t total = 0;
  if (strcmp(words[1], "sum") == 0) {
    for (int index = 3; index < count; index++) {
      unsigned long long offset, length;
      if (sscanf(words[index], "%llu:%llu", &offset, &length) != 2 || offset + length > size) return 2;
      total += sum(bytes + offset, length);
    }
  } else {
    LZ4F_dctx *context;
    if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION))) return 1;
    for (size_t at = 0; at + 16 <= size;) {
      uint64_t stored, content;
      memcpy(&stored, bytes + at, 8);
      memcpy(&content, bytes + at + 8, 8);
      at += 16;
      uint8_t *out = malloc(content);
      size_t written = 0, read = 0;
      LZ4F_decompressOptions_t options = {.stableDst = 1};
      while (read < stored) {
        size_t made = content - written, used = stored - read;
        if (LZ4F_isError(LZ4F_decompress(context, out + written, &made, bytes + at + read, &used, &options))) return 1;
        written += made;
        read += used;
        if (made == 0 && used == 0) break;
      }
      total += sum(out, written);
      free(out);
      at += stored;
    }
  }
  printf("{\"sum\": %lld, \"seconds\": %.9f}\n", (long long)total, now() - start);
  return 0;
}
