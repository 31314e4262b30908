// spalt.h: the C interface of Spalt, which reads log files into Arrow record batches.
//
//     spalt_reader *reader = NULL;
//     if (spalt_open("app.log", NULL, &reader) != SPALT_OK) return fail(spalt_last_error()->message);
//     struct ArrowArrayStream stream;
//     if (spalt_reader_stream(reader, &stream) != SPALT_OK) return fail(spalt_last_error()->message);
//     spalt_reader_release(reader);
//     ...   stream.get_next(&stream, &batch) until batch.release is NULL, then stream.release(&stream)
//
// RETURN CODES. A function that can fail returns a `SPALT_` code; anything but SPALT_OK comes with a description, which
// `spalt_last_error` gives to the same thread. A NULL argument where none is allowed is SPALT_USAGE, never a crash.
//
// OWNERSHIP. What a function gives through a pointer to a handle belongs to the caller, who releases it with the function
// of that name. Releasing NULL does nothing. Handles do not depend on each other: they may be released in any order, and
// a stream, a schema or a batch outlives the reader and the plan that it came from. Everything that is passed in
// (texts, options) is copied; it may be changed or freed as soon as the function has returned.
//
// THREADS. Different handles may be used by different threads at once. Of one handle, functions that take it as `const`,
// and those whose comment says so, may be called by several threads at once; the others by one thread at a time, whichever
// it is. Everything may be released on any thread. Reading uses threads of Spalt's own (option `threads`), which end
// with the stream. A process that forks must not use handles of the parent in the child; releasing batches there is safe
// if no other thread was in a function of this library when the process forked.
//
// MEMORY OF BATCHES. Batches are structures of the Arrow C data interface. With `strings=utf8_view`, the default, the data
// buffers of a string column are the file itself, mapped, narrowed to the records of the batch; or, for compressed files
// and those that are read, the memory that they were decompressed or read into. Text that had to be made (decoded
// escapes) lies in further buffers. Each array, children included, keeps what its buffers need; a child
// may be moved out of its parent, as the Arrow specification describes, and outlive it. The file stays mapped as long as
// some string column of it lives, and is unmapped with the last. Of an Arrow file, numbers and times lie in the mapping,
// too, and each column keeps all that the batch uses of it.
//
// FILES THAT CHANGE. A mapped file must not be truncated while arrays that lie in it are in use: touching a page that is
// gone raises SIGBUS, which ends the process. Replacing a file under its name (mv, most log rotation) and appending to it
// are safe. Every batch is checked before it is handed out: what was made of the file until then is right, or the stream
// ends with SPALT_CHANGED. Nobody can check what a consumer reads through a string view later. Where that matters,
// there are three ways:
//   io=read          nothing is mapped: batches never change, whatever becomes of the file. The safe choice; it costs a copy.
//   strings=utf8     strings, and the numbers of Arrow files, are copied out of the mapping, and the file is checked after that,
//                    before a batch is handed out.
//   fault-guard=true installs a handler for SIGBUS in this process, when the reader is opened: pages that are gone read as
//                    zeros. It handles faults in Spalt's own mappings only and passes all others on to the handler that
//                    was there before. Without this option the library installs no signal handler at all.
//
// ENVIRONMENT. No environment variable is read, but TZ and TZDIR where an option names the zone `local`, or a zone at all.
//
// VERSIONS. `SPALT_ABI_VERSION` changes when a program that was compiled with an older header would no longer work.
// Functions, codes, options, and members at the end of structures that begin with their `size` may be added without that.
#ifndef SPALT_H
#define SPALT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: The Arrow C data and C stream interfaces, as their specification gives them for copying

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char *format;
  const char *name;
  const char *metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema **children;
  struct ArrowSchema *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void **buffers;
  struct ArrowArray **children;
  struct ArrowArray *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
  int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
  const char *(*get_last_error)(struct ArrowArrayStream *);
  void (*release)(struct ArrowArrayStream *);
  void *private_data;
};

#endif

// MARK: Version and errors

#define SPALT_ABI_VERSION 1

/// The `SPALT_ABI_VERSION` of the library that is running.
int32_t spalt_abi_version(void);

/// The version of Spalt, such as "0.1.0". Valid for ever.
const char *spalt_version(void);

enum {
  SPALT_OK = 0,
  /// An argument, an option or a schema makes no sense.
  SPALT_USAGE = 1,
  /// A system call failed: `system_code` is its errno.
  SPALT_SYSTEM = 2,
  /// The input cannot be read as asked.
  SPALT_INPUT = 3,
  /// A compressed input is damaged. What comes before the damage was handed out.
  SPALT_DAMAGED = 4,
  /// An input changed while it was read, or since its splits were planned.
  SPALT_CHANGED = 5,
  /// The option `memory` is too small for what was held at once.
  SPALT_MEMORY = 6,
  /// An SQL expression is wrong, or failed for a record.
  SPALT_EXPRESSION = 7,
  /// `spalt_reader_cancel` ended the stream.
  SPALT_CANCELLED = 8,
  /// A byte was copied although `require-zero-copy` forbids it.
  SPALT_COPIED = 9,
  /// A defect of Spalt; please report it.
  SPALT_INTERNAL = 10
};

typedef struct spalt_error {
  /// One of the codes above.
  int32_t code;
  /// With SPALT_SYSTEM, errno; else 0.
  int32_t system_code;
  /// Offset in the file, in bytes, of what is wrong; -1 where there is no such place.
  int64_t offset;
  /// What is wrong, for people: UTF-8, without a line feed at its end. Never NULL.
  const char *message;
  /// The file that is meant; empty when none is. Never NULL.
  const char *path;
} spalt_error;

/// The last failure of a function of this library, or of a stream's function, on this thread. Never NULL; the code is
/// SPALT_OK when there was none. Valid until the next failure on this thread. Long texts are cut after some thousand
/// bytes.
const spalt_error *spalt_last_error(void);

// MARK: Options

/// How inputs are read, and which records are wanted. Options begin with the defaults below.
typedef struct spalt_options spalt_options;

/// New options. Never NULL.
spalt_options *spalt_options_new(void);

/// Releases options. What was opened with them goes on.
void spalt_options_release(spalt_options *options);

/// Sets one option. Names and values are those of the command `spalt`, without the dashes; sizes may have units (64MiB),
/// truth values are `true` and `false`. NULL as value sets the default.
///
///   format             auto (default), ndjson, access, logfmt, text, arrow
///   where              an SQL expression; records for which it is true
///   select             columns, separated by commas; also _file, _line, _offset, _record, _format
///   since, until       a time: 2026-11-20, 14:30, -3h, yesterday, RFC 3339
///   level              records of this level or a more severe one
///   time-column, time-unit, level-column
///   limit              stop after so many records
///   on-error           skip (default), keep, fail: what becomes of a line that is no record
///   schema             path of a schema file that `spalt schema --to json` wrote
///   assume-tz          the zone of times that stand without an offset from UTC
///   max-columns        the most columns that an inferred schema has (default 1000)
///   decode-escapes     decode the escapes in access logs
///   validate           check every record to its end, also those that a filter rules out before
///   threads            decoding threads; as many as there are processors unless given
///   memory             a limit for all memory but the page cache; see below. Default: none
///   max-record         longest record (default 16MiB)
///   io                 auto (default), mmap, read
///   verify             verify the checksums in compressed files (default true)
///   lz4-dictionary     path of the dictionary that LZ4 files were compressed with
///   require-zero-copy  make any byte that is copied between file and batch an error
///   strings            utf8_view (default): strings stay where they are. utf8: they are copied into contiguous buffers
///                      with 32-bit offsets, for consumers without views
///   fault-guard        see FILES THAT CHANGE above (default false)
///
/// Memory: batches that a consumer holds count, so a limit is for consumers that release each batch before they ask for
/// more. When the limit is reached, decoding waits until a batch is released; when the consumer then asks for the next
/// batch and nothing else can be released, the stream fails with SPALT_MEMORY.
int32_t spalt_options_set(spalt_options *options, const char *name, const char *value);

// MARK: Reading

/// An opened input.
typedef struct spalt_reader spalt_reader;

/// Opens a file: finds out its format, fixes its schema, and begins to decode.
///
/// @param path     UTF-8 or any bytes; "-" is standard input.
/// @param options  NULL for the defaults.
/// @param out      the reader; NULL after a failure.
int32_t spalt_open(const char *path, const spalt_options *options, spalt_reader **out);

/// Releases a reader. Its stream goes on; without one, decoding ends.
void spalt_reader_release(spalt_reader *reader);

/// The columns, fixed before the first batch: a structure. The consumer releases the schema.
int32_t spalt_reader_schema(const spalt_reader *reader, struct ArrowSchema *out);

/// The batches, in the order of the file. A reader has one stream; asking for another is SPALT_USAGE. Functions of the
/// stream are called by one thread at a time. They return 0 or an errno value: EINVAL (usage, expressions),
/// ENOMEM (`memory`), ECANCELED, EIO (all else); get_last_error describes it, and so does spalt_last_error on the thread that
/// called. A stream that failed fails again.
int32_t spalt_reader_stream(spalt_reader *reader, struct ArrowArrayStream *out);

/// Ends reading early, from any thread: a call of get_next that waits comes back with ECANCELED, and so do all later ones.
int32_t spalt_reader_cancel(const spalt_reader *reader);

/// What became of the input so far. All counts are of what the batches that were handed out cover.
typedef struct spalt_statistics {
  /// Set by the caller to sizeof(spalt_statistics): a library that knows more members leaves them out, and one that
  /// knows fewer sets the others to 0.
  size_t size;
  /// Bytes of (decompressed) input, and of compressed input as it is stored.
  int64_t byte_count;
  int64_t compressed_byte_count;
  /// Records that were decoded, that a filter ruled out before, lines that are no records, and blank lines.
  int64_t record_count;
  int64_t ruled_out_count;
  int64_t rejected_count;
  int64_t blank_count;
  /// Rows and batches that were handed out.
  int64_t row_count;
  int64_t batch_count;
  /// Bytes that batches view where they lie in the input, those of short strings that lie in their views, and those
  /// that were copied between input and batch, for whatever reason.
  int64_t viewed_byte_count;
  int64_t inlined_byte_count;
  int64_t copied_byte_count;
  /// Bytes copied for strings=utf8.
  int64_t contiguous_byte_count;
  /// Keys without a column, values that do not fit their column: both went into `_extra`.
  int64_t unknown_key_count;
  int64_t misfit_count;
  /// Memory that is reserved now, and the most at once, in bytes.
  int64_t memory_byte_count;
  int64_t memory_high_water_byte_count;
} spalt_statistics;

/// Fills in as much of `out` as its `size` says. May be called by any thread while another one reads.
int32_t spalt_reader_statistics(const spalt_reader *reader, spalt_statistics *out);

/// The same as JSON: an object with the members' names. Writes at most `capacity` bytes, a NUL included, into `text`, which
/// may be NULL with a capacity of 0. Returns the length of the whole text without the NUL; 0 when `reader` is NULL.
size_t spalt_reader_statistics_json(const spalt_reader *reader, char *text, size_t capacity);

// MARK: Splits

/// One file, cut into parts that can be read independently: by several threads, or one after the other.
///
/// A record belongs to the split that its first byte is in, so that all splits together give each record exactly once. All
/// have one schema, which is fixed when the plan is made, and the formats that were found then.
typedef struct spalt_plan spalt_plan;

/// A part of a file.
typedef struct spalt_split {
  /// Set by the caller to sizeof(spalt_split).
  size_t size;
  /// Where the part begins and ends in the file as it is stored, in bytes.
  int64_t start;
  int64_t end;
  /// Size and time of modification, in nanoseconds since 1970, that the file had when it was planned. They are
  /// compared when the split is opened: SPALT_CHANGED if they are others.
  int64_t file_byte_count;
  int64_t file_modification_nanoseconds;
} spalt_split;

/// Plans splits of about `target_byte_count` bytes of the file as it is stored.
///
/// Uncompressed text is cut anywhere, LZ4 between blocks if all of them are independent, an Arrow file between record
/// batches unless `io` is `read`. Everything else (LZ4 with linked blocks, of the legacy format or with a dictionary; gzip,
/// zstd, Arrow streams) is one split. What is not a regular file is SPALT_USAGE. In splits of a file that is cut, `_line` and
/// `_record` cannot be told, nor `_offset` in what is compressed, or Arrow: asking for them is SPALT_USAGE. The checksum of an
/// LZ4 frame's content is not verified, those of blocks are.
int32_t spalt_plan_splits(const char *path, const spalt_options *options, uint64_t target_byte_count,
                          spalt_plan **out);

/// Releases a plan. What was opened with it goes on.
void spalt_plan_release(spalt_plan *plan);

/// Number of splits: 1 at least, 0 when `plan` is NULL.
size_t spalt_plan_split_count(const spalt_plan *plan);

/// The columns that every split has with the plan's options. The consumer releases the schema.
int32_t spalt_plan_schema(const spalt_plan *plan, struct ArrowSchema *out);

/// Where a split lies.
int32_t spalt_plan_split(const spalt_plan *plan, size_t index, spalt_split *out);

/// Opens a split. May be called by several threads at once.
///
/// @param options  NULL for those of the plan. With others, the columns may be others, too.
int32_t spalt_open_split(const spalt_plan *plan, size_t index, const spalt_options *options,
                         spalt_reader **out);

// MARK: Python

/// A destructor for Python capsules that hold a `struct ArrowArrayStream` or `struct ArrowSchema` ("arrow_array_stream",
/// "arrow_schema") in memory of PyMem_RawMalloc: releases the structure, unless a consumer has moved it, and frees the memory.
/// So that Python needs nothing but ctypes, and nothing of Python runs when the interpreter ends. Looks for Python's
/// functions in the process; does nothing when there are none.
void spalt_python_capsule_release(void *capsule);

#ifdef __cplusplus
}
#endif

#endif
