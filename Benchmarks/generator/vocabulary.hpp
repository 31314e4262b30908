// Words that all three kinds of log share.
#pragma once

#include "support.hpp"

inline constexpr std::string_view services[] = {
    "checkout", "cart",    "catalog", "search",   "payments", "inventory", "shipping", "auth",   "profile",  "gateway",
    "pricing",  "reviews", "mailer",  "sessions", "billing",  "images",    "orders",   "ledger", "webhooks", "recommend",
};
inline constexpr std::string_view methods[] = {"GET", "GET", "GET", "GET", "GET", "POST", "POST", "PUT", "DELETE", "HEAD"};
inline constexpr std::string_view resources[] = {
    "/api/v1/cart/", "/api/v1/products/",      "/api/v2/search/", "/healthz/", "/api/v1/users/",
    "/static/img/",        "/api/v1/orders/", "/api/v2/payments/",       "/login/",   "/api/v1/reviews/",
};
inline constexpr std::string_view regions[] = {"eu-west-1", "us-east-1", "ap-south-1", "eu-central-1"};
inline constexpr uint16_t successes[] = {200, 200, 200, 200, 200, 200, 200, 201, 204, 206, 301, 302, 304, 304, 400, 401, 404, 404, 429};
inline constexpr uint16_t failures[] = {500, 502, 503, 504};

/// In a message, `#` stands for a number, `@` for eight hexadecimal digits, `$` for a service.
inline constexpr std::string_view messages[] = {
    "request completed by worker # in shard # of pool @",
    "upstream timeout: no answer from $ after # ms, retrying upstream #",
    "connection from peer @ accepted on listener #",
    "cache refreshed for key group $:@ with # entries, # evicted",
    "user session @ renewed for another # seconds by policy $",
    "slow query on replica # took # ms: select of # rows from $",
    "timeout while waiting for upstream $, # attempts left, request @ queued",
    "background job @ finished: # items processed, # skipped, # failed",
    "payload of # bytes validated against schema $/# and forwarded",
    "token @ verified, scope=$ ttl=# issued by node #",
    "rate limit for client @ at # of # requests in this window",
    "feature flag rollout $ evaluated to variant # for cohort @",
    "message @ published to topic $ partition # offset #",
    "circuit breaker for $ is half open, probing with # requests",
    "response body compressed from # to # bytes for client @ before it was sent",
    "configuration revision @ loaded (# keys changed) for $",
};

/// Texts with characters outside ASCII, as they stand in the file.
inline constexpr std::string_view names[] = {
    " for café Zürich", " by José Muñoz", " in 東京都", " für Größe", " для клиента", " from Åsa Öberg", " 数据中心", " by 김민수", " at naïve", " ☕ done",
};

/// A piece of text as it is escaped in JSON, and what it means.
struct Escaped {
    std::string_view encoded, decoded;
};
inline constexpr Escaped escapes[] = {
    {"\\n", "\n"},
    {" \\\"quoted\\\"", " \"quoted\""},
    {" caf\\u00e9", " caf\xC3\xA9"},
    {"\\tat line", "\tat line"},
    {" C:\\\\logs\\\\app", " C:\\logs\\app"},
    {" a\\/b", " a/b"},
    {" \\ud83d\\ude80", " \xF0\x9F\x9A\x80"},
    {" \\u6771\\u4EAC", " \xE6\x9D\xB1\xE4\xBA\xAC"},
    {"\\r\\n", "\r\n"},
    {" \\u0001\\b\\f", " \x01\b\f"},
};

/// Numbers of very different lengths, small ones more often.
inline uint32_t skewed(Random &random) {
    uint64_t r = random.next();
    return static_cast<uint32_t>(((r >> 40) & 0xFFFFFF) >> (r % 20 + 2));
}

inline void message(Random &random, std::string_view pattern, Text &out) {
    for (char c : pattern) {
        if (c == '#') out.number(skewed(random) >> 7);
        else if (c == '@') out.hex(random.next(), 8);
        else if (c == '$') out.put(random.pick(services));
        else out.put(c);
    }
}

inline void path(Random &random, Text &out) {
    out.put(random.pick(resources));
    out.number(random.below(90000) + 1000);
}

inline uint32_t status(Random &random) {
    constexpr uint32_t good = sizeof(successes) / sizeof(successes[0]);
    return random.below(100) == 0 ? failures[random.below(4)] : successes[random.below(good)];
}

/// A level; about one line in a hundred is an error.
inline std::string_view level(Random &random) {
    uint32_t r = random.below(1000);
    return r < 10 ? "ERROR" : r < 60 ? "WARN" : r < 210 ? "DEBUG" : "INFO";
}

/// A decimal number with one to six decimals: prints it, and returns it in millionths.
inline uint64_t decimal(Random &random, Text &out) {
    uint64_t whole = skewed(random) >> 9;
    uint32_t digits = random.below(6) + 1, scale = 1;
    for (uint32_t i = 0; i < digits; i++) scale *= 10;
    uint64_t fraction = random.below(scale);
    out.number(whole), out.put('.'), out.number(fraction, static_cast<int>(digits));
    return whole * 1000000 + fraction * (1000000 / scale);
}

/// True when `text` holds "timeout" and, later, "upstream".
inline bool mentionsTimeoutUpstream(std::string_view text) {
    size_t at = text.find("timeout");
    return at != text.npos && text.find("upstream", at + 7) != text.npos;
}
