"""The guarded pg8000 (1.31): closed proxies, for ``pg8000`` and ``pg8000.dbapi``; SQLAlchemy takes the former.

What the server says beside the rows (``notices``, ``notifications``) is masked as the driver receives it: a notice is
about the statement that runs. ``pg8000.native`` is no DB-API and is not guarded. Limit: an input adapter
(``register_in_adapter``, ``pg_types``) is the application's code and sees raw values; what it returns is masked as any
other cell.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pcishield.drivers.generic import CONNECTION, CURSOR, PlainDriver
from pcishield.drivers.generic.closed import ClosedConnection, ClosedCursor, calling
from pcishield.drivers.generic.postgres import FIELDS, told, words_for
from pcishield.runtime.surface import Surface

if TYPE_CHECKING:
    from pcishield.runtime.session import Session

__all__ = ["PLAIN", "SURFACES"]

_KEPT = 100
"""pg8000 keeps as many notices and notifications."""
_PROTOCOL = "Messages of the protocol are the driver's own business; execute() a statement."
_MESSAGES = frozenset({
    "AUTHENTICATION_REQUEST", "BACKEND_KEY_DATA", "BIND_COMPLETE", "CLOSE_COMPLETE", "COMMAND_COMPLETE", "COPY_DATA",
    "COPY_DONE", "COPY_IN_RESPONSE", "COPY_OUT_RESPONSE", "DATA_ROW", "EMPTY_QUERY_RESPONSE", "ERROR_RESPONSE",
    "NOTICE_RESPONSE", "NOTIFICATION_RESPONSE", "NO_DATA", "PARAMETER_DESCRIPTION", "PARAMETER_STATUS",
    "PARSE_COMPLETE", "PORTAL_SUSPENDED", "READY_FOR_QUERY", "ROW_DESCRIPTION",
})  # fmt: skip


class _Masked(deque[Any]):
    """Stands where the driver appends what the server sends, and keeps it masked."""

    def __init__(self, sent: Iterable[Any], clean: Callable[[Any], Any]) -> None:
        super().__init__(map(clean, sent), _KEPT)
        self._clean = clean

    def append(self, item: Any) -> None:
        """Keep what the server has sent."""
        super().append(self._clean(item))


def _notice(session: Session, fields: dict[bytes, bytes]) -> dict[bytes, bytes]:
    letters = {letter.decode("ascii", "replace"): text.decode("utf-8", "replace") for letter, text in fields.items()}
    named = {FIELDS.get(letter, letter): text for letter, text in letters.items()}

    def classified(name: str) -> bool:
        return session.parts.masker.classify_column(name) is not None

    masked = told(named, words_for(named.get, session.wording()), classified)
    shown = {letter: masked[FIELDS.get(letter, letter)] for letter in letters}
    return {letter.encode(): text.encode() for letter, text in shown.items() if text is not None}


class _Cursor(ClosedCursor):
    __slots__ = ()

    @property
    def connection(self) -> Any:
        """The guarded connection. pg8000 warns of its use."""
        self._pcishield[0].connection  # noqa: B018  (for its warning)
        return self._connection

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        """Judge, run, and record one statement. ``stream``, which would be given the rows of a COPY, is refused."""
        self._check_others("execute", args, kwargs)
        return super().execute(*args, **kwargs)

    def executemany(self, *args: Any, **kwargs: Any) -> Any:
        """Judge, run, and record one statement for many sets of parameters."""
        self._check_others("executemany", args, kwargs)
        return super().executemany(*args, **kwargs)


class _Connection(ClosedConnection):
    __slots__ = ()

    def __init__(self, raw: Any, session: Session, surface: Surface, driver: PlainDriver) -> None:
        super().__init__(raw, session, surface, driver)
        mask = session.mask_text
        raw.notices = _Masked(raw.notices, lambda fields: _notice(session, fields))
        raw.notifications = _Masked(raw.notifications, lambda sent: (sent[0], *map(mask, sent[1:])))

    @property
    def notices(self) -> Any:
        """What the server has told about statements, masked."""
        return self._pcishield[0].notices

    @property
    def notifications(self) -> Any:
        """What came by NOTIFY, masked."""
        return self._pcishield[0].notifications

    def xid(self, *args: Any, **kwargs: Any) -> Any:
        """Return the id of a transaction in two phases."""
        return self._pcishield[0].xid(*args, **kwargs)

    def tpc_recover(self) -> Any:
        """Return the ids of prepared transactions, masked."""
        raw, session, _, _ = self._pcishield
        found = calling(session, raw.tpc_recover, (list, tuple))() or []
        return [tuple(session.mask_text(part) if isinstance(part, str) else part for part in xid) for xid in found]


def _connection(owner: str) -> Surface:
    return Surface(
        owner=owner,
        row=frozenset({"notices", "notifications", "tpc_recover"}),
        cursor=CONNECTION.cursor,
        blocked={f"handle_{name}": _PROTOCOL for name in (*_MESSAGES, "messages")}
        | dict.fromkeys(("send_BIND", "send_DESCRIBE_STATEMENT", "send_EXECUTE", "send_PARSE", "send_QUERY"), _PROTOCOL)
        | dict.fromkeys(
            ("close_prepared_statement", "description", "execute_named", "execute_simple", "execute_unnamed", "prepare",
             "prepare_statement", "run"),
            "Use a cursor.",
        ),
        passed=CONNECTION.passed
        | {"DataError", "DatabaseError", "Error", "IntegrityError", "InterfaceError", "InternalError",
           "NotSupportedError", "OperationalError", "ProgrammingError", "Warning", "__enter__", "__exit__",
           "parameter_statuses", "pg_types", "py_types", "register_in_adapter", "register_out_adapter", "tpc_begin",
           "tpc_commit", "tpc_prepare", "tpc_rollback", "user", "xid"},
    )  # fmt: skip


def _cursor(owner: str) -> Surface:
    return Surface(
        owner=owner,
        statement=CURSOR.statement,
        row=CURSOR.row | {"__next__"},
        rows=CURSOR.rows,
        stream=frozenset({"__iter__"}),
        cursor=CURSOR.cursor,
        passed=frozenset({"__enter__", "__exit__", "arraysize", "close", "rowcount", "setinputsizes", "setoutputsize"}),
    )


_CONNECTION, _CURSOR = _connection("pg8000.dbapi.Connection"), _cursor("pg8000.dbapi.Cursor")
_LEGACY_CONNECTION, _LEGACY_CURSOR = _connection("pg8000.legacy.Connection"), _cursor("pg8000.legacy.Cursor")
SURFACES = (_CONNECTION, _CURSOR, _LEGACY_CONNECTION, _LEGACY_CURSOR)


def _rebuild(row: list[Any], masked: tuple[Any, ...], renamed: Mapping[str, str]) -> list[Any]:
    row[:] = masked  # the driver keeps all rows of a result until the next one
    return row


def _driver(module: str, connection: Surface, cursor: Surface) -> PlainDriver:
    return PlainDriver(
        module, "postgres", connection, cursor,
        names=frozenset({"PGInterval", "Range", "pginterval_in", "pginterval_out", "timedelta_in"}),
        connection_class=_Connection, cursor_class=_Cursor, rebuild=_rebuild,
    )  # fmt: skip


PLAIN = {
    "pg8000": _driver("pg8000", _LEGACY_CONNECTION, _LEGACY_CURSOR),
    "pg8000.dbapi": _driver("pg8000.dbapi", _CONNECTION, _CURSOR),
}
