"""What a rule looks at: one statement and its context, taken apart once.

A *need* is one thing that a statement wants to do: an action on a table, or an action without a table. A
statement may run only if every need, and every hazard, is permitted by some rule.
"""

from __future__ import annotations

from dataclasses import dataclass

from pcishield.core.decision import Context
from pcishield.policy.vocabulary import WRITE_ACTIONS
from pcishield.statement.facts import Access, ColumnRef, Key, Statement, TableRef

__all__ = ["Need", "Subject", "Use", "hides_a_name", "readable", "take_apart"]

_IMPLIES_READING = frozenset({"update", "delete", "merge"})
_READING = frozenset({"select", "explain"})
_STRUCTURE = frozenset({"ddl", "dcl", "truncate"})


@dataclass(frozen=True, slots=True)
class Need:
    """An action, and the table it is for."""

    action: str
    table: TableRef | None = None
    access: Access | None = None

    def __str__(self) -> str:
        return f"{self.action} on {readable(self.table)}" if self.table else self.action


@dataclass(frozen=True, slots=True)
class Use:
    """A base column, the clause that uses it, and its data class ("" when it has none)."""

    column: ColumnRef
    clause: str
    wrapped: bool
    cls: str


@dataclass(frozen=True, slots=True)
class Subject:
    """A single statement, ready for matching."""

    statement: Statement
    context: Context
    needs: tuple[Need, ...]
    uses: tuple[Use, ...]
    hazards: frozenset[str]
    lineage: frozenset[str]
    several: bool


def readable(name: object) -> str:
    """Return an identifier for a message; one that could hold a card number is not shown."""
    text = str(name)
    return text if sum(map(str.isdecimal, text)) < 12 else "<identifier>"


def take_apart(statement: Statement, context: Context, *, several: bool, hazards: frozenset[str]) -> Subject:
    """Return what rules match against.

    Args:
        statement: One statement (a part, when the text has several).
        context: Who, where, when.
        several: Whether it came with others in one text.
        hazards: Its hazards, the caller's included.
    """
    return Subject(
        statement=statement,
        context=context,
        needs=_needs(statement),
        uses=_uses(statement, context),
        hazards=hazards,
        lineage=frozenset({"unknown"})
        if statement.outputs is None
        else frozenset(output.derivation for output in statement.outputs),
        several=several,
    )


def _needs(statement: Statement) -> tuple[Need, ...]:
    actions = statement.actions or frozenset({"unknown"})
    written = {relation.table for relation in statement.relations if relation.access == "write"}
    implied = bool(actions & _IMPLIES_READING)
    found: dict[Need, None] = {}
    for relation in statement.relations:
        if relation.access == "read":
            # An UPDATE or DELETE reads its own table by nature: permission to do it is permission to look.
            if not (implied and relation.table in written):
                found[Need("export" if actions == {"export"} else "select", relation.table, "read")] = None
        elif relation.access == "write":
            for action in sorted(actions & WRITE_ACTIONS or actions - _READING or actions):
                found[Need(action, relation.table, "write")] = None
        else:
            for action in sorted(actions & _STRUCTURE or actions - _READING or actions):
                found[Need(action, relation.table, "ddl")] = None
    done = {need.action for need in found}
    for action in sorted(actions - done):
        found[Need(action)] = None
    return tuple(found)


def _uses(statement: Statement, context: Context) -> tuple[Use, ...]:
    classes = {name.lower(): cls for name, cls in context.classes.items()}
    seen: set[str] = set()
    uses: list[Use] = []
    for use in statement.columns:
        names = _names(use.column) if classes else ()
        seen.update(names)
        cls = next((classes[name] for name in names if name in classes), "")
        if not cls and isinstance(use.column, Key):
            continue  # a key of a document is a column only where it is card data's
        uses.append(Use(use.column, use.clause, use.wrapped, cls))
    if statement.outputs is None:
        # Could not be followed: any column of any table that is read may be in it.
        tables = statement.tables("read") or (None,)
        uses.extend(Use(ColumnRef("*", table), "other", False, "") for table in tables)
    for output in statement.outputs or ():
        if output.derivation == "star":
            uses.extend(Use(source, "select", False, "") for source in output.sources if source.name == "*")
    for name, cls in classes.items():
        # Classified although no clause is known to use it (``SELECT *``, COPY, an expanded view): still a use.
        if name not in seen:
            table, _, column = name.rpartition(".")
            schema, _, relation = table.rpartition(".")
            ref = ColumnRef(column, TableRef(relation, schema) if table else None)
            uses.append(Use(ref, "other", False, cls))
    return tuple(uses)


def _names(column: ColumnRef) -> tuple[str, ...]:
    name = column.name.lower()
    if column.table is None:
        return (name,)
    return (str(column).lower(), f"{column.table.name.lower()}.{name}", name)


def hides_a_name(template: str) -> bool:
    """Tell whether a name is hidden in the literal-free text, because it could be a card number or a string."""
    return '"?"' in template or "@?" in template
