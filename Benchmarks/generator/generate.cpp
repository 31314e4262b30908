// Makes log files of any size, and knows what is in them.
//
//   generate ndjson|access|logfmt --bytes N --out FILE [--truth FILE] [--seed N]
//
// The same seed and size give the same bytes on every machine. The file ends with the first line that reaches N bytes.
// The truth file says what the generator knows without having parsed anything: lines, bytes, and for each field the
// number of values, their sum, and for strings the length and the sum of the bytes after escapes were decoded.

#include "access.hpp"
#include "logfmt.hpp"
#include "ndjson.hpp"

namespace {

struct Options {
    std::string_view kind;
    const char *out = nullptr, *truth = nullptr;
    uint64_t bytes = 0, seed = 1;
};

template <typename Kind> void generate(const Options &options) {
    Random random(options.seed);
    Kind kind(random);
    Output output(options.out);
    Text line;
    uint64_t lines = 0;
    while (output.byteCount() < options.bytes) {
        line.clear();
        kind.line(line);
        output.line(line.view());
        lines++;
    }
    output.close();
    if (options.truth) kind.truth.write(options.truth, Kind::kind, options.seed, lines, output.byteCount());
}

[[noreturn]] void usage() {
    std::fputs("usage: generate ndjson|access|logfmt --bytes N --out FILE [--truth FILE] [--seed N]\n", stderr);
    std::exit(2);
}

} // namespace

int main(int argc, char **argv) {
    Options options;
    if (argc < 2) usage();
    options.kind = argv[1];
    for (int i = 2; i < argc; i += 2) {
        if (i + 1 == argc) usage();
        std::string_view flag = argv[i];
        if (flag == "--bytes") options.bytes = std::strtoull(argv[i + 1], nullptr, 10);
        else if (flag == "--seed") options.seed = std::strtoull(argv[i + 1], nullptr, 10);
        else if (flag == "--out") options.out = argv[i + 1];
        else if (flag == "--truth") options.truth = argv[i + 1];
        else usage();
    }
    if (!options.out || options.bytes == 0) usage();
    if (options.kind == "ndjson") generate<NDJSON>(options);
    else if (options.kind == "access") generate<Access>(options);
    else if (options.kind == "logfmt") generate<Logfmt>(options);
    else usage();
}
