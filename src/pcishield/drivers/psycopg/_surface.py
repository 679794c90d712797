"""Every public name of psycopg's classes, and what is done about it. See :mod:`pcishield.runtime.surface`.

``statement``, ``row``, ``rows`` and ``stream`` need no wrapper of their own: what they send passes the gate
(``Connection.wait``), and what they hand out passes the transformer.
"""

from __future__ import annotations

from typing import Any

import psycopg

from pcishield.drivers.psycopg._pq import PGCONN, PGRESULT
from pcishield.runtime.surface import Surface

__all__ = ["SURFACES", "driver_class", "surface_of"]


def _connection(name: str, prefix: str) -> Surface:
    return Surface(
        name,
        statement=frozenset({"execute", "tpc_recover"}),
        stream=frozenset({"info", "notifies"}),
        cursor=frozenset({"connection", "cursor", "pgconn", "pipeline", "transaction"}),
        gate=frozenset({"wait"}),
        passed=frozenset({
            "DataError", "DatabaseError", "Error", "IntegrityError", "InterfaceError", "InternalError",
            "NotSupportedError", "OperationalError", "ProgrammingError", "Warning", f"__{prefix}enter__",
            f"__{prefix}exit__", "adapters", "add_notice_handler", "add_notify_handler", "autocommit", "broken",
            "cancel", "cancel_safe", "close", "closed", "commit", "connect", "cursor_factory", "deferrable",
            "fileno", "is_crdb", "isolation_level", "lock", "prepare_threshold", "prepared_max", "read_only",
            "remove_notice_handler", "remove_notify_handler", "rollback", "row_factory", "server_cursor_factory",
            "set_autocommit", "set_deferrable", "set_isolation_level", "set_read_only", "tpc_begin", "tpc_commit",
            "tpc_prepare", "tpc_rollback", "xid",
        }),
    )  # fmt: skip


def _cursor(name: str, prefix: str) -> Surface:
    iteration = {f"__{prefix}iter__", f"__{prefix}next__"}
    return Surface(
        name,
        statement=frozenset({"execute", "executemany"}),
        row=frozenset({"fetchone", *iteration}),
        rows=frozenset({"fetchall", "fetchmany"}),
        stream=frozenset({"copy", "description", "pgresult", "stream"}),
        cursor=frozenset({"connection", "nextset", "results", "set_result"}),
        passed=frozenset({
            f"__{prefix}enter__", f"__{prefix}exit__", "adapters", "arraysize", "close", "closed", "format",
            "itersize", "mogrify", "name", "row_factory", "rowcount", "rownumber", "scroll", "scrollable",
            "setinputsizes", "setoutputsize", "statusmessage", "withhold",
        }),
    )  # fmt: skip


def _copy(name: str, prefix: str) -> Surface:
    return Surface(
        name,
        row=frozenset({"read_row"}),
        rows=frozenset({"rows"}),
        stream=frozenset({f"__{prefix}iter__", "read"}),
        cursor=frozenset({"connection", "cursor"}),
        gate=frozenset({"write", "write_row"}),
        passed=frozenset({f"__{prefix}enter__", f"__{prefix}exit__", "finish", "formatter", "set_types", "writer"}),
    )


def _pipeline(name: str, prefix: str) -> Surface:
    return Surface(
        name,
        cursor=frozenset({"pgconn"}),
        passed=frozenset({f"__{prefix}enter__", f"__{prefix}exit__", "command_queue", "is_supported", "level",
                          "result_queue", "status", "sync"}),
    )  # fmt: skip


def _transaction(name: str, prefix: str) -> Surface:
    return Surface(
        name,
        cursor=frozenset({"connection", "pgconn"}),
        passed=frozenset({f"__{prefix}enter__", f"__{prefix}exit__", "Status", "force_rollback", "savepoint_name",
                          "status"}),
    )  # fmt: skip


_INFO = Surface(
    "psycopg.ConnectionInfo",
    stream=frozenset({"error_message", "password"}),
    cursor=frozenset({"pgconn"}),
    passed=frozenset({
        "backend_pid", "dbname", "dsn", "encoding", "full_protocol_version", "get_parameters", "host", "hostaddr",
        "options", "parameter_status", "pipeline_status", "port", "server_version", "status", "timezone",
        "transaction_status", "user", "vendor",
    }),
)  # fmt: skip

_CURSORS = ("Cursor", "ClientCursor", "RawCursor", "ServerCursor", "RawServerCursor")


def _surfaces() -> dict[type, Surface]:
    found: dict[type, Surface] = {
        psycopg.ConnectionInfo: _INFO,
        psycopg.pq.PGconn: PGCONN,
        psycopg.pq.PGresult: PGRESULT,
    }
    for asynchronous, prefix in (("", ""), ("Async", "a")):
        for kind, make in (("Connection", _connection), ("Copy", _copy), ("Pipeline", _pipeline),
                           ("Transaction", _transaction)):  # fmt: skip
            name = asynchronous + kind
            found[getattr(psycopg, name)] = make(f"psycopg.{name}", prefix)
        for kind in _CURSORS:
            name = asynchronous + kind
            found[getattr(psycopg, name)] = _cursor(f"psycopg.{name}", prefix)
    return found


_BY_CLASS = _surfaces()

SURFACES: tuple[Surface, ...] = tuple(_BY_CLASS.values())


def driver_class(cls: type) -> type:
    """Return the class of psycopg's that ``cls`` is, or is a subclass of."""
    return next(base for base in cls.__mro__ if base in _BY_CLASS)


def surface_of(cls: type) -> Surface:
    """Return the surface of ``cls``: its own, or that of the psycopg class it derives from."""
    return _BY_CLASS[driver_class(cls)]


def classes() -> dict[type, Surface]:
    """Return all classes with their surfaces, for the tests of a psycopg release."""
    known: dict[Any, Surface] = dict(_BY_CLASS)
    return known
