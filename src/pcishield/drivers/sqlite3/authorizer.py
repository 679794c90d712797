"""SQLite's authorizer: asked about each action of a statement while SQLite compiles it, scripts and triggers included.

Two callers may have put it there: strict mode (only what a guarded call has brought) and ``database.authorizer =
"policy"`` (nothing that the policy lets nobody do). The user's own authorizer is asked after them.

What the policy is asked about are the statement's own actions. What views and triggers do on behalf of a statement
is theirs, but nobody attaches files, loads extensions or changes guarded settings through them either.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from threading import get_ident
from typing import TYPE_CHECKING, Any

from pcishield.statement.facts import TableRef
from pcishield.statement.functions import risk
from pcishield.statement.settings import sqlite_pragma

if TYPE_CHECKING:
    from pcishield.drivers.sqlite3.state import ConnectionState

__all__ = ["authorizer"]

_FREE_ACTIONS = frozenset({sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT})
_ROWS = {
    sqlite3.SQLITE_DELETE: "delete",
    sqlite3.SQLITE_INSERT: "insert",
    sqlite3.SQLITE_READ: "select",
    sqlite3.SQLITE_UPDATE: "update",
}
_KINDS = "INDEX TABLE TEMP_INDEX TEMP_TABLE TEMP_TRIGGER TEMP_VIEW TRIGGER VIEW VTABLE".split()
_CREATES = frozenset(getattr(sqlite3, f"SQLITE_CREATE_{kind}") for kind in _KINDS) | {sqlite3.SQLITE_ALTER_TABLE}
_DROPS = frozenset(getattr(sqlite3, f"SQLITE_DROP_{kind}") for kind in _KINDS)
_KEPT = 4096


def authorizer(state: ConnectionState, callback: Callable[..., Any] | None = None) -> Callable[..., Any]:
    """Return the connection's authorizer.

    Args:
        state: Of the connection.
        callback: The user's authorizer.
    """
    known: dict[Any, bool] = {}

    def refused(action: int, one: Any, two: Any, database: Any, inner: Any) -> bool:
        policy = state.session.parts.policy
        key = (policy, action, one, two, database, inner is None)
        found = known.get(key)
        if found is None:
            if len(known) >= _KEPT:
                known.clear()
            found = known[key] = _refused(policy, state.session.database, action, one, two, database, inner)
        return found

    def authorize(action: int, one: Any, two: Any, database: Any, inner: Any) -> Any:
        if state.strict and get_ident() not in state.running and action not in _FREE_ACTIONS:
            return sqlite3.SQLITE_DENY
        if state.authorizes and not state.quiet and refused(action, one, two, database, inner):
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK if callback is None else callback(action, one, two, database, inner)

    authorize.__name__ = getattr(callback, "__name__", "authorize")
    return authorize


def _refused(policy: Any, name: str, action: int, one: Any, two: Any, database: Any, inner: Any) -> bool:
    """Whether nobody may do this, by a policy that can say so."""
    never = getattr(policy, "never", None)
    if never is None:
        return False
    if action == sqlite3.SQLITE_ATTACH:
        return bool(never("admin", None, ("attach", "file-access"), name))
    if action == sqlite3.SQLITE_FUNCTION:
        hazard = risk(str(two).lower())
        return hazard is not None and bool(never("select", None, (hazard,), name))
    if action == sqlite3.SQLITE_PRAGMA:
        hazard = sqlite_pragma(str(one).lower(), None if two is None else str(two).lower())
        return bool(hazard) and bool(never("set", None, (hazard,), name))
    if inner is not None or str(one).lower().startswith("sqlite_"):
        return False
    return _refused_here(never, name, action, one, two, database)


def _refused_here(never: Callable[..., bool], name: str, action: int, one: Any, two: Any, database: Any) -> bool:
    """The same for what the statement itself does to tables."""
    if action in _CREATES or action in _DROPS:
        on = two if action == sqlite3.SQLITE_ALTER_TABLE else one
        return never("ddl", _table(on, database), ("drop", "ddl") if action in _DROPS else ("ddl",), name)
    kind = _ROWS.get(action)
    if kind is None or not one:
        return False
    table = _table(one, database)
    # DROP TABLE deletes the rows too.
    return never(kind, table, (), name) and (kind != "delete" or never("ddl", table, ("drop", "ddl"), name))


def _table(name: Any, database: Any) -> TableRef:
    schema = str(database or "").lower()
    return TableRef(str(name).lower(), "" if schema == "main" else schema)
