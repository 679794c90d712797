"""Cursors and prepared statements that SQL itself has named: FETCH and EXECUTE say nothing of what they return.

What was declared is remembered by connection and name, so that its lineage and column classes hold for what is
fetched later. A name that was not seen here cannot be judged, and is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pcishield.runtime.operation import Operation
from pcishield.statement.facts import Statement
from pcishield.statement.prepared import traced

if TYPE_CHECKING:
    from pcishield.runtime.session import Session

__all__ = ["BY_LIBPQ", "forget", "remember", "remember_cursor", "sources", "trace"]

_KEY = "_pcishield_declared"
BY_LIBPQ = "_pcishield_prepared"
"""Where a connection has the statements that were prepared by libpq's own functions."""
_MANY = 1024

Sources = tuple[Statement | None, ...]


def _declared(connection: Any) -> dict[tuple[bool, str], Statement | None]:
    found: dict[tuple[bool, str], Statement | None] = connection.__dict__.setdefault(_KEY, {})
    return found


def _parts(statement: Statement) -> tuple[Statement, ...]:
    return statement.parts or (statement,)


_ENDS = re.compile(r'(CLOSE|DEALLOCATE|DISCARD)(?:\s+PREPARE)?\s+(?:"((?:[^"]|"")+)"|(\w+))', re.IGNORECASE)
_KEEPS = frozenset({"plans", "sequences", "temp", "temporary"})


def _forget_ended(connection: Any, statement: Statement) -> None:
    """Forget what ``statement`` closes or deallocates: the name may be given to something that is not seen here."""
    for part in _parts(statement):
        if part.kind not in {"prepare", "set", "tcl"} or (found := _ENDS.match(part.template)) is None:
            continue
        verb, quoted, plain = found[1].upper(), found[2], (found[3] or "").lower()
        if verb == "DISCARD" and plain in _KEEPS:
            continue
        everything = quoted is None and plain == "all"
        name = None if everything else plain if quoted is None else quoted.replace('""', '"')
        if verb != "DEALLOCATE":
            _forget(_declared(connection), False, name)
        if verb != "CLOSE":
            _forget(_declared(connection), True, name)
            by_libpq: dict[bytes, bytes] = connection.__dict__.get(BY_LIBPQ, {})
            by_libpq.clear() if name is None else by_libpq.pop(name.encode(), None)


def _forget(declared: dict[tuple[bool, str], Any], prepared: bool, name: str | None) -> None:
    for key in [key for key in declared if key[0] == prepared and name in {None, key[1]}]:
        del declared[key]


def forget(connection: Any, name: bytes) -> None:
    """Forget the cursor and the statement of a name that is closed, or given anew, outside of SQL."""
    text = bytes(name).decode("utf-8", "replace")
    for prepared in (True, False):
        _declared(connection).pop((prepared, text), None)


def _names(part: Statement) -> bool:
    """Whether its rows are those of what it names. EXPLAIN's are a plan, and CREATE TABLE AS has none."""
    return bool(part.refers) and part.kind not in {"explain", "ddl"}


def trace(connection: Any) -> Callable[[Statement], Statement]:
    """Return the function from an EXECUTE to the same with what was prepared on ``connection`` under its name.

    It keeps the names only: the connection knows its operation, and would know itself.
    """
    declared = _declared(connection)

    def traced_here(statement: Statement) -> Statement:
        if statement.parts or not statement.refers or "execute" not in statement.actions:
            return statement
        prepared = declared.get((True, statement.refers))
        return statement if prepared is None else traced(statement, prepared)

    return traced_here


def remember(connection: Any, operation: Operation, *, certain: bool) -> None:
    """Remember what ``operation`` has declared.

    Args:
        connection: The guarded connection.
        operation: After it has run.
        certain: The server has accepted it; false in a pipeline, where it answers later.
    """
    statement = operation.statement
    if statement is None:
        return
    for part in _parts(statement):
        if part.declares:
            _put(connection, ("prepare" in part.actions, part.declares), part, certain)


def remember_cursor(connection: Any, name: str, operation: Operation) -> None:
    """Remember the statement of a server-side cursor."""
    if operation.statement is not None:
        _put(connection, (False, name), operation.statement, True)


def _put(connection: Any, key: tuple[bool, str], statement: Statement, certain: bool) -> None:
    declared = _declared(connection)
    known = declared.get(key)
    if len(declared) >= _MANY and key not in declared:
        # Forgotten names are refused, not let through.
        del declared[next(iter(declared))]
    if not certain and key in declared and (known is None or known.template != statement.template):
        # Which of the two it is will be known when it is too late to ask.
        declared[key] = None
    else:
        declared[key] = statement


def sources(session: Session, connection: Any, operation: Operation) -> Sources | None:
    """Return, for each statement of the text, what its rows really come from; ``None`` when all speak for themselves.

    Raises:
        StatementDenied: It uses a name that was not declared here.
    """
    statement = operation.statement
    if statement is not None:
        _forget_ended(connection, statement)
    if statement is None or not any(map(_names, _parts(statement))):
        return None
    found: list[Statement | None] = []
    for part in _parts(statement):
        source = None
        if _names(part):
            prepared = "execute" in part.actions
            source = _declared(connection).get((prepared, part.refers))
            # What this very text declares before it uses it counts too.
            for earlier in _parts(statement):
                if earlier is part:
                    break
                if earlier.declares == part.refers and ("prepare" in earlier.actions) == prepared:
                    source = earlier
            if source is None:
                session.refuse(
                    operation.method,
                    f"the {'prepared statement' if prepared else 'cursor'} was not declared on this connection, so "
                    "it is not known what it returns.",
                    "Send the SELECT itself, or declare it here first.",
                )
        found.append(source)
    return tuple(found)
