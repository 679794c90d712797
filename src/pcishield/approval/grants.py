"""Grants: an approval for more than one statement, scoped as narrowly as its approvers want.

- A grant always ends: at an absolute time, after a number of statements, or after a number of rows.
- It covers what was asked about, only more often: the same human, agent, connection and policy, the same rule, and no
  action, hazard or data class that the approvers were not shown. Its templates and tables narrow that further.
- Several approvers may want different scopes; the narrowest of them holds (:func:`narrowest`).
- It is looked at again at each execute and each fetched batch, so one that ends while rows are read stops them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from functools import lru_cache

from pcishield.core.decision import ApprovalRequest, Principal, Scope
from pcishield.core.windows import Window

__all__ = ["MAX_USES", "Grant", "Question", "narrowest", "scope_problem"]

MAX_USES = 1_000_000
"""Statements that one grant may cover at most; more than that is a rule of the policy."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a statement needs of a grant.

    Attributes:
        principal: Who asks.
        fingerprint: Of the statement.
        tables: That it touches, as ``schema.table``.
        actions: That it performs.
        hazards: That it has.
        classes: Data classes that it touches.
        connection: As in :class:`~pcishield.core.decision.ApprovalRequest`.
        policy: Label of the policy that asks.
        rule: Id of the rule that asks.
        approvals: How many humans the rule wants.
        groups: Groups that it wants.
        counted: Whether the rows that it hands out are counted.
    """

    principal: Principal
    fingerprint: str
    tables: tuple[str, ...]
    actions: frozenset[str]
    hazards: frozenset[str]
    classes: frozenset[str]
    connection: str
    policy: str
    rule: str | None
    approvals: int = 1
    groups: tuple[str, ...] = ()
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Grant:
    """An approved request together with its scope."""

    request: ApprovalRequest
    scope: Scope

    def covers(self, question: Question) -> bool:
        """Tell whether a statement is one of those that were approved; :meth:`open_at` tells whether now."""
        asked, scope, who = self.request, self.scope, question.principal
        return (
            (who.user, who.agent) == (asked.principal.user, asked.principal.agent)
            and question.connection == asked.connection
            and question.policy == asked.policy
            and question.rule == asked.rule
            and question.approvals <= asked.approvals
            and set(question.groups) <= set(asked.groups)
            and question.actions <= set(asked.actions)
            and question.hazards <= set(asked.hazards)
            and question.classes <= set(asked.classes)
            and (not scope.templates or question.fingerprint in scope.templates)
            and (not scope.tables or (bool(question.tables) and _within(question.tables, scope.tables)))
            and (scope.rows is None or question.counted)
        )

    def open_at(self, now: datetime) -> bool:
        """Tell whether it may be used at the timezone-aware ``now``: not over, and inside its window."""
        return now <= self.scope.not_after and (not self.scope.window or _window(self.scope.window).contains(now))


def scope_problem(scope: Scope) -> str:
    """Return why nobody may give this scope, empty when they may."""
    if scope.not_after.tzinfo is None:
        return "not_after needs a time zone"
    if not 1 <= scope.uses <= MAX_USES:
        return f"uses must be 1 to {MAX_USES}"
    if scope.rows is not None and scope.rows < 1:
        return "rows must be at least 1"
    if not scope.templates and not scope.tables:
        return "a scope without templates and without tables would cover everything"
    if scope.window:
        try:
            _window(scope.window)
        except ValueError as error:
            return str(error)
    return ""


def narrowest(scopes: Sequence[Scope | None]) -> Scope | None:
    """Return the scope that all of ``scopes`` allow; ``None``, a single use, when one of them is ``None``.

    Two different windows, or tables that are not the same, have no common part that can be written down as a scope:
    then it is a single use as well.
    """
    if not scopes:
        return None
    first, *others = scopes
    if first is None:
        return None
    result = first
    for other in others:
        if other is None:
            return None
        if result.window and other.window and result.window != other.window:
            return None
        if result.tables and other.tables and set(result.tables) != set(other.tables):
            return None
        if result.templates and other.templates and not result.templates & other.templates:
            return None
        rows = [amount for amount in (result.rows, other.rows) if amount is not None]
        result = Scope(
            not_after=min(result.not_after, other.not_after),
            uses=min(result.uses, other.uses),
            rows=min(rows) if rows else None,
            templates=result.templates & other.templates
            if result.templates and other.templates
            else result.templates or other.templates,
            tables=result.tables or other.tables,
            window=result.window or other.window,
        )
    return result


def _within(tables: Collection[str], patterns: tuple[str, ...]) -> bool:
    return all(any(fnmatchcase(table, pattern) for pattern in patterns) for table in tables)


@lru_cache(maxsize=256)
def _window(text: str) -> Window:
    return Window.parse(text)
