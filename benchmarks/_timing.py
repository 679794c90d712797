"""Raw and guarded in turn: what the driver benchmarks share."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

__all__ = ["compare", "seconds"]


def seconds(call: Callable[[], Any], repeat: int) -> float:
    """Time ``repeat`` calls; seconds for one."""
    begin = time.perf_counter()
    for _ in range(repeat):
        call()
    return (time.perf_counter() - begin) / repeat


def compare(name: str, raw: Callable[[], Any], guarded: Callable[[], Any], repeat: int, rounds: int) -> None:
    """Take turns, and print median and spread of the rounds' ratios and differences."""
    seconds(raw, repeat), seconds(guarded, repeat)
    ratios, added, plain = [], [], []
    gc.collect()
    for _ in range(rounds):
        one, other = seconds(raw, repeat), seconds(guarded, repeat)
        ratios.append(other / one)
        added.append((other - one) * 1e6)
        plain.append(one * 1e6)
    low, *_, high = statistics.quantiles(ratios, n=10)
    print(
        f"{name:34} {statistics.median(ratios):6.2f} x raw  ({low:.2f} to {high:.2f})   "
        f"raw {statistics.median(plain):9.2f} us, added {statistics.median(added):9.2f} us",
        flush=True,
    )
