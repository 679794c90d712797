"""The raw connections that a pool holds when its engine is guarded: guarded in place, or replaced."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pcishield.exceptions import ConfigurationError
from pcishield.sqlalchemy.kinds import Kind, native

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import Dialect
    from sqlalchemy.pool import Pool

__all__ = ["guard_pooled"]

_IN_USE = (
    "{count} raw {driver} connection(s) of this engine are in use, and such a one cannot be guarded while it is; call "
    "guard_engine() before the engine's first use, or give the connections back first"
)
_MEMORY = (
    "a raw connection of this engine holds a database that cannot be moved to a guarded one ({why}); call "
    "guard_engine() before the engine's first use"
)


def guard_pooled(pool: Pool, dialect: Dialect, kind: Kind, adopt: Callable[[Any], Any]) -> Callable[[], None]:
    """Guard in place what can be, and return the function that replaces the rest once the pool opens guarded ones.

    Args:
        pool: May be in use.
        dialect: Of the pool's engine.
        kind: The driver.
        adopt: Guards an open connection in place, where the kind allows that.

    Raises:
        ConfigurationError: A connection can be neither guarded nor replaced; nothing was changed.
    """
    raw = [entry for entry in _entries(pool) if kind.session(native(dialect, entry.dbapi_connection)) is None]
    if kind.adopt is not None:
        for entry in raw:
            adopt(native(dialect, entry.dbapi_connection))
        return lambda: None
    used = [entry for entry in raw if not hasattr(entry, "in_use") or entry.in_use]
    if used:
        raise ConfigurationError(_IN_USE.format(count=len(used), driver=kind.name))
    moves = [(entry, _move(entry, dialect, kind)) for entry in raw]

    def replace() -> None:
        for entry, move in moves:
            move(entry)

    return replace


def _entries(pool: Pool) -> list[Any]:
    """Return every connection that the pool holds or has lent, and every one detached from it.

    A pool keeps no list of what it has lent, but everything it made refers to it.
    """
    from sqlalchemy.pool.base import _ConnectionFairy, _ConnectionRecord

    referring = gc.get_referrers(pool)
    records = [found for found in referring if isinstance(found, _ConnectionRecord)]
    detached = [
        found for found in referring if isinstance(found, _ConnectionFairy) and found._connection_record is None
    ]
    return [entry for entry in (*records, *detached) if entry.dbapi_connection is not None]


def _move(entry: Any, dialect: Dialect, kind: Kind) -> Callable[[Any], None]:
    """Return how an idle entry gets a guarded connection: at its next use, or at once with a copy of its data."""
    if kind.name == "sqlite3" and _in_memory(native(dialect, entry.dbapi_connection)):
        if dialect.is_async:
            raise ConfigurationError(_MEMORY.format(why="it is asynchronous"))
        return _copy_memory
    if dialect.is_async:
        # Outside of an event loop the worker thread can only be told to close and end.
        return lambda entry: _drop(entry, entry.driver_connection.stop)
    return lambda entry: _drop(entry, entry.dbapi_connection.close)


def _drop(entry: Any, close: Callable[[], Any]) -> None:
    close()
    entry.dbapi_connection = None


def _in_memory(connection: sqlite3.Connection) -> bool:
    try:
        if connection.in_transaction:
            raise ConfigurationError(_MEMORY.format(why="it is in a transaction"))
        files = {name: file for _, name, file in connection.execute("PRAGMA database_list")}
    except sqlite3.ProgrammingError as error:
        raise ConfigurationError(_MEMORY.format(why="it belongs to another thread")) from error
    return not files.get("main")


def _copy_memory(entry: Any) -> None:
    raw: sqlite3.Connection = entry.dbapi_connection
    entry.dbapi_connection = None
    guarded = entry.get_connection()
    # From raw to guarded: what was in the database stays there, and nothing comes out.
    raw.backup(guarded)
    raw.close()
