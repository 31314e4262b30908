// Access log in the combined format of Apache and nginx. A dash stands for "no value".
#pragma once

#include "vocabulary.hpp"

class Access {
public:
    static constexpr const char *kind = "access";

    explicit Access(Random &random) : random_(random) {
        truth.fields = {{"ip", "string"},      {"user", "string"},    {"ts", "time"},       {"method", "string"}, {"path", "string"},
                        {"protocol", "string"}, {"status", "integer"}, {"bytes", "integer"}, {"referer", "string"}, {"agent", "string"}};
        truth.counts = {{"status>=500"}, {"lines with escapes"}};
    }

    Truth truth;

    void line(Text &out) {
        static constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        clock_.advance(random_.below(20000) + 1);
        size_t start = out.size();
        address(out);
        truth.fields[0].text(out.view().substr(start));
        out.put(" - ");
        if (random_.below(20) == 0) {
            start = out.size();
            out.put("user"), out.number(random_.below(5000));
            truth.fields[1].text(out.view().substr(start));
        } else {
            out.put('-');
        }
        out.put(" ["), out.number(clock_.dayOfMonth, 2), out.put('/'), out.put(months[clock_.month - 1]), out.put('/');
        out.number(clock_.year), out.put(':'), clock_.time(out), out.put(" +0000] ");
        truth.fields[2].value(clock_.microseconds / 1000000 * 1000000000);

        out.put('"');
        quoted(3, random_.pick(methods), out), out.put(' ');
        start = out.size();
        path(random_, out);
        if (random_.below(4) == 0) out.put("?page="), out.number(random_.below(50)), out.put("&sort=price");
        truth.fields[4].text(out.view().substr(start));
        out.put(' '), quoted(5, random_.below(10) < 7 ? "HTTP/1.1" : "HTTP/2.0", out), out.put("\" ");

        uint32_t code = status(random_);
        truth.fields[6].value(code);
        if (code >= 500) truth.counts[0].value++;
        out.number(code), out.put(' ');
        if (code == 304 || code == 204) {
            out.put('-');
        } else {
            uint32_t size = skewed(random_);
            truth.fields[7].value(size);
            out.number(size);
        }
        out.put(" \"");
        if (random_.below(3) == 0) out.put('-');
        else quoted(8, random_.pick(referers), out);
        out.put("\" \"");
        agent(out);
        out.put('"');
    }

private:
    static constexpr std::string_view referers[] = {
        "https://www.example.com/", "https://shop.example.com/search?q=lamp", "https://news.example.org/2026/03/", "https://example.net/a/b/c.html"};
    static constexpr std::string_view agents[] = {
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:125.0) Gecko/20100101 Firefox/125.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
        "curl/8.5.0",
        "Mozilla/5.0 (compatible; ExampleBot/2.1; +https://bot.example.org/)",
        "python-requests/2.31.0"};

    void quoted(size_t field, std::string_view value, Text &out) {
        truth.fields[field].text(value);
        out.put(value);
    }

    void address(Text &out) {
        if (random_.below(50) == 0) {
            out.put("2001:db8:"), out.hex(random_.below(65535) + 1, 4), out.put("::"), out.hex(random_.below(65535) + 1, 4);
            return;
        }
        uint32_t r = static_cast<uint32_t>(random_.next() >> 32);
        out.number((r >> 24) % 223 + 1), out.put('.'), out.number(r >> 16 & 255), out.put('.');
        out.number(r >> 8 & 255), out.put('.'), out.number(r & 255);
    }

    void agent(Text &out) {
        std::string_view value = random_.pick(agents);
        if (random_.below(100) == 0) { // the server escapes quotes; what they mean is one byte shorter
            out.put("odd \\\"agent\\\" "), out.put(value);
            Text meaning;
            meaning.put("odd \"agent\" "), meaning.put(value);
            truth.fields[9].text(meaning.view());
            truth.counts[1].value++;
        } else {
            quoted(9, value, out);
        }
    }

    Random &random_;
    Clock clock_;
};
