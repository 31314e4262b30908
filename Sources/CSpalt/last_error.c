#include "SpaltLastError.h"

#include <string.h>

enum { messageCapacity = 4096, pathCapacity = 4096 };

static _Thread_local struct {
  spalt_error error;
  char message[messageCapacity];
  char path[pathCapacity];
} last;

// Copies what fits, without the first bytes of a character of UTF-8 whose others do not.
static void copyText(char *destination, const char *source, size_t capacity) {
  size_t byteCount = strnlen(source, capacity);
  if (byteCount == capacity) {
    byteCount--;
    while (byteCount > 0 && ((unsigned char)source[byteCount] & 0xC0) == 0x80) byteCount--;
  }
  memcpy(destination, source, byteCount);
  destination[byteCount] = 0;
}

void spaltSetLastError(int32_t code, int32_t systemCode, int64_t offset, const char *message,
                       const char *path) {
  last.error.code = code;
  last.error.system_code = systemCode;
  last.error.offset = offset;
  copyText(last.message, message, messageCapacity);
  copyText(last.path, path, pathCapacity);
}

const spalt_error *spaltLastError(void) {
  if (last.error.code == SPALT_OK) last.error.offset = -1;
  last.error.message = last.message;
  last.error.path = last.path;
  return &last.error;
}
