"""The guarded ADBC drivers' DB-API modules: ``adbc_driver_postgresql.dbapi`` and ``adbc_driver_sqlite.dbapi``.

Closed proxies. Rows, Arrow tables, batches and streams, pandas and polars frames come out masked. ``adbc_ingest`` is
judged as the INSERT (and CREATE, DROP) that it does, its data as parameters. Partitions, statistics and the low-level
handles are blocked, and so are Substrait plans: nobody can judge them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pcishield.drivers.generic import CONNECTION, CURSOR, PlainDriver, libpq
from pcishield.drivers.generic.closed import ClosedConnection, ClosedCursor, TableMethod, calling
from pcishield.drivers.generic.frames import arrow
from pcishield.drivers.generic.opening import allow
from pcishield.runtime.surface import Surface

if TYPE_CHECKING:
    from pcishield.credentials.settings import ProfileSettings
    from pcishield.runtime.opening import Opening
    from pcishield.runtime.session import Session

__all__ = ["PLAIN", "SURFACES"]

_FRAMES = frozenset({"fetch_arrow_table", "fetch_df", "fetch_polars", "fetch_record_batch", "fetchallarrow"})
_METADATA = frozenset({"adbc_get_info", "adbc_get_objects", "adbc_get_table_schema", "adbc_get_table_types"})
_ERRORS = frozenset({"DataError", "DatabaseError", "Error", "IntegrityError", "InterfaceError", "InternalError",
                     "NotSupportedError", "OperationalError", "ProgrammingError", "Warning"})  # fmt: skip
_HANDLE = "The handle would send SQL past the guard."


def _rows(data: Any) -> Any:
    """Return Arrow data as a table, to be looked at and then sent; anything else as it is."""
    pa = arrow()
    if isinstance(data, pa.RecordBatch):
        return pa.Table.from_batches([data])
    if isinstance(data, (pa.Table, list, tuple, dict)) or data is None:
        return data
    if hasattr(data, "__arrow_c_stream__"):
        return pa.RecordBatchReader.from_stream(data).read_all()
    return data


def _table(data: Any) -> Any:
    """Return what ``adbc_ingest`` takes as a table: one batch or several, a dataset, its scanner, a stream."""
    pa = arrow()
    data = _rows(data)
    if isinstance(data, pa.Table):
        return data
    if hasattr(data, "__arrow_c_array__"):
        return pa.Table.from_batches([pa.record_batch(data)])
    if hasattr(data, "scanner"):
        data = data.scanner()
    return data.to_reader().read_all() if hasattr(data, "to_reader") else pa.Table.from_batches(data)


def _seen(data: Any) -> Any:
    return [tuple(row.values()) for row in data.to_pylist()] if hasattr(data, "to_pylist") else data


def _masked(session: Session, value: Any) -> Any:
    """Mask what is told about tables: names, and comments and defaults beside them."""
    pa = arrow()
    if isinstance(value, pa.Schema):
        return pa.schema([field.with_name(session.mask_text(field.name)) for field in value], value.metadata)
    if isinstance(value, pa.RecordBatchReader):
        return session.parts.masker.mask_arrow(value.read_all()).to_reader()
    return value


class _Cursor(ClosedCursor):
    __slots__ = ()

    def _send(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return self._sent(method, *args, **kwargs)

    def _sent(self, method: str, operation: Any, parameters: Any = None, seq_of_parameters: Any = None) -> Any:
        raw, session, _, _ = self._pcishield
        if not isinstance(operation, (str, bytes)):
            raise TypeError(f"{method}() argument 1 must be str, not {type(operation).__name__}")
        if isinstance(operation, bytes):
            session.refuse(method, "a Substrait plan cannot be judged.", "Give the statement as SQL text.")
        text = str.__str__(operation)
        many = method == "executemany"
        parameters = seq_of_parameters if seq_of_parameters is not None else parameters
        if many and hasattr(parameters, "__next__"):
            parameters = list(parameters)
        parameters = _rows(parameters)
        given = (text,) if parameters is None and not many else (text, parameters)
        call = getattr(raw, method)
        value = self._run(method, text, _seen(parameters), lambda: call(*given), many)
        return self if value is raw else value if method.startswith("adbc_") else None

    def executescript(self, operation: str) -> None:
        """Judge and run several statements."""
        self._sent("executescript", operation)

    def adbc_execute_schema(self, operation: str, parameters: Any = None) -> Any:
        """Judge a statement, and return the schema that its result would have."""
        return _masked(self._pcishield[1], self._sent("adbc_execute_schema", operation, parameters))

    def adbc_prepare(self, operation: str) -> Any:
        """Judge a statement, and prepare it."""
        return self._sent("adbc_prepare", operation)

    def adbc_ingest(self, table_name: str, data: Any, mode: str = "create", **kwargs: Any) -> Any:
        """Judge what an ingestion does, its data as parameters, and run it."""
        raw = self._pcishield[0]
        table = _table(data)
        parts = [kwargs.get("catalog_name"), kwargs.get("db_schema_name"), table_name]
        name = ".".join('"{}"'.format(part.replace('"', '""')) for part in parts if part)
        columns = ['"{}"'.format(column.replace('"', '""')) for column in table.column_names]
        marks = ", ".join("?" for _ in columns)
        text = f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608  (names are quoted, values are marks)
        if mode != "append":
            text = f"CREATE TABLE {name} ({', '.join(f'{column} TEXT' for column in columns)}); {text}"
        if mode == "replace":
            text = f"DROP TABLE {name}; {text}"
        call = raw.adbc_ingest
        return self._run("adbc_ingest", text, _seen(table), lambda: call(table_name, table, mode, **kwargs), many=True)

    def fetch_arrow(self) -> Any:
        """Return the result as a stream of masked batches, an object with ``__arrow_c_stream__``."""
        return self.fetch_record_batch()

    def next(self) -> Any:
        """Return the next row, masked."""
        return self.__next__()

    def _answer(self) -> tuple[bool, Any]:
        return self._pcishield[0].description is not None, self._pcishield[0].rowcount


for _name in _FRAMES:
    setattr(_Cursor, _name, TableMethod(_name))


class _Connection(ClosedConnection):
    __slots__ = ()

    def execute(self, operation: Any, parameters: Any = None, **kwargs: Any) -> Any:
        """Open a cursor and execute on it."""
        cursor = self.cursor(**kwargs)
        cursor.execute(operation, parameters)
        return cursor


def _metadata(name: str) -> Any:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        raw, session, _, _ = self._pcishield
        return _masked(session, calling(session, getattr(raw, name), (object,))(*args, **kwargs))

    method.__name__ = name
    return method


for _name in _METADATA:
    setattr(_Connection, _name, _metadata(_name))

_CONNECTION = Surface(
    owner="adbc_driver_manager.dbapi.Connection",
    statement=frozenset({"execute"}),
    stream=_METADATA,
    cursor=CONNECTION.cursor,
    blocked={"adbc_clone": "Connect again.", "adbc_connection": _HANDLE, "adbc_database": _HANDLE}
    | dict.fromkeys(("enable_load_extension", "load_extension"), "An extension is code that nobody can judge.")
    | dict.fromkeys(("adbc_get_statistic_names", "adbc_get_statistics"), "Statistics hold values of the columns."),
    passed=_ERRORS
    | {"__enter__", "__exit__", "adbc_cancel", "adbc_current_catalog", "adbc_current_db_schema", "close", "commit",
       "rollback"},
)  # fmt: skip
_CURSOR = Surface(
    owner="adbc_driver_manager.dbapi.Cursor",
    statement=frozenset({"adbc_execute_schema", "adbc_ingest", "adbc_prepare", "callproc", "execute", "executemany",
                         "executescript"}),
    row=CURSOR.row | {"__next__", "next"},
    rows=CURSOR.rows,
    stream=_FRAMES | {"__iter__", "fetch_arrow", "nextset"},
    cursor=CURSOR.cursor,
    blocked={"adbc_statement": _HANDLE}
    | dict.fromkeys(("adbc_execute_partitions", "adbc_read_partition"), "Execute the statement and fetch its rows."),
    passed=frozenset({"__enter__", "__exit__", "adbc_cancel", "arraysize", "close", "rowcount", "rownumber",
                      "setinputsizes", "setoutputsize"}),
)  # fmt: skip
SURFACES = (_CONNECTION, _CURSOR)


_BESIDE = frozenset({"autocommit", "conn_kwargs"})
"""What may be said beside a profile; ``db_kwargs`` may name another database."""


def _postgres(
    opening: Opening, profile: ProfileSettings, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    allow(opening.name, args, kwargs, _BESIDE)
    own = {name: str(value) for name, value in profile.options.items()}
    pinned = libpq.parameters(opening, profile, 0)
    if opening.password is not None:
        pinned["password"] = opening.password
    return (libpq.conninfo({**own, **libpq.introduced(opening, own.get), **pinned}),), kwargs


def _sqlite(
    opening: Opening, profile: ProfileSettings, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    allow(opening.name, args, kwargs, _BESIDE)
    return (profile.dbname,), {**profile.options, **kwargs}


def _driver(module: str, dialect: str, by_profile: Any) -> PlainDriver:
    return PlainDriver(
        module, dialect, _CONNECTION, _CURSOR, connection_class=_Connection, cursor_class=_Cursor,
        by_profile=by_profile,
    )  # fmt: skip


PLAIN = {
    "adbc_driver_postgresql.dbapi": _driver("adbc_driver_postgresql.dbapi", "postgres", _postgres),
    "adbc_driver_sqlite.dbapi": _driver("adbc_driver_sqlite.dbapi", "sqlite", _sqlite),
}
