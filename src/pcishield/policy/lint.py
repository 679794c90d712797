"""What is wrong with a policy beyond its shape: rules that can never match, and what a careful reader would change.

``problems`` are errors: such a policy is not loaded. ``warnings`` are shown by ``pcishield policy lint``.
A rule is called unreachable only when that is certain; a rule that is merely unlikely to match is not reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pcishield.policy.globs import Globs, implies
from pcishield.policy.model import ConditionsModel, PolicyModel, RuleModel
from pcishield.policy.vocabulary import HAZARDS, TABLELESS

__all__ = ["Problem", "problems", "warnings"]

_LISTS = (
    "actions", "access", "tables", "columns", "classes", "clauses", "lineage", "hazards", "functions", "users",
    "groups", "agents", "levels", "databases", "environments", "dialects", "drivers",
)  # fmt: skip
_VACUOUS = frozenset({"columns", "classes", "clauses", "wrapped", "stars", "functions", "lineage", "hazards"})
"""Conditions that an allowing rule meets also when the statement has nothing of the kind."""
_CALLER = frozenset({
    "users", "groups", "agents", "levels", "databases", "environments", "dialects", "drivers", "many",
    "pan_in_parameters", "pan_in_literals",
})  # fmt: skip


class Problem(NamedTuple):
    """What is wrong, and the path of the key that says it."""

    path: tuple[str | int, ...]
    message: str


def problems(model: PolicyModel, own: int | None = None) -> Iterator[Problem]:
    """Yield everything that makes a rule meaningless.

    Args:
        model: The whole policy.
        own: How many of its rules, from the first, are its own; only those are reported.
    """
    rules = model.rules[:own]
    for index, rule in enumerate(rules):
        for table in ("when", "unless"):
            conditions: ConditionsModel | None = getattr(rule, table)
            if conditions is not None:
                for path, message in _meaningless(conditions):
                    yield Problem(("rules", index, table, *path), f"{message} (rule {rule.id})")
        for position, pattern in enumerate(rule.tolerate or ()):
            if not _known_hazard(pattern):
                yield Problem(("rules", index, "tolerate", position), _unknown_hazard(pattern, rule))
        if rule.when and rule.unless and _cancelled(rule, rule.when, rule.unless):
            yield Problem(("rules", index, "unless"), f"rule {rule.id} can never match: unless covers all of when")
        if rule.when is None and rule.unless is None and rule.effect == "deny":
            yield Problem(("rules", index), f'rule {rule.id} denies everything; say default = "deny" instead')
        shadow = _shadow(rule, index, model.rules)
        if shadow is not None:
            message = f"rule {rule.id} can never decide: {shadow.id} ({shadow.effect}) applies whenever it does"
            yield Problem(("rules", index), message)
    for position, pattern in enumerate(model.tolerate or ()):
        if not _known_hazard(pattern):
            yield Problem(("tolerate", position), _unknown_hazard(pattern))
    by_format = {role.formats["pan"]: name for name, role in model.roles.items() if "pan" in role.formats}
    shown = [name for form, name in by_format.items() if form not in ("token", "redact")]
    if "token" in by_format and shown:
        message = (
            f"{by_format['token']} sees tokens and {shown[0]} sees truncations of card numbers: together they are a "
            "hash beside a truncation (PCI DSS 3.5.1); give both the same"
        )
        yield Problem(("roles", by_format["token"], "formats", "pan"), message)
    if model.mode == "templates" and not model.templates:
        yield Problem(("mode",), "templates mode without any [[templates]] denies everything")
    if not model.rules and model.default is None and model.mode != "templates":
        yield Problem((), 'no rule and no default: this denies everything; say default = "deny" if that is meant')


def warnings(model: PolicyModel, own: int | None = None) -> Iterator[Problem]:
    """Yield what is allowed but deserves a second look. Arguments as for :func:`problems`."""
    tested = {test.rule for test in model.tests}
    for index, rule in enumerate(model.rules[:own]):
        if rule.effect != "allow" and not rule.hint:
            yield Problem(("rules", index), f"rule {rule.id} has no hint: an agent is not told what it may do instead")
        if not rule.requirement:
            yield Problem(("rules", index), f"rule {rule.id} names no requirement")
        if rule.id not in tested and rule.effect != "allow":
            yield Problem(("rules", index), f"rule {rule.id} has no test")
        if rule.tolerate and Globs(rule.tolerate)("unparsable"):
            yield Problem(("rules", index, "tolerate"), f"rule {rule.id} lets unparsable statements pass")
    if model.tolerate and Globs(model.tolerate)("unparsable"):
        yield Problem(("tolerate",), "unparsable statements pass wherever a rule allows every action")
    if model.mode == "observe":
        yield Problem(("mode",), "observe mode blocks nothing")
    if model.default == "allow":
        yield Problem(("default",), "default allow: a table or an action that nobody thought of may be used")


def _meaningless(conditions: ConditionsModel) -> Iterator[Problem]:
    for position, pattern in enumerate(conditions.hazards or ()):
        if not _known_hazard(pattern):
            yield Problem(("hazards", position), _unknown_hazard(pattern))
    if conditions.tables and conditions.actions and TABLELESS.issuperset(conditions.actions):
        yield Problem(("tables",), f"never matches: {', '.join(conditions.actions)} names no table")
    if conditions.access and conditions.actions and TABLELESS.issuperset(conditions.actions):
        yield Problem(("access",), f"never matches: {', '.join(conditions.actions)} names no table")


_ASKS = ("approver_groups", "estimate", "auto_approve")
"""How a rule asks; of two that ask differently none hides the other."""


def _known_hazard(pattern: str) -> bool:
    return pattern.startswith("x-") or any(map(Globs([pattern]), HAZARDS))


def _unknown_hazard(pattern: str, rule: RuleModel | None = None) -> str:
    return f"there is no hazard {pattern!r}; this never matches" + (f" (rule {rule.id})" if rule else "")


def _shadow(rule: RuleModel, index: int, rules: list[RuleModel]) -> RuleModel | None:
    rank = {"deny": 2, "require_approval": 1, "allow": 0}
    for position, other in enumerate(rules):
        if other is rule or other.unless is not None or rank[other.effect] < rank[rule.effect]:
            continue
        same = other.effect == rule.effect
        if same and (position > index or other.limits != rule.limits or other.tolerate or rule.tolerate):
            continue
        if same and (other.approvals < rule.approvals or other.reason != rule.reason):
            continue
        if same and any(getattr(other, name) != getattr(rule, name) for name in _ASKS):
            continue
        if same and rule.effect == "allow" and rule.when is not None and rule.when.hazards:
            # Who names a hazard allows it; a wider rule that does not name it leaves it to the default.
            continue
        vacuous = tuple(_VACUOUS) if rule.effect == "allow" and not same else ()
        if other.when is None:
            # A rule without conditions that asks is a floor under everything; it hides what merely allows.
            if not same and rule.effect == "allow" and not rule.tolerate and rule.limits is None:
                return other
            if same or other.effect == "deny":
                return other
        elif rule.when is not None and _within(rule.when, other.when, vacuous):
            return other
    return None


def _cancelled(rule: RuleModel, when: ConditionsModel, unless: ConditionsModel) -> bool:
    # An exception to a restricting rule must hold for all that the statement does, so unless it is about the caller
    # or the moment only, covering "when" is not enough to cancel it.
    if rule.effect != "allow" and not unless.model_fields_set <= _CALLER:
        return False
    return _within(when, unless, tuple(_VACUOUS))


def _within(narrow: ConditionsModel, wide: ConditionsModel, vacuous: tuple[str, ...]) -> bool:
    """Tell whether whatever meets ``narrow`` surely meets ``wide``."""
    for name in wide.model_fields_set:
        ours, theirs = getattr(narrow, name), getattr(wide, name)
        if ours is None or name in vacuous:
            return False
        if name in _LISTS:
            if not implies(ours, theirs, qualified=name in ("tables", "columns")):
                return False
        elif ours != theirs:
            return False
    return True
