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
    gc.collect()
    begin = time.perf_counter()
    for _ in range(repeat):
        call()
    return (time.perf_counter() - begin) / repeat


def compare(name: str, raw: Callable[[], Any], guarded: Callable[[], Any], repeat: int, rounds: int) -> None:
    """Take turns, and print median and spread of the rounds' ratios, median times, and the ratio of the quickest.

    Args:
        name: What is measured.
        raw: One call of the raw driver.
        guarded: The same call, guarded.
        repeat: Calls in one round.
        rounds: Rounds of each; who begins alternates.
    """
    seconds(raw, repeat), seconds(guarded, repeat)
    times: dict[Any, list[float]] = {raw: [], guarded: []}
    for n in range(rounds):
        for call in (raw, guarded) if n % 2 else (guarded, raw):
            times[call].append(seconds(call, repeat) * 1e6)
    ratios = [other / one for one, other in zip(times[raw], times[guarded], strict=True)]
    added = statistics.median(other - one for one, other in zip(times[raw], times[guarded], strict=True))
    low, *_, high = statistics.quantiles(ratios, n=10)
    print(
        f"{name:40} {statistics.median(ratios):6.2f} x raw  ({low:.2f} to {high:.2f})   "
        f"raw {statistics.median(times[raw]):10.1f} us, added {added:10.1f} us, "
        f"the quickest {min(times[guarded]) / min(times[raw]):.2f} x",
        flush=True,
    )
