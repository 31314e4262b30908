// NDJSON: a dozen fields, one nested object; 2 % of the lines with escapes, 5 % of other shapes.
#pragma once

#include "vocabulary.hpp"

class NDJSON {
public:
    static constexpr const char *kind = "ndjson";

    explicit NDJSON(Random &random) : random_(random) {
        truth.fields = {{"ts", "time"},          {"level", "string"},      {"service", "string"}, {"host", "string"},
                        {"msg", "string"},       {"status", "integer"},    {"bytes", "integer"},  {"latency_ms", "micro"},
                        {"user_id", "integer"},  {"trace_id", "string"},   {"http.method", "string"},
                        {"http.path", "string"}, {"cached", "boolean"},    {"region", "string"},  {"retry", "integer"}};
        truth.counts = {{"status>=500"}, {"service=checkout,level=ERROR"}, {"msg~timeout.*upstream"},
                        {"lines with escapes"}, {"lines with non-ASCII"}, {"lines of other shapes"}};
        for (auto s : services) truth.counts.push_back({"service=" + std::string(s)});
    }

    Truth truth;

    void line(Text &out) {
        clock_.advance(random_.below(20000) + 1);
        shape_ = random_.below(100) < 5 ? static_cast<Shape>(1 + random_.below(otherShapes)) : usual;
        if (shape_ != usual) truth.counts[5].value++;
        buildMessage();
        const bool spaced = shape_ == python;
        static constexpr Key usualOrder[] = {ts, level_, service, host, msg, status_, bytes, latency, user, trace, http, cached};
        static constexpr Key sortedOrder[] = {bytes, cached, host, http, latency, level_, msg, service, status_, trace, ts, user};
        first_ = true;
        out.put('{');
        for (Key key : shape_ == sorted ? sortedOrder : usualOrder) field(key, spaced, out);
        if (shape_ == withRegion) field(region, spaced, out);
        out.put('}');
        if (errorLevel_ && checkout_) truth.counts[1].value++;
    }

private:
    enum Key { ts, level_, service, host, msg, status_, bytes, latency, user, trace, http, cached, region, retry };
    enum Shape { usual, noCached, noUser, withRegion, withRetry, sorted, nullUser, nullLatency, python, otherShapes = python };

    void buildMessage() {
        encoded_.clear();
        decoded_.clear();
        uint32_t which = random_.below(sizeof(messages) / sizeof(messages[0]));
        message(random_, messages[which], encoded_);
        if (mentionsTimeoutUpstream(encoded_.view())) truth.counts[2].value++;
        while (encoded_.size() < 40) encoded_.put(" (at "), encoded_.hex(random_.next(), 8), encoded_.put(')');
        decoded_.put(encoded_.view());
        uint32_t r = random_.below(1000);
        if (r < 20) {
            const Escaped &e = escapes[random_.below(sizeof(escapes) / sizeof(escapes[0]))];
            encoded_.put(e.encoded), decoded_.put(e.decoded);
            encoded_.put(" end"), decoded_.put(" end");
            truth.counts[3].value++;
        } else if (r < 35) {
            std::string_view name = random_.pick(names);
            encoded_.put(name), decoded_.put(name);
            truth.counts[4].value++;
        }
    }

    void key(std::string_view name, bool spaced, Text &out) {
        if (!first_) out.put(spaced ? ", " : ",");
        first_ = false;
        out.put('"'), out.put(name), out.put(spaced ? "\": " : "\":");
    }

    FieldTruth &known(Key key) { return truth.fields[key > http ? key + 1 : key]; } // "http" stands for two fields

    void string(Key key, std::string_view value, Text &out) {
        out.put('"'), out.put(value), out.put('"');
        known(key).text(value);
    }

    void integer(Key key, uint64_t value, Text &out) {
        out.number(value);
        known(key).value(value);
    }

    void field(Key which, bool spaced, Text &out) {
        switch (which) {
        case ts:
            key("ts", spaced, out);
            out.put('"'), clock_.rfc3339(out, spaced ? "+00:00" : "Z"), out.put('"');
            known(ts).value(clock_.microseconds * 1000);
            break;
        case level_: {
            key("level", spaced, out);
            std::string_view value = level(random_);
            errorLevel_ = value == "ERROR";
            string(level_, value, out);
            break;
        }
        case service: {
            key("service", spaced, out);
            uint32_t index = random_.below(sizeof(services) / sizeof(services[0]));
            checkout_ = index == 0;
            truth.counts[6 + index].value++;
            string(service, services[index], out);
            break;
        }
        case host: {
            key("host", spaced, out);
            size_t start = out.size() + 1;
            out.put("\"web-"), out.number(random_.below(120), 3);
            known(host).text(out.view().substr(start));
            out.put('"');
            break;
        }
        case msg:
            key("msg", spaced, out);
            out.put('"'), out.put(encoded_.view()), out.put('"');
            known(msg).text(decoded_.view());
            break;
        case status_: {
            key("status", spaced, out);
            uint32_t value = status(random_);
            if (value >= 500) truth.counts[0].value++;
            integer(status_, value, out);
            if (shape_ == withRetry) key("retry", spaced, out), integer(retry, random_.below(5) + 1, out);
            break;
        }
        case bytes:
            key("bytes", spaced, out);
            integer(bytes, skewed(random_), out);
            break;
        case latency:
            key("latency_ms", spaced, out);
            if (shape_ == nullLatency) out.put("null");
            else known(latency).value(decimal(random_, out));
            break;
        case user:
            if (shape_ == noUser) break;
            key("user_id", spaced, out);
            if (shape_ == nullUser) out.put("null");
            else integer(user, random_.below(5000000) + 1, out);
            break;
        case trace: {
            key("trace_id", spaced, out);
            size_t start = out.size() + 1;
            out.put('"'), out.hex(random_.next(), 16), out.hex(random_.next(), 16);
            known(trace).text(out.view().substr(start));
            out.put('"');
            break;
        }
        case http: {
            key("http", spaced, out);
            out.put('{'), first_ = true;
            key("method", spaced, out);
            string(http, random_.pick(methods), out);
            key("path", spaced, out);
            size_t start = out.size() + 1;
            out.put('"'), path(random_, out);
            truth.fields[http + 1].text(out.view().substr(start));
            out.put("\"}");
            first_ = false;
            break;
        }
        case cached: {
            if (shape_ == noCached) break;
            key("cached", spaced, out);
            bool value = random_.below(4) == 0;
            out.put(value ? "true" : "false");
            known(cached).value(value);
            break;
        }
        case region:
            key("region", spaced, out);
            string(region, random_.pick(regions), out);
            break;
        case retry:
            break; // written behind the status
        }
    }

    Random &random_;
    Clock clock_;
    Text encoded_, decoded_;
    Shape shape_ = usual;
    bool first_ = true, errorLevel_ = false, checkout_ = false;
};
