"""Every public name of sqlite3's classes, Python 3.11 to 3.13, in its bucket."""

from __future__ import annotations

import sqlite3

from pcishield.runtime.surface import Surface

__all__ = ["BLOB", "CONNECTION", "CURSOR", "SURFACES"]

_ERRORS = frozenset(
    name
    for name in vars(sqlite3)
    if isinstance(getattr(sqlite3, name), type) and issubclass(getattr(sqlite3, name), (sqlite3.Error, sqlite3.Warning))
)

CONNECTION = Surface(
    owner="sqlite3.Connection",
    statement=frozenset({"execute", "executemany", "executescript", "deserialize"}),
    row=frozenset({"row_factory", "text_factory"}),
    stream=frozenset({"backup", "blobopen", "iterdump", "serialize", "set_trace_callback"}),
    cursor=frozenset({"cursor"}),
    gate=frozenset({"__call__", "set_authorizer", "setconfig"}),
    blocked={
        "enable_load_extension": "An extension runs native code beside the guard; load it in the database server "
        "of a trusted process instead.",
        "load_extension": "An extension runs native code beside the guard; load it in a trusted process instead.",
    },
    passed=frozenset(
        {
            "__enter__",
            "__exit__",
            "autocommit",
            "close",
            "commit",
            "create_aggregate",
            "create_collation",
            "create_function",
            "create_window_function",
            "getconfig",
            "getlimit",
            "in_transaction",
            "interrupt",
            "isolation_level",
            "rollback",
            "set_progress_handler",
            "setlimit",
            "total_changes",
        }
    )
    | _ERRORS,
)
"""User-defined functions, aggregates and collations are passed: SQLite calls them with raw values."""

CURSOR = Surface(
    owner="sqlite3.Cursor",
    statement=frozenset({"execute", "executemany", "executescript"}),
    row=frozenset({"__next__", "fetchone", "row_factory", "description"}),
    rows=frozenset({"fetchall", "fetchmany"}),
    passed=frozenset(
        {
            "__iter__",
            "arraysize",
            "close",
            "connection",
            "lastrowid",
            "rowcount",
            "setinputsizes",
            "setoutputsize",
        }
    ),
)

BLOB = Surface(
    owner="sqlite3.Blob",
    row=frozenset({"__getitem__", "read"}),
    passed=frozenset(
        {"__enter__", "__exit__", "close", "seek", "tell", "write", "__setitem__", "__delitem__", "__len__"}
    ),
)

SURFACES = (CONNECTION, CURSOR, BLOB)
