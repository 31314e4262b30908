// Timestamps as the C++ rivals read them: RFC 3339, and that of access logs.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

inline int twoDigits(const char *p) { return (p[0] - '0') * 10 + (p[1] - '0'); }

/// Whether `text` has a digit wherever `form` has a `d`, any letter where it has an `a`, and is equal elsewhere.
inline bool hasForm(const char *text, std::string_view form) {
    for (size_t i = 0; i < form.size(); i++) {
        auto c = static_cast<unsigned char>(text[i]);
        if (form[i] == 'd' ? c - unsigned{'0'} > 9 : form[i] == 'a' ? (c | 32) - unsigned{'a'} > 25 : text[i] != form[i]) return false;
    }
    return true;
}

/// Days from 1970-01-01 to a civil date, counted in eras of 400 years that begin in March.
inline int64_t daysSince1970(int year, int month, int day) {
    int y = month <= 2 ? year - 1 : year, era = y / 400, yearOfEra = y - era * 400;
    int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097LL + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468;
}

/// RFC 3339 to nanoseconds since 1970. Remembers the minute, because neighbouring lines share it.
class TimeParser {
public:
    /// False when `text` is not a timestamp.
    bool parse(std::string_view text, int64_t &nanoseconds) {
        const char *p = text.data();
        const char *end = p + text.size();
        if (text.size() < 20) return false;
        if (std::memcmp(p, minute_, 16) != 0 && !setMinute(p)) return false;
        unsigned tens = static_cast<unsigned>(p[17] - '0'), ones = static_cast<unsigned>(p[18] - '0');
        if (p[16] != ':' || tens > 6 || ones > 9) return false;
        int64_t value = (minuteSeconds_ + tens * 10 + ones) * 1000000000;
        p += 19;
        if (*p == '.') {
            static constexpr int64_t scale[] = {1000000000, 100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1};
            int64_t fraction = 0;
            const char *first = ++p;
            while (p != end && static_cast<unsigned>(*p - '0') <= 9) fraction = fraction * 10 + (*p++ - '0');
            if (p == first || p - first > 9) return false;
            value += fraction * scale[p - first];
        }
        if (p == end) return false;
        if (*p != 'Z') {
            if (end - p != 6 || (*p != '+' && *p != '-') || p[3] != ':') return false;
            int64_t offset = (twoDigits(p + 1) * 60 + twoDigits(p + 4)) * 60000000000;
            value += *p == '+' ? -offset : offset;
            p += 5;
        }
        nanoseconds = value;
        return p + 1 == end;
    }

private:
    bool setMinute(const char *p) {
        if (!hasForm(p, "dddd-dd-ddTdd:dd")) return false;
        int year = twoDigits(p) * 100 + twoDigits(p + 2), month = twoDigits(p + 5), day = twoDigits(p + 8), hour = twoDigits(p + 11), minute = twoDigits(p + 14);
        if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59) return false;
        minuteSeconds_ = daysSince1970(year, month, day) * 86400 + hour * 3600 + minute * 60;
        std::memcpy(minute_, p, 16);
        return true;
    }

    char minute_[16] = {};
    int64_t minuteSeconds_ = 0;
};

/// The time of an access log, `01/Mar/2026:00:00:00 +0000`, to nanoseconds since 1970. Remembers the second, because neighbouring
/// lines share it.
class AccessTimeParser {
public:
    static constexpr size_t length = 26;

    /// False when the 26 bytes at `p` are not a timestamp.
    bool parse(const char *p, int64_t &nanoseconds) {
        if (std::memcmp(p, second_, length) != 0 && !setSecond(p)) return false;
        nanoseconds = nanoseconds_;
        return true;
    }

private:
    static int monthOf(const char *p) {
        static constexpr char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
        for (int i = 0; i < 12; i++)
            if (std::memcmp(p, names + 3 * i, 3) == 0) return i + 1;
        return 0;
    }

    bool setSecond(const char *p) {
        if (!hasForm(p, "dd/aaa/dddd:dd:dd:dd ") || (p[21] != '+' && p[21] != '-') || !hasForm(p + 22, "dddd")) return false;
        int day = twoDigits(p), month = monthOf(p + 3), year = twoDigits(p + 7) * 100 + twoDigits(p + 9);
        int hour = twoDigits(p + 12), minute = twoDigits(p + 15), second = twoDigits(p + 18);
        if (month == 0 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60) return false;
        int64_t zone = (twoDigits(p + 22) * 60 + twoDigits(p + 24)) * 60;
        int64_t seconds = daysSince1970(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
        nanoseconds_ = (seconds - (p[21] == '+' ? zone : -zone)) * 1000000000;
        std::memcpy(second_, p, length);
        return true;
    }

    char second_[length] = {};
    int64_t nanoseconds_ = 0;
};
