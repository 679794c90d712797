"""Cursors and prepared statements that SQL itself has named: FETCH and EXECUTE say nothing of what they return.

What was declared is remembered by session and name, so that its lineage and column classes hold for what is fetched
later. A name that was not seen here cannot be judged, and is refused.

A cursor's rows are settled when it is declared. A prepared statement is planned anew by the server when a table, a
view, a function or the search path that it needs is another: so its text is understood anew at each EXECUTE.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pcishield.statement.facts import Statement
from pcishield.statement.prepared import traced

if TYPE_CHECKING:
    from pcishield.runtime.operation import Operation
    from pcishield.runtime.session import Session

__all__ = ["Declared", "Sources", "ends", "names_its_rows"]

_MANY = 1024
_PLANS_ANEW = {"postgres": True, "mysql": False}
"""Dialects in which what was prepared follows the tables; whether it follows the search path too."""

Sources = tuple[Statement | None, ...]
"""For each statement of a text what its rows really come from; ``None`` for one that speaks for itself."""

_ENDS = re.compile(
    r'(CLOSE|DEALLOCATE|DISCARD|DROP\s+PREPARE)(?:\s+PREPARE)?\s+(?:"((?:[^"]|"")+)"|`((?:[^`]|``)+)`|(\w+))',
    re.IGNORECASE,
)
_ENDING = frozenset({"prepare", "set", "tcl"})
"""Kinds of what may close a cursor or deallocate a prepared statement."""
_KEEPS = frozenset({"plans", "sequences", "temp", "temporary"})


def _parts(statement: Statement) -> tuple[Statement, ...]:
    return statement.parts or (statement,)


def names_its_rows(part: Statement) -> bool:
    """Whether its rows are those of what it names. EXPLAIN's are a plan, and CREATE TABLE AS has none."""
    return bool(part.refers) and part.kind not in {"explain", "ddl"}


def ends(part: Statement) -> re.Match[str] | None:
    """Return what of ``part`` says that a name means nothing from now on."""
    return _ENDS.match(part.template) if part.kind in _ENDING else None


class Declared:
    """The names of one session.

    Attributes:
        automatic: Whether the session itself keeps them as statements run; false where the driver does.
        by_libpq: Text of what was prepared by libpq's own functions, by name.
    """

    def __init__(self) -> None:
        self.automatic = True
        self.by_libpq: dict[bytes, bytes] = {}
        self._names: dict[tuple[bool, str], Statement | None] = {}
        self._prepared: dict[str, tuple[str, int, tuple[str, ...] | None]] = {}

    def concerns(self, statement: Statement | None) -> bool:
        """Whether ``statement`` makes, uses or ends a name."""
        if statement is None:
            return False
        return bool(statement.parts or statement.refers or statement.declares or ends(statement))

    def forget(self, name: bytes) -> None:
        """Forget the cursor and the statement of a name that is closed, or given anew, outside of SQL."""
        text = bytes(name).decode("utf-8", "replace")
        for prepared in (True, False):
            self._remove((prepared, text))

    def traced(self, statement: Statement, session: Session) -> Statement:
        """Return an EXECUTE with what was prepared under its name; anything else as it is."""
        if statement.parts or not statement.refers or "execute" not in statement.actions:
            return statement
        prepared = self._source_of(True, statement.refers, session)
        return statement if prepared is None else traced(statement, prepared)

    def remember(self, operation: Operation, *, certain: bool = True) -> None:
        """Remember what ``operation`` has declared.

        Args:
            operation: After it has run.
            certain: The server has accepted it; false in a pipeline, where it answers later.
        """
        catalog = operation.session.catalog
        path = None if catalog is None or catalog.catalog is None else catalog.catalog.search_path
        for index, part in enumerate(() if operation.statement is None else _parts(operation.statement)):
            if part.declares:
                prepared = "prepare" in part.actions
                self._put((prepared, part.declares), part, certain)
                if prepared:
                    self._prepared[part.declares] = operation.sql, index, path

    def remember_cursor(self, name: str, operation: Operation) -> None:
        """Remember the statement of a server-side cursor."""
        if operation.statement is not None:
            self._put((False, name), operation.statement, True)

    def check_cursor(self, name: str, operation: Operation) -> None:
        """Refuse to fetch by a cursor object whose name has been given to another cursor since it executed.

        Rows of both may come out of it: some that the driver has fetched before, and some that the server has.

        Raises:
            StatementDenied: It has.
        """
        if not self._is_of(name, operation):
            operation.session.refuse(
                "fetch", "the cursor's name was closed, or given to another cursor.", "Execute again, or use FETCH."
            )

    def closed_cursor(self, name: str, operation: Operation) -> None:
        """Forget the name of a cursor object that is closed, unless it is another cursor's by now."""
        if self._is_of(name, operation):
            self._remove((False, name))

    def _is_of(self, name: str, operation: Operation) -> bool:
        source = operation.sources[0] if operation.sources else operation.statement
        return source is not None and self._names.get((False, name)) is source

    def sources(self, operation: Operation) -> Sources | None:
        """Return where the rows of ``operation`` come from; ``None`` when all its statements speak for themselves.

        Raises:
            StatementDenied: It uses a name that was not declared here.
        """
        statement = operation.statement
        if statement is None:
            return None
        for part in _parts(statement):
            self._forget_ended(part)
        if not any(map(names_its_rows, _parts(statement))):
            return None
        return tuple(self._source(operation, statement, part) for part in _parts(statement))

    def _source(self, operation: Operation, statement: Statement, part: Statement) -> Statement | None:
        if not names_its_rows(part):
            return None
        prepared = "execute" in part.actions
        source = self._source_of(prepared, part.refers, operation.session)
        # What this very text declares before it uses it counts too.
        for earlier in _parts(statement):
            if earlier is part:
                break
            if earlier.declares == part.refers and ("prepare" in earlier.actions) == prepared:
                source = earlier
        if source is None:
            operation.session.refuse(
                operation.method,
                f"the {'prepared statement' if prepared else 'cursor'} was not declared on this connection, so "
                "it is not known what it returns.",
                "Send the SELECT itself, or declare it here first.",
            )
        return source

    def _source_of(self, prepared: bool, name: str, session: Session) -> Statement | None:
        """Return what a name stands for, as the server understands it now."""
        source = self._names.get((prepared, name))
        if source is None or not prepared or session.catalog is None or session.dialect not in _PLANS_ANEW:
            return source
        sql, index, path = self._prepared[name]
        # MySQL keeps the database that was current when it was prepared.
        known = session.catalog.again(sql, None if _PLANS_ANEW[session.dialect] else path)
        return source if known is None else _parts(known.statement)[index]

    def _forget_ended(self, part: Statement) -> None:
        """Forget what ``part`` closes or deallocates: the name may be given to something that is not seen here."""
        if (found := ends(part)) is None:
            return
        verb = found[1].upper()
        plain = (found[4] or "").lower()
        if verb == "DISCARD" and plain in _KEEPS:
            return
        quoted = found[2].replace('""', '"') if found[2] else found[3].replace("``", "`") if found[3] else None
        name = None if quoted is None and plain == "all" else plain if quoted is None else quoted
        if verb in {"CLOSE", "DISCARD"}:
            self._drop(False, name)
        if verb != "CLOSE":
            self._drop(True, name)
            self.by_libpq.clear() if name is None else self.by_libpq.pop(name.encode(), None)

    def _drop(self, prepared: bool, name: str | None) -> None:
        for key in [key for key in self._names if key[0] == prepared and name in {None, key[1]}]:
            self._remove(key)

    def _remove(self, key: tuple[bool, str]) -> None:
        self._names.pop(key, None)
        if key[0]:
            self._prepared.pop(key[1], None)

    def _put(self, key: tuple[bool, str], statement: Statement, certain: bool) -> None:
        known = self._names.get(key)
        if len(self._names) >= _MANY and key not in self._names:
            # Forgotten names are refused, not let through.
            self._remove(next(iter(self._names)))
        if not certain and key in self._names and (known is None or known.template != statement.template):
            # Which of the two it is will be known when it is too late to ask.
            self._names[key] = None
        else:
            self._names[key] = statement
