"""How long a policy takes: to load, to decide at first sight, and to decide again.

``python benchmarks/policy_decide.py [--quick]``. Every number is the best and the median of several rounds.
Goals: an unmodified pack loads in less than 50 ms, a repeated decision takes at most 3 µs.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from _machine import print_machine

from pcishield.core.decision import Context, Principal
from pcishield.masking import Masker
from pcishield.policy import Policy
from pcishield.policy.loading import PACKS, load_pack
from pcishield.statement import analyze
from pcishield.statement.facts import Statement

ROUNDS = 9
SQL = "SELECT o.id, c.city FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id = $1"
CARDS = "SELECT id, card_number, cvv FROM cards WHERE card_number = $1"


def measure(call: Callable[[], object], times: int) -> tuple[float, float]:
    """Return best and median seconds of one call."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(times):
            call()
        rounds.append((time.perf_counter() - start) / times)
    return min(rounds), statistics.median(rounds)


def show(what: str, seconds: tuple[float, float], unit: float, name: str) -> None:
    """Print one line."""
    best, median = (value * unit for value in seconds)
    print(f"{what:<44} {best:9.2f} {median:9.2f} {name}")


def main(quick: bool) -> None:
    """Measure and print."""
    print_machine("pydantic")
    print(f"{'':<44} {'best':>9} {'median':>9}")
    for name in PACKS:
        show(f"load {name}", measure(lambda name=name: Policy(load_pack(name)), 3), 1e3, "ms")  # type: ignore[misc]
    policy, masker = Policy.pack("pci"), Masker()
    for what, sql in (("join of two tables", SQL), ("card column", CARDS)):
        statement = analyze(sql, "postgres")
        decide(policy, what, statement, masker.classify(statement), 100 if quick else 20_000)


def decide(policy: Policy, what: str, statement: Statement, classes: Mapping[str, str], times: int) -> None:
    """Measure decisions about one statement."""
    principal = Principal("ann", "shop-assistant", frozenset({"support"}), level="explicit")

    def context() -> Context:
        return Context(principal, "postgres", "psycopg", "shop", "production", datetime.now(UTC), 1, classes=classes)

    made = context()
    assert policy.decide(statement, made).outcome == "allow"
    show(f"{what}: decide again", measure(lambda: policy.decide(statement, made), times), 1e6, "us")
    show(f"{what}: making a Context", measure(context, times), 1e6, "us")
    show(f"{what}: the same, and decide", measure(lambda: policy.decide(statement, context()), times), 1e6, "us")
    fresh = iter([replace(statement) for _ in range(times // 40 * ROUNDS)])
    show(f"{what}: decide at first sight", measure(lambda: policy.decide(next(fresh), made), times // 40), 1e6, "us")


if __name__ == "__main__":
    main("--quick" in sys.argv[1:])
