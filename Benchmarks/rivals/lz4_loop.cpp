// How fast liblz4 decompresses a file that is mapped, when nothing is done with the content.
//
//   lz4_loop MODE FILE [--buffer BYTES]
//
//   raw      frames parsed by hand, blocks decompressed by `LZ4_decompress_safe` (linked ones by `…_continue`) into one buffer
//            that is used again; nothing is verified
//   hashed   the same, and each block goes into the content's checksum (XXH32) while it is in the cache
//   frame    `LZ4F_decompress`, which verifies checksums, into one buffer that is used again
//
// `--buffer`: for linked blocks the size of the buffer that they go round in (raw, hashed); the size of the output (frame).

#include <lz4frame.h>

#include "lz4_frames.hpp"

namespace {

struct Loop {
    BlockDecoder decoder;
    ContentChecksum checksum;
    bool hashed;
    uint64_t byteCount = 0;

    void begin(const Frame &frame) {
        decoder.begin(frame);
        checksum.begin();
    }
    void block(const char *bytes, size_t length, bool stored) {
        const char *content = decoder.place();
        size_t count = decoder.block(bytes, length, stored);
        if (hashed) checksum.add(content, count);
        byteCount += count;
    }
    void end(const char *expected) {
        if (hashed) checksum.end(expected);
    }
};

uint64_t decompressFrames(const char *p, size_t length, size_t capacity) {
    std::unique_ptr<char[]> buffer(new char[capacity]);
    LZ4F_dctx *context = nullptr;
    if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION))) refuseInput("no context");
    const char *const end = p + length;
    uint64_t byteCount = 0;
    size_t expected = 0; // 0 behind a frame
    while (p != end || expected != 0) {
        size_t taken = static_cast<size_t>(end - p), made = capacity;
        expected = LZ4F_decompress(context, buffer.get(), &made, p, &taken, nullptr);
        if (LZ4F_isError(expected)) refuseInput(LZ4F_getErrorName(expected));
        p += taken;
        byteCount += made;
        if (taken == 0 && made == 0) refuseInput("the file is truncated");
    }
    LZ4F_freeDecompressionContext(context);
    return byteCount;
}

} // namespace

int main(int argc, char **argv) {
    std::string_view mode = argc > 1 ? argv[1] : "";
    size_t capacity = 0;
    if (argc == 5 && std::string_view(argv[3]) == "--buffer") capacity = std::strtoull(argv[4], nullptr, 10);
    if ((argc != 3 && capacity == 0) || (mode != "raw" && mode != "hashed" && mode != "frame")) {
        std::fputs("usage: lz4_loop raw|hashed|frame FILE [--buffer BYTES]\n", stderr);
        return 2;
    }
    double start = now();
    Input input(argv[2], "mmap");
    uint64_t byteCount = 0;
    input.each([&](const char *bytes, size_t length) {
        if (mode == "frame") {
            byteCount = decompressFrames(bytes, length, capacity ? capacity : 4 << 20);
        } else {
            Loop loop{BlockDecoder(capacity), {}, mode == "hashed"};
            eachFrame(bytes, length, loop);
            byteCount = loop.byteCount;
        }
    });
    std::printf("{\"bytes\": %llu, \"seconds\": %.6f, \"version\": \"%s\"}\n", static_cast<unsigned long long>(byteCount), now() - start,
                LZ4_versionString());
}
