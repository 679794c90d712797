"""The guarded connection: opens the session, hands out guarded cursors, keeps the gate."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

from pcishield.drivers.sqlite3 import routes
from pcishield.drivers.sqlite3._fast import make_call
from pcishield.drivers.sqlite3.authorizer import authorizer
from pcishield.drivers.sqlite3.catalog import CatalogReader
from pcishield.drivers.sqlite3.cursor import GuardedCursor
from pcishield.drivers.sqlite3.result import drop_quoted_cell
from pcishield.drivers.sqlite3.state import ConnectionState, Text, through_gate
from pcishield.drivers.sqlite3.surfaces import CONNECTION
from pcishield.drivers.sqlite3.warn import warn_caller
from pcishield.exceptions import ConfigurationError, PolicyViolation, ShieldError
from pcishield.runtime.dress import refuse_copy
from pcishield.runtime.opening import taken
from pcishield.runtime.scrub import Scrub, Wording
from pcishield.runtime.stamp import stamp, under
from pcishield.runtime.surface import build

__all__ = ["DIALECT", "GuardedConnection", "guarded_connection"]

DIALECT = "sqlite"

_Raw = sqlite3.Connection
_RawCursor = sqlite3.Cursor
_init = _Raw.__init__
_prepare = _Raw.__call__
_close = _Raw.close
_cursor = _Raw.cursor
_set_authorizer = _Raw.set_authorizer
_setconfig = getattr(_Raw, "setconfig", None)
_total_changes = _Raw.total_changes.__get__
_text_factory = _Raw.text_factory
_CACHED = 128
"""Statements that sqlite3 keeps by default."""

KEYWORDS = sys.version_info >= (3, 12)
"""Whether more than one positional argument is deprecated."""
_NATIVE_TEXT = frozenset({str, bytes})
_RISKY_CONFIG: dict[Any, bool] = {
    getattr(sqlite3, name, name): risky
    for name, risky in (
        ("SQLITE_DBCONFIG_DEFENSIVE", False),
        ("SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION", True),
        ("SQLITE_DBCONFIG_RESET_DATABASE", True),
        ("SQLITE_DBCONFIG_WRITABLE_SCHEMA", True),
    )
}
"""Settings of a connection that undo what the guard relies on, and the value that does."""


def error_class(error: ShieldError) -> type[Exception]:
    """Return the sqlite3 error class that ``error`` shall also be an instance of."""
    return sqlite3.ProgrammingError if isinstance(error, PolicyViolation) else sqlite3.OperationalError


def _drop_cell(error: BaseException, words: Wording) -> None:
    """Drop the cell that sqlite3 quotes when it cannot decode one: it may be a fragment no scanner knows."""
    if not getattr(error, "_pcishield_checked", False):
        drop_quoted_cell(error)


def _words(error: BaseException, words: Wording) -> Wording:
    own = isinstance(error, (sqlite3.InterfaceError, sqlite3.ProgrammingError))
    return words.plain if own or getattr(error, "_pcishield_unread", False) else words


_SCRUB = Scrub(_drop_cell, words=_words)


def _name(database: Any) -> str:
    """Return a database argument as it may be recorded: a URI without its query, which can hold a key."""
    if isinstance(database, bytes):
        database = os.fsdecode(database)
    elif isinstance(database, os.PathLike):
        database = os.fspath(database)
        database = os.fsdecode(database)
    text = str(database) if isinstance(database, str) else ""
    return text.partition("?")[0] if text.startswith("file:") else text


def _statement_cache(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any], int]:
    """Take ``cached_statements`` out: the statements are kept behind the gate (see ``state``)."""
    wanted = args[6] if len(args) > 6 else kwargs.get("cached_statements", _CACHED)
    if type(wanted) is not int or not -(2**31) <= wanted < 2**31:
        return args, kwargs, 0  # the driver complains, or cuts it off itself
    if len(args) > 6:
        return (*args[:6], 0, *args[7:]), kwargs, wanted
    return args, {**kwargs, "cached_statements": 0}, wanted


def open_session(connection: Any, database: Any) -> tuple[Any, bool]:
    """Open the session for a connection; return it and whether SQLite itself shall refuse unguarded SQL."""
    enforcer = type(connection)._pcishield_enforcer()
    session = enforcer.open_session(
        dialect=DIALECT, driver="sqlite3", database=_name(database),
        info={"version": sqlite3.sqlite_version}, error_class=error_class, scrub=_SCRUB,
        opening=taken(),
    )  # fmt: skip
    return session, bool(getattr(getattr(getattr(enforcer, "settings", None), "sqlite", None), "strict", False))


def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
    database = args[0] if args else kwargs.get("database")
    if database is None:
        _init(self, *args, **kwargs)  # raises for want of a database
    session, strict = open_session(self, database)
    args, kwargs, capacity = _statement_cache(args, kwargs)
    try:
        if KEYWORDS and len(args) > 1:
            warn_caller(partial(_init, self, *args, **kwargs))
        else:
            _init(self, *args, **kwargs)
    except BaseException as error:
        session.sanitise(error)
        session.close()
        raise
    state = ConnectionState(session, capacity, strict)
    state.home = _home(_name(database))
    _begin(self, state)


def _home(name: str) -> str | None:
    if name.startswith("file:"):
        return None
    return "" if name in ("", ":memory:") else os.path.abspath(name)


def _begin(connection: Any, state: ConnectionState) -> None:
    connection._pcishield = state
    state.session.use_catalog((), CatalogReader(connection, state))
    for sql in state.session.parts.net.sqlite():
        through_gate(state, sql, _RawCursor(connection).execute, sql)
    if state.asked:
        _set_authorizer(connection, authorizer(state))


def adopt(connection: Any, guard: type, database: Any) -> Any:
    """Guard a connection that a user's factory function has already opened.

    sqlite3's own statement cache stays on for it, so the gate sees a text only when it is new.

    Raises:
        ConfigurationError: It is of the driver's own class, which cannot be stamped. It is closed.
    """
    try:
        stamp(connection, guard)
        session, strict = open_session(connection, database)
    except BaseException:
        _close(connection)
        raise
    _begin(connection, ConnectionState(session, 0, strict))
    return connection


def state_of(connection: Any) -> ConnectionState:
    """Return the guard's state of a connection.

    Raises:
        sqlite3.ProgrammingError: The connection was never initialised.
        ConfigurationError: It was, by the driver's own ``__init__`` and past the guard's.
    """
    state: ConnectionState | None = connection._pcishield
    if state is None:
        _total_changes(connection)  # raises the driver's own error when not initialised
        raise ConfigurationError(
            f"{type(connection).__qualname__}: the connection was not opened through the guard. "
            "Call super().__init__(...) instead of sqlite3.Connection.__init__(self, ...)."
        )
    return state


__call__ = make_call(state_of)


def _cursor_factory(factory: Any) -> Any:
    if factory is _RawCursor:
        return GuardedCursor
    if isinstance(factory, type) and issubclass(factory, _RawCursor):
        return under(factory, GuardedCursor)

    def make(connection: Any) -> Any:
        made = factory(connection)
        if type(made) is _RawCursor:
            return GuardedCursor(connection)  # it has run nothing yet, so another one is as good
        # Not isinstance: that believes a __class__ attribute, and sqlite3 does not.
        return stamp(made, GuardedCursor) if issubclass(type(made), _RawCursor) else made

    return make


def cursor(self: Any, *args: Any, **kwargs: Any) -> Any:
    state = self._pcishield or state_of(self)
    if args:
        args = (_cursor_factory(args[0]), *args[1:])
    elif "factory" in kwargs:
        kwargs["factory"] = _cursor_factory(kwargs["factory"])
    else:
        args = (GuardedCursor,)
    made = _cursor(self, *args, **kwargs)
    if state.row_factory is not None:
        made.row_factory = state.row_factory
    return made


def _on_new_cursor(name: str, original: Any) -> Any:
    # Not through self.cursor(): sqlite3 does not call an overridden cursor() here either.
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        state = self._pcishield or state_of(self)
        made = _cursor(self, GuardedCursor)
        if state.row_factory is not None:
            made._pcishield.factory = state.row_factory
        return getattr(made, name)(*args, **kwargs)

    method.__name__, method.__doc__ = name, original.__doc__
    return method


def close(self: Any) -> None:
    state: ConnectionState | None = self._pcishield
    _close(self)
    if state is not None and not state.closed:
        state.close()


def _get_row_factory(self: Any) -> Any:
    return state_of(self).row_factory


def _set_row_factory(self: Any, factory: Any) -> None:
    state_of(self).row_factory = factory


def _get_text_factory(self: Any) -> Any:
    own = state_of(self).text_factory
    return _text_factory.__get__(self) if own is None else own


def _set_text_factory(self: Any, factory: Any) -> None:
    native = isinstance(factory, type) and factory in _NATIVE_TEXT
    state_of(self).text_factory = None if native else factory
    _text_factory.__set__(self, factory if native else Text)


class _SetAuthorizer:
    """``set_authorizer``: the driver's own, unless the guard needs the place; then the user's one is chained."""

    def __get__(self, connection: Any, owner: type | None = None) -> Any:
        if connection is None or not state_of(connection).asked:
            return _set_authorizer.__get__(connection, owner)
        state = state_of(connection)

        def set_authorizer(*args: Any, **kwargs: Any) -> Any:
            if len(args) + len(kwargs) != 1:
                return _set_authorizer(connection, *args, **kwargs)
            (callback,) = (*args, *kwargs.values())
            guard = authorizer(state, callback)
            if args:
                return _set_authorizer(connection, guard)
            return warn_caller(partial(_set_authorizer, connection, **dict.fromkeys(kwargs, guard)))

        return set_authorizer


def setconfig(self: Any, *args: Any, **kwargs: Any) -> Any:
    if args and args[0] in _RISKY_CONFIG:
        enable = bool(args[1]) if len(args) > 1 else bool(kwargs.get("enable", True))
        if enable is _RISKY_CONFIG[args[0]]:
            state_of(self).session.refuse(
                "setconfig", "this setting would take away what the guard relies on.",
                "Leave extensions, the defensive flag and the schema's protection as they are.",
            )  # fmt: skip
    assert _setconfig is not None
    return _setconfig(self, *args, **kwargs)


def _refused(name: str, original: Any) -> Any:
    hint = CONNECTION.blocked[name]

    def method(self: Any, *args: Any, **kwargs: Any) -> NoReturn:
        state_of(self).session.refuse(name, "native code would run beside the guard.", hint)

    method.__name__, method.__doc__ = name, original.__doc__
    return method


def _no_enforcer() -> NoReturn:
    raise ConfigurationError("this class has no shield; connect through pcishield.sqlite3 or Shield.connect()")


def _names() -> dict[str, Any]:
    names: dict[str, Any] = {
        "__call__": __call__,
        "__doc__": _Raw.__doc__,
        "__init__": __init__,
        "__reduce_ex__": refuse_copy,
        "_pcishield": None,
        "_pcishield_enforcer": staticmethod(_no_enforcer),
        "close": close,
        "cursor": cursor,
        "row_factory": property(_get_row_factory, _set_row_factory, lambda self: _set_row_factory(self, None)),
        "set_authorizer": _SetAuthorizer(),
        "text_factory": property(_get_text_factory, _set_text_factory),
    }
    names |= {name: _on_new_cursor(name, getattr(_Raw, name)) for name in ("execute", "executemany", "executescript")}
    names |= {name: _refused(name, getattr(_Raw, name)) for name in CONNECTION.blocked if hasattr(_Raw, name)}
    if _setconfig is not None:
        names["setconfig"] = setconfig
    return names | routes.methods(state_of)


GuardedConnection: type = build(_Raw, CONNECTION, {}, names=_names(), slots=False)
"""Base of every guarded connection class; it has no shield itself."""


def guarded_connection(enforcer: Callable[[], Any]) -> type:
    """Return the guarded ``Connection`` class of one shield.

    Args:
        enforcer: Called at each connect for the shield to use.
    """
    return type(
        "Connection",
        (GuardedConnection,),
        {"__module__": "sqlite3", "__doc__": _Raw.__doc__, "_pcishield_enforcer": staticmethod(enforcer)},
    )
