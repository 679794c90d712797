"""Ways out of mysql.connector, pure Python and asyncio.

The C implementation hands out through the same gates; ``tests/unit/drivers/mysql_connector`` runs both.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.leaks.table import LABEL, VALUES, Driver, Route, Source, Value, fresh_name

TYPES = {"text": "VARCHAR(200)", "bigint": "BIGINT", "bytes": "VARBINARY(200)", "json": "JSON"}
DECLARED = frozenset({"pan, declared", "pan, whole number", "track 2", "cvc", "cardholder"})
"""Value types in columns whose name says what they hold."""
PAN_TEXT = frozenset(v.name for v in VALUES if v.name.startswith("pan"))
TEXT = frozenset(v.name for v in VALUES if v.kind in ("text", "json"))
NOT_FOUND = "in a column that is not declared, a card number is found by its value, and that is no longer there"


_DATABASE: pytest.StashKey[str] = pytest.StashKey()


def _database(request: Any, params: dict[str, Any]) -> str:
    """One database for the whole run, filled without the guard. No route changes it for good."""
    import mysql.connector

    stash = request.config.stash
    if _DATABASE in stash:
        return str(stash[_DATABASE])
    name = stash[_DATABASE] = fresh_name("leaks_")
    admin = mysql.connector.connect(**params, autocommit=True)
    cursor = admin.cursor()
    cursor.execute(f"CREATE DATABASE {name}")
    cursor.execute(f"USE {name}")
    columns = ", ".join(f"{v.column} {TYPES[v.kind]}" for v in VALUES)
    cursor.execute(f"CREATE TABLE leaky (id INT PRIMARY KEY, label VARCHAR(20), {columns}, UNIQUE (cvv))")
    marks = ", ".join("%s" for _ in VALUES)
    cursor.execute(f"INSERT INTO leaky VALUES (1, '{LABEL}', {marks})", [v.stored for v in VALUES])
    cursor.execute("CREATE VIEW leaky_view AS SELECT * FROM leaky")
    for number, v in enumerate(VALUES):
        cursor.execute(f"CREATE PROCEDURE results_{number}() SELECT label, {v.column} FROM leaky")
        cursor.execute(
            f"CREATE PROCEDURE output_{number}(OUT o TEXT) BEGIN SELECT label FROM leaky; "
            f"SET o = (SELECT {v.column} FROM leaky); END"
        )
    admin.close()

    def drop() -> None:
        try:
            last = mysql.connector.connect(**params)
        except mysql.connector.Error:
            return  # a server of the run's own has gone before, and everything in it
        last.cursor().execute(f"DROP DATABASE {name}")
        last.close()

    request.config.add_cleanup(drop)
    return name


PROCEDURE = (
    "what a procedure computes has no lineage, and these have no form to be found by; calls need approval by default"
)


@contextmanager
def open_source(request: Any, value: Value) -> Iterator[Source]:
    """A guarded connection. Procedures need approval in the default pack; here somebody gives it."""
    import mysql.connector

    params = request.getfixturevalue("mysql_params") | {"use_pure": True}
    params["database"] = _database(request, params)
    shield = request.getfixturevalue("make_shield")(approver=lambda request: True)
    module = shield.guard(mysql.connector)
    opened: list[Any] = []

    def connect(**options: Any) -> Any:
        opened.append(module.connect(**params | options))
        return opened[-1]

    try:
        yield Source(connect(), value, module, mysql.connector, connect, {"params": params})
    finally:
        for connection in opened:
            connection.close()


def fetch(source: Source, sql: str | None = None, **options: Any) -> Any:
    """Run a SELECT and fetch all; return the description too."""
    cursor = source.connection.cursor(**options)
    cursor.execute(sql or source.select("{}, label"))
    return [cursor.fetchall(), cursor.description, cursor.column_names, cursor.statement, str(cursor)]


def expression(text: str) -> Callable[[Source], Any]:
    """A route that selects an expression of the column."""
    return lambda source: fetch(source, source.select(f"{text}, label"))


def statement(text: str) -> Callable[[Source], Any]:
    """A route that fetches from a statement; ``{}`` stands for the column."""
    return lambda source: fetch(source, text.format(source.column))


def cursor_of(**options: Any) -> Callable[[Source], Any]:
    """A route through one of the driver's cursor classes, by every fetch."""

    def take(source: Source) -> Any:
        out = [fetch(source, **options)]
        for step in (lambda c: c.fetchone(), lambda c: c.fetchmany(3), lambda c: next(c), list):
            cursor = source.connection.cursor(**options)
            cursor.execute(source.select("{}, label"))
            out.append(step(cursor))
            out += [getattr(cursor, "_nextrow", None), getattr(cursor, "_rows", None)]
            source.connection.consume_results()
            cursor.close()
        return out

    return take


def clear(source: Source) -> str:
    """The clear value as an application would write it into a text."""
    stored = source.value.stored
    return stored.decode("latin-1") if isinstance(stored, bytes) else str(stored)


def procedure(name: str, *args: Any) -> Callable[[Source], Any]:
    """A route through a procedure; ``{}`` stands for the number of the value."""

    def take(source: Source) -> Any:
        cursor = source.connection.cursor()
        returned = cursor.callproc(name.format(VALUES.index(source.value)), args)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            stored = list(cursor.stored_results())
        return [returned, [(result.fetchall(), result.description) for result in stored]]

    return take


def call_by_execute(source: Source) -> Any:
    return fetched_sets(source, f"CALL results_{VALUES.index(source.value)}()")


def stacked(source: Source) -> Any:
    return fetched_sets(source, f"SELECT '{LABEL}'; {source.select()}; {source.select('HEX({})')}")


def fetched_sets(source: Source, sql: str) -> Any:
    """Run a text with several results, as the driver's version does it."""
    cursor = source.connection.cursor()
    if not hasattr(cursor, "fetchsets"):  # 9.1
        return [result.fetchall() if result.with_rows else None for result in cursor.execute(sql, multi=True)]
    cursor.execute(sql)
    out = [cursor.fetchall()]
    while cursor.nextset():
        out.append(cursor.fetchall() if cursor.with_rows else None)
    return out


def mapped(source: Source) -> Any:
    cursor = source.connection.cursor()
    if not hasattr(cursor, "fetchsets"):
        pytest.skip("this driver version maps in another way")
    cursor.execute(f"SELECT '{LABEL}'; {source.select()}", map_results=True)
    return list(cursor.fetchsets())


def command(source: Source) -> Any:
    connection = source.connection
    result = connection.cmd_query(source.select("{}, label"))
    return [result, connection.get_row(), connection.get_rows() if connection.unread_result else None]


def command_iterated(source: Source) -> Any:
    results = source.connection.cmd_query_iter(f"{source.select()}; SELECT '{LABEL}'")
    return [(result, source.connection.get_rows()) for result in results]


def command_prepared(source: Source) -> Any:
    connection = source.connection
    prepared = connection.cmd_stmt_prepare(source.select("{}, label").encode())
    result = connection.cmd_stmt_execute(prepared["statement_id"])
    connection.unread_result = True
    return [prepared, result, connection.get_rows(binary=True, columns=result[1])]


def raw_rows(source: Source) -> Any:
    source.connection.cmd_query(source.select("{}, label"))
    return source.connection.get_rows(raw=True)


def foreign_cursor(source: Source) -> Any:
    out = []
    for name in ("MySQLCursor", "MySQLCursorBuffered", "MySQLCursorDict", "MySQLCursorPrepared", "MySQLCursorRaw"):
        cursor = getattr(source.raw.cursor, name)(source.connection)
        cursor.execute(source.select("{}, label"))
        out.append(cursor.fetchall())
    return out


def users_cursor(source: Source) -> Any:
    seen: list[Any] = []

    class Mine(source.raw.cursor.MySQLCursorDict):  # type: ignore[misc,name-defined]
        def fetchall(self) -> Any:
            rows = super().fetchall()
            seen.append(rows)
            return [list(row.values()) for row in rows]

        def _row_to_python(self, row: Any, desc: Any = None) -> Any:
            seen.append(row)
            return super()._row_to_python(row, desc)

    cursor = source.connection.cursor(cursor_class=Mine)
    cursor.execute(source.select("{}, label"))
    return [cursor.fetchall(), seen]


def converter(source: Source) -> Any:
    connection = source.connect(converter_class=_converter([]))
    cursor = connection.cursor()
    cursor.execute(source.select("{}, label"))
    return cursor.fetchall()


def converter_argument(source: Source) -> Any:
    seen: list[Any] = []
    connection = source.connect(converter_class=_converter(seen))
    cursor = connection.cursor()
    cursor.execute(source.select("{}, label"))
    cursor.fetchall()
    return seen


def _converter(seen: list[Any]) -> type:
    from mysql.connector.conversion import MySQLConverter

    class Mine(MySQLConverter):
        def to_python(self, vtype: Any, value: Any) -> Any:
            seen.append(value)
            return super().to_python(vtype, value)

        def row_to_python(self, row: Any, fields: Any) -> Any:
            seen.append(row)
            return super().row_to_python(row, fields)

    return Mine


def warning(source: Source) -> Any:
    source.connection.get_warnings = True
    cursor = source.connection.cursor()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        cursor.execute(source.select("CAST(CONCAT('x', {}) AS SIGNED), label"))
        rows = cursor.fetchall()
        noted = cursor.fetchwarnings()
    return [rows, cursor.warnings, noted, [str(w.message) for w in caught]]


def show_warnings(source: Source) -> Any:
    cursor = source.connection.cursor()
    cursor.execute(source.select("CAST(CONCAT('x', {}) AS SIGNED), label"))
    cursor.fetchall()
    cursor.execute("SHOW WARNINGS")
    return [cursor.fetchall(), LABEL]


def error(sql: str) -> Callable[[Source], Any]:
    """A route through the text of an error; ``{}`` stands for the column."""

    def take(source: Source) -> Any:
        cursor = source.connection.cursor()
        try:
            cursor.execute(sql.format(source.column))
            rows = cursor.fetchall()
        except source.raw.Error as caught:
            return [caught, caught.msg, caught.args, repr(caught), repr(caught.__cause__), repr(caught.__context__)]
        return rows

    return take


def error_about_parameter(source: Source) -> Any:
    try:
        source.connection.cursor().execute("SELECT %s", clear(source))
    except source.raw.Error as caught:
        return [caught, caught.msg, caught.args]
    return None


def statement_text(source: Source) -> Any:
    cursor = source.connection.cursor()
    cursor.execute(f"SELECT label, id FROM leaky WHERE {source.column} = %s", (source.value.stored,))
    return [cursor.fetchall(), cursor.statement, str(cursor), cursor._executed]


def column_name(source: Source) -> Any:
    text = clear(source).replace("'", "''")
    return fetch(source, f"SELECT '{text}', label FROM leaky")


def info_query(source: Source) -> Any:
    return source.connection.info_query(source.select("{}, label"))


def pooled(source: Source) -> Any:
    out = []
    pool = source.module.pooling.MySQLConnectionPool(pool_name=fresh_name("p"), pool_size=1, **source.extra["params"])
    for _ in range(2):
        connection = pool.get_connection()
        cursor = connection.cursor()
        cursor.execute(source.select("{}, label"))
        out.append(cursor.fetchall())
        connection.close()
    pool._remove_connections()
    return out


def copied(source: Source) -> Any:
    cursor = copy.copy(source.connection.cursor())
    cursor.execute(source.select("{}, label"))
    return cursor.fetchall()


def into_variable(source: Source) -> Any:
    cursor = source.connection.cursor()
    cursor.execute(f"{source.select()} INTO @leaky")
    cursor.execute(f"SELECT @leaky, '{LABEL}'")
    return cursor.fetchall()


async def aio(source: Source) -> Any:
    connection = await source.module.aio.connect(**_aio_params(source))
    out = []
    for options in ({}, {"buffered": True}, {"dictionary": True}, {"raw": True}, {"prepared": True}):
        cursor = await connection.cursor(**options)
        await cursor.execute(source.select("{}, label"))
        out.append(await cursor.fetchone())
        await cursor.execute(source.select("{}, label"))
        out += [await cursor.fetchall(), cursor.description]
        await cursor.close()
    await connection.cmd_query(source.select())
    out.append(await connection.get_rows())
    out.append(await connection.info_query(source.select()))
    await connection.close()
    return out


def _aio_params(source: Source) -> dict[str, Any]:
    return {k: v for k, v in source.extra["params"].items() if k != "use_pure"} | {"ssl_disabled": True}


ROUTES = (
    *(
        Route(f"cursor({', '.join(f'{k}=True' for k in options)})", cursor_of(**options))
        for options in (
            {}, {"buffered": True}, {"raw": True}, {"raw": True, "buffered": True}, {"dictionary": True},
            {"dictionary": True, "buffered": True}, {"prepared": True}, {"prepared": True, "dictionary": True},
        )
    ),
    Route("SELECT *", statement("SELECT * FROM leaky")),
    Route("SELECT t.*", statement("SELECT t.* FROM leaky t")),
    Route("view", statement("SELECT * FROM leaky_view")),
    Route("column alias", expression("{} AS harmless")),
    Route("subquery", statement("SELECT s.x, label FROM (SELECT {} AS x, label FROM leaky) s")),
    Route("scalar subquery", statement("SELECT (SELECT {} FROM leaky) AS x, label FROM leaky")),
    Route("WITH", statement("WITH w AS (SELECT {} AS x, label FROM leaky) SELECT * FROM w")),
    Route("UNION", statement("SELECT 'canary' AS x UNION ALL SELECT {} FROM leaky")),
    Route("CASE", expression("CASE WHEN id > 0 THEN {} END")),
    Route("MAX()", expression("MAX({})")),
    Route("CONCAT()", expression("CONCAT('<', {}, '>')")),
    Route("GROUP_CONCAT()", expression("GROUP_CONCAT({})")),
    Route("JSON_OBJECT()", expression("JSON_OBJECT('v', {})"), values=frozenset(
        v.name for v in VALUES if v.kind != "bytes")),
    Route("CAST", expression("CAST({} AS CHAR)")),
    Route("SUBSTR()", expression("SUBSTR({}, 1, 15)"), values=DECLARED),
    Route("REVERSE()", expression("REVERSE({})"), values=DECLARED),
    Route("HEX()", expression("HEX({})"), values=DECLARED),
    Route("TO_BASE64()", expression("TO_BASE64({})"), values=DECLARED),
    Route("HEX(), undeclared", expression("HEX({})"), "documented",
          frozenset({"pan, undeclared", "pan in bytes"}), NOT_FOUND),
    Route("user variable", into_variable, values=PAN_TEXT),
    Route("callproc, stored_results", procedure("results_{}")),
    Route("callproc, output parameter", procedure("output_{}", ""), values=PAN_TEXT | {"track 2"}),
    Route("callproc, output parameter, cvc", procedure("output_{}", ""), "documented",
          frozenset({"cvc", "cardholder"}), PROCEDURE),
    Route("CALL by execute, nextset", call_by_execute),
    Route("stacked statements, nextset", stacked, values=DECLARED),
    Route("map_results, fetchsets", mapped),
    Route("cmd_query, get_row, get_rows", command),
    Route("cmd_query_iter", command_iterated),
    Route("cmd_stmt_prepare, cmd_stmt_execute", command_prepared),
    Route("get_rows(raw=True)", raw_rows),
    Route("info_query", info_query),
    Route("cursor class of the driver around the connection", foreign_cursor),
    Route("cursor_class of the user", users_cursor),
    Route("converter_class, its result", converter),
    Route("converter_class, its argument", converter_argument, "documented", TEXT,
          "a converter is the application's code and is given what the server sent"),
    Route("warnings, fetchwarnings", warning),
    Route("SHOW WARNINGS", show_warnings),
    Route("error that quotes a value", error("SELECT UPDATEXML('<a/>', CONCAT('~', {}), '') FROM leaky")),
    Route("error that quotes a value in hex", error("SELECT UPDATEXML('<a/>', CONCAT('~', HEX({})), '') FROM leaky"),
          values=DECLARED),
    Route("error of a duplicate key", error("INSERT INTO leaky (id, cvv) SELECT 2, {} FROM leaky"),
          values=frozenset({"cvc"})),
    Route("error about a parameter", error_about_parameter, values=PAN_TEXT),
    Route("statement, str(), _executed", statement_text, values=PAN_TEXT | DECLARED),
    Route("column name", column_name, values=PAN_TEXT),
    Route("MySQLConnectionPool", pooled),
    Route("copy.copy of a cursor", copied),
    Route("aio", aio),
)  # fmt: skip

DRIVER = Driver("mysql.connector", open_source, ROUTES, ("mysql",))
