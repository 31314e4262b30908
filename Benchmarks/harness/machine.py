"""What the machine is, in words that may be published."""
import os
import platform
import re


def _first(path, prefix):
    try:
        with open(path) as file:
            for line in file:
                if line.startswith(prefix):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return None


def describe():
    model = _first("/proc/cpuinfo", "model name") or platform.machine()
    memory = _first("/proc/meminfo", "MemTotal")
    try:
        with open("/sys/kernel/mm/transparent_hugepage/enabled") as file:
            huge = re.search(r"\[(\w+)\]", file.read()).group(1)
    except (OSError, AttributeError):
        huge = None
    flags = (_first("/proc/cpuinfo", "flags") or "").split()
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "architecture": platform.machine(),
        "vector_extensions": [f for f in ("sse4_2", "avx2", "avx512bw", "avx512_vbmi2") if f in flags],
        "virtual": "hypervisor" in flags,
        "kernel": platform.release().split("-")[0],
        "memory_gib": round(int(memory.split()[0]) / (1 << 20), 1) if memory else None,
        "transparent_huge_pages": huge,
        "load_at_start": round(os.getloadavg()[0], 2),
    }


def default_name(machine):
    words = re.sub(r"\(.*?\)|processor|cpu|@.*|\d+-core", " ", machine["cpu"], flags=re.IGNORECASE)
    slug = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
    return f"{slug or 'machine'}-{machine['cores']}core"
