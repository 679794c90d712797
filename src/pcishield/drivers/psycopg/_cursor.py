"""Guarded cursors: made by changing the class of a cursor, so that the user's own class stays underneath.

A cursor is stamped when it first sends something (or fetches, if it took over a server-side cursor), whoever
made it. There is nothing to fetch from a cursor before that.
"""

from __future__ import annotations

from typing import Any

from psycopg._queries import PostgresClientQuery

from pcishield.drivers.psycopg._rows import current, results_property, transformer_property
from pcishield.drivers.psycopg._surface import driver_class, surface_of
from pcishield.runtime.surface import build

__all__ = ["guarded_cursor_class", "is_guarded", "merges", "stamp"]

_MAX_CLASSES = 1024
_CLASSES: dict[type, type] = {}


def is_guarded(cursor: Any) -> bool:
    """Whether the cursor has been stamped."""
    return hasattr(type(cursor), "_pcishield_stamp")


def merges(cursor: Any) -> bool:
    """Whether the cursor merges parameters into the text on this side."""
    return issubclass(cursor._query_cls, PostgresClientQuery)


def stamp(cursor: Any) -> None:
    """Make ``cursor`` a guarded one. Nothing happens when it is."""
    cls = type(cursor)
    if not hasattr(cls, "_pcishield_stamp"):
        cursor.__class__ = guarded_cursor_class(cls)


def guarded_cursor_class(cls: type) -> type:
    """Return the guarded subclass of a psycopg cursor class or of a user's subclass."""
    made = _CLASSES.get(cls)
    if made is None:
        if len(_CLASSES) >= _MAX_CLASSES:
            # Only of programs that make classes without end; what was made stays valid.
            _CLASSES.clear()
        made = _CLASSES[cls] = _build(cls)
    return made


def _build(cls: type) -> type:
    return build(
        cls,
        surface_of(cls),
        {},
        reference=driver_class(cls),
        names={
            "_pcishield_stamp": True,
            "_tx": transformer_property,
            "pgresult": results_property,
            "_check_results": _check_results(cls),
            "_close": _close(cls),
            "_execute_send": _sends(cls, "_execute_send"),
            "_send_query_prepared": _sends(cls, "_send_query_prepared"),
            "_set_results": _set_results(cls),
        },
    )


def _original(cls: type, name: str) -> Any:
    return getattr(cls, name)


def _sends(cls: type, name: str) -> Any:
    original = _original(cls, name)

    def send(self: Any, *args: Any, **kwargs: Any) -> Any:
        # In pipeline mode results come later and in order: remember whose.
        sent = original(self, *args, **kwargs)
        if self._conn._pipeline is not None:
            tx = current(self)
            tx.expected.append(tx.operation)  # type: ignore[arg-type]
        return sent

    return send


def _check_results(cls: type) -> Any:
    original = _original(cls, "_check_results")

    def check_results(self: Any, results: Any) -> Any:
        tx = current(self)
        if not tx.expected:
            return original(self, results)
        operation = tx.current = tx.expected.popleft()
        try:
            return original(self, results)
        except Exception as error:
            tx.session.sanitise(error)
            operation.fail(error)
            raise

    return check_results


def _set_results(cls: type) -> Any:
    original = _original(cls, "_set_results")

    def set_results(self: Any, results: Any) -> None:
        original(self, results)
        tx = current(self)
        operation = tx.current
        if self._conn._pipeline is None or operation is None or operation in tx.expected:
            return
        if not any(result.ntuples for result in results):
            operation.finish(self._rowcount)

    return set_results


def _close(cls: type) -> Any:
    original = _original(cls, "_close")

    def close(self: Any) -> None:
        original(self)
        tx = current(self)
        if tx.operation is not None and not tx.expected:
            tx.operation.finish()

    return close
