// logfmt: key=value, quoted where a value has spaces. 5 % of the lines have other keys.
#pragma once

#include "vocabulary.hpp"

class Logfmt {
public:
    static constexpr const char *kind = "logfmt";

    explicit Logfmt(Random &random) : random_(random) {
        truth.fields = {{"ts", "time"},         {"level", "string"},  {"service", "string"},   {"host", "string"},
                        {"msg", "string"},      {"method", "string"}, {"path", "string"},      {"status", "integer"},
                        {"bytes", "integer"},   {"latency_ms", "micro"}, {"user_id", "integer"}, {"trace_id", "string"},
                        {"region", "string"}};
        truth.counts = {{"status>=500"}, {"service=checkout,level=error"}, {"lines with escapes"}, {"lines of other shapes"}};
    }

    Truth truth;

    void line(Text &out) {
        static constexpr std::string_view levels[] = {"error", "warn", "debug", "info"};
        clock_.advance(random_.below(20000) + 1);
        uint32_t shape = random_.below(100) < 5 ? 1 + random_.below(3) : 0;
        if (shape != 0) truth.counts[3].value++;

        out.put("ts="), clock_.rfc3339(out, "Z");
        truth.fields[0].value(clock_.microseconds * 1000);
        uint32_t r = random_.below(1000), severity = r < 10 ? 0 : r < 60 ? 1 : r < 210 ? 2 : 3;
        text(1, "level", levels[severity], out);
        std::string_view service = random_.pick(services);
        text(2, "service", service, out);
        if (severity == 0 && service == services[0]) truth.counts[1].value++;

        out.put(" host=");
        size_t start = out.size();
        out.put("web-"), out.number(random_.below(120), 3);
        truth.fields[3].text(out.view().substr(start));

        out.put(" msg=\"");
        start = out.size();
        message(random_, random_.pick(messages), out);
        if (random_.below(50) == 0) {
            Text meaning;
            meaning.put(out.view().substr(start)), meaning.put(" \"quoted\"\n");
            out.put(" \\\"quoted\\\"\\n");
            truth.fields[4].text(meaning.view());
            truth.counts[2].value++;
        } else {
            truth.fields[4].text(out.view().substr(start));
        }
        out.put('"');

        text(5, "method", random_.pick(methods), out);
        out.put(" path=");
        start = out.size();
        path(random_, out);
        truth.fields[6].text(out.view().substr(start));

        uint32_t code = status(random_);
        if (code >= 500) truth.counts[0].value++;
        number(7, "status", code, out);
        if (shape != 1) number(8, "bytes", skewed(random_), out);
        out.put(" latency_ms="), truth.fields[9].value(decimal(random_, out));
        if (shape != 2) number(10, "user_id", random_.below(5000000) + 1, out);
        out.put(" trace_id=");
        start = out.size();
        out.hex(random_.next(), 16), out.hex(random_.next(), 16);
        truth.fields[11].text(out.view().substr(start));
        if (shape == 3) text(12, "region", random_.pick(regions), out);
    }

private:
    void text(size_t field, std::string_view name, std::string_view value, Text &out) {
        out.put(' '), out.put(name), out.put('='), out.put(value);
        truth.fields[field].text(value);
    }
    void number(size_t field, std::string_view name, uint64_t value, Text &out) {
        out.put(' '), out.put(name), out.put('='), out.number(value);
        truth.fields[field].value(value);
    }

    Random &random_;
    Clock clock_;
};
