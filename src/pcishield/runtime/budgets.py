"""Budgets over a window of time: what statements have used up, counted on what was really handed out.

Counters live in this process and are shared by all sessions of a shield. A window slides in sixtieths of its
length, so a budget comes back little by little and never earlier than it should.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from threading import Lock
from typing import Any, Protocol

from pcishield.core.decision import Decision, Principal

__all__ = ["AMOUNTS", "BudgetLike", "Meter", "Usage", "budgeted", "size_of"]

AMOUNTS = ("rows", "bytes", "masked_cells", "statements")
_PARTS = 60


class BudgetLike(Protocol):
    """What the runtime needs of a policy's budget; see ``pcishield.policy.limits.Budget``."""

    id: str
    window_seconds: int | None
    rows: int | None
    bytes: int | None
    masked_cells: int | None
    statements: int | None
    classified_predicates: int | None
    on_exceeded: str
    reason: str
    hint: str

    def key(self, principal: Principal, session: str) -> tuple[str, ...]:
        """Return what to count under."""
        ...


class _Window:
    """Totals of the amounts within one window."""

    __slots__ = ("parts", "predicates", "totals", "width")

    def __init__(self, seconds: int | None) -> None:
        self.width = None if seconds is None else max(seconds * 1_000_000_000 // _PARTS, 1)
        self.parts: deque[tuple[int, list[int]]] = deque()
        self.totals = [0] * len(AMOUNTS)
        self.predicates: dict[str, int] = {}

    def at(self, now_ns: int) -> int:
        """Forget what has left the window; return the current part."""
        if self.width is None:
            return 0
        part = now_ns // self.width
        while self.parts and self.parts[0][0] <= part - _PARTS:
            _, gone = self.parts.popleft()
            self.totals = [total - amount for total, amount in zip(self.totals, gone, strict=True)]
        if self.predicates and min(self.predicates.values()) <= part - _PARTS:
            self.predicates = {name: seen for name, seen in self.predicates.items() if seen > part - _PARTS}
        return part

    def add(self, part: int, amounts: Sequence[int]) -> None:
        if not self.parts or self.parts[-1][0] != part:
            self.parts.append((part, [0] * len(AMOUNTS)))
        current = self.parts[-1][1]
        for index, amount in enumerate(amounts):
            current[index] += amount
            self.totals[index] += amount


class Usage:
    """The counters of one shield. Thread-safe.

    Args:
        now_ns: Monotonic clock, nanoseconds.
    """

    def __init__(self, now_ns: Callable[[], int]) -> None:
        self._now_ns = now_ns
        self._lock = Lock()
        self._windows: dict[tuple[str, ...], _Window] = {}

    def meter(self, budgets: Iterable[BudgetLike], principal: Principal, session: str) -> Meter:
        """Return the counters that one principal's statements in one session count against."""
        return Meter(self, tuple((budget, budget.key(principal, session)) for budget in budgets))

    def forget(self, session: str) -> None:
        """Drop the counters of a session that is over."""
        with self._lock:
            for key in [key for key in self._windows if len(key) == 2 and key[1] == session]:
                del self._windows[key]

    def _left(self, budget: BudgetLike, key: tuple[str, ...], amount: str) -> int | None:
        limit: int | None = getattr(budget, amount)
        if limit is None:
            return None
        with self._lock:
            window = self._window(budget, key)
            window.at(self._now_ns())
            return limit - window.totals[AMOUNTS.index(amount)]

    def _add(self, budget: BudgetLike, key: tuple[str, ...], amounts: Sequence[int], predicate: str | None) -> None:
        with self._lock:
            window = self._window(budget, key)
            part = window.at(self._now_ns())
            window.add(part, amounts)
            if predicate is not None:
                window.predicates[predicate] = part

    def _predicates_left(self, budget: BudgetLike, key: tuple[str, ...], predicate: str) -> int | None:
        limit = budget.classified_predicates
        if limit is None:
            return None
        with self._lock:
            window = self._window(budget, key)
            window.at(self._now_ns())
            # One that was counted already costs nothing more.
            return 1 if predicate in window.predicates else limit - len(window.predicates)

    def _window(self, budget: BudgetLike, key: tuple[str, ...]) -> _Window:
        window = self._windows.get(key)
        if window is None:
            window = self._windows[key] = _Window(budget.window_seconds)
        return window


class Meter:
    """The budgets of one principal in one session."""

    __slots__ = ("_budgets", "_usage", "weighs")

    def __init__(self, usage: Usage, budgets: tuple[tuple[BudgetLike, tuple[str, ...]], ...]) -> None:
        self._usage = usage
        self._budgets = budgets
        self.weighs = any(budget.bytes is not None for budget, _ in budgets)

    def __bool__(self) -> bool:
        return bool(self._budgets)

    def exhausted(self, predicate: str | None) -> tuple[BudgetLike, str] | None:
        """Return the first budget that allows no further statement, and the amount that is used up.

        Args:
            predicate: Fingerprint of the statement when it filters by a classified column.
        """
        for budget, key in self._budgets:
            for amount in AMOUNTS:
                left = self._usage._left(budget, key, amount)
                if left is not None and left <= 0:
                    return budget, amount
            if predicate is not None:
                left = self._usage._predicates_left(budget, key, predicate)
                if left is not None and left <= 0:
                    return budget, "classified_predicates"
        return None

    def left(self, amount: str) -> tuple[int, BudgetLike] | None:
        """Return how much of an amount is left in the tightest budget, ``None`` when it is not limited."""
        lefts = [
            (left, index)
            for index, (budget, key) in enumerate(self._budgets)
            if (left := self._usage._left(budget, key, amount)) is not None
        ]
        if not lefts:
            return None
        left, index = min(lefts)
        return max(left, 0), self._budgets[index][0]

    def add(
        self, *, rows: int = 0, bytes: int = 0, masked_cells: int = 0, statements: int = 0, predicate: str | None = None
    ) -> None:
        """Count."""
        for budget, key in self._budgets:
            self._usage._add(budget, key, (rows, bytes, masked_cells, statements), predicate)


def size_of(rows: Iterable[tuple[Any, ...]]) -> int:
    """Return the bytes of rows as limits count them: UTF-8 of text, length of bytes, eight for anything else."""
    total = 0
    for row in rows:
        for value in row:
            if value.__class__ is str:
                total += len(value) if value.isascii() else len(value.encode("utf-8", "surrogatepass"))
            elif isinstance(value, bytes | bytearray | memoryview):
                total += len(value)
            elif value is not None:
                total += len(str(value)) if isinstance(value, list | dict | tuple | set) else 8
    return total


def budgeted(decision: Decision, meter: Meter, predicate: str | None) -> Decision:
    """Return ``decision``, or what a used-up budget makes of it: a denial, or the need for an approval."""
    hit = meter.exhausted(predicate)
    if hit is None:
        return decision
    budget, amount = hit
    asks = budget.on_exceeded == "require_approval"
    return replace(
        decision,
        outcome="require_approval" if asks else "deny",
        rule=f"budget.{budget.id}",
        code="limit",
        reason=budget.reason or f"the budget {budget.id} is used up ({amount})",
        hint=budget.hint or "Ask for less, or wait until the budget comes back.",
    )
