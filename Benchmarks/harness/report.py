"""The table on the terminal, and the files of a result."""
import json
import os

from .cache import STATES
from .measure import BUSY
from .registry import HANDICAPS


def _gbps(value):
    if not value:
        return ""
    return f"{value['median']:.3g} ({value['min']:.3g}–{value['max']:.3g})"


def _met(entry):
    return {True: "met", False: "MISSED"}.get(entry.get("met"), "")


def _busy(entry, rival):
    """Whether one of two processes, each on one core, did not have it."""
    shares = [each.get("processor_share") for each in (entry, rival)]
    return "-j2" not in entry["name"] and any(share and share["median"] < BUSY for share in shares)


def rows(entries):
    """(line, who, GB/s, ratio, owed, verdict) for every figure."""
    for entry in entries:
        if "summary" in entry:
            yield entry["name"], entry["program"], entry["summary"], "", "", _met(entry)
            continue
        if entry.get("gbps"):
            owed = f">= {entry['floor']} GB/s" if "floor" in entry else ""
            ratio = ""
            if "times_of" in entry:
                ratio = f"{entry['times_of']['factor']:.2f} x {entry['times_of']['line']}"
                owed = f">= {entry['times_of']['target']} x"
            yield entry["name"], entry["program"], _gbps(entry["gbps"]), ratio, owed, _met(entry)
        for rival in entry["rivals"]:
            who = f"{rival['rival']} {rival['mode']}"
            if "skipped" in rival:
                yield entry["name"], who, "skipped: " + rival["skipped"], "", "", ""
                continue
            owed = f">= {rival['target']}" if rival["target"] else ""
            yield entry["name"], who, _gbps(rival["gbps"]), _gbps(rival.get("ratio")), owed, _met(rival)
            if "processor_ratio" in rival and _busy(entry, rival):
                yield entry["name"], "  by processor time (the machine was busy)", "", _gbps(rival["processor_ratio"]), "", ""
            if "rss_share" in rival:
                memory = rival["rss_share"]
                yield (entry["name"], "  of its peak memory", f"{memory['ours'] / 2**20:.0f} MiB of {rival['max_rss'] / 2**20:.0f} MiB",
                       f"{memory['share']:.2%}", f"<= {memory['target']:.0%}", _met(memory))
            for name, rate in rival.get("stages", {}).items():
                yield entry["name"], f"  of which {name}", _gbps(rate), "", "", ""
        if "note" in entry:
            yield entry["name"], "note", entry["note"], "", "", ""
        if entry.get("limit_gbps"):
            yield entry["name"], "limit (newlines)", _gbps(entry["limit_gbps"]), "", "", ""
        if entry.get("together"):
            yield entry["name"], "limit (a process per core)", "", _gbps(entry["together"]), "", ""


def _variant(rival):
    found = rival.get("found")
    wrong = found and found["rows"] != found["of"]
    return rival["variant"] + (f" (found {found['rows']} of {found['of']})" if wrong else "")


HEADER = ("line", "who", "GB/s: median (min–max)", "ours: times as fast as the rival", "owed", "")


def table(entries):
    cells = [HEADER, *rows(entries)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(HEADER))]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip() for row in cells)


def _markdown_table(header, lines):
    yield "| " + " | ".join(header) + " |"
    yield "|" + "---|" * len(header)
    for line in lines:
        yield "| " + " | ".join(line) + " |"


def summary(result):
    machine, options = result["machine"], result["options"]
    text = [f"# Benchmarks, {result['date']}, {result['machine_name']}", ""]
    text.append(f"{machine['cpu']}, {machine['cores']} cores{', virtual' if machine['virtual'] else ''}, "
                f"{machine['memory_gib']} GiB, Linux {machine['kernel']}, huge pages: {machine['transparent_huge_pages']}, "
                f"load at start {machine['load_at_start']}.")
    text.append(f"Page cache: **{options['cache']}**, {STATES[options['cache']]}. "
                f"Every command on core {options['cpu']}, those with `-j2` on two; {options['runs']} runs in turn: limit, spalt, rival.")
    if result["errors"]:
        text += ["", "**Wrong answers:**", ""] + [f"- {error}" for error in result["errors"]]
    else:
        text.append("Every answer was checked and right.")
    text += ["", *_markdown_table(HEADER, rows(result["lines"])), ""]

    shares = [(e["name"], e["processor_share"]) for e in result["lines"] if e.get("processor_share")]
    shares += [(f"{e['name']}, {r['rival']} {r['mode']}", r["processor_share"]) for e in result["lines"] for r in e["rivals"]
               if r.get("processor_share") and r["processor_share"]["median"] < BUSY]
    text.append("Share of a core that spalt had, and rivals that had less than they should (less than 90 % on one core: the machine was busy): "
                + "; ".join(f"{name} {share['median']:.0%}" for name, share in shares) + "." if shares else "")
    text += ["", "## Rivals in detail", ""]
    text += _markdown_table(("rival", "fastest variant", "GB/s inside the process", "time compared", "peak RSS, MiB"), (
        (f"{r['rival']} {r['mode']}", _variant(r), _gbps(r["inside_gbps"]), r["time"], f"{r['max_rss'] / 2**20:.0f}")
        for entry in result["lines"] for r in entry["rivals"] if "skipped" not in r))
    if result["trials"]:
        text += ["", "Trial runs that chose the variant (GB/s, whole process, best of two):", ""]
        for name, rates in result["trials"].items():
            text.append(f"- {name}: " + "; ".join(f"{label} {rate:.2f}" for label, rate in sorted(rates.items(), key=lambda r: -r[1])))

    text += ["", "## Commands", ""]
    for entry in result["lines"]:
        if "command" in entry:
            text.append(f"- {entry['name']}: `{entry['command']}`")
        text += [f"  - {r['rival']} {r['mode']}: `{r['command']}`" for r in entry["rivals"] if "command" in r]

    text += ["", "## Inputs and versions", ""]
    text += _markdown_table(("input", "SHA-256", "resident when measured"), (
        (name, digest + "…", "?" if result["residency"].get(name) is None else f"{result['residency'][name]:.0%}")
        for name, digest in result["inputs"].items()))
    text += ["", ", ".join(f"{name} {version}" for name, version in result["versions"].items()) + "."]

    text += ["", "## Handicaps", "", "What rivals were excused from, and where a comparison is not between equals:", ""]
    text += [f"- {item}" for item in HANDICAPS]
    slow = [row for row in rows(result["lines"]) if row[-1] == "MISSED"]
    text += ["", "## Where we are slow", ""]
    text += [f"- {name}, {who}: {value} {ratio} (owed {owed or 'less'})" for name, who, value, ratio, owed, _ in slow] or ["No figure was missed."]
    return "\n".join(text) + "\n"


def write(folder, result):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "results.json"), "w") as file:
        json.dump(result, file, indent=1, ensure_ascii=False)
        file.write("\n")
    with open(os.path.join(folder, "summary.md"), "w") as file:
        file.write(summary(result))
