"""What is worked out once per SQL text, and catalog, and used at every execution of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from pcishield.audit.canonical import Preencoded
from pcishield.core.decision import Decision
from pcishield.core.result import ResultColumn
from pcishield.exceptions import MaskingError
from pcishield.masking import Masker, RowPlan
from pcishield.runtime.declared import names_its_rows
from pcishield.statement import Catalog, analyze, catalog_effect
from pcishield.statement.facts import ColumnRef, Statement

__all__ = ["COMPUTED", "LARGE", "ROUTINE", "SPOKEN", "TOLD", "KnownStatement", "KnownStatements"]

_TEXTS = 4096
LARGE = 20_000
"""Characters of a text that is not kept for the next time."""
_LARGE_TEXTS = 4
_PLANS = 32
WRITES = frozenset({"insert", "update", "merge", "import", "call", "execute", "opaque", "unknown"})
"""Actions that may store a parameter or a literal."""

_FILTERS = frozenset({"where", "join", "group", "having", "order"})
_NUMBERS = frozenset({"pan", "sad"})
"""Classes whose values are few enough to be guessed."""
"""Clauses in which a column's values can be probed without being shown."""

_NO_FORMATS: Mapping[str, str] = {}


class KnownStatement:
    """A statement with everything derived from its text alone. Shared by threads; filled idempotently."""

    __slots__ = (
        "_last",
        "_plans",
        "classes",
        "effect",
        "ends_within",
        "fields",
        "filters_classified",
        "filters_numbers",
        "leaves_a_mark",
        "masked_literals",
        "missing",
        "needs_catalog",
        "pan_in_literals",
        "statement",
        "strictness",
        "writes",
    )

    def __init__(self, statement: Statement, masker: Masker, record_text: Callable[[str], str]) -> None:
        self.statement = statement
        self.classes = masker.classify(statement)
        self.effect = catalog_effect(statement)
        executes = any(part.refers and "execute" in part.actions for part in statement.parts or (statement,))
        self.needs_catalog = bool(statement.relations) or executes or "impure-function" in statement.hazard_ids
        self.ends_within = any("tcl" in part.actions for part in statement.parts[:-1])
        self.missing = frozenset(hazard.detail for hazard in statement.hazards if hazard.id == "not-in-catalog")
        self.writes = not WRITES.isdisjoint(statement.actions)
        reads = any(relation.access == "read" for relation in statement.relations)
        stores = self.writes or "session-variable" in statement.hazard_ids
        self.leaves_a_mark = bool(self.effect or (stores and (reads or self.classes)))
        filtered = {self.classes.get(_name(use.column)) for use in statement.columns if use.clause in _FILTERS} - {None}
        self.filters_classified = bool(filtered)
        self.filters_numbers = any(str(cls).split(".")[0] in _NUMBERS for cls in filtered)
        self.strictness = max(_strictness(part, self.classes) for part in (statement, *statement.parts))
        self.pan_in_literals = any(map(masker.contains_pan, statement.literals))
        self.masked_literals = self.writes and any(map(masker.is_masked_form, statement.literals))
        self.fields = Preencoded(statement_fields(statement, self.classes, record_text))
        self._plans: dict[Any, RowPlan] = {}
        self._last: tuple[Any, Any, Any] = (None, None, None)

    def plan(
        self,
        columns: Sequence[ResultColumn],
        decision: Decision,
        masker: Masker,
        part: int | None = None,
        source: Statement | None = None,
    ) -> RowPlan:
        """Return the masking plan for a result with these columns under this decision's formats.

        Args:
            columns: Of the result.
            decision: Whose formats hold.
            masker: Makes the plan.
            part: Which of several statements the result is of; ``None`` when it cannot be told.
            source: The statement that the rows really come from (FETCH, EXECUTE), when it is another.
        """
        formats = decision.formats or _NO_FORMATS
        if source is None and names_its_rows(self.statement):
            raise MaskingError("it cannot be told which statement these rows are of")
        if source is not None:
            return masker.plan(source, columns, formats)
        if self.statement.count > 1:
            return masker.plan(self._part(part), columns, formats)
        last = self._last
        if last[0] is columns and last[1] is formats:
            return last[2]  # type: ignore[no-any-return]
        key = (tuple(columns), tuple(sorted(formats.items())) if formats else ())
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= _PLANS:
                self._plans.clear()
            plan = self._plans[key] = masker.plan(self.statement, columns, formats)
        # Drivers that know a result's shape again pass the same tuple, which is cheaper to tell than to hash.
        if type(columns) is tuple:
            self._last = (columns, formats, plan)
        return plan

    def _part(self, part: int | None) -> Statement:
        parts = self.statement.parts
        if part is not None and len(parts) == self.statement.count and 0 <= part < len(parts):
            return parts[part]
        # Whose result it is cannot be told: then neither can where its columns come from.
        return replace(self.statement, outputs=None)


TOLD, ROUTINE, SPOKEN, COMPUTED = range(4)
"""How strictly the database's messages about a statement are held: see :mod:`pcishield.runtime.scrub`."""

_FOREIGN = frozenset({"call", "unknown"})
"""Actions that somebody else has written, or of which nobody knows what they do."""

_TYPED = frozenset({"mysql", "postgres", "sqlite"})
"""Dialects in which a UNION turns no value into another type, or does so without failing; DuckDB quotes the value."""

_TESTS = frozenset({"where", "join", "group", "having", "order", "window"})
"""Clauses that compare, so that a value is turned into another type."""

_EXPRESSIONS = re.compile(
    r"\s*(?:REFRESH\b|ALTER\b.*\b(?:AS|CHECK|GENERATED|USING)\b|CREATE\b[^(]*\bINDEX\b.*\(.*\()",
    re.IGNORECASE | re.DOTALL,
)
"""What of a change of tables works on the rows that are there."""

_SIGNAL = re.compile(r"\s*(?:RE)?SIGNAL\b", re.IGNORECASE)


def _strictness(statement: Statement, classes: Mapping[str, str]) -> int:
    """Tell whether an error may quote what the statement makes of card data; of a cursor's statement nothing is known.

    A card number as it is would be found in the error; a security code and part of a number would not.
    """
    actions = statement.actions
    if statement.refers or "execute" in actions:
        return COMPUTED
    for use in statement.columns:
        cls = classes.get(_name(use.column), "")
        if use.wrapped and (use.column.name == "*" or cls == "pan" or cls.startswith("sad")):
            return COMPUTED
        if cls.startswith("sad") and (use.clause in _TESTS or statement.dialect not in _TYPED):
            return COMPUTED  # ``cvv = DATE '2020-01-01'`` quotes it
    outputs = statement.outputs or ()
    if any(ref.table is not None and ref.table.name.endswith("()") for out in outputs for ref in out.sources):
        return COMPUTED
    hazards = statement.hazard_ids
    if "session-variable" in hazards or _SIGNAL.match(statement.template):
        return COMPUTED
    if "ddl" in actions and _EXPRESSIONS.match(statement.template):
        return COMPUTED
    if "opaque" in actions:
        return SPOKEN
    return ROUTINE if "impure-function" in hazards or not _FOREIGN.isdisjoint(actions) else TOLD


def _name(column: ColumnRef) -> str:
    return f"{column.table.name}.{column.name}" if column.table is not None else column.name


Table = dict[tuple[str, str], KnownStatement]


class KnownStatements:
    """Bounded cache of :class:`KnownStatement` by catalog and (dialect, text). Thread-safe; a hit takes no lock.

    Of large texts only the last few are kept, as long as an operation asks for them: each may be megabytes.
    """

    def __init__(self, masker: Masker, record_text: Callable[[str], str], size: int = _TEXTS) -> None:
        self._masker = masker
        self._record_text = record_text
        self._size = size
        self._lock = Lock()
        self._known: Table = {}
        self._by_catalog: WeakKeyDictionary[Catalog, Table] = WeakKeyDictionary()
        self._large: dict[tuple[str, str, Catalog | None], KnownStatement] = {}

    def table(self, catalog: Catalog | None) -> Table:
        """Return what is known so far by (dialect, text); to look up, and filled by :meth:`get` only."""
        if catalog is None:
            return self._known
        with self._lock:
            return self._by_catalog.setdefault(catalog, {})

    def get(self, dialect: str, sql: str, catalog: Catalog | None = None) -> KnownStatement:
        """Return what is known about ``sql``, working it out at first sight.

        Args:
            dialect: How the database reads it.
            sql: One or several statements.
            catalog: What is known about the tables.
        """
        if len(sql) > LARGE:
            return self._large_text(dialect, sql, catalog)
        table = self._known if catalog is None else self.table(catalog)
        known = table.get((dialect, sql))
        if known is None:
            known = KnownStatement(analyze(sql, dialect, catalog), self._masker, self._record_text)
            with self._lock:
                if len(table) >= self._size:
                    # Oldest half out: cheaper than exact recency, and a hit stays one dict look-up.
                    for old in list(table)[: self._size // 2]:
                        del table[old]
                table[dialect, sql] = known
        return known

    def _large_text(self, dialect: str, sql: str, catalog: Catalog | None) -> KnownStatement:
        key = (dialect, sql, catalog)
        known = self._large.get(key)
        if known is None:
            known = KnownStatement(analyze(sql, dialect, catalog), self._masker, self._record_text)
            with self._lock:
                while len(self._large) >= _LARGE_TEXTS:
                    del self._large[next(iter(self._large))]
                self._large[key] = known
        return known

    def traced(self, known: KnownStatement, statement: Statement) -> KnownStatement:
        """Return ``known`` if ``statement`` is its own, else what is known about ``statement``; not cached."""
        return known if statement is known.statement else KnownStatement(statement, self._masker, self._record_text)


def statement_fields(
    statement: Statement, classes: Mapping[str, str], record_text: Callable[[str], str]
) -> dict[str, Any]:
    """Describe a statement for the audit log: no literal, and identifiers that hold a card number masked."""
    tables: dict[str, str] = {}
    for relation in statement.relations:
        # The heaviest access wins: a table that is read and written is a table written.
        name = record_text(str(relation.table))
        if (tables.get(name) != "ddl" and relation.access != "read") or name not in tables:
            tables[name] = relation.access
    fields: dict[str, Any] = {
        "kind": statement.kind,
        "actions": sorted(statement.actions),
        "dialect": statement.dialect,
        "fingerprint": statement.fingerprint,
        "template": record_text(statement.template),
        "count": statement.count,
        "tables": tables,
    }
    if statement.hazards:
        fields["hazards"] = sorted(statement.hazard_ids)
    if classes:
        fields["classes"] = {record_text(name): cls for name, cls in sorted(classes.items())}
    return fields
