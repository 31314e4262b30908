// What consumers in other languages take for granted, checked when this is compiled. The functions of the header are
// implemented in Swift.
#include "spalt.h"

#include <assert.h>

static_assert(sizeof(struct ArrowSchema) == 9 * sizeof(void *), "Arrow C data interface");
static_assert(sizeof(struct ArrowArray) == 10 * sizeof(int64_t), "Arrow C data interface");
static_assert(sizeof(struct ArrowArrayStream) == 5 * sizeof(void *), "Arrow C stream interface");
static_assert(sizeof(spalt_error) == 32, "two codes, an offset, two pointers");
static_assert(offsetof(spalt_statistics, byte_count) == 8, "the size stands first");
static_assert(sizeof(spalt_statistics) == 17 * 8, "all members have 8 bytes");
static_assert(sizeof(spalt_split) == 5 * 8, "all members have 8 bytes");
