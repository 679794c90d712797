"""Cursors and prepared statements that SQL itself has named: FETCH and EXECUTE say nothing of what they return.

What was declared is remembered by connection and name, so that its lineage and column classes hold for what is
fetched later. A name that was not seen here cannot be judged, and is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pcishield.runtime.operation import Operation
from pcishield.statement.facts import Statement

if TYPE_CHECKING:
    from pcishield.runtime.session import Session

__all__ = ["remember", "remember_cursor", "sources"]

_KEY = "_pcishield_declared"
_MANY = 1024

Sources = tuple[Statement | None, ...]


def _declared(connection: Any) -> dict[tuple[bool, str], Statement | None]:
    found: dict[tuple[bool, str], Statement | None] = connection.__dict__.setdefault(_KEY, {})
    return found


def _parts(statement: Statement) -> tuple[Statement, ...]:
    return statement.parts or (statement,)


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
    if statement is None or not any(part.refers for part in _parts(statement)):
        return None
    found: list[Statement | None] = []
    for part in _parts(statement):
        source = None
        if part.refers:
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
