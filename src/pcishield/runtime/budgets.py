"""Budgets over a window of time: what statements have used up, counted on what was really handed out.

Counters live in this process and are shared by all sessions of a shield; those that are not of one session live in
a store where one is configured, and are shared by all processes that use it. A window slides in sixtieths of its
length, so a budget comes back little by little and never earlier than it should.

Counting and reading is one step: who passes a limit learns it from what was just counted, so several that count at
the same time cannot pass it together. A store that does not answer is a budget that is used up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from secrets import token_hex
from threading import Lock
from typing import Any, Protocol

from pcishield.approval import binding_digest
from pcishield.core.decision import Decision, Outcome, Principal
from pcishield.runtime.parameters import Unbindable, canonical

__all__ = [
    "AMOUNTS",
    "PARTS",
    "BudgetLike",
    "Counters",
    "Meter",
    "Totals",
    "Usage",
    "UsageUnavailable",
    "budgeted",
    "limited",
    "predicates_of",
    "size_of",
]

AMOUNTS = ("rows", "bytes", "masked_cells", "statements")
PARTS = 60
_NOTHING = (0,) * len(AMOUNTS)


class UsageUnavailable(Exception):
    """The store of the counters does not answer."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What has been used up within a window.

    Attributes:
        amounts: In the order of ``AMOUNTS``.
        predicates: How many different ones.
        known: Whether the predicate that was asked for was among them before.
    """

    amounts: tuple[int, ...]
    predicates: int = 0
    known: bool = False


class Counters(Protocol):
    """Where usage is counted. Thread-safe."""

    def count(
        self, key: tuple[str, ...], window_seconds: int | None, amounts: Sequence[int], predicate: str | None, add: bool
    ) -> Totals:
        """Count, and return the totals after that, in one step.

        Args:
            key: What to count under.
            window_seconds: Length of the sliding window; ``None`` for ever.
            amounts: To add, in the order of ``AMOUNTS``; zeros to read.
            predicate: What to look for, see :func:`predicates_of`.
            add: Whether the predicate counts from now on.

        Raises:
            UsageUnavailable: The counters cannot be reached.
        """
        ...

    def close(self) -> None:
        """Let go of connections; counting opens them again."""
        ...


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
        self.width = None if seconds is None else max(seconds * 1_000_000_000 // PARTS, 1)
        self.parts: deque[tuple[int, list[int]]] = deque()
        self.totals = [0] * len(AMOUNTS)
        self.predicates: dict[str, int] = {}

    def at(self, now_ns: int) -> int:
        """Forget what has left the window; return the current part."""
        if self.width is None:
            return 0
        part = now_ns // self.width
        while self.parts and self.parts[0][0] <= part - PARTS:
            _, gone = self.parts.popleft()
            self.totals = [total - amount for total, amount in zip(self.totals, gone, strict=True)]
        if self.predicates and min(self.predicates.values()) <= part - PARTS:
            self.predicates = {name: seen for name, seen in self.predicates.items() if seen > part - PARTS}
        return part

    def add(self, part: int, amounts: Sequence[int]) -> None:
        if not self.parts or self.parts[-1][0] != part:
            self.parts.append((part, [0] * len(AMOUNTS)))
        current = self.parts[-1][1]
        for index, amount in enumerate(amounts):
            current[index] += amount
            self.totals[index] += amount


class _LocalCounters:
    """The counters of this process."""

    def __init__(self, now_ns: Callable[[], int]) -> None:
        self._now_ns = now_ns
        self._lock = Lock()
        self._windows: dict[tuple[str, ...], _Window] = {}

    def count(
        self, key: tuple[str, ...], window_seconds: int | None, amounts: Sequence[int], predicate: str | None, add: bool
    ) -> Totals:
        """See :class:`Counters`."""
        with self._lock:
            window = self._windows.get(key)
            if window is None:
                window = self._windows[key] = _Window(window_seconds)
            part = window.at(self._now_ns())
            if any(amounts):
                window.add(part, amounts)
            known = predicate is not None and predicate in window.predicates
            if add and predicate is not None:
                window.predicates[predicate] = part
            return Totals(tuple(window.totals), len(window.predicates), known)

    def close(self) -> None:
        """Do nothing."""

    def forget(self, session: str) -> None:
        """Drop the counters of a session that is over."""
        with self._lock:
            for key in [key for key in self._windows if len(key) == 2 and key[1] == session]:
                del self._windows[key]


class Usage:
    """The counters of one shield. Thread-safe.

    Args:
        now_ns: Monotonic clock, nanoseconds.
        shared: Where what is not of one session is counted; default here.
    """

    def __init__(self, now_ns: Callable[[], int], shared: Counters | None = None) -> None:
        self._local = _LocalCounters(now_ns)
        self._shared: Counters = shared or self._local

    def meter(self, budgets: Iterable[BudgetLike], principal: Principal, session: str) -> Meter:
        """Return the counters that one principal's statements in one session count against."""
        found = []
        for budget in budgets:
            counters = self._local if getattr(budget, "scope", "session") == "session" else self._shared
            found.append((budget, budget.key(principal, session), counters))
        return Meter(tuple(found))

    def forget(self, session: str) -> None:
        """Drop the counters of a session that is over."""
        self._local.forget(session)

    def close(self) -> None:
        """Let go of the store's connections."""
        self._shared.close()


class Meter:
    """The budgets of one principal in one session. Every method raises ``UsageUnavailable`` as the counters do."""

    __slots__ = ("_budgets", "weighs")

    def __init__(self, budgets: tuple[tuple[BudgetLike, tuple[str, ...], Counters], ...]) -> None:
        self._budgets = budgets
        self.weighs = any(budget.bytes is not None for budget, _, _ in budgets)

    def __bool__(self) -> bool:
        return bool(self._budgets)

    def exhausted(self, predicate: str | None, statements: int = 1) -> tuple[BudgetLike, str] | None:
        """Return the budget that allows no further statement, and the amount that is used up.

        Of several the first that refuses; one that only asks must not hide it.

        Args:
            predicate: One of what the statement asks about classified columns.
            statements: How many times the statement is to run.
        """
        asks: tuple[BudgetLike, str] | None = None
        for budget, key, counters in self._budgets:
            totals = counters.count(key, budget.window_seconds, _NOTHING, predicate, False)
            hits: list[str] = []
            for amount, used in zip(AMOUNTS, totals.amounts, strict=True):
                limit: int | None = getattr(budget, amount)
                if limit is not None and used + (statements if amount == "statements" else 1) > limit:
                    hits.append(amount)
            # A predicate that was counted already costs nothing more.
            limit = budget.classified_predicates
            if predicate is not None and limit is not None and not totals.known and totals.predicates >= limit:
                hits.append("classified_predicates")
            if hits and not _asks(budget):
                return budget, hits[0]
            if hits:
                asks = asks or (budget, hits[0])
        return asks

    def left(self, amount: str) -> tuple[int, BudgetLike] | None:
        """Return how much of an amount is left in the tightest budget, ``None`` when it is not limited."""
        index = AMOUNTS.index(amount)
        lefts = [
            (limit - counters.count(key, budget.window_seconds, _NOTHING, None, False).amounts[index], number)
            for number, (budget, key, counters) in enumerate(self._budgets)
            if (limit := getattr(budget, amount)) is not None
        ]
        if not lefts:
            return None
        left, number = min(lefts)
        return max(left, 0), self._budgets[number][0]

    def add(
        self, *, rows: int = 0, bytes: int = 0, masked_cells: int = 0, statements: int = 0, predicate: str | None = None
    ) -> tuple[BudgetLike, str, int] | None:
        """Count.

        Returns:
            The budget that this passed, in what amount and by how much; ``None`` when all hold. Of several the
            one that leaves least: one that refuses, an amount of which nothing can be given back, most too many.
            What was counted stays counted.
        """
        amounts = (rows, bytes, masked_cells, statements)
        passed: list[tuple[BudgetLike, str, int]] = []
        for budget, key, counters in self._budgets:
            totals = counters.count(key, budget.window_seconds, amounts, predicate, predicate is not None)
            for amount, added, used in zip(AMOUNTS, amounts, totals.amounts, strict=True):
                limit: int | None = getattr(budget, amount)
                if added and limit is not None and used > limit:
                    passed.append((budget, amount, used - limit))
            limit = budget.classified_predicates
            if limit is not None and not totals.known and totals.predicates > limit and predicate:
                passed.append((budget, "classified_predicates", totals.predicates - limit))
        return max(passed, key=lambda one: (not _asks(one[0]), one[1] != "rows", one[2]), default=None)


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


def predicates_of(known: Any, sql: str, parameters: Any, many: bool, secret: bytes) -> tuple[str, ...]:
    """Return what a statement asks about classified columns, as it counts for budgets.

    A card number can be found by asking: about 23 times with LIKE, at most a thousand times with ``=`` where eight and
    four digits are shown. So of these each value counts, of other classes each statement.

    Args:
        known: The statement's :class:`~pcishield.runtime.known.KnownStatement`.
        sql: Its text; literals in it are values.
        parameters: As the driver received them.
        many: Whether they are sets of parameters.
        secret: Key of the digest, which may leave the process.
    """
    if not known.filters_classified:
        return ()
    if not known.filters_numbers:
        return (known.statement.fingerprint,)
    found = {}
    for values in (parameters or ()) if many else (parameters,):
        try:
            text = canonical(values)
        except Unbindable:
            text = token_hex(16)  # cannot be told from another: it is one more
        found[binding_digest(secret, (sql, text))] = True
    return tuple(found)


def budgeted(decision: Decision, meter: Meter, predicates: Sequence[str], statements: int = 1) -> Decision:
    """Count a statement; return ``decision``, or what a used-up budget makes of it: a denial, or asking first.

    Args:
        decision: Not a denial.
        meter: What the statement counts against.
        predicates: What :func:`predicates_of` says of it.
        statements: How many times it runs.
    """
    try:
        for number, predicate in enumerate(predicates or (None,)):
            runs = 0 if number else statements
            hit = meter.exhausted(predicate, runs)
            if hit is not None:
                decision = _used_up(decision, *hit)
            if decision.outcome == "deny":
                break
            passed = meter.add(statements=runs, predicate=predicate)
            if passed is not None and (hit is None or not _asks(passed[0])):
                return _used_up(decision, passed[0], passed[1])
        return decision
    except UsageUnavailable as error:
        return limited(
            decision,
            rule="budget",
            reason=f"the budgets' store does not answer ({error}), so what was used up is not known",
            hint="Try again later; tell whoever runs pcishield that budgets.store is away.",
        )


def limited(decision: Decision, *, rule: str, reason: str, hint: str, outcome: Outcome = "deny") -> Decision:
    """Return what a limit makes of ``decision``: ``outcome``, or in observe mode a note of it.

    A policy's rule that answers itself answers for itself only: what a limit asks is a human's to answer.
    """
    if decision.limits.on_exceeded == "observe":
        return replace(decision, code="observe", rule=rule, reason=reason, hint=hint, observed=outcome)
    return replace(decision, outcome=outcome, rule=rule, code="limit", reason=reason, hint=hint, auto="")


def _used_up(decision: Decision, budget: BudgetLike, amount: str) -> Decision:
    return limited(
        decision,
        outcome="require_approval" if _asks(budget) else "deny",
        rule=f"budget.{budget.id}",
        reason=budget.reason or f"the budget {budget.id} is used up ({amount})",
        hint=budget.hint or "Ask for less, or wait until the budget comes back.",
    )


def _asks(budget: BudgetLike) -> bool:
    return budget.on_exceeded == "require_approval"
