"""What the runs of foreign suites have in common: expected differences, and the comparison of two runs."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

__all__ = ["expected", "report"]


def expected(path: Path) -> list[tuple[re.Pattern[str], str]]:
    """Return the expected differences, patterns of test names with ``*`` for anything, and their reasons."""
    lines = []
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, reason = line.partition(": ")
            if not reason:
                sys.exit(f"{path.name}: no reason given for {name}")
            lines.append((re.compile(re.escape(name).replace(r"\*", ".*")), reason))
    return lines


def report(title: str, raw: dict[str, Any], guarded: dict[str, Any], known: list[tuple[re.Pattern[str], str]]) -> bool:
    """Print a comparison, and return whether it is as it should be.

    Args:
        title: Of the two runs.
        raw: ``passed`` is a list of test names.
        guarded: Likewise; ``counts`` is what :mod:`tests.conformance.counting` says.
        known: The expected differences.
    """
    passed_raw, passed_guarded = set(raw["passed"]), set(guarded["passed"])
    both = passed_raw & passed_guarded
    good = bool(passed_raw)
    share = 100 * len(both) / max(len(passed_raw), 1)
    print(f"{title}: passed raw {len(passed_raw)}, passed guarded {len(both)} ({share:.2f} %)")
    for test in sorted(passed_raw - passed_guarded):
        reason = next((reason for pattern, reason in known if pattern.fullmatch(test)), None)
        print(f"  differs: {test}: {reason or 'NOT EXPECTED'}")
        good = good and reason is not None
    counts = guarded["counts"]
    print(
        f"  statements in the driver {counts['statements']}, not judged {counts['unjudged']}, "
        f"attempts in the log {counts['attempts']}, judged but not in the log {counts['missing']}"
    )
    for name in sorted(name for name in counts if name.startswith("unjudged in")):
        print(f"    {name}: {counts[name]}")
    return good and bool(counts["statements"]) and not counts["unjudged"] and not counts["missing"]
