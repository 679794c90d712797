"""Rules, compiled: does one touch a statement, and what of the statement does it permit?

Rules that deny or ask apply as soon as *any* part of a statement meets their conditions. Rules that allow permit
only the parts that meet them, and only when *all* columns and functions do. What a statement leaves open
(a schema, a column's table, the time) counts against it both times.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pcishield.core.decision import Context, Limits
from pcishield.core.windows import Window
from pcishield.policy.globs import ColumnGlobs, Globs, TableGlobs
from pcishield.policy.model import ConditionsModel, LimitsModel, RuleModel
from pcishield.policy.subject import Need, Subject, Use, readable

__all__ = ["Conditions", "Rule", "compile_limits", "compile_rule"]

Test = Callable[[Context], bool]

_SPOKEN = frozenset(
    {"hazards", "actions", "access", "tables", "columns", "classes", "clauses", "wrapped", "stars", "functions"}
)


@dataclass(frozen=True, slots=True, eq=False)
class Conditions:
    """A ``when`` or ``unless`` table, compiled. ``None`` means that the key was not given."""

    model: ConditionsModel
    actions: frozenset[str] | None
    access: frozenset[str] | None
    tables: TableGlobs | None
    columns: ColumnGlobs | None
    classes: Globs | None
    clauses: frozenset[str] | None
    wrapped: bool | None
    stars: bool | None
    lineage: frozenset[str] | None
    hazards: Globs | None
    functions: Globs | None
    context: tuple[Test, ...]
    times: tuple[Callable[[datetime], bool], ...]
    about_needs: bool = field(init=False)
    about_uses: bool = field(init=False)

    def __post_init__(self) -> None:
        about_needs = (self.actions, self.access, self.tables)
        about_uses = (self.columns, self.classes, self.clauses, self.wrapped, self.stars)
        object.__setattr__(self, "about_needs", any(condition is not None for condition in about_needs))
        object.__setattr__(self, "about_uses", any(condition is not None for condition in about_uses))

    def in_time(self, context: Context, *, unknown: bool) -> bool:
        """Tell whether it is the time; ``unknown`` is the answer when the context has no time."""
        if not self.times:
            return True
        if context.now is None:
            return unknown
        return all(time(context.now) for time in self.times)

    def touch(self, subject: Subject) -> bool:
        """Tell whether any part of the statement meets the conditions."""
        database = subject.context.database
        # Hazards first: most rules that restrict are about one, and most statements have none.
        return (
            (self.hazards is None or any(map(self.hazards, subject.hazards)))
            and all(test(subject.context) for test in self.context)
            and self.in_time(subject.context, unknown=True)
            and self._flags(subject)
            and (self.lineage is None or not self.lineage.isdisjoint(subject.lineage))
            and (self.functions is None or any(map(self.functions, subject.statement.functions)))
            and (not self.about_needs or any(self.need_touches(need, database) for need in subject.needs))
            and (not self.about_uses or any(self.use_touches(use, database) for use in subject.uses))
        )

    def cover(self, subject: Subject) -> bool:
        """Tell whether all of the statement certainly meets the conditions, tables and actions aside."""
        return (
            all(test(subject.context) for test in self.context)
            and self.in_time(subject.context, unknown=False)
            and self._flags(subject)
            and (self.hazards is None or any(map(self.hazards, subject.hazards)))
            and (self.lineage is None or subject.lineage <= self.lineage)
            and (self.functions is None or all(map(self.functions, subject.statement.functions)))
            and (not self.about_uses or self._uses_covered(subject))
        )

    def need_touches(self, need: Need, database: str) -> bool:
        """Tell whether the need could be meant."""
        return (
            (self.actions is None or need.action in self.actions)
            and (self.access is None or need.access in self.access)
            and (self.tables is None or (need.table is not None and self.tables.touches(need.table, database)))
        )

    def need_covered(self, need: Need, database: str) -> bool:
        """Tell whether the need is certainly meant."""
        return (
            (self.actions is None or need.action in self.actions)
            and (self.access is None or need.access in self.access or _reads_nothing(need))
            and (self.tables is None or _reads_nothing(need) or self._table_covered(need, database))
        )

    def _table_covered(self, need: Need, database: str) -> bool:
        return self.tables is not None and need.table is not None and self.tables.covers(need.table, database)

    def use_touches(self, use: Use, database: str) -> bool:
        """Tell whether the use of a column could be meant."""
        return self._use(use) and (self.columns is None or self.columns.touches(use.column, database))

    def use_covered(self, use: Use, database: str) -> bool:
        """Tell whether the use of a column is certainly meant."""
        return self._use(use) and (self.columns is None or self.columns.covers(use.column, database))

    def facts(self, subject: Subject) -> list[str]:
        """Name what of the statement meets the conditions."""
        found: list[str] = []
        database = subject.context.database
        if self.hazards is not None:
            found.extend(f"hazard {hazard}" for hazard in sorted(filter(self.hazards, subject.hazards)))
        if self.about_needs:
            found.extend(str(need) for need in subject.needs if self.need_touches(need, database))
        if self.about_uses:
            found.extend(
                f"{readable(use.column)}{f' ({use.cls})' if use.cls else ''} in {use.clause}"
                for use in subject.uses
                if self.use_touches(use, database)
            )
        if self.functions is not None:
            found.extend(f"function {name}" for name in sorted(filter(self.functions, subject.statement.functions)))
        given = self.model.model_fields_set - _SPOKEN
        found.extend(name.replace("_", " ") for name in sorted(given))
        return list(dict.fromkeys(found))

    def _uses_covered(self, subject: Subject) -> bool:
        # Columns that could not be followed are columns that may not be the permitted ones.
        return "unknown" not in subject.lineage and all(
            self.use_covered(use, subject.context.database) for use in subject.uses
        )

    def _use(self, use: Use) -> bool:
        return (
            (self.classes is None or self.classes(use.cls))
            and (self.clauses is None or use.clause in self.clauses)
            and (self.wrapped is None or use.wrapped == self.wrapped)
            and (self.stars is None or (use.column.name == "*") == self.stars)
        )

    def _flags(self, subject: Subject) -> bool:
        model, statement, context = self.model, subject.statement, subject.context
        return (
            (model.several is None or model.several == subject.several)
            and (model.literals is None or model.literals == bool(statement.literals))
            and (model.parameters is None or model.parameters == bool(statement.parameters or context.parameter_count))
        )


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One rule, compiled."""

    model: RuleModel
    when: Conditions | None
    unless: Conditions | None
    tolerate: Globs | None
    limits: Limits
    auto: Conditions | None = None
    id: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", self.model.id)

    def touches(self, subject: Subject) -> bool:
        """Tell whether a rule that denies or asks applies."""
        if self.when is not None and not self.when.touch(subject):
            return False
        return self.unless is None or not self._excepted(self.unless, subject)

    def answers_itself(self, subject: Subject) -> bool:
        """Tell whether a touching rule that asks is content without a human."""
        return self.auto is not None and self._excepted(self.auto, subject)

    def applies(self, subject: Subject) -> bool:
        """Tell whether a rule that allows applies, whichever needs it then permits."""
        if self.when is not None and not self.when.cover(subject):
            return False
        return self.unless is None or not self.unless.touch(subject)

    def permits(self, need: Need, database: str) -> bool:
        """Tell whether an applying rule permits the need. A rule that asks permits, once answered."""
        return self.when is None or self.when.need_covered(need, database)

    def permits_hazard(self, hazard: str) -> bool:
        """Tell whether an applying rule answers for the hazard."""
        if self.when is not None and self.when.hazards is not None:
            if self.when.hazards(hazard):
                return True
        elif self.model.effect == "require_approval":
            return True
        return self.tolerate is not None and self.tolerate(hazard)

    def facts(self, subject: Subject) -> list[str]:
        """Name the facts by which a touching rule applies, for a person; no literal."""
        if self.when is None:
            return [f"rule {self.id} applies to everything"]
        return [f"{fact}: rule {self.id}" for fact in self.when.facts(subject)] or [f"rule {self.id}"]

    @staticmethod
    def _excepted(unless: Conditions, subject: Subject) -> bool:
        # An exception to a restricting rule needs certainty about everything the statement does.
        if unless.hazards is not None and not all(map(unless.hazards, subject.hazards)):
            return False
        database = subject.context.database
        return unless.cover(subject) and all(unless.need_covered(need, database) for need in subject.needs)


def compile_rule(model: RuleModel, search_path: Sequence[str] | None = None) -> Rule:
    """Compile a validated rule. ``search_path``: see :class:`~pcishield.policy.globs.TableGlobs`."""
    return Rule(
        model=model,
        when=_compile(model.when, search_path),
        unless=_compile(model.unless, search_path),
        tolerate=Globs(model.tolerate) if model.tolerate else None,
        limits=compile_limits(model.limits),
        auto=_compile(model.auto_approve, search_path),
    )


def compile_limits(model: LimitsModel | None) -> Limits:
    """Compile validated limits."""
    return Limits(**model.model_dump()) if model is not None else Limits()


def _compile(model: ConditionsModel | None, search_path: Sequence[str] | None) -> Conditions | None:
    if model is None:
        return None
    return Conditions(
        model=model,
        actions=_set(model.actions),
        access=_set(model.access),
        tables=TableGlobs(model.tables, search_path) if model.tables else None,
        columns=ColumnGlobs(model.columns, search_path) if model.columns else None,
        classes=Globs(model.classes) if model.classes else None,
        clauses=_set(model.clauses),
        wrapped=model.wrapped,
        stars=model.stars,
        lineage=_set(model.lineage),
        hazards=Globs(model.hazards) if model.hazards else None,
        functions=Globs(model.functions, fold=True) if model.functions else None,
        context=tuple(_context_tests(model)),
        times=tuple(_times(model)),
    )


def _reads_nothing(need: Need) -> bool:
    # SELECT 1, SELECT now(): what such a statement could do wrong is a hazard, not a table.
    return need.action == "select" and need.table is None


def _set(words: Any) -> frozenset[str] | None:
    return frozenset(words) if words is not None else None


def _context_tests(model: ConditionsModel) -> list[Test]:
    tests: list[Test] = []

    def add(patterns: list[str] | None, name: Callable[[Context], str]) -> None:
        if patterns is not None:
            globs = Globs(patterns)
            tests.append(lambda context: globs(name(context)))

    add(model.users, lambda context: context.principal.user)
    add(model.agents, lambda context: context.principal.agent)
    add(model.databases, lambda context: context.database)
    add(model.drivers, lambda context: context.driver)
    # Nobody said which environment this is: then it is the one that matters.
    add(model.environments, lambda context: context.environment or "production")
    add(model.dialects, lambda context: context.dialect)
    if model.levels is not None:
        levels = frozenset(model.levels)
        tests.append(lambda context: context.principal.level in levels)
    if model.groups is not None:
        groups = Globs(model.groups)
        tests.append(lambda context: any(map(groups, context.principal.groups)))
    if model.attributes is not None:
        wanted = {name: Globs(patterns) for name, patterns in model.attributes.items()}
        tests.append(lambda context: _attributes(wanted, context.principal.attributes))
    flags = {
        name: value
        for name in ("many", "pan_in_parameters", "pan_in_literals")
        if (value := getattr(model, name)) is not None
    }
    if flags:
        tests.append(lambda context: all(getattr(context, name) == value for name, value in flags.items()))
    return tests


def _attributes(wanted: Mapping[str, Globs], given: Mapping[str, Any]) -> bool:
    for name, globs in wanted.items():
        value = given.get(name)
        values = value if isinstance(value, (list, tuple, set, frozenset)) else (value,)
        if not any(globs(_text(item)) for item in values):
            return False
    return True


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _times(model: ConditionsModel) -> list[Callable[[datetime], bool]]:
    times: list[Callable[[datetime], bool]] = []
    if model.windows:
        windows: list[Window] = [window.compiled() for window in model.windows]
        times.append(lambda now: any(window.contains(now) for window in windows))
    if model.not_before is not None:
        times.append(lambda now, bound=model.not_before: now >= bound)  # type: ignore[misc]
    if model.not_after is not None:
        times.append(lambda now, bound=model.not_after: now < bound)  # type: ignore[misc]
    return times
