// LZ4 files by hand: frames and blocks as they stand in a mapping, and blocks decompressed into one buffer that is used again.
// What the generated inputs do not have is refused: dictionaries, the legacy format, stored blocks in a frame of linked ones.
#pragma once

#define XXH_INLINE_ALL
#include <lz4.h>
#include <xxhash.h>

#include "mapped_input.hpp"

[[noreturn]] inline void refuseInput(const char *what) {
    std::fprintf(stderr, "lz4: %s\n", what);
    std::exit(1);
}

inline uint32_t word(const char *p) {
    uint32_t value;
    std::memcpy(&value, p, sizeof value);
    return value;
}

/// What the head of a frame says.
struct Frame {
    size_t blockCapacity = 0;
    bool linked = false, blockChecksums = false, contentChecksum = false;
};

/// Gives the frames of a file to `reader`: `begin(frame)`, `block(bytes, length, stored)` for each block, `end(checksum)`.
/// The checksum is that of the content, or null.
template <typename Reader> void eachFrame(const char *p, size_t length, Reader &reader) {
    const char *const end = p + length;
    auto need = [&](size_t count) {
        if (static_cast<size_t>(end - p) < count) refuseInput("the file is truncated");
    };
    while (p != end) {
        need(8);
        uint32_t magic = word(p);
        if ((magic & 0xFFFFFFF0) == 0x184D2A50) { // skippable
            size_t skipped = 8 + size_t{word(p + 4)};
            need(skipped);
            p += skipped;
            continue;
        }
        if (magic != 0x184D2204) refuseInput("not a frame");
        auto flags = static_cast<uint8_t>(p[4]), descriptor = static_cast<uint8_t>(p[5]);
        unsigned sizeCode = descriptor >> 4 & 7;
        if (flags >> 6 != 1 || (flags & 1) != 0 || sizeCode < 4) refuseInput("a frame of another kind");
        Frame frame;
        frame.blockCapacity = size_t{1} << (8 + 2 * sizeCode);
        frame.linked = (flags & 0x20) == 0;
        frame.blockChecksums = (flags & 0x10) != 0;
        frame.contentChecksum = (flags & 0x04) != 0;
        size_t head = 7 + ((flags & 0x08) != 0 ? 8 : 0);
        need(head);
        p += head;
        reader.begin(frame);
        for (;;) {
            need(4);
            uint32_t size = word(p);
            p += 4;
            if (size == 0) break;
            size_t count = size & 0x7FFFFFFF;
            need(count + (frame.blockChecksums ? 4 : 0));
            reader.block(p, count, size >> 31 != 0);
            p += count + (frame.blockChecksums ? 4 : 0);
        }
        if (frame.contentChecksum) need(4);
        reader.end(frame.contentChecksum ? p : nullptr);
        if (frame.contentChecksum) p += 4;
    }
}

/// Decompresses blocks. Independent ones all land at the start of the buffer; linked ones go round in it, with 64 KiB behind them kept.
class BlockDecoder {
public:
    /// `ring`: the least size of the buffer for linked blocks. `lead`: room that stays free before the buffer.
    explicit BlockDecoder(size_t ring, size_t lead = 0) : ring_(ring), lead_(lead) {}

    void begin(const Frame &frame) {
        linked_ = frame.linked;
        blockCapacity_ = frame.blockCapacity;
        size_t least = static_cast<size_t>(LZ4_DECODER_RING_BUFFER_SIZE(static_cast<int>(blockCapacity_)));
        size_t wanted = !linked_ ? blockCapacity_ : ring_ > least ? ring_ : least;
        if (wanted > capacity_) {
            capacity_ = wanted;
            memory_.reset(new char[lead_ + capacity_ + Input::padding]);
        }
        used_ = 0;
        LZ4_setStreamDecode(&stream_, nullptr, 0);
    }

    /// Where the next block will land.
    char *place() {
        if (!linked_ || used_ + blockCapacity_ > capacity_) used_ = 0;
        return memory_.get() + lead_ + used_;
    }

    /// Decompresses a block to `place()`; returns its length.
    size_t block(const char *bytes, size_t length, bool stored) {
        char *target = place();
        int count = static_cast<int>(length), room = static_cast<int>(blockCapacity_);
        if (stored) {
            if (linked_ || length > blockCapacity_) refuseInput("a stored block that cannot be read");
            std::memcpy(target, bytes, length);
            return length;
        }
        int made = linked_ ? LZ4_decompress_safe_continue(&stream_, bytes, target, count, room) : LZ4_decompress_safe(bytes, target, count, room);
        if (made < 0) refuseInput("a block is damaged");
        used_ += static_cast<size_t>(made);
        return static_cast<size_t>(made);
    }

private:
    size_t ring_, lead_, capacity_ = 0, blockCapacity_ = 0, used_ = 0;
    bool linked_ = false;
    std::unique_ptr<char[]> memory_;
    LZ4_streamDecode_t stream_;
};

/// The checksum of a frame's content, taken block by block.
class ContentChecksum {
public:
    void begin() { XXH32_reset(&state_, 0); }
    void add(const char *bytes, size_t length) { XXH32_update(&state_, bytes, length); }
    void end(const char *expected) {
        if (expected && XXH32_digest(&state_) != word(expected)) refuseInput("the content's checksum is wrong");
    }

private:
    XXH32_state_t state_;
};
