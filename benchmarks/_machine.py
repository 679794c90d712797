"""The line that every benchmark prints first: which machine, which versions.

Scripts are run from anywhere as ``python benchmarks/NAME.py``; they ``from _machine import print_machine``.
"""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["describe", "print_machine"]

ALWAYS = ("pcishield", "sqlglot", "sqlglotc", "orjson", "wrapt")


def describe(*distributions: str) -> str:
    """Return processor, cores, memory, load, system, interpreter and versions, as lines of ``key: value``.

    Args:
        distributions: Distributions that this benchmark measures, e.g. ``psycopg``, ``psycopg-binary``.
    """
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    lines = {
        "cpu": f"{_cpu()}, {_cores()} cores, load {load} before the run",
        "system": f"{platform.system()} {platform.release()} {platform.machine()}, {_memory()}",
        "python": f"{platform.python_implementation()} {platform.python_version()} ({platform.python_compiler()})",
        "versions": ", ".join(f"{name} {_version(name)}" for name in dict.fromkeys((*ALWAYS, *distributions))),
    }
    return "\n".join(f"{key + ':':10}{value}" for key, value in lines.items())


def print_machine(*distributions: str) -> None:
    """Print :func:`describe` and an empty line."""
    print(describe(*distributions), end="\n\n", flush=True)


def _cpu() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or "unknown processor"


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _memory() -> str:
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return "memory unknown"
    return f"{size / 2**30:.0f} GiB"


def _version(name: str) -> str:
    if name == "sqlite3":
        import sqlite3

        return sqlite3.sqlite_version
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    print_machine(*sys.argv[1:])
