"""The side doors of a connection: dump, backup, serialize, deserialize, blob handles, trace.

Each is judged as the SQL that would do the same, run through a guarded cursor or an operation of its own, so
that policy, limits and audit see it:

- ``iterdump``: the standard library's own dump, on guarded cursors; the row text is put together from masked rows.
- ``backup``: reads every table of the source, drops every table of the target; the target must be guarded.
- ``serialize``: reads every table; refused as soon as one cell had to be masked, else a vacuumed copy (free pages
  keep deleted rows).
- ``deserialize``: drops every table there is.
- ``blobopen``: ``SELECT`` of the column, or ``UPDATE ... RETURNING`` it unless read-only; see ``blob``.
- ``set_trace_callback``: SQLite puts bound values into the text; card numbers in it are masked.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from sqlite3 import dump as _dump
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pcishield.core.result import ResultColumn
from pcishield.drivers.sqlite3.blob import GuardedBlob
from pcishield.drivers.sqlite3.cursor import GuardedCursor
from pcishield.drivers.sqlite3.result import unread
from pcishield.drivers.sqlite3.state import through_gate
from pcishield.drivers.sqlite3.warn import warn_caller

if TYPE_CHECKING:
    from pcishield.drivers.sqlite3.state import ConnectionState

__all__ = ["methods"]

_Raw = sqlite3.Connection
_RawCursor = sqlite3.Cursor
_cursor = _Raw.cursor
_connect = sqlite3.connect
_DATABASES = "PRAGMA database_list"
_TABLES = "SELECT name FROM {}.sqlite_master WHERE type = 'table' AND sql NOT NULL"
_NAME = r'"(?:[^"]|"")*"'
_INSERTS = re.compile(rf"SELECT 'INSERT INTO (?P<into>{_NAME}) VALUES\(.*\)' FROM (?P<table>{_NAME});", re.DOTALL)  # noqa: S608
_COLUMNS = re.compile(rf"PRAGMA table_info\((?P<table>{_NAME})\)")
_BATCH = 1000
_ANY = '"main"."(any table)"'
"""Stands for the tables of a database that cannot be asked for them."""


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _tables(connection: Any, state: ConnectionState, schema: str = "main") -> list[str]:
    """Return the quoted names of all tables; read by the guard for itself, so neither judged nor recorded."""
    cursor = _RawCursor(connection)
    databases = through_gate(state, _DATABASES, cursor.execute, _DATABASES).fetchall()
    if schema not in [_text(row[1]) for row in databases]:
        return []  # what is about to be done with it will fail
    sql = _TABLES.format(_quoted(schema))
    rows = through_gate(state, sql, cursor.execute, sql).fetchall()
    return [f"{_quoted(schema)}.{_quoted(_text(row[0]))}" for row in rows]


def _text(cell: Any) -> str:
    # A text_factory may have left it as bytes.
    return cell.decode() if isinstance(cell, (bytes, bytearray)) else str(cell)


def _judged(state: ConnectionState, sql: str, method: str, call: Callable[[], Any]) -> Any:
    operation = state.session.operation(sql, method=method)
    return state.session.run(operation, lambda: through_gate(state, "", call))


def _lost(target: Any, state: ConnectionState) -> list[str]:
    """Return the tables of a backup's target. It may belong to another thread, where it cannot be asked."""
    try:
        return _tables(target, state)
    except sqlite3.ProgrammingError:
        if state.home == "" and not state.replaced and not target.total_changes:
            return []  # nobody has ever written a row to it
    if not state.home:
        return [_ANY]
    try:
        with closing(_connect(f"file:{quote(state.home)}?mode=ro", uri=True)) as reader:
            return [f'"main".{_quoted(name)}' for (name,) in reader.execute(_TABLES.format('"main"'))]
    except sqlite3.Error:
        return [_ANY]


def _replaced(state: ConnectionState) -> None:
    state.replaced = True
    if state.session.catalog is not None:
        state.session.catalog.changed()


def _reads(tables: list[str]) -> str:
    return "; ".join(f"SELECT * FROM {table}" for table in ("sqlite_master", *tables))  # noqa: S608


def _drops(tables: list[str]) -> str:
    return "; ".join(f"DROP TABLE {table}" for table in tables) or "SELECT * FROM sqlite_master"


def _literal(value: Any, scratch: Any) -> str:
    """Write a value as SQLite's ``quote()`` does."""
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return "'" + value.partition("\0")[0].replace("'", "''") + "'"
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"X'{bytes(value).hex().upper()}'"
    if isinstance(value, int):
        return str(value)
    return str(scratch.execute("SELECT quote(?)", (value,)).fetchone()[0])


class _DumpCursor:
    """A cursor as ``sqlite3.dump`` uses it: what it would have SQLite quote is selected, masked and quoted here."""

    def __init__(self, cursor: Any, scratch: Any) -> None:
        self._cursor = cursor
        self._scratch = scratch
        self._columns: dict[str, list[str]] = {}
        self._rows: Iterator[Any] = iter(())
        self.row_factory: Any = None

    def execute(self, sql: str, *args: Any) -> _DumpCursor:
        inserts = _INSERTS.fullmatch(sql)
        if inserts is not None and inserts["table"] in self._columns:
            names = ", ".join(self._columns[inserts["table"]])
            self._cursor.execute(f"SELECT {names} FROM {inserts['table']}")  # noqa: S608
            self._rows = self._statements(inserts["into"])
            return self
        self._cursor.execute(sql, *args)
        described = _COLUMNS.fullmatch(sql)
        if described is not None:
            rows = self._cursor.fetchall()
            self._columns[described["table"]] = [_quoted(str(row[1])) for row in rows]
            self._rows = iter(rows)
        else:
            self._rows = iter(self._cursor)
        return self

    def _statements(self, table: str) -> Iterator[tuple[str]]:
        for row in self._cursor:
            yield (f"INSERT INTO {table} VALUES({','.join(_literal(value, self._scratch) for value in row)})",)

    def fetchall(self) -> list[Any]:
        return list(self._rows)

    def __iter__(self) -> Iterator[Any]:
        return self._rows


class _DumpSource:
    def __init__(self, connection: Any, scratch: Any) -> None:
        self._connection = connection
        self._scratch = scratch

    def cursor(self) -> _DumpCursor:
        return _DumpCursor(_cursor(self._connection, GuardedCursor), self._scratch)


def _dumped(connection: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Iterator[str]:
    scratch = _connect(":memory:")
    try:
        yield from _dump._iterdump(_DumpSource(connection, scratch), *args, **kwargs)  # type: ignore[attr-defined]
    finally:
        scratch.close()


def _hides_something(connection: Any, tables: list[str]) -> bool:
    """Read all tables through the guard and tell whether a cell had to be masked."""
    cursor = _cursor(connection, GuardedCursor)
    for table in tables:
        cursor.execute(f"SELECT * FROM {table}")  # noqa: S608
        while cursor.fetchmany(_BATCH):
            pass
        result = cursor._pcishield.result
        if result is not None and (result.stats.masked or result.stats.findings):
            return True
    return False


def _clean_copy(connection: Any) -> bytes:
    copy = _connect(":memory:")
    try:
        _Raw.backup(connection, copy)
        copy.execute("VACUUM")
        return copy.serialize()
    finally:
        copy.close()


def methods(state_of: Callable[[Any], ConnectionState]) -> dict[str, Any]:
    """Return the guarded methods by name.

    Args:
        state_of: From a connection to its state; raises when it has none.
    """

    def iterdump(self: Any, *args: Any, **kwargs: Any) -> Iterator[str]:
        _Raw.iterdump(self, *args, **kwargs)  # makes a generator that never runs; raises what the driver raises
        state_of(self)
        return _dumped(self, args, kwargs)

    def backup(self: Any, *args: Any, **kwargs: Any) -> None:
        state = state_of(self)
        target = args[0] if args else kwargs.get("target")
        if not isinstance(target, _Raw) or target is self:
            return _Raw.backup(self, *args, **kwargs)  # a TypeError or ValueError of the driver
        theirs = getattr(target, "_pcishield", None)
        if theirs is None:
            state.session.refuse(
                "backup", "the target connection is not guarded, so the copy could be read in clear.",
                "Open the target through the guard too.",
            )  # fmt: skip
        if theirs.closed or state.closed:
            return _Raw.backup(self, *args, **kwargs)
        _judged(theirs, _drops(_lost(target, theirs)), "backup", lambda: None)
        name = kwargs.get("name", "main")
        tables = _tables(self, state, name if isinstance(name, str) else "main")
        _judged(state, _reads(tables), "backup", lambda: _Raw.backup(self, *args, **kwargs))
        _replaced(theirs)
        return None

    def serialize(self: Any, *args: Any, **kwargs: Any) -> bytes:
        state = state_of(self)
        name = kwargs.get("name", "main")
        if args or name != "main" or state.closed:
            state.session.refuse("serialize", "only the main database can be looked through.", "Use iterdump().")
        if _hides_something(self, _tables(self, state)):
            state.session.refuse(
                "serialize", "the database holds card data, and its bytes cannot be masked.",
                "Use iterdump() for a masked copy.",
            )  # fmt: skip
        return _clean_copy(self)

    def deserialize(self: Any, *args: Any, **kwargs: Any) -> None:
        state = state_of(self)
        tables = [] if state.closed else _tables(self, state)
        _judged(state, _drops(tables), "deserialize", lambda: _Raw.deserialize(self, *args, **kwargs))
        _replaced(state)

    def blobopen(self: Any, *args: Any, **kwargs: Any) -> Any:
        state = state_of(self)
        if len(args) != 3 or not all(isinstance(name, str) for name in args[:2]) or state.closed:
            return _closed_blob(_Raw.blobopen(self, *args, **kwargs))
        table = f"{_quoted(str(kwargs.get('name', 'main')))}.{_quoted(args[0])}"
        column = _quoted(args[1])
        sql = f"SELECT {column} FROM {table} WHERE rowid = ?"  # noqa: S608
        if not kwargs.get("readonly", False):
            sql = f"UPDATE {table} SET {column} = {column} WHERE rowid = ? RETURNING {column}"  # noqa: S608
        operation = state.session.operation(sql, (args[2],), method="blobopen")

        def call() -> Any:
            operation.pending(True)
            try:
                return through_gate(state, "", lambda: _Raw.blobopen(self, *args, **kwargs))
            except sqlite3.Error as error:
                unread(error)
                raise

        blob = state.session.run(operation, call)
        guard = operation.result((ResultColumn(args[1], "bytes", args[0], args[1]),))
        return GuardedBlob(blob, state.session, operation, guard)

    def set_trace_callback(self: Any, *args: Any, **kwargs: Any) -> Any:
        state = state_of(self)
        if len(args) + len(kwargs) != 1 or None in (*args, *kwargs.values()):
            return _Raw.set_trace_callback(self, *args, **kwargs)
        (callback,) = (*args, *kwargs.values())
        mask = state.session.mask_text

        def traced(text: str) -> None:
            if not state.quiet:
                callback(mask(text))

        chained = partial(_Raw.set_trace_callback, self, *(traced for _ in args), **dict.fromkeys(kwargs, traced))
        return warn_caller(chained) if kwargs else chained()

    found = (iterdump, backup, serialize, deserialize, blobopen, set_trace_callback)
    for method in found:
        method.__doc__ = getattr(getattr(_Raw, method.__name__, None), "__doc__", None)
    return {method.__name__: method for method in found if hasattr(_Raw, method.__name__)}


def _closed_blob(blob: Any) -> Any:
    # The driver should have raised: these arguments are not what it takes. Nothing unmasked leaves here.
    blob.close()
    raise TypeError("blobopen() takes table, column and row")
