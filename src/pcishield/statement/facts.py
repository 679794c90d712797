"""What is known about one SQL text: plain, immutable data.

Built by ``pcishield.statement.analyze``, read by policy, masking and audit.
A ``Statement`` may hold literals (``literals``) for the checks that need them; they are left out of
``repr`` and must never be written anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

__all__ = [
    "ACTIONS", "ColumnRef", "ColumnUse", "Hazard", "Key", "OutputColumn", "Part", "Relation", "Statement", "TableRef",
]  # fmt: skip

ACTIONS = (
    "select", "insert", "update", "delete", "merge", "truncate",
    "ddl", "dcl", "tcl", "export", "import", "call", "set", "show", "explain",
    "prepare", "execute", "lock", "notify", "admin", "opaque", "empty", "unknown",
)  # fmt: skip
"""Every action. ``opaque``: understood as a verb, but its effect cannot be read (DO, dynamic SQL)."""

Access = Literal["read", "write", "ddl"]
Derivation = Literal["verbatim", "derived", "safe", "unknown", "star"]


@dataclass(frozen=True, slots=True)
class TableRef:
    """A table as named in the statement, normalised as the dialect folds names. ``schema`` may be empty."""

    name: str
    schema: str = ""
    catalog: str = ""

    def __str__(self) -> str:
        return ".".join(part for part in (self.catalog, self.schema, self.name) if part)


LARGE_OBJECT = TableRef("lo_get()")
"""What a value is of that is in no table: verbatim as ``lo_get(oid)`` gives it, derived in any piece of it."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A table and how the statement touches it."""

    table: TableRef
    access: Access


@dataclass(frozen=True, slots=True)
class ColumnRef:
    """A base column. ``table`` is ``None`` when it cannot be said which of the statement's tables owns it."""

    name: str
    table: TableRef | None = None

    def __str__(self) -> str:
        return f"{self.table}.{self.name}" if self.table else self.name


@dataclass(frozen=True, slots=True)
class Key(ColumnRef):
    """A key of a JSON document, which is written as its table: ``doc.pan`` for ``doc ->> 'pan'``."""


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A base column and the clause that reads or writes it.

    ``clause`` is one of select, where, join, group, having, order, window, set, insert, returning, values, other.
    ``wrapped`` is true when the column is inside a function or an operator other than a plain comparison.
    A test of the number, the length or the absence of what a column holds (``HAVING count(pan) > 3``,
    ``WHERE pan IS NULL``) is ``other``: it tells nothing of the content.
    """

    column: ColumnRef
    clause: str
    wrapped: bool = False


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """Where one output column comes from.

    ``derivation``: ``verbatim`` the value of one of ``sources`` unchanged; ``derived`` computed from them;
    ``safe`` computed by something that cannot carry their content (count, IS NULL, length);
    ``star`` stands for all columns of ``sources``' tables (``ColumnRef("*", table)``), to be expanded
    with the result's own metadata; ``unknown`` could not be followed.
    """

    name: str
    derivation: Derivation
    sources: frozenset[ColumnRef] = frozenset()


class Part(OutputColumn):
    """What is under a :class:`Key`, as it is: ``derived`` from the document, and the key's own value."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Hazard:
    """A reason for care. ``id`` is stable (``no-where``, ``opaque``, ...); ``detail`` holds no literal."""

    id: str
    detail: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One SQL text, understood.

    Attributes:
        dialect: ``postgres``, ``mysql``, ``sqlite`` or another sqlglot dialect name.
        kind: The action of a single statement; ``multiple`` for several; ``unknown`` when not understood.
        actions: Every action that running the text may perform, inner statements included.
        relations: Tables touched. A table that is read and written appears twice.
        columns: Base columns used, by clause.
        functions: Names of functions called, lower case, schema-qualified when written so.
        outputs: Output columns of the last row-returning statement by position;
            ``None`` when unknown, empty when nothing is returned.
        hazards: Reasons for care, in textual order.
        count: Number of statements in the text.
        parts: The single statements when there are several, else empty.
        parameters: Number of placeholders.
        literals: String and number literals as written, for scans that must see them. Secret.
        fingerprint: Hex digest, stable under literals, white space, comments, IN-list length, keyword case.
        template: The text without literals, safe to log.
        summary: One plain sentence for an approver; no literal.
        declares: Name of the cursor or prepared statement that it makes (DECLARE, PREPARE), else "".
        refers: Name of the cursor or prepared statement that it uses (FETCH, MOVE, EXECUTE), else "": what comes
            out is what the declaring statement of the session says.
    """

    dialect: str
    kind: str
    actions: frozenset[str]
    fingerprint: str
    template: str
    relations: tuple[Relation, ...] = ()
    columns: tuple[ColumnUse, ...] = ()
    functions: frozenset[str] = frozenset()
    outputs: tuple[OutputColumn, ...] | None = ()
    hazards: tuple[Hazard, ...] = ()
    count: int = 1
    parts: tuple[Statement, ...] = ()
    parameters: int = 0
    literals: tuple[str, ...] = field(default=(), repr=False)
    summary: str = ""
    declares: str = ""
    refers: str = ""

    @property
    def hazard_ids(self) -> frozenset[str]:
        """Ids of all hazards."""
        return frozenset(hazard.id for hazard in self.hazards)

    def tables(self, access: Access | None = None) -> tuple[TableRef, ...]:
        """Tables touched, optionally only those with ``access``; each once, in textual order."""
        return tuple(dict.fromkeys(r.table for r in self.relations if access in (None, r.access)))
