"""Temporary tables of a session whose database does not list them: MySQL's and MariaDB's catalogs leave them out.

A table that nobody knows is redacted. So those that the session has made itself, and put nothing classified into, are
asked for by name; what the server says of them goes to the other answers, before the table or view of that name,
which they hide. The rest stays unknown:

- what a statement made or filled that touches a classified column, or something of which nobody knows what it is, for
  a temporary table may call it anything;
- all of them, from the first statement on whose doing cannot be seen (a procedure, SQL text of a variable), or that
  puts such data into a variable;
- what was renamed or altered, and what has a generated column, which may be made of a classified one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pcishield.statement.catalog_reading import MARK
from pcishield.statement.facts import Statement, TableRef

if TYPE_CHECKING:
    from pcishield.runtime.known import KnownStatement

__all__ = ["OPTIONAL", "TemporaryTables", "is_question"]

OPTIONAL = "temporary"
"""Begins the names of queries that may fail: then they have no rows."""

_MADE = re.compile(r"CREATE (?:OR REPLACE )?TEMPORARY TABLE\b", re.IGNORECASE)
_LIMIT = 50
_NAME = r"`(?:[^`]|``)+`"
_QUESTION = re.compile(rf"SHOW (?:CREATE TABLE|COLUMNS FROM) (?:{_NAME}\.)?{_NAME}")


def is_question(sql: str) -> bool:
    """Whether the whole text is one of :meth:`TemporaryTables.queries`, which a log of the database shows as well."""
    return sql.startswith(MARK) and _QUESTION.fullmatch(sql, len(MARK)) is not None


class TemporaryTables:
    """What one session has made, by name."""

    __slots__ = ("_blind", "_clean", "_tainted")

    def __init__(self) -> None:
        self._clean: dict[TableRef, None] = {}
        self._tainted: set[str] = set()
        self._blind = False

    def ran(self, known: KnownStatement, blind: bool) -> bool:
        """Note what a statement that was sent may have done, whether it succeeded or not.

        Args:
            known: The statement.
            blind: It was understood without a catalog.

        Returns:
            Whether a table is unknown now that was known.
        """
        before = list(self._clean)
        statement = known.statement
        unclear = bool(known.classes or known.missing or "opaque-view" in statement.hazard_ids)
        if known.effect == "maybe" or (unclear and "session-variable" in statement.hazard_ids):
            self._blind = True
            self._clean.clear()
        for part in statement.parts or (statement,):
            reads = any(relation.access == "read" for relation in part.relations)
            self._note(part, unclear or (blind and reads))
        return any(table not in self._clean for table in before)

    def _note(self, statement: Statement, unclear: bool) -> None:
        changed = [relation.table for relation in statement.relations if relation.access != "read"]
        if unclear:
            for table in changed:
                self._drop(table)
                self._tainted.add(table.name)
        elif "ddl" in statement.actions:
            if _MADE.match(statement.template):
                self._made(changed[0])
            elif "relocation" in statement.hazard_ids:
                self._clean.clear()  # one may now have another's name
            else:
                for table in changed:
                    self._drop(table)

    def _made(self, table: TableRef) -> None:
        self._drop(table)
        if not self._blind and table.name not in self._tainted and len(self._clean) < _LIMIT:
            self._clean[table] = None

    def _drop(self, table: TableRef) -> None:
        for other in [other for other in self._clean if other.name == table.name]:
            del self._clean[other]

    def queries(self) -> dict[str, str]:
        """Return what to ask beside the catalog's own queries, by name; each may fail."""
        return {
            f"{OPTIONAL} {what} {number}": f"{MARK}SHOW {what} {_quoted(table)}"
            for number, table in enumerate(self._clean)
            for what in ("CREATE TABLE", "COLUMNS FROM")
        }

    def merged(self, answers: Mapping[str, Sequence[Any]], schema: str) -> Mapping[str, Sequence[Any]]:
        """Return the catalog's own answers with what is known of temporary tables among them.

        Args:
            answers: To the catalog's queries and to those of :meth:`queries`, asked just now.
            schema: In which names without one are looked up.
        """
        found = {name: rows for name, rows in answers.items() if not name.startswith(OPTIONAL)}
        for number, table in enumerate(self._clean):
            made, columns = (
                answers.get(f"{OPTIONAL} {what} {number}", ()) for what in ("CREATE TABLE", "COLUMNS FROM")
            )
            text = _text(made[0][1]).upper() if made else ""
            if not text.startswith("CREATE TEMPORARY TABLE") or "GENERATED ALWAYS" in text:
                continue
            where = (table.schema or schema, table.name)
            for name in ("columns", "views", "keys"):
                found[name] = [row for row in found[name] if (_text(row[0]).lower(), _text(row[1]).lower()) != where]
            found["columns"] += [  # type: ignore[operator]
                (*where, "BASE TABLE", field, "NO" if _text(null) == "NO" else None, "")
                for field, _, null, *_ in columns
            ]
        return found


def _quoted(table: TableRef) -> str:
    return ".".join("`" + part.replace("`", "``") + "`" for part in (table.schema, table.name) if part)


def _text(value: Any) -> str:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, (bytes, bytearray)) else str(value)
