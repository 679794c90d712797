"""Guarded cursors: made by changing the class of a cursor, so that the user's own class stays underneath.

A cursor is stamped when it first sends something (or fetches, if it took over a server-side cursor), whoever
made it. There is nothing to fetch from a cursor before that.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import pq
from psycopg._cursor_base import BaseCursor
from psycopg._queries import PostgresClientQuery

from pcishield.core.compiled import compiled
from pcishield.drivers.psycopg import _awaiting
from pcishield.drivers.psycopg._rows import (
    current,
    execute_gen,
    executing,
    make_execute,
    make_send,
    results_property,
    transformer_property,
)
from pcishield.drivers.psycopg._surface import driver_class, surface_of
from pcishield.runtime.dress import dressed
from pcishield.runtime.surface import build

__all__ = ["guarded_cursor_class", "is_guarded", "stamp"]

_MAX_CLASSES = 1024
_CLASSES: dict[tuple[type, bool], type] = {}
_libpq = compiled("pcishield.drivers.psycopg._libpq")
_MAYBE_PREPARE_GEN = None if _libpq is None else _libpq.executing(BaseCursor._maybe_prepare_gen)
_executing = None if _MAYBE_PREPARE_GEN is None else compiled("pcishield.drivers.psycopg._executing")

_making = None if pq.__impl__ == "python" else compiled("pcishield.drivers.psycopg._making")


def is_guarded(cursor: Any) -> bool:
    """Whether the cursor has been stamped."""
    return hasattr(cursor, "_pcishield_piped")


def stamp(cursor: Any) -> None:
    """Make ``cursor`` a guarded one, if it is not.

    What is needed to tell the results of a pipeline apart costs a little at every statement, so only cursors
    that have been used in one have it.
    """
    piped = cursor._conn._pipeline is not None
    cls = type(cursor)
    has: bool | None = getattr(cls, "_pcishield_piped", None)
    if has is None:
        cursor.__class__ = guarded_cursor_class(cls, piped)
    elif piped and not has:
        cursor.__class__ = guarded_cursor_class(cls.__bases__[0], piped)


def guarded_cursor_class(cls: type, piped: bool = True) -> type:
    """Return the guarded subclass of a psycopg cursor class or of a user's subclass.

    Args:
        cls: The class.
        piped: With what pipeline mode needs.
    """
    made = _CLASSES.get((cls, piped))
    if made is None:
        if len(_CLASSES) >= _MAX_CLASSES:
            # Only of programs that make classes without end; what was made stays valid.
            _CLASSES.clear()
        made = _CLASSES[cls, piped] = _build(cls, piped)
    return made


def _build(cls: Any, piped: bool) -> type:
    names: dict[str, Any] = {
        "_pcishield_merges": issubclass(cls._query_cls, PostgresClientQuery),
        "_pcishield_piped": piped,
        "_pcishield_run": None,
        "_pcishield_direct": not piped and _executing is not None and _executing.suits(cls),
        "_tx": transformer_property,
        "pgresult": results_property,
        "_close": _close(cls._close),
        "_execute_send": make_send(cls._execute_send),
        "_send_query_prepared": make_send(cls._send_query_prepared),
    }
    if _making is not None and cls.adapters is BaseCursor.adapters:
        names["adapters"] = _making.adapters
    if cls._execute_gen is BaseCursor._execute_gen:
        names["_execute_gen"] = execute_gen
        if make_execute is not None and executing is not None and names["_pcishield_direct"]:
            if cls.execute is psycopg.Cursor.execute:
                names["execute"] = dressed(make_execute(cls), cls.execute)
            elif cls.execute is psycopg.AsyncCursor.execute:
                names["_pcishield_run"] = run = executing(cls)
                names["execute"] = dressed(_awaiting.make_execute(run), cls.execute)
    if _MAYBE_PREPARE_GEN is not None and cls._maybe_prepare_gen is BaseCursor._maybe_prepare_gen:
        names["_maybe_prepare_gen"] = _MAYBE_PREPARE_GEN
    if _executing is not None and _executing.suits_fetchone(cls, psycopg.Cursor):
        names["fetchone"] = _executing.make_fetchone(cls)
    elif _executing is not None and _executing.suits_fetchone(cls, psycopg.AsyncCursor):
        made = _awaiting.make_fetchone(cls, _executing.make_there(cls), _executing.MISSING)
        names["fetchone"] = dressed(made, cls.fetchone)
    if piped:
        names |= {
            "_check_results": _check_results(cls._check_results),
            "_execute_send": _sends(make_send(cls._execute_send)),
            "_send_query_prepared": _sends(make_send(cls._send_query_prepared)),
            "_set_results": _set_results(cls._set_results),
        }
    return build(cls, surface_of(cls), {}, reference=driver_class(cls), names=names)


def _close(original: Any) -> Any:
    def close(self: Any) -> None:
        original(self)
        tx = current(self)
        if tx.operation is not None and not tx.expected:
            tx.operation.finish()

    return close


# In pipeline mode results come later and in order: what was sent is remembered, and taken off as it is answered.


def _sends(original: Any) -> Any:
    def send(self: Any, *args: Any, **kwargs: Any) -> Any:
        sent = original(self, *args, **kwargs)
        tx = current(self)
        if self._conn._pipeline is not None and tx.operation is not None:
            tx.expected.append(tx.operation)
        return sent

    return send


def _check_results(original: Any) -> Any:
    def check_results(self: Any, results: Any) -> Any:
        tx = current(self)
        if not tx.expected:
            return original(self, results)
        operation = tx.current = tx.expected.popleft()
        tx.truncates = operation.truncates
        try:
            return original(self, results)
        except Exception as error:
            tx.session.settled_error(error, operation.sql)
            operation.fail(error)
            raise

    return check_results


def _set_results(original: Any) -> Any:
    def set_results(self: Any, results: Any) -> None:
        original(self, results)
        tx = current(self)
        operation = tx.current
        if self._conn._pipeline is None or operation is None or operation in tx.expected:
            return
        if any(result.ntuples for result in results):
            operation.answered()
        else:
            operation.unanswered = False
            operation.finish(self._rowcount)

    return set_results
