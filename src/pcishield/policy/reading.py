"""What a policy lets nobody do, told from its rules alone: in doubt somebody may."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pcishield.policy.subject import Need
from pcishield.statement.facts import ACTIONS, TableRef

if TYPE_CHECKING:
    from pcishield.policy.engine import Engine
    from pcishield.policy.rules import Rule

__all__ = ["never", "reads_only"]

READING = frozenset({"select", "show", "explain", "export", "tcl", "set", "notify", "empty"})
"""Actions that leave the data as they are. Everything else, what is not known included, counts as a write."""

HIDDEN = ("impure-function", "opaque")
"""Hazards by which a statement that looks like reading may write: a function's body, code that cannot be read."""


def reads_only(policy: Engine) -> bool:
    """Tell whether no statement of anybody, at any time, can do more than read, not even after an approval.

    Who, where and when are not looked at: a rule that lets one person write for one hour makes it false.
    """
    if policy.mode != "enforce" or policy.default != "deny":
        return False
    permitting = [rule for rule in policy.rules if rule.model.effect != "deny"]
    denying = [rule for rule in policy.rules if rule.model.effect == "deny" and rule.unless is None]
    for action in frozenset(ACTIONS) - READING:
        if any(_permits(rule, action) for rule in permitting) and not _denied(denying, "actions", action):
            return False
    return not any(
        (policy.tolerates(hazard) or any(rule.permits_hazard(hazard) for rule in permitting))
        and not _denied(denying, "hazards", hazard)
        for hazard in HIDDEN
    )


def never(policy: Engine, action: str, table: TableRef | None, hazards: Iterable[str], database: str) -> bool:
    """Tell whether nobody, at any time, can do this, not even after an approval.

    Args:
        policy: The policy.
        action: What is done, such as ``delete``.
        table: To which table; ``None`` where there is none.
        hazards: What is dangerous about it.
        database: The database, as rules name it.
    """
    if policy.mode != "enforce":
        return False
    permitting = [rule for rule in policy.rules if rule.model.effect != "deny"]
    denying = [rule for rule in policy.rules if rule.model.effect == "deny" and rule.unless is None]
    need = Need(action, table, "read" if action == "select" else "write")
    if any(_denies(rule, need, database) for rule in denying):
        return True
    if policy.default == "deny" and not any(_may_permit(rule, need, database) for rule in permitting):
        return True
    for hazard in hazards:
        if _denied(denying, "hazards", hazard):
            return True
        answered = policy.tolerates(hazard) or any(rule.permits_hazard(hazard) for rule in permitting)
        if policy.default == "deny" and not answered:
            return True
    return False


def _may_permit(rule: Rule, need: Need, database: str) -> bool:
    """Tell whether a rule permits the need to somebody, at some time, in some statement."""
    if not _permits(rule, need.action, reading=need.access == "read"):
        return False
    tables = rule.when.tables if rule.when is not None else None
    return tables is None or need.table is None or tables.touches(need.table, database)


def _denies(rule: Rule, need: Need, database: str) -> bool:
    """Tell whether a rule denies the need to everybody, whatever else the statement is."""
    when = rule.when
    if when is None:
        return True
    if not when.model.model_fields_set or not when.model.model_fields_set <= {"actions", "tables", "access"}:
        return False
    if when.tables is not None and (need.table is None or not when.tables.covers(need.table, database)):
        return False
    return (when.actions is None or need.action in when.actions) and (when.access is None or need.access in when.access)


def _permits(rule: Rule, action: str, *, reading: bool = False) -> bool:
    when = rule.when
    if when is None:
        return True
    if not reading and when.access is not None and when.access <= {"read"}:
        return False
    return when.actions is None or action in when.actions


def _denied(rules: Iterable[Rule], kind: str, word: str) -> bool:
    """Tell whether a rule denies the word whatever else the statement is."""
    for rule in rules:
        when = rule.when
        if when is None:
            return True
        if when.model.model_fields_set != {kind}:
            continue
        if when.actions is not None and word in when.actions:
            return True
        if when.hazards is not None and when.hazards(word):
            return True
    return False
