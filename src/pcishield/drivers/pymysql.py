"""The guarded PyMySQL (1.1 and later): a guarded ``Connection`` whose ``query`` is the gate, and guarded cursors.

Rows are masked as the connection receives them, before any cursor makes dictionaries of them; so a cursor of any class,
made by anybody around the connection, hands out masked rows. Limits count the rows that arrive. Limit: a converter
(``conv=``) is the application's code and sees raw values; what it returns is masked as any other cell.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from contextvars import ContextVar
from ssl import SSLSocket
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

import pymysql
from pymysql import connections, cursors
from pymysql.constants import CLIENT

from pcishield.core.result import ResultColumn
from pcishield.drivers.generic.mysql import DIALECT, GateState, error_class, kind_of, make_scrub, quoted, text_of
from pcishield.drivers.generic.mysql_catalog import CatalogReader
from pcishield.drivers.generic.mysql_cursor import guarded_cursor
from pcishield.drivers.generic.mysql_estimate import KINDS, expected_rows
from pcishield.drivers.generic.mysql_opening import PINNED, where, with_attributes
from pcishield.drivers.generic.opening import Attempt, attempted, cleaned, prepared, refuse_pinned, tls_context
from pcishield.exceptions import ConfigurationError
from pcishield.runtime.database_clock import QUESTIONS, Asked
from pcishield.runtime.dress import refuse_copy
from pcishield.runtime.opening import taken
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
    owner="pymysql.connections.Connection",
    statement=frozenset({"kill", "select_db"}),
    rows=frozenset({"show_warnings"}),
    cursor=frozenset({"cursor"}),
    gate=frozenset({"connect", "next_result", "query", "write_packet"}),
    passed=_ERRORS
    | {"__enter__", "__exit__", "affected_rows", "autocommit", "begin", "character_set_name", "close", "commit",
       "escape", "escape_string", "get_autocommit", "get_host_info", "get_proto_info", "get_server_info", "insert_id",
       "literal", "open", "ping", "rollback", "set_character_set", "set_charset", "thread_id"},
)  # fmt: skip
_CURSOR = Surface(
    owner="pymysql.cursors.Cursor",
    statement=frozenset({"callproc", "execute", "executemany"}),
    passed=_ERRORS
    | {"__enter__", "__exit__", "__iter__", "__next__", "close", "dict_type", "fetchall", "fetchall_unbuffered",
       "fetchmany", "fetchone", "max_stmt_length", "mogrify", "nextset", "read_next", "scroll", "setinputsizes",
       "setoutputsizes"},
)  # fmt: skip
"""``fetch*`` are passed: what they take rows from is masked already."""
SURFACES = (_CONNECTION, _CURSOR)

_Raw: Any = connections.Connection


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")


def _open_session(self: Any, opening: Opening) -> Session:
    return self._pcishield_enforcer().open_session(  # type: ignore[no-any-return]
        dialect=DIALECT, driver="pymysql", database=_text(self.db), user=_text(self.user),
        info={"server": _text(self.host), "port": str(self.port), "driver_version": pymysql.__version__},
        error_class=error_class(pymysql), scrub=make_scrub(pymysql), opening=opening,
    )  # fmt: skip


def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
    opening = self._pcishield_opening = taken()
    if opening is not None and opening.profile is not None:
        refuse_pinned(opening.name, kwargs, PINNED)
        self._pcishield_profile = opening.name
        kwargs = {**opening.profile.options, **kwargs, **_arguments(opening, opening.profile)}
    failed: BaseException | None = None
    try:
        _Raw.__init__(self, *args, **kwargs)
    except BaseException as error:
        failed = error if opening is None else cleaned(opening, error)
    if failed is not None:
        raise failed


def _arguments(opening: Opening, profile: ProfileSettings) -> dict[str, Any]:
    """Return the arguments that a profile pins, but for the password."""
    found = where(opening, profile)
    mode = profile.tls_mode
    if mode == "off":
        found["ssl_disabled"] = True
    elif mode:
        found["ssl"] = tls_context(profile)
    return found


def _pin(self: Any, opening: Opening, profile: ProfileSettings) -> None:
    """Put back what a profile says: these are attributes that anybody can set before the connection is made anew."""
    found = _arguments(opening, profile)
    self.host, self.port = found.get("host", "localhost"), found.get("port", 3306)
    self.unix_socket, self.user, self.db = found.get("unix_socket"), found["user"], found["database"]
    self._auth_plugin_map, self.server_public_key = {}, None
    if profile.tls_mode:
        self.ssl = self._ssl_required = "ssl" in found
        self.ctx = found.get("ssl")
        self.client_flag = self.client_flag | CLIENT.SSL if self.ssl else self.client_flag & ~CLIENT.SSL


def _connect(self: Any, sock: Any = None) -> None:
    before: GateState | None = self._pcishield
    if before is not None:
        before.session.close()
    enforcer: Enforcer = self._pcishield_enforcer()
    opening: Opening = self._pcishield_opening or prepared(enforcer, pymysql, "pymysql", self._pcishield_profile)
    self._pcishield_opening = opening

    def opened(attempt: Attempt) -> None:
        attempt.close = lambda: None if self._sock is None else self._force_close()
        if opening.profile is not None:
            refuse_pinned(opening.name, () if sock is None else ("sock",), frozenset({"sock"}))
            _pin(self, opening, opening.profile)
        self._connect_attrs = with_attributes(self._connect_attrs, opening)
        session = attempt.session = _open_session(self, opening)
        self._pcishield = GateState(session)
        _connected(self, session, sock)

    try:
        attempted(opening, opened)
    finally:
        self._pcishield_opening = None
        if self._pcishield is not None:
            self._pcishield.sending = False


def _connected(self: Any, session: Session, sock: Any) -> None:
    there = weakref.ref(self)
    session.estimate = lambda sql, parameters: _estimate(there(), sql, parameters)
    weakref.finalize(self, session.abandon).atexit = False
    self._pcishield.sending = True  # for the packets of the handshake
    if not self.ssl:  # known before the password is sent
        session.transport(False, _host(self))
    _Raw.connect(self, sock)
    if self.ssl and self.server_capabilities & CLIENT.SSL:
        session.transport(isinstance(self._sock, SSLSocket), _host(self))
    self._pcishield.sending = True
    if session.parts.net.clock and (skew := _skew(self)) is not None:
        session.learned(skew_us=skew)
    key = (_host(self) or _text(self.unix_socket), str(self.port), _text(self.user), _text(self.db))
    session.use_catalog(key, CatalogReader(self, self._pcishield, pymysql.Error, _idle, _asked))


_authenticating: ContextVar[Any] = ContextVar("pcishield.pymysql.authenticating", default=None)
"""The connection that is logging in, in this thread."""


def _request_authentication(self: Any) -> None:
    # Without a session nothing has connected: somebody plays both sides himself.
    if self._pcishield is not None and self.ssl and not self.server_capabilities & CLIENT.SSL:
        self._pcishield.session.transport(False, _host(self))  # PyMySQL may go on in clear text
    token = _authenticating.set(self)
    try:
        _Raw._request_authentication(self)
    finally:
        _authenticating.reset(token)


def _get_password(self: Any) -> bytes:
    """The password: of a profile only for the driver, while it logs in."""
    opening: Opening | None = self._pcishield_opening
    if opening is None or opening.profile is None or _authenticating.get() is not self:
        found: bytes = vars(self).get("password", b"")
        return found
    return (opening.password or "").encode()


def _set_password(self: Any, value: Any) -> None:
    vars(self)["password"] = value


def _skew(connection: Any) -> int | None:
    """Ask the server's clock; what the driver keeps of the statement before stays."""
    kept = connection._result, connection._affected_rows
    try:
        asked = Asked()
        _Raw.query(connection, QUESTIONS[DIALECT])
        return asked.skew_us(connection._result.rows[0][0])
    except (pymysql.Error, LookupError, TypeError):
        return None
    finally:
        connection._result, connection._affected_rows = kept


def _idle(connection: Any) -> bool:
    result = connection._result
    return bool(connection.open) and (result is None or not (result.unbuffered_active or result.has_next))


def _asked(connection: Any, sql: str) -> Any:
    """Ask what the guard wants to know, as text; what the driver keeps of the statement before stays."""
    state: GateState = connection._pcishield
    kept = connection._result, connection._affected_rows, connection.decoders
    state.sending, connection.decoders = True, {}  # the application may have converters of its own
    try:
        _Raw.query(connection, sql)
        return connection._result.rows
    finally:
        state.sending = False
        connection._result, connection._affected_rows, connection.decoders = kept


def _estimate(connection: Any, sql: str, parameters: Any) -> int | None:
    """Ask how many rows a statement will touch; what the driver keeps of the statement before stays."""
    state: GateState | None = None if connection is None else connection._pcishield
    if state is None or (connection._result is not None and connection._result.unbuffered_active):
        return None
    statement = state.session.parts.known.get(DIALECT, sql).statement
    if statement.count != 1 or statement.kind not in KINDS:
        return None
    kept = connection._result, connection._affected_rows
    state.sending = True
    try:
        merged = _merge(cursors.Cursor(connection), sql, parameters)
        _Raw.query(connection, f"EXPLAIN {merged}" if isinstance(merged, str) else b"EXPLAIN " + merged)
        result = connection._result
        return expected_rows([_text(field.name) for field in result.fields], result.rows)
    except (pymysql.Error, LookupError, TypeError, ValueError):
        return None
    finally:
        state.sending = False
        connection._result, connection._affected_rows = kept


def _host(self: Any) -> str:
    return "" if self.unix_socket else _text(self.host)


def _query(self: Any, sql: Any, unbuffered: bool = False) -> Any:
    state: GateState = self._pcishield
    len(sql)  # of what has none PyMySQL complains so
    sent = sql.encode(self.encoding, "surrogateescape") if isinstance(sql, str) else bytes(sql)
    if operation := state.admits(sent):
        state.begin(operation)
        return _sent(self, state, sent, unbuffered)
    text = text_of(sent, self.encoding)
    assert text is not None
    return state.run(text, None, "query", lambda: _sent(self, state, sent, unbuffered), gate=True)


def _sent(self: Any, state: GateState, sql: bytes, unbuffered: bool) -> Any:
    infile, self._local_infile = self._local_infile, self._local_infile and state.loading
    state.sending = True
    try:
        value = _Raw.query(self, sql, unbuffered)
    finally:
        self._local_infile = infile
        state.sending = False
    _mask(self, state)
    return value


def _next_result(self: Any, unbuffered: bool = False) -> Any:
    state: GateState = self._pcishield
    try:
        value = _Raw.next_result(self, unbuffered)
        state.turn()
        _mask(self, state)
    except BaseException as error:
        state.failed(error, state.operation)
        raise
    if state.complete:
        state.finish()
    return value


def _mask(self: Any, state: GateState) -> None:
    """Mask the result that has just been received, in place."""
    result, operation = self._result, state.operation
    assert operation is not None
    state.complete = not result.has_next
    if not result.description:
        operation.finish(result.affected_rows)
        return
    columns = [ResultColumn(f.name, kind_of(f.type_code, f.charsetnr), _base(f), f.org_name) for f in result.fields]
    mask = state.session.mask_text
    for field in result.fields:
        field.name = mask(field.name)
    result.description = tuple((mask(column[0]), *column[1:]) for column in result.description)
    guard = state.guard(columns)
    operation.pending(True)
    if result.unbuffered_active:
        state.complete = False
        _mask_stream(state, result, guard)
        return
    rows, result.rows = result.rows, ()
    try:
        result.rows = tuple(guard.rows(state.cleaned(rows)))
    except BaseException:
        rows = ()  # nothing raw stays in the variables of a traceback
        raise


def _base(field: Any) -> str:
    table = _text(field.org_table)
    return f"{_text(field.db)}.{table}" if field.db and table else table


def _mask_stream(state: GateState, result: Any, guard: Any) -> None:
    """Mask the rows of an unbuffered result one by one, as they are read."""
    read, operation = result._read_rowdata_packet_unbuffered, state.operation

    def masked() -> Any:
        if guard.ended:
            return None
        try:
            row = read()
        except BaseException as error:
            state.failed(error, operation)
            raise
        if row is None:
            state.finish()
            return None
        result.rows = ()
        row = guard.row(state.cleaned([row])[0])
        if row is not None:
            result.rows = (row,)
        return row

    result._read_rowdata_packet_unbuffered = masked


def _show_warnings(self: Any) -> Any:
    state: GateState = self._pcishield
    rows = _Raw.show_warnings(self)
    return tuple(state.warnings(rows or (), state.subject))


def _select_db(self: Any, db: Any) -> None:
    name = f"USE {quoted(_text(db))}"
    self._pcishield.run(name, None, "select_db", lambda: _used(self, db))


def _used(self: Any, db: Any) -> None:
    _Raw.select_db(self, db)
    self._pcishield.operation.finish()


def _kill(self: Any, thread_id: Any) -> None:
    # PyMySQL 1.1 sends a command of the protocol here, which the gate does not see; later versions send this.
    if not isinstance(thread_id, int):
        raise TypeError("thread_id must be an integer")
    self.query(f"KILL {int(thread_id)}")


def _write_packet(self: Any, payload: Any) -> Any:
    if self._pcishield is not None and not self._pcishield.sending:
        self._pcishield.session.refuse("write_packet", "a raw packet cannot be judged.", "Use execute().")
    return _Raw.write_packet(self, payload)


def _cursor(self: Any, cursor: Any = None) -> Any:
    factory = cursor or self.cursorclass
    if isinstance(factory, type) and issubclass(factory, cursors.Cursor):
        factory = GuardedCursor if factory is cursors.Cursor else under(factory, GuardedCursor)
    return factory(self)


def _closing(name: str) -> Any:
    def close(self: Any) -> None:
        try:
            getattr(_Raw, name)(self)
        finally:
            if self._pcishield is not None:
                self._pcishield.session.close()

    close.__name__, close.__doc__ = name, getattr(_Raw, name).__doc__
    return close


def _no_enforcer() -> NoReturn:
    raise ConfigurationError("this class has no shield; connect through the guarded module or Shield.connect()")


def _merge(cursor: Any, query: Any, args: Any) -> str | bytes:
    merged = cursors.Cursor.mogrify(cursor, query, args)
    # Copies: a subclass could be one thing to us and another to the driver.
    return str.__str__(merged) if isinstance(merged, str) else bytes(merged)


GuardedCursor = guarded_cursor(cursors.Cursor, _CURSOR, _merge)
GuardedConnection: Any = build(
    _Raw, _CONNECTION, {}, slots=False,
    names={
        "__doc__": _Raw.__doc__, "__reduce_ex__": refuse_copy, "_pcishield": None,
        "__init__": __init__, "_pcishield_enforcer": staticmethod(_no_enforcer), "_pcishield_opening": None,
        "_pcishield_profile": "", "_request_authentication": _request_authentication, "close": _closing("close"),
        "connect": _connect, "cursor": _cursor, "kill": _kill, "next_result": _next_result,
        "password": property(_get_password, _set_password), "query": _query, "select_db": _select_db,
        "show_warnings": _show_warnings, "write_packet": _write_packet,
    },
)  # fmt: skip
"""Base of every guarded connection class; it has no shield itself."""


def guard_module(enforcer: Callable[[], Enforcer]) -> dict[str, Any]:
    """Return the names of a guarded ``pymysql`` module.

    Args:
        enforcer: Called at each connect for the shield to use.
    """
    guarded = type("Connection", (GuardedConnection,),
                   {"__module__": _Raw.__module__, "__doc__": _Raw.__doc__,
                    "_pcishield_enforcer": staticmethod(enforcer)})  # fmt: skip
    names = {name: value for name, value in vars(pymysql).items() if not name.startswith("__")}
    home = ModuleType(connections.__name__, connections.__doc__)
    home.__dict__.update(
        {name: value for name, value in vars(connections).items() if not name.startswith("__")}
        | {"Connection": guarded}
    )
    names |= {"Connect": guarded, "Connection": guarded, "connect": guarded, "connections": home}
    names |= {"__version__": pymysql.__version__}
    names.pop("install_as_MySQLdb", None)
    return names
