"""Limits and budgets as data; the runtime counts what is really handed out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from pcishield.core.decision import Limits, Principal
from pcishield.policy.globs import Globs
from pcishield.policy.model import BudgetModel

__all__ = ["Budget", "merge_limits", "narrowest"]

_AMOUNTS = ("rows", "bytes", "session_rows", "session_statements")


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be used up by all statements of a scope within a window of time. ``None`` is no limit.

    Attributes:
        id: Name for records and errors.
        scope: Whose statements count together.
        window_seconds: Length of the sliding window; ``None`` for the whole session.
        rows: Rows handed out.
        bytes: Bytes handed out.
        masked_cells: Cells in which something was masked.
        statements: Statements run.
        classified_predicates: Distinct questions about classified columns, in filters, joins, groups and orders.
        on_exceeded: ``require_approval`` asks before the next statement instead of refusing it.
    """

    id: str
    scope: Literal["session", "principal", "agent", "deployment"]
    window_seconds: int | None = None
    rows: int | None = None
    bytes: int | None = None
    masked_cells: int | None = None
    statements: int | None = None
    classified_predicates: int | None = None
    on_exceeded: Literal["error", "truncate", "require_approval"] = "error"
    reason: str = ""
    hint: str = ""
    _users: Globs | None = None
    _groups: Globs | None = None
    _agents: Globs | None = None

    @classmethod
    def from_model(cls, model: BudgetModel) -> Budget:
        """Compile a validated budget."""
        fields = model.model_dump(exclude={"users", "groups", "agents"})
        return cls(
            **fields,
            _users=Globs(model.users) if model.users else None,
            _groups=Globs(model.groups) if model.groups else None,
            _agents=Globs(model.agents) if model.agents else None,
        )

    def is_for(self, principal: Principal) -> bool:
        """Tell whether the principal's statements count."""
        return (
            (self._users is None or self._users(principal.user))
            and (self._agents is None or self._agents(principal.agent))
            and (self._groups is None or any(map(self._groups, principal.groups)))
        )

    def key(self, principal: Principal, session: str) -> tuple[str, ...]:
        """Return what to count under.

        The window is part of it: counts are kept in parts of the window, and those of another one mean nothing.
        """
        name = f"{self.id}/{self.window_seconds}"
        if self.scope == "session":
            return (name, session)
        if self.scope == "agent":
            return (name, principal.agent)
        return (name, principal.user, principal.agent) if self.scope == "principal" else (name,)


def narrowest(limits: Iterable[Limits]) -> Limits:
    """Return limits that keep all of ``limits``; ``error`` is stricter than ``truncate``."""
    limits = [one for one in limits if one != Limits()]
    if not limits:
        return Limits()
    amounts = {
        name: min((amount for one in limits if (amount := getattr(one, name)) is not None), default=None)
        for name in _AMOUNTS
    }
    strict = any(one.on_exceeded == "error" for one in limits)
    return Limits(**amounts, on_exceeded="error" if strict else "truncate")


def merge_limits(base: Limits, roles: Iterable[Limits]) -> Limits:
    """Return ``base`` with each amount that a role gives in its place, the widest when several do."""
    for role in (roles := list(roles)):
        base = replace(base, on_exceeded=role.on_exceeded)
    for name in _AMOUNTS:
        given = [amount for role in roles if (amount := getattr(role, name)) is not None]
        if given:
            base = replace(base, **{name: max(given)})
    return base
