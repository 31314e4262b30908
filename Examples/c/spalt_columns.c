// Reads a log through the C interface of Spalt and says what is in its columns:
//
//     cc -o spalt_columns spalt_columns.c $(pkg-config --cflags --libs .build/lib/spalt.pc)
//     ./spalt_columns app.log [option=value]...
//
// For each column, one line: its name, its Arrow format, the number of nulls, and for numbers the sum, for strings the
// number of bytes and the longest text. The last line has the number of rows and batches.
#include <inttypes.h>
#include <spalt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fail(const char *what) {
  const spalt_error *error = spalt_last_error();
  fprintf(stderr, "%s: %s (code %d", what, error->message, (int)error->code);
  if (error->offset >= 0) fprintf(stderr, ", offset %" PRId64, error->offset);
  fprintf(stderr, ")\n");
  return 2;
}

typedef struct {
  int64_t null_count;
  int64_t integers;
  double floats;
  int64_t byte_count;
  int64_t longest_byte_count;
  char longest[41];
} column_summary;

static int is_valid(const struct ArrowArray *array, int64_t row) {
  const uint8_t *validity = array->buffers[0];
  const int64_t bit = array->offset + row;
  return validity == NULL || (validity[bit / 8] >> (bit % 8) & 1);
}

// A string of an array of views: 4 bytes of length, then the text if it has 12 bytes at most; else its first 4 bytes,
// and the number of a data buffer and the offset in it. The data buffers stand behind validity and views.
static const char *view_text(const struct ArrowArray *array, int64_t row, int64_t *byte_count) {
  const char *view = (const char *)array->buffers[1] + (array->offset + row) * 16;
  int32_t fields[4];
  memcpy(fields, view, sizeof fields);
  *byte_count = fields[0];
  if (fields[0] <= 12) return view + 4;
  return (const char *)array->buffers[2 + fields[2]] + fields[3];
}

// A string of an array with offsets.
static const char *offset_text(const struct ArrowArray *array, int64_t row, int64_t *byte_count) {
  const int32_t *offsets = (const int32_t *)array->buffers[1] + array->offset;
  *byte_count = offsets[row + 1] - offsets[row];
  return (const char *)array->buffers[2] + offsets[row];
}

static void add(column_summary *summary, const char *format, const struct ArrowArray *array) {
  for (int64_t row = 0; row < array->length; row++) {
    if (!is_valid(array, row)) {
      summary->null_count++;
      continue;
    }
    const int64_t index = array->offset + row;
    switch (format[0]) {
      case 'b':
        summary->integers += ((const uint8_t *)array->buffers[1])[index / 8] >> (index % 8) & 1;
        break;
      case 'l':
      case 't':
        // Sums may wrap.
        summary->integers = (int64_t)((uint64_t)summary->integers +
                                      (uint64_t)((const int64_t *)array->buffers[1])[index]);
        break;
      case 'g':
        summary->floats += ((const double *)array->buffers[1])[index];
        break;
      default: {
        int64_t byte_count;
        const char *text = format[0] == 'v' ? view_text(array, row, &byte_count)
                                            : offset_text(array, row, &byte_count);
        summary->byte_count += byte_count;
        if (byte_count > summary->longest_byte_count) {
          summary->longest_byte_count = byte_count;
          const size_t shown = byte_count < 40 ? (size_t)byte_count : 40;
          memcpy(summary->longest, text, shown);
          summary->longest[shown] = 0;
        }
      }
    }
  }
}

static void print(const struct ArrowSchema *field, const column_summary *summary) {
  printf("%s %s nulls=%" PRId64, field->name, field->format, summary->null_count);
  switch (field->format[0]) {
    case 'g': printf(" sum=%.6g\n", summary->floats); break;
    case 'v':
    case 'u':
      printf(" bytes=%" PRId64 " longest=%s\n", summary->byte_count, summary->longest);
      break;
    default: printf(" sum=%" PRId64 "\n", summary->integers);
  }
}

int main(int count, char **arguments) {
  if (count < 2) {
    fprintf(stderr, "usage: %s FILE [option=value]...\n", arguments[0]);
    return 2;
  }
  spalt_options *options = spalt_options_new();
  for (int i = 2; i < count; i++) {
    char *equals = strchr(arguments[i], '=');
    if (equals != NULL) *equals = 0;
    if (spalt_options_set(options, arguments[i], equals ? equals + 1 : "true") != SPALT_OK) {
      spalt_options_release(options);
      return fail("option");
    }
  }
  spalt_reader *reader = NULL;
  const int32_t code = spalt_open(arguments[1], options, &reader);
  spalt_options_release(options);
  if (code != SPALT_OK) return fail("open");

  struct ArrowArrayStream stream;
  struct ArrowSchema schema;
  if (spalt_reader_stream(reader, &stream) != SPALT_OK) return fail("stream");
  if (stream.get_schema(&stream, &schema) != 0) return fail("schema");
  column_summary *summaries = calloc((size_t)schema.n_children + 1, sizeof *summaries);

  int64_t row_count = 0, batch_count = 0;
  int status = 0;
  for (;;) {
    struct ArrowArray batch;
    if (stream.get_next(&stream, &batch) != 0) {
      fprintf(stderr, "%s\n", stream.get_last_error(&stream));
      status = 1;
      break;
    }
    // A batch without a release function is the end.
    if (batch.release == NULL) break;
    row_count += batch.length;
    batch_count++;
    for (int64_t i = 0; i < batch.n_children; i++) {
      add(&summaries[i], schema.children[i]->format, batch.children[i]);
    }
    batch.release(&batch);
  }
  for (int64_t i = 0; i < schema.n_children; i++) print(schema.children[i], &summaries[i]);
  printf("%" PRId64 " rows, %" PRId64 " batches\n", row_count, batch_count);

  spalt_statistics statistics = {.size = sizeof statistics};
  if (spalt_reader_statistics(reader, &statistics) != SPALT_OK) return fail("statistics");
  fprintf(stderr, "%" PRId64 " bytes read, %" PRId64 " viewed in place, %" PRId64 " copied\n",
          statistics.byte_count, statistics.viewed_byte_count, statistics.copied_byte_count);

  // In any order.
  spalt_reader_release(reader);
  schema.release(&schema);
  stream.release(&stream);
  free(summaries);
  return status;
}
