"""The guarded connection classes, pure and C: gates, cursors, and a session in the log per session of the server."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from mysql.connector.errors import Error as MySQLError
from mysql.connector.errors import InterfaceError

from pcishield.drivers.generic.opening import cleaned
from pcishield.drivers.mysql_connector.calls import refused_infile
from pcishield.drivers.mysql_connector.catalog import CLOCK, CatalogReader
from pcishield.drivers.mysql_connector.columns import described
from pcishield.drivers.mysql_connector.converter import converter_names, isolate_converter
from pcishield.drivers.mysql_connector.cursor import adopt_cursor, guard_for, guarded_cursor
from pcishield.drivers.mysql_connector.estimate import estimates
from pcishield.drivers.mysql_connector.gates import GATES, PURE_GATES, as_sql, judged, refresh_statement
from pcishield.drivers.mysql_connector.interrupted import READS, watched
from pcishield.drivers.mysql_connector.opening import configuring, introduce, lent
from pcishield.drivers.mysql_connector.state import ConnectionState, argument, secured
from pcishield.drivers.mysql_connector.surfaces import CONNECTION
from pcishield.exceptions import ShieldError
from pcishield.runtime.database_clock import Asked
from pcishield.runtime.dress import dressed
from pcishield.runtime.surface import build

if TYPE_CHECKING:
    from pcishield.runtime.session import Enforcer

__all__ = ["adopt", "guarded_connection", "init", "keep_base_columns", "with_guarded_class"]

_CURSOR_CLASS = 3
"""Position of ``cursor_class`` among the arguments of ``cursor()``."""


def with_guarded_class(args: tuple[Any, ...], kwargs: dict[str, Any], make: Callable[[Any], type]) -> tuple[Any, ...]:
    """Return the arguments of ``cursor()`` with a guard beneath the ``cursor_class``; ``kwargs`` is changed in place.

    Args:
        args: As given.
        kwargs: As given.
        make: Makes the guarded subclass of a driver's cursor class.
    """
    chosen = argument(args, kwargs, _CURSOR_CLASS, "cursor_class")
    if not isinstance(chosen, type) or not any(c.__module__.startswith("mysql.connector.") for c in chosen.__mro__):
        return args  # the driver's own, or what it will complain about
    guarded = guard_for(chosen, make)
    if len(args) > _CURSOR_CLASS:
        return (*args[:_CURSOR_CLASS], guarded, *args[_CURSOR_CLASS + 1 :])
    kwargs["cursor_class"] = guarded
    return args


def _cursor(original: Callable[..., Any]) -> Any:
    def cursor(self: Any, *args: Any, **kwargs: Any) -> Any:
        args = with_guarded_class(args, kwargs, guarded_cursor)
        return adopt_cursor(original(self, *args, **kwargs))

    return dressed(cursor, original)


def _open_connection(original: Callable[..., Any]) -> Any:
    def open_connection(self: Any) -> None:
        state: ConnectionState = self._pcishield
        opening = state.next_opening()
        introduce(self, opening)
        failed: BaseException | None = None
        session = state.open(self)
        if self._ssl_disabled:
            state.protected(self, False)
        state.starting(self)
        try:
            with lent(self, opening):
                original(self)
        except BaseException as error:
            session.sanitise(error)
            session.close()
            failed = cleaned(opening, error)
        finally:
            state.connecting = False
        if failed is not None:
            raise failed
        if not self._ssl_disabled:
            try:
                state.protected(self, secured(self))
            except BaseException:
                self.close()
                raise
        estimates(self, state, session)
        weakref.finalize(self, session.abandon).atexit = False
        state.connected(self)
        keep_base_columns(self)
        _cast_net(self)
        _ask_clock(self)

    return dressed(open_connection, original)


def _cast_net(connection: Any) -> None:
    """Tell the server's new session what it is to refuse by itself. A failure ends the connection."""
    state: ConnectionState = connection._pcishield
    statements = state.net(connection)
    try:
        with state.own():
            for sql in statements:
                connection.cmd_query(sql)
    except BaseException:
        connection.close()
        raise


def _ask_clock(connection: Any) -> None:
    """Ask the server's clock, if it can be told."""
    state: ConnectionState = connection._pcishield
    if state.asks_clock():
        with suppress(MySQLError):
            asked = Asked()
            state.asked_clock(asked, CatalogReader(connection, state).read(CLOCK))


def keep_base_columns(connection: Any) -> None:
    """Let the pure driver keep what the server says about base tables and columns."""
    if getattr(connection, "_protocol", None) is not None:
        connection._protocol.parse_column = described


def _closing(original: Callable[..., Any]) -> Any:
    def close(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(self, *args, **kwargs)
        finally:
            self._pcishield.close()

    return dressed(close, original)


def _reconnect(original: Callable[..., Any]) -> Any:
    def reconnect(self: Any, *args: Any, **kwargs: Any) -> None:
        try:
            original(self, *args, **kwargs)
        except InterfaceError as error:
            if isinstance(error.__cause__, ShieldError):
                raise error.__cause__ from None
            raise

    return dressed(reconnect, original)


def _cmd_change_user(original: Callable[..., Any]) -> Any:
    def cmd_change_user(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        facts = {"user": argument(args, kwargs, 0, "username") or ""}
        facts["database"] = argument(args, kwargs, 2, "database") or ""
        with state.renewed(self, **facts):
            result = original(self, *args, **kwargs)
            _cast_net(self)
            return result

    return dressed(cmd_change_user, original)


def _cmd_reset_connection(original: Callable[..., Any]) -> Any:
    def cmd_reset_connection(self: Any) -> Any:
        with self._pcishield.renewed(self):
            result = original(self)
            _cast_net(self)
            return result

    return dressed(cmd_reset_connection, original)


def init(original: Callable[..., Any], enforcer: Callable[[], Enforcer]) -> Any:
    """Return an ``__init__`` that gives the connection its state first."""

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        self._pcishield = ConnectionState(enforcer)
        original(self, *args, **kwargs)

    return dressed(__init__, original)


def _infile(original: Callable[..., Any]) -> Any:
    def handle(self: Any, *args: Any, **kwargs: Any) -> Any:
        refused_infile(self, self._pcishield)
        return original(self, *args, **kwargs)

    return handle


def _c_names(base: Any) -> dict[str, Any]:
    """Return the replacements that only the C implementation needs."""

    def fetch_eof_columns(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = base.fetch_eof_columns(self, *args, **kwargs)
        self._pcishield.mask_names(self, result["columns"])
        return result

    def set_database(self: Any, value: Any) -> None:
        self.cmd_init_db(value)

    def cmd_refresh(self: Any, options: int) -> Any:
        state: ConnectionState = self._pcishield
        return judged(self, state, refresh_statement(options), "cmd_refresh", lambda: base.cmd_refresh(self, options))

    def execute_query(self: Any, *args: Any, **kwargs: Any) -> Any:
        # The driver's class has its own cmd_query under this name too.
        return self.cmd_query(*args, **kwargs)

    return {
        "_execute_query": execute_query,
        "cmd_refresh": cmd_refresh,
        "cmd_shutdown": as_sql("cmd_shutdown", lambda *_, **__: "SHUTDOWN", base.cmd_shutdown),
        "database": property(base.database.fget, set_database, None, base.database.__doc__),
        "fetch_eof_columns": fetch_eof_columns,
    }


def _pure_names(base: Any) -> dict[str, Any]:
    """Return the replacements that only the pure implementation needs."""
    return {
        "_handle_load_data_infile": _infile(base._handle_load_data_infile),
        "shutdown": _closing(base.shutdown),
    } | {name: wrap(getattr(base, name)) for name, wrap in PURE_GATES.items()}


_WRAPPERS: dict[str, Callable[[Any], Any]] = {
    "_open_connection": _open_connection,
    "close": _closing,
    "cmd_change_user": _cmd_change_user,
    "cmd_reset_connection": _cmd_reset_connection,
    "config": lambda original: dressed(configuring(original), original),
    "cursor": _cursor,
    "disconnect": _closing,
    "reconnect": _reconnect,
}


def guarded_connection(base: Any, enforcer: Callable[[], Enforcer]) -> type:
    """Return the guarded subclass of one of the driver's connection classes.

    Args:
        base: ``MySQLConnection`` or ``CMySQLConnection``.
        enforcer: Called at each connect for the shield to use.
    """
    pure = not hasattr(base, "fetch_eof_columns")
    own = _pure_names(base) if pure else _c_names(base)
    reads = {name: watched(getattr(base, name)) for name in READS if pure}
    names = reads | {name: wrap(reads.get(name) or getattr(base, name)) for name, wrap in (GATES | _WRAPPERS).items()}
    names["__init__"] = init(base.__init__, enforcer)
    return build(base, CONNECTION, {}, names=converter_names(base) | names | own, slots=False)


def adopt(connection: Any, guarded: type, enforcer: Callable[[], Enforcer]) -> Any:
    """Turn an open connection of the driver into a guarded one, in place, and return it."""
    if isinstance(connection.__dict__.get("_pcishield"), ConnectionState):
        return connection
    state = ConnectionState(enforcer)
    state.open(connection)
    state.protected(connection, secured(connection))
    state.connected(connection)
    connection._pcishield = state
    connection.__class__ = guarded
    keep_base_columns(connection)
    isolate_converter(connection)
    _cast_net(connection)
    return connection
