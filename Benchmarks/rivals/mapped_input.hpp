// How the rivals get at a file: mapped whole (with zero bytes behind its end), or read piece by piece.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

inline double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

[[noreturn]] inline void die(const char *what) {
    std::perror(what);
    std::exit(2);
}

/// A file, given to a function either as one mapping or in pieces that end with a line feed.
class Input {
public:
    static constexpr size_t padding = 64;
    static constexpr size_t pieceSize = 1 << 20;

    double loadSeconds = 0; // open, map, populate or read; not the faults of a lazy mapping

    Input(const char *path, std::string_view io) : io_(io) {
        double start = now();
        descriptor_ = ::open(path, O_RDONLY);
        struct stat info;
        if (descriptor_ < 0 || ::fstat(descriptor_, &info) != 0) die(path);
        size_ = static_cast<size_t>(info.st_size);
        loadSeconds += now() - start;
    }

    size_t byteCount() const { return size_; }

    template <typename Body> void each(Body &&body) {
        if (io_ == "read") readPieces(body);
        else map(body);
    }

private:
    /// The mapping is laid over anonymous memory that is larger, so that reads behind the last byte are harmless.
    template <typename Body> void map(Body &&body) {
        double start = now();
        void *base = ::mmap(nullptr, size_ + 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (base == MAP_FAILED) die("mmap");
        int flags = MAP_PRIVATE | MAP_FIXED | (io_ == "populate" ? MAP_POPULATE : 0);
        if (size_ != 0 && ::mmap(base, size_, PROT_READ, flags, descriptor_, 0) == MAP_FAILED) die("mmap");
        loadSeconds += now() - start;
        body(static_cast<const char *>(base), size_);
    }

    template <typename Body> void readPieces(Body &&body) {
        size_t capacity = 2 * pieceSize, used = 0;
        std::unique_ptr<char[]> buffer(new char[capacity + padding]());
        for (;;) {
            double start = now();
            ssize_t got = ::read(descriptor_, buffer.get() + used, pieceSize);
            loadSeconds += now() - start;
            if (got < 0) die("read");
            used += static_cast<size_t>(got);
            if (got == 0) {
                if (used != 0) body(buffer.get(), used);
                return;
            }
            auto *last = static_cast<const char *>(::memrchr(buffer.get(), '\n', used));
            size_t whole = last ? static_cast<size_t>(last + 1 - buffer.get()) : 0;
            if (whole != 0) body(buffer.get(), whole);
            used -= whole;
            if (used > capacity - pieceSize) die("line too long");
            std::memmove(buffer.get(), buffer.get() + whole, used);
        }
    }

    std::string_view io_;
    int descriptor_ = -1;
    size_t size_ = 0;
};
