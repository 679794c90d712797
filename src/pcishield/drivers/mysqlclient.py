"""The guarded mysqlclient (``MySQLdb`` 2.1 and later): a guarded ``Connection`` whose ``query`` is the gate.

Results leave the connection by ``store_result()`` and ``use_result()`` behind a stand-in that masks rows, so a cursor
of any class, made by anybody around the connection, hands out masked rows. Limits: LOCAL INFILE is off, for the client
library asks nobody which file; converters (``conv=``) are the application's code and see raw values.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

import MySQLdb
from MySQLdb import _mysql, connections, cursors

from pcishield.core.result import ResultColumn
from pcishield.drivers.generic.mysql import DIALECT, GateState, error_class, make_scrub, quoted, text_of
from pcishield.drivers.generic.mysql_catalog import CatalogReader
from pcishield.drivers.generic.mysql_cursor import guarded_cursor
from pcishield.drivers.generic.mysql_estimate import KINDS, expected_rows
from pcishield.drivers.generic.mysql_messages import clean_message, mask_message
from pcishield.drivers.generic.mysql_opening import PINNED, where, with_variables
from pcishield.drivers.generic.opening import Attempt, attempted, prepared, refuse_pinned, system_ca
from pcishield.exceptions import ConfigurationError, MaskingError
from pcishield.runtime.dress import refuse_copy
from pcishield.runtime.opening import taken
from pcishield.runtime.scrub import Wording
from pcishield.runtime.stamp import under
from pcishield.runtime.surface import Surface, build

if TYPE_CHECKING:
    from pcishield.credentials.settings import ProfileSettings
    from pcishield.runtime.opening import Opening
    from pcishield.runtime.session import Enforcer, Session

__all__ = ["DIALECT", "SURFACES", "guard_module"]

_ERRORS = frozenset({"DataError", "DatabaseError", "Error", "IntegrityError", "InterfaceError", "InternalError",
                     "NotSupportedError", "OperationalError", "ProgrammingError", "Warning"})  # fmt: skip
_CONNECTION = Surface(
    owner="MySQLdb.connections.Connection",
    statement=frozenset({"kill", "select_db", "shutdown"}),
    row=frozenset({"errno", "error", "sqlstate"}),
    rows=frozenset({"show_warnings", "store_result", "use_result"}),
    cursor=frozenset({"cursor"}),
    gate=frozenset({"next_result", "query"}),
    blocked={
        "change_user": "Connect again as the other user.",
        "dump_debug_info": "Look at the server's own log.",
        "read_query_result": "Use query() or a cursor.",
        "send_query": "Use query() or a cursor.",
    },
    passed=_ERRORS
    | {"__enter__", "__exit__", "affected_rows", "autocommit", "begin", "character_set_name", "client_flag", "close",
       "commit", "converter", "default_cursor", "discard_result", "errorhandler", "escape", "escape_string",
       "executemany_fallback", "field_count", "fileno", "get_autocommit", "get_character_set_info", "get_host_info",
       "get_native_connection", "get_proto_info", "get_server_info", "info", "insert_id", "literal", "more_results",
       "open", "ping", "port", "rollback", "server_capabilities", "set_character_set", "set_server_option",
       "set_sql_mode", "stat", "string_literal", "thread_id", "warning_count"},
)  # fmt: skip
_CURSOR = Surface(
    owner="MySQLdb.cursors.Cursor",
    statement=frozenset({"callproc", "execute", "executemany"}),
    passed=_ERRORS
    | {"MySQLError", "__enter__", "__exit__", "__iter__", "__next__", "close", "connection", "executemany_fallback",
       "fetchall", "fetchmany", "fetchone", "max_multi_stmt_count", "max_multi_stmt_length", "max_stmt_length",
       "mogrify", "next", "nextset", "scroll", "setinputsizes", "setoutputsizes"},
)  # fmt: skip
"""``fetch*`` are passed: what they take rows from is masked already."""
_RESULT = Surface(
    owner="MySQLdb._mysql.result",
    row=frozenset({"describe"}),
    rows=frozenset({"fetch_row"}),
    passed=frozenset({"converter", "data_seek", "discard", "field_flags", "has_next", "num_fields", "num_rows",
                      "row_seek", "row_tell"}),
)  # fmt: skip
SURFACES = (_CONNECTION, _CURSOR, _RESULT)

_Raw: Any = connections.Connection
_FETCH_ALL = 0
_VERSION = ".".join(map(str, MySQLdb.version_info[:3]))


class _Result:
    """Stands in for ``_mysql.result``; masks what it hands out."""

    __slots__ = ("_count", "_guard", "_names", "_operation", "_raw", "_state")

    def __init__(self, raw: Any, state: GateState) -> None:
        if hasattr(self, "_raw"):
            raise MySQLdb.ProgrammingError("result is already initialized")
        described = raw.describe()
        self._raw, self._state, self._count = raw, state, len(described)
        self._guard = state.guard([ResultColumn(_text(column[0])) for column in described])
        self._operation = state.operation
        self._names: dict[int, list[str]] = {}

    def __getattr__(self, name: str) -> Any:
        if name in _RESULT.passed:
            return getattr(self._raw, name)
        raise AttributeError(f"'_mysql.result' object has no attribute {name!r}")

    def describe(self) -> Any:
        """Return the columns, their names masked."""
        mask = self._state.session.mask_text
        return tuple((mask(_text(column[0])), *column[1:]) for column in self._raw.describe())

    def fetch_row(self, maxrows: int = 1, how: int = 0) -> Any:
        """Fetch rows as the driver does, masked."""
        state, operation = self._state, self._operation
        try:
            rows = self._raw.fetch_row(maxrows, how)
        except BaseException as error:
            state.failed(error, operation)
            raise
        if self._guard.ended:
            return ()
        cells = [tuple(row.values()) if isinstance(row, dict) else row for row in rows]
        if any(len(row) != self._count for row in cells):
            raise self._guard.withheld(
                MaskingError("two columns of the result have one name, and the dictionary keeps one: use aliases")
            )
        try:
            masked = self._guard.rows(state.cleaned(cells))
        except BaseException:
            rows, cells = (), []  # nothing raw stays in the variables of a traceback
            raise
        if operation is not None and (maxrows == _FETCH_ALL or len(rows) < maxrows):
            if state.inside():
                state.complete = True  # RESULT is written once the call is over
            else:
                operation.finish()
        if not rows or not isinstance(rows[0], dict):
            return tuple(masked)
        if how not in self._names:
            self._names[how] = [state.session.mask_text(name) for name in rows[0]]
        return tuple([dict(zip(self._names[how], new, strict=True)) for new in masked])


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")


def _check_transport(connection: Any, session: Session) -> None:
    """Ask the server, for the client library does not tell: below the gate, with fixed text."""
    try:
        _Raw.query(connection, b"SHOW SESSION STATUS LIKE 'Ssl_cipher'")
        rows = _Raw.store_result(connection).fetch_row(_FETCH_ALL)
        where, _, how = _Raw.get_host_info(connection).partition(" via ")  # option files may say another host
        session.transport(any(row[-1] for row in rows), where if "TCP" in how.upper() else "")
    except BaseException:
        _Raw.close(connection)
        raise


def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
    if kwargs.get("local_infile"):
        raise ConfigurationError(
            "mysqlclient: local_infile cannot be held to a policy, for its client library sends any file that the "
            "server asks for; use PyMySQL or mysql.connector to load local files"
        )
    enforcer: Enforcer = self._pcishield_enforcer()
    opening = taken() or prepared(enforcer, MySQLdb, "MySQLdb")
    session = attempted(opening, lambda attempt: _opened(self, enforcer, opening, attempt, args, kwargs))
    there = weakref.ref(self)
    session.estimate = lambda sql, parameters: _estimate(there(), sql, parameters)
    weakref.finalize(self, session.abandon).atexit = False


def _opened(
    self: Any, enforcer: Enforcer, opening: Opening, attempt: Attempt, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Session:
    if opening.profile is not None:
        self._pcishield_profile = opening.name
        args, kwargs = (), _arguments(opening, opening.profile, args, kwargs)
    first = kwargs.pop("init_command", None)  # the client library would send it past the gate
    named = dict(zip(("host", "user", "password", "database"), args, strict=False)) | kwargs
    session = attempt.session = enforcer.open_session(
        dialect=DIALECT, driver="MySQLdb", database=_text(named.get("database", named.get("db"))),
        user=_text(named.get("user")),
        info={"server": _text(named.get("host")), "driver_version": _VERSION},
        error_class=error_class(MySQLdb), scrub=make_scrub(MySQLdb), opening=opening,
    )  # fmt: skip
    self._pcishield = GateState(session)
    _Raw.__init__(self, *args, **kwargs, **({} if opening.password is None else {"password": opening.password}))
    _check_transport(self, session)
    # Asked, for option files may say another server and another user.
    ((*which,),) = _asked(self, "SELECT @@hostname, @@port, CURRENT_USER(), DATABASE()")
    key = (_Raw.get_host_info(self), *map(_text, which))
    session.use_catalog(key, CatalogReader(self, self._pcishield, MySQLdb.Error, _idle, _asked))
    # A new connection says of no rows that they were affected.
    _Raw.query(self, (with_variables(opening) or "DO 0").encode())
    if first:
        self.query(first)
        if (result := self.store_result()) is not None:
            result.fetch_row(_FETCH_ALL)
    return session


def _arguments(
    opening: Opening, profile: ProfileSettings, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Return the arguments for a profile, but for the password.

    Raises:
        ConfigurationError: Some say what the profile says.
    """
    positional = ("host", "user", "password", "database", "port", "unix_socket")
    refuse_pinned(opening.name, {**dict(zip(positional, args, strict=False)), **kwargs}, PINNED)
    found = where(opening, profile)
    mode = profile.tls_mode
    if mode:
        found["ssl_mode"] = {"off": "DISABLED", "require": "REQUIRED", "verify-ca": "VERIFY_CA"}.get(
            mode, "VERIFY_IDENTITY"
        )
    if mode.startswith("verify") and (authority := profile.tls_ca or system_ca()):
        found["ssl"] = {"ca": authority}
    if profile.secret.startswith("aws-rds:"):
        found["auth_plugin"] = "mysql_clear_password"  # how RDS takes a token
    return {**profile.options, **kwargs, **found}


def _ping(self: Any, *args: Any) -> None:
    if any(args) and self._pcishield_profile:
        self._pcishield.session.refuse(
            "ping", "the client library would connect again by itself, with a credential that may have ended.",
            "Connect again by the profile.",
        )  # fmt: skip
    _Raw.ping(self, *args)


def _idle(connection: Any) -> bool:
    """Whether no rows are still to be fetched: the client library tells it only of a query that it refuses."""
    try:
        _Raw.query(connection, b"DO 0")
    except MySQLdb.Error:
        return False
    return True


def _asked(connection: Any, sql: str) -> Any:
    """Ask what the guard wants to know, below the gate and as text."""
    kept, connection.converter = connection.converter, {}  # the application may have converters of its own
    try:
        _Raw.query(connection, sql.encode())
        return _Raw.store_result(connection).fetch_row(_FETCH_ALL)
    finally:
        connection.converter = kept


def _estimate(connection: Any, sql: str, parameters: Any) -> int | None:
    """Ask how many rows a statement will touch, below the gate."""
    state: GateState | None = None if connection is None else connection._pcishield
    if state is None:
        return None
    statement = state.session.parts.known.get(DIALECT, sql).statement
    if statement.count != 1 or statement.kind not in KINDS:
        return None
    try:
        cursor = cursors.Cursor(connection)
        _Raw.query(connection, b"EXPLAIN " + bytes(cursor._mogrify(sql, parameters)))
        result = _Raw.store_result(connection)
        return expected_rows([_text(column[0]) for column in result.describe()], result.fetch_row(_FETCH_ALL))
    except (MySQLdb.Error, LookupError, TypeError, ValueError, AttributeError):
        # Rows of the statement before that are still to be fetched, or nothing that can be explained: no number.
        return None


def _query(self: Any, query: Any) -> None:
    state: GateState = self._pcishield
    encoding = getattr(self, "encoding", "utf-8")
    sent = query.encode(encoding, "surrogateescape") if isinstance(query, str) else bytes(query)
    if operation := state.admits(sent):
        state.begin(operation)
        _sent(self, state, sent)
        return
    text = text_of(sent, encoding)
    assert text is not None
    state.run(text, None, "query", lambda: _sent(self, state, sent), gate=True)


def _sent(self: Any, state: GateState, sql: bytes) -> None:
    _Raw.query(self, sql)
    assert state.operation is not None
    if self.field_count():
        state.operation.pending(True)
    else:
        state.operation.finish(self.affected_rows())


def _next_result(self: Any) -> Any:
    state: GateState = self._pcishield
    try:
        value = _Raw.next_result(self)
    except BaseException as error:
        state.failed(error, state.operation)
        raise
    state.turn()
    return value


def _handing(name: str) -> Any:
    def method(self: Any) -> Any:
        result = getattr(_Raw, name)(self)
        return None if result is None else _Result(result, self._pcishield)

    method.__name__, method.__doc__ = name, getattr(_mysql.connection, name).__doc__
    return method


def _judged(name: str, text: Callable[..., str]) -> Any:
    original = getattr(_Raw, name)

    def method(self: Any, *args: Any) -> Any:
        state: GateState = self._pcishield

        def call() -> Any:
            value = original(self, *args)
            assert state.operation is not None
            state.operation.finish()
            return value

        return state.run(text(*args), None, name, call)

    method.__name__, method.__doc__ = name, original.__doc__
    return method


def _about(self: Any) -> Wording:
    state: GateState = self._pcishield
    return state.session.wording(None if state.operation is None else state.operation.sql)


def _error(self: Any) -> str:
    message = mask_message(_text(_Raw.error(self)), _about(self).text)
    return clean_message(message, self.errno(), self._pcishield.operation)


def _errno(self: Any) -> int:
    return _about(self).number(_Raw.errno(self))


def _sqlstate(self: Any) -> str:
    return _about(self).state(_Raw.sqlstate(self))


def _show_warnings(self: Any) -> Any:
    state: GateState = self._pcishield
    self.query("SHOW WARNINGS")
    return tuple(state.warnings(self.store_result().fetch_row(_FETCH_ALL), state.subject))


def _cursor(self: Any, cursorclass: Any = None) -> Any:
    factory = cursorclass or self.cursorclass
    if isinstance(factory, type) and issubclass(factory, cursors.BaseCursor):
        factory = GuardedCursor if factory is cursors.BaseCursor else under(factory, GuardedCursor)
    return factory(self)


def _close(self: Any) -> None:
    _Raw.close(self)
    self._pcishield.session.close()


def _no_enforcer() -> NoReturn:
    raise ConfigurationError("this class has no shield; connect through the guarded module or Shield.connect()")


GuardedCursor = guarded_cursor(
    cursors.BaseCursor, _CURSOR, lambda cursor, query, args: bytes(cursor._mogrify(query, args))
)
GuardedConnection: Any = build(
    _Raw, _CONNECTION, {}, slots=False,
    names={
        "__doc__": _Raw.__doc__, "__init__": __init__, "__reduce_ex__": refuse_copy, "_pcishield": None,
        "_pcishield_enforcer": staticmethod(_no_enforcer), "_pcishield_profile": "", "close": _close,
        "cursor": _cursor, "errno": _errno, "error": _error,
        "kill": _judged("kill", lambda thread: f"KILL {int(thread)}"), "next_result": _next_result, "ping": _ping,
        "query": _query,
        "select_db": _judged("select_db", lambda db: f"USE {quoted(_text(db))}"), "show_warnings": _show_warnings,
        "shutdown": _judged("shutdown", lambda: "SHUTDOWN"), "sqlstate": _sqlstate,
        "store_result": _handing("store_result"), "use_result": _handing("use_result"),
    },
)  # fmt: skip
"""Base of every guarded connection class; it has no shield itself."""


def guard_module(enforcer: Callable[[], Enforcer]) -> dict[str, Any]:
    """Return the names of a guarded ``MySQLdb`` module.

    Args:
        enforcer: Called at each connect for the shield to use.
    """
    guarded = type("Connection", (GuardedConnection,),
                   {"__module__": _Raw.__module__, "__doc__": _Raw.__doc__,
                    "_pcishield_enforcer": staticmethod(enforcer)})  # fmt: skip

    def connect(*args: Any, **kwargs: Any) -> Any:
        return guarded(*args, **kwargs)

    connect.__doc__ = _Raw.__doc__
    names = {name: value for name, value in vars(MySQLdb).items() if not name.startswith("_")}
    home = ModuleType(connections.__name__, connections.__doc__)
    home.__dict__.update(
        {name: value for name, value in vars(connections).items() if not name.startswith("_")} | {"Connection": guarded}
    )
    return names | {
        "Connect": connect, "Connection": connect, "connect": connect,
        "connections": home, "cursors": cursors,
    }  # fmt: skip
