"""The guarded duckdb (1 and 2): closed proxies; a connection is its own cursor.

Rows, Arrow tables and readers, pandas and polars frames and numpy arrays come out masked. The relational API
(``sql()``, ``table()``, ``read_csv()``, ...) is blocked, for a relation hands out its rows in some eighty ways: say it
in SQL, by ``execute()``. So are extensions, Python filesystems, and a PIVOT that does not say its values, for its
columns are named after them. DuckDB does not look for data frames among the caller's variables: ``register()`` them.
Limit: a function made by ``create_function`` is the application's code and sees raw values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pcishield.core.result import ResultColumn
from pcishield.drivers.generic import CURSOR, PlainDriver, origin
from pcishield.drivers.generic.closed import ClosedCursor, TableMethod, calling
from pcishield.drivers.generic.opening import allow
from pcishield.runtime.surface import Surface

if TYPE_CHECKING:
    from pcishield.credentials.settings import ProfileSettings
    from pcishield.runtime.opening import Opening

__all__ = ["PLAIN", "SURFACES"]

_FRAMES = frozenset({"arrow", "df", "fetch_arrow_reader", "fetch_arrow_table", "fetch_df", "fetch_df_chunk", "fetchdf",
                     "fetch_record_batch", "fetchnumpy", "pl", "to_arrow_reader", "to_arrow_table"})  # fmt: skip
_RELATIONS = frozenset({"from_arrow", "from_csv_auto", "from_df", "from_parquet", "from_query", "from_substrait",
                        "from_substrait_json", "query", "read_csv", "read_json", "read_parquet", "sql", "table",
                        "table_function", "values", "view"})  # fmt: skip
_TYPES = frozenset({"array_type", "decimal_type", "dtype", "enum_type", "list_type", "map_type", "row_type", "sqltype",
                    "string_type", "struct_type", "type", "union_type"})  # fmt: skip


_PIVOT = re.compile(r"\bPIVOT(?:_WIDER)?\b(?=.*\b(?:FROM|ON|SELECT|TABLE|VALUES)\b)", re.IGNORECASE | re.DOTALL)
"""One whose columns may be named after values. ``FROM t PIVOT (count(*) FOR x IN ('a', 'b'))`` names them itself."""

_WORDS = "ENUM("


def _text_type() -> Any:
    return import_module("duckdb").sqltype("VARCHAR")


class _Connection(ClosedCursor):
    __slots__ = ()

    __iter__: Any = None  # duckdb's is not iterable either
    __next__: Any = None

    def __init__(self, raw: Any, session: Any, surface: Surface, driver: PlainDriver, parent: Any = None) -> None:
        super().__init__(raw, session, surface, driver, parent)

    def _run(self, method: str, text: str, parameters: Any, call: Callable[[], Any], many: bool = False) -> Any:
        if _PIVOT.search(text):
            self._pcishield[1].refuse(
                method, "a PIVOT names its columns after values, and names cannot be redacted.",
                "Say the values: FROM t PIVOT (count(*) FOR x IN ('a', 'b')), or count(*) FILTER (WHERE x = 'a').",
            )  # fmt: skip
        return super()._run(method, text, parameters, call, many)

    @property
    def description(self) -> Any:
        """The columns, names masked. A type that has words, of an ENUM, in it is text when these had to be masked."""
        described = super().description
        if described is None or not any(_WORDS in str(column[1]) for column in described):
            return described
        plain = [t.startswith(("skip", "scan", "named:")) for t in self._state.guard(self._columns).treatments]
        return [
            column if is_plain and self._pcishield[1].mask_text(str(column[1])) == str(column[1])
            else (column[0], _text_type(), *column[2:])
            for column, is_plain in zip(described, plain, strict=True)
        ]  # fmt: skip

    def _columns(self) -> Sequence[ResultColumn]:
        columns = super()._columns()
        if [column.name for column in columns] == ["Count"] and str(self._pcishield[0].description[0][1]) == "BIGINT":
            # How many rows a statement without a result of its own has written: known, and no surprise.
            return [ResultColumn("Count", column="Count")]
        return columns

    def cursor(self) -> Any:
        """Open another connection to the same database, of the same session."""
        raw, session, surface, driver = self._pcishield
        return _Connection(calling(session, raw.cursor, (object,))(), session, surface, driver, self)

    def duplicate(self) -> Any:
        """Likewise."""
        return self.cursor()

    def checkpoint(self) -> Any:
        """Judge and run CHECKPOINT."""
        return self._send("execute", ("CHECKPOINT",), {})

    def append(self, table: str, frame: Any, **kwargs: Any) -> Any:
        """Judge an INSERT of a data frame, and run it."""
        raw = self._pcishield[0]
        rows = [tuple(row) for row in frame.itertuples(index=False)]
        name = '"{}"'.format(table.replace('"', '""'))
        text = f"INSERT INTO {name} VALUES ({', '.join('?' for _ in frame.columns)})"  # noqa: S608  (the name is quoted, values are marks)
        self._run("append", text, rows, lambda: raw.append(table, frame, **kwargs), many=True)
        return self

    def close(self, *args: Any, **kwargs: Any) -> None:
        """Close the connection; the session too when it is the one that was opened first."""
        super().close(*args, **kwargs)
        if self._connection is None:
            self._pcishield[1].close()

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def __del__(self) -> None:
        if self._connection is None:
            self._pcishield[1].abandon()


for _name in _FRAMES:
    setattr(_Connection, _name, TableMethod(_name))

_SURFACE = Surface(
    owner="duckdb.DuckDBPyConnection",
    statement=frozenset({"append", "checkpoint", "execute", "executemany"}),
    row=CURSOR.row,
    rows=CURSOR.rows,
    stream=_FRAMES,
    cursor=frozenset({"cursor", "duplicate"}),
    blocked=dict.fromkeys(_RELATIONS, "Say it in SQL: execute(...).fetchall(), .df(), .to_arrow_table().")
    | dict.fromkeys(_TYPES, "The types are in the module duckdb.sqltypes.")
    | dict.fromkeys(("install_extension", "load_extension"), "An extension runs native code beside the guard.")
    | dict.fromkeys(("filesystem_is_registered", "list_filesystems", "register_filesystem", "unregister_filesystem"),
                    "Python filesystems read files past the policy.")
    | dict.fromkeys(("appender", "query_appender"), "Use executemany(), or append() with a data frame.")
    | dict.fromkeys(("disable_profiling", "enable_profiling", "get_profiling_information"), "Profiles hold literals.")
    | dict.fromkeys(("extract_statements", "get_prepared_statements", "get_substrait", "get_substrait_json",
                     "get_table_names"), "Send SQL text.")
    | dict.fromkeys(("tf", "torch"), "Make tensors of the arrays of fetchnumpy()."),
    passed=frozenset({"__enter__", "__exit__", "abort", "begin", "close", "commit", "complete", "create_function",
                      "interrupt", "query_progress", "register", "remove_function", "rollback", "rowcount",
                      "unregister"}),
)  # fmt: skip
SURFACES = (_SURFACE,)


def _origin(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[str, str]:
    return (str(args[0]), "") if args else origin(args, kwargs)


def _opened(connection: Any) -> None:
    # DuckDB would look into the guard's own frames.
    connection.execute("SET python_enable_replacements = false")


def _by_profile(
    opening: Opening, profile: ProfileSettings, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    allow(opening.name, args, kwargs, frozenset({"config", "read_only"}))
    return (profile.dbname,), {**profile.options, **kwargs}


_DRIVER = PlainDriver(
    "duckdb", "duckdb", _SURFACE, _SURFACE, names=frozenset({"sqltypes", "token_type", "tokenize", "typing", "value"}),
    connection_class=_Connection, origin=_origin, opened=_opened, by_profile=_by_profile,
)  # fmt: skip
PLAIN = {_DRIVER.module: _DRIVER}
