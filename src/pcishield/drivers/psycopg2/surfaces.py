"""Every public name of psycopg2's classes (2.9), in its bucket."""

from __future__ import annotations

from pcishield.runtime.surface import Surface

__all__ = ["CONNECTION", "CURSOR", "LOBJECT", "SURFACES"]

_HANDLE = "The libpq handle would send SQL past the guard."
_ERRORS = frozenset(
    {
        "DataError", "DatabaseError", "Error", "IntegrityError", "InterfaceError", "InternalError",
        "NotSupportedError", "OperationalError", "ProgrammingError", "Warning",
    }
)  # fmt: skip

CONNECTION = Surface(
    owner="psycopg2.extensions.connection",
    row=frozenset({"info", "notices", "notifies"}),
    cursor=frozenset({"cursor", "cursor_factory", "lobject"}),
    blocked={
        "get_native_connection": _HANDLE,
        "pgconn_ptr": _HANDLE,
    },
    passed=_ERRORS
    | {
        "__enter__", "__exit__", "async", "async_", "autocommit", "binary_types", "cancel", "close", "closed", "commit",
        "deferrable", "dsn", "encoding", "fileno", "get_backend_pid", "get_dsn_parameters", "get_parameter_status",
        "get_transaction_status", "isexecuting", "isolation_level", "poll", "protocol_version", "readonly", "reset",
        "rollback", "server_version", "set_client_encoding", "set_isolation_level", "set_session", "status",
        "string_types", "tpc_begin", "tpc_commit", "tpc_prepare", "tpc_recover", "tpc_rollback", "xid",
    },
)  # fmt: skip

CURSOR = Surface(
    owner="psycopg2.extensions.cursor",
    statement=frozenset({"callproc", "copy_expert", "copy_from", "copy_to", "execute", "executemany"}),
    row=frozenset({"__next__", "description", "fetchone", "query", "row_factory"}),
    rows=frozenset({"fetchall", "fetchmany"}),
    stream=frozenset({"__iter__"}),
    blocked={"pgresult_ptr": _HANDLE},
    passed=frozenset(
        {
            "__enter__", "__exit__", "arraysize", "binary_types", "cast", "close", "closed", "connection", "itersize",
            "lastrowid", "mogrify", "name", "nextset", "rowcount", "rownumber", "scroll", "scrollable",
            "setinputsizes", "setoutputsize", "statusmessage", "string_types", "typecaster", "tzinfo_factory",
            "withhold",
        }
    ),
)  # fmt: skip
"""``typecaster`` and the ``*_types`` are the application's code: they see raw values."""

LOBJECT = Surface(
    owner="psycopg2.extensions.lobject",
    statement=frozenset({"truncate", "unlink", "write"}),
    row=frozenset({"export", "read"}),
    passed=frozenset({"close", "closed", "mode", "oid", "seek", "tell"}),
)

SURFACES = (CONNECTION, CURSOR, LOBJECT)
