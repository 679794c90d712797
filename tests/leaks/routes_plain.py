"""Ways out of the drivers in ``tests/plain_drivers.py``: the same routes for each, and what each has beside."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.leaks.table import LABEL, VALUES, Driver, Route, Source, Value
from tests.plain_drivers import PLAIN, Plain

DECLARED = frozenset({"pan, declared", "pan, whole number", "track 2", "cvc", "cardholder"})
NO_BYTES = frozenset(v.name for v in VALUES if v.kind != "bytes")
PAN_TEXT = frozenset(v.name for v in VALUES if v.name.startswith("pan") and v.kind == "text")
TEXT = frozenset(v.name for v in VALUES if v.kind == "text")
ARROW = NO_BYTES | {"pan in bytes"}
_KINDS = ("text", "bigint", "bytes", "json")


def opener(plain: Plain) -> Callable[[Any, Value], Any]:
    """Return the opener of one driver: a table filled without the guard, and guarded connections to it."""

    @contextmanager
    def open_source(request: Any, value: Value) -> Iterator[Source]:
        raw = plain.load()
        home = request.getfixturevalue(plain.home)
        _fill(plain, raw, home)
        module = request.getfixturevalue("approving_shield").guard(raw)
        opened: list[Any] = []
        cursors: list[Any] = []

        def connect(**options: Any) -> Any:
            opened.append(plain.connect(module, home, **options))
            return opened[-1]

        try:
            yield Source(connect(), value, module, raw, connect, {"plain": plain, "home": home, "cursors": cursors})
        finally:
            for cursor in cursors:
                with contextlib.suppress(Exception):
                    cursor.close()
            for connection in opened:
                # Closed by the route already, or in the middle of something.
                with contextlib.suppress(Exception):
                    connection.rollback()
                with contextlib.suppress(Exception):
                    connection.close()

    return open_source


_filled: set[tuple[str, str]] = set()


def _fill(plain: Plain, raw: Any, home: Any) -> None:
    """Make the table ``leaky``; once per server, anew per file. What psycopg's routes left there is no matter."""
    key = (plain.home, str(home))
    if plain.home != "tmp_path" and key in _filled:
        return
    connection = plain.connect(raw, home)
    cursor = connection.cursor()
    types = dict(zip(_KINDS, plain.types, strict=True))
    columns = ", ".join(f"{v.column} {types[v.kind]}" for v in VALUES)
    cursor.execute("DROP TABLE IF EXISTS leaky_plain")
    cursor.execute(f"CREATE TABLE leaky_plain (id INTEGER, label VARCHAR(40), {columns})")
    values = ", ".join(_literal(plain, v) for v in VALUES)
    cursor.execute(f"INSERT INTO leaky_plain VALUES (1, '{LABEL}', {values})")
    connection.commit()
    cursor.close()
    connection.close()
    _filled.add(key)


def _literal(plain: Plain, value: Value) -> str:
    if value.kind == "bigint":
        return str(value.stored)
    if value.kind != "bytes":
        text = str(value.stored)
        return "'{}'".format(text.replace("\\", "\\\\") if plain.types[2] == "BLOB" and "my" in plain.name else text)
    if plain.name == "duckdb":
        return "'" + "".join(f"\\x{byte:02X}" for byte in value.stored) + "'::BLOB"
    return f"'\\x{value.stored.hex()}'::bytea" if plain.types[2] == "BYTEA" else f"X'{value.stored.hex()}'"


def run(source: Source, sql: str, parameters: Any = None) -> Any:
    """Run a statement on a new cursor, and return the cursor."""
    cursor = kept(source, source.connection.cursor())
    cursor.execute(sql) if parameters is None else cursor.execute(sql, parameters)
    return cursor


def kept(source: Source, cursor: Any) -> Any:
    """Have a cursor closed after the route: ADBC complains of those that are not."""
    source.extra["cursors"].append(cursor)
    return cursor


def select(source: Source, expression: str = "{}") -> str:
    """SQL that reads the column, and the label so that something comes out."""
    return f"SELECT {expression.format(source.column)} AS x, label FROM leaky_plain"


def of(expression: str) -> Callable[[Source], Any]:
    """A route that selects an expression of the column."""
    return lambda source: run(source, select(source, expression)).fetchall()


def statement(text: str) -> Callable[[Source], Any]:
    """A route that fetches from a statement; ``{}`` stands for the column."""
    return lambda source: run(source, text.format(source.column)).fetchall()


def take(method: str, *args: Any) -> Callable[[Source], Any]:
    """A route that fetches ``SELECT column`` with a method of the cursor."""
    return lambda source: getattr(run(source, f"SELECT {source.column}, label FROM leaky_plain"), method)(*args)


def skip_without(source: Source, name: str, cursor: bool) -> None:
    """Skip where this version of the driver does not have ``name`` at all."""
    plain: Plain = source.extra["plain"]
    raw = plain.connect(source.raw, source.extra["home"])
    owner = raw.cursor() if cursor else raw
    has = hasattr(type(owner), name) or name in dir(owner)
    if cursor:
        owner.close()
    raw.close()
    if not has:
        pytest.skip(f"this version of {source.raw.__name__} has no {name}")


def table(method: str) -> Callable[[Source], Any]:
    """A route that fetches a table, a reader or a data frame, and shows all of its values."""

    def fetch(source: Source) -> Any:
        skip_without(source, method, cursor=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # duckdb praises its relations
            value = getattr(run(source, f"SELECT {source.column}, label FROM leaky_plain"), method)()
        return [shown(value), repr(value)]

    return fetch


def shown(value: Any) -> Any:
    """Return the values of a table as Python objects."""
    if hasattr(value, "read_all"):
        value = value.read_all()
    if isinstance(value, dict):
        return {name: list(column) for name, column in value.items()}
    if hasattr(value, "to_pylist"):
        return value.to_pylist()
    if hasattr(value, "to_dicts"):
        return value.to_dicts()
    return value.to_dict("records")


def iterated(source: Source) -> Any:
    return list(run(source, f"SELECT {source.column}, label FROM leaky_plain"))


def description(source: Source) -> Any:
    text = str(source.value.stored)
    return [repr(run(source, f'SELECT 1 AS "{text}"').description), LABEL]


def description_mysql(source: Source) -> Any:
    return [repr(run(source, f"SELECT 1 AS `{source.value.stored}`").description), LABEL]


def error(text: str) -> Callable[[Source], Any]:
    """A route that makes the database quote the column in an error."""

    def take(source: Source) -> Any:
        try:
            run(source, text.format(source.column)).fetchall()
        except source.raw.Error as error:
            return [error, str(error), error.args, getattr(error, "pgerror", ""), _diagnostics(error), LABEL]
        return "no error"

    return take


def _diagnostics(error: Any) -> Any:
    diag = getattr(error, "diag", None)
    return None if diag is None else [str(getattr(diag, name)) for name in dir(diag) if not name.startswith("_")]


def duplicate(source: Source) -> Any:
    """An error that may quote the values of a key."""
    temporary = "" if source.raw.__name__ == "duckdb" else "TEMPORARY"  # its cursors are connections
    run(source, f"CREATE {temporary} TABLE leaky_key (cvv VARCHAR(9) PRIMARY KEY)")
    run(source, f"INSERT INTO leaky_key SELECT {source.column} FROM leaky_plain")
    try:
        run(source, f"INSERT INTO leaky_key SELECT {source.column} FROM leaky_plain")
    except source.raw.Error as error:
        return [error, str(error), error.args, getattr(error, "pgerror", ""), _diagnostics(error), LABEL]
    return "no error"


def parameter_error(source: Source) -> Any:
    mark = source.extra["plain"].mark
    try:
        run(source, f"SELECT CAST({mark} AS INTEGER)", (str(source.value.stored),)).fetchall()
    except source.raw.Error as error:
        return [error, str(error), LABEL]
    return "no error"


def cursor_class(name: str) -> Callable[[Source], Any]:
    """A route by one of the driver's own cursor classes."""

    def fetch(source: Source) -> Any:
        home: Any = source.raw
        for part in name.split("."):
            home = getattr(home, part)
        postgres = source.raw.__name__ == "psycopg2"
        cursor = source.connection.cursor(cursor_factory=home) if postgres else source.connection.cursor(home)
        out = []
        for method in ("fetchone", "fetchmany", "fetchall"):
            cursor.execute(f"SELECT {source.column}, label FROM leaky_plain")
            out += [getattr(cursor, method)(), cursor.fetchall()]
        cursor.execute(f"SELECT {source.column}, label FROM leaky_plain")
        return [*out, list(cursor), repr(out)]

    return fetch


def foreign(source: Source) -> Any:
    """The driver's own cursor class, put around the guarded connection by hand."""
    home = source.raw.extensions.cursor if source.raw.__name__ == "psycopg2" else source.raw.cursors.Cursor
    cursor = home(source.connection)
    cursor.execute(f"SELECT {source.column}, label FROM leaky_plain")
    return cursor.fetchall()


def sent_text(source: Source) -> Any:
    value = str(source.value.stored)
    cursor = run(source, f"SELECT %s AS {source.column}, label FROM leaky_plain", (value,))
    return [cursor.fetchall(), cursor.query.decode(), LABEL]


def copied_to(make: Callable[[], Any]) -> Callable[[Source], Any]:
    """``copy_to`` into a file of that kind."""

    def take(source: Source) -> Any:
        file = make()
        source.connection.cursor().copy_to(file, "leaky_plain", columns=(source.column, "label"))
        return file.getvalue()

    return take


def copied(what: str, options: str) -> Callable[[Source], Any]:
    """``copy_expert`` of the table, or of a query."""

    def take(source: Source) -> Any:
        file = io.StringIO()
        columns = f"{source.column}, label"
        which = f"leaky_plain ({columns})" if what == "table" else f"(SELECT {columns} FROM leaky_plain)"
        source.connection.cursor().copy_expert(f"COPY {which} TO STDOUT {options}", file)
        return file.getvalue()

    return take


def asynchronous(source: Source) -> Any:
    """Rows, and the description, of an asynchronous connection."""
    wait = source.raw.extras.wait_select
    connection = source.connect(async_=1)
    wait(connection)
    cursor = connection.cursor()
    cursor.execute(f"SELECT {source.column}, label FROM leaky_plain")
    wait(connection)
    return [cursor.fetchall(), cursor.description]


def _large(source: Source) -> Any:
    made = source.raw.connect(source.extra["home"])
    large = made.lobject(0, "w")
    large.write(f"{source.value.stored} {LABEL}")
    made.commit()
    made.close()
    return source.connection.lobject(large.oid)


def large_object(source: Source) -> Any:
    """Read in pieces too small to be a card number."""
    large = _large(source)
    try:
        return "".join(iter(lambda: large.read(1), ""))
    finally:
        large.unlink()
        source.connection.commit()


def exported(source: Source) -> Any:
    """Written to a file of this machine's."""
    large = _large(source)
    with tempfile.NamedTemporaryFile() as file:
        large.export(file.name)
        large.unlink()
        source.connection.commit()
        return file.read()


def named_cursor(source: Source) -> Any:
    cursor = source.connection.cursor("leaky_cursor")
    cursor.execute(f"SELECT {source.column}, label FROM leaky_plain")
    return [list(cursor), cursor.description]


def inlined(source: Source) -> Any:
    """A parameter that is SQL."""
    sql = source.raw.extensions.AsIs(f"{source.column} FROM leaky_plain")
    return [run(source, "SELECT %s", (sql,)).fetchall(), LABEL]


def composed(source: Source) -> Any:
    sql = source.module.sql
    query = sql.SQL("SELECT {}, label FROM {}").format(sql.Identifier(source.column), sql.Identifier("leaky_plain"))
    return run(source, query).fetchall()


def notice(source: Source) -> Any:
    try:
        run(source, f"DO $$ BEGIN RAISE NOTICE '{source.value.stored}'; END $$")
    finally:
        out = list(source.connection.notices)
    return [out, LABEL]


def notify(source: Source) -> Any:
    cursor = run(source, "LISTEN leaky_plain")
    source.connection.commit()
    cursor.execute(f"NOTIFY leaky_plain, '{source.value.stored}'")
    source.connection.commit()
    source.connection.poll()
    return [[n.payload for n in source.connection.notifies], LABEL]


def copied_to_stream(source: Source) -> Any:
    out = io.BytesIO()
    cursor = kept(source, source.connection.cursor())
    cursor.execute(f"COPY (SELECT {source.column}, label FROM leaky_plain) TO STDOUT", stream=out)
    return out.getvalue()


def notified(source: Source) -> Any:
    """pg8000 takes what was sent with the answer of the next statement."""
    cursor = run(source, "LISTEN leaky_plain")
    source.connection.commit()
    cursor.execute(f"NOTIFY leaky_plain, '{source.value.stored}'")
    source.connection.commit()
    cursor.execute("SELECT 1")
    return [list(source.connection.notifications), LABEL]


def pooled(source: Source) -> Any:
    pool = source.module.pool.SimpleConnectionPool(1, 1, source.extra["home"])
    out = []
    for _ in range(2):
        connection = pool.getconn()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {source.column}, label FROM leaky_plain")
            out.append(cursor.fetchall())
        pool.putconn(connection)
    pool.closeall()
    return out


def show_warnings(source: Source) -> Any:
    cursor = run(source, f"SELECT CAST({source.column} AS SIGNED INTEGER) AS x, label FROM leaky_plain")
    out = [cursor.fetchall(), source.connection.show_warnings()]
    run(source, f"SELECT CAST({source.column} AS SIGNED INTEGER) AS x, label FROM leaky_plain").fetchall()
    return [*out, run(source, "SHOW WARNINGS").fetchall()]


def stacked(source: Source) -> Any:
    connection = source.connection
    cursor = connection.cursor()
    cursor.execute(f"SELECT label FROM leaky_plain; SELECT {source.column} FROM leaky_plain")
    out = [cursor.fetchall()]
    while cursor.nextset():
        out.append(cursor.fetchall())
    return out


def queried(source: Source) -> Any:
    """The gate itself, and the results that it leaves."""
    connection = source.connection
    connection.query(f"SELECT {source.column}, label FROM leaky_plain")
    if source.raw.__name__ == "pymysql":
        return connection._result.rows
    return [connection.store_result().fetch_row(0, how) for how in (0,)]


def used_result(source: Source) -> Any:
    source.connection.query(f"SELECT {source.column}, label FROM leaky_plain")
    return list(source.connection.use_result().fetch_row(0, 2))


def stream(source: Source) -> Any:
    import pyarrow

    cursor = run(source, f"SELECT {source.column}, label FROM leaky_plain")
    return shown(pyarrow.RecordBatchReader.from_stream(cursor.fetch_arrow()))


def schema(source: Source) -> Any:
    out = kept(source, source.connection.cursor()).adbc_execute_schema(
        f"SELECT {source.column}, label FROM leaky_plain"
    )
    return [str(out), LABEL]


def read_back(source: Source) -> Any:
    """A frame that was registered comes back masked."""
    import pyarrow

    source.connection.register("given", pyarrow.table({source.column: [str(source.value.stored)], "label": [LABEL]}))
    return source.connection.execute("SELECT * FROM given").fetchall()


def summarized(source: Source) -> Any:
    return [source.connection.execute("SUMMARIZE leaky_plain").fetchall(), LABEL]


def catalog(source: Source) -> Any:
    return [[tuple(row) for row in source.connection.cursor().tables().fetchall()], LABEL]


def conn_execute(source: Source) -> Any:
    return kept(source, source.connection.execute(f"SELECT {source.column}, label FROM leaky_plain")).fetchall()


def odbc_row(source: Source) -> Any:
    row = run(source, f"SELECT {source.column}, label FROM leaky_plain").fetchone()
    return [getattr(row, source.column), row[0], tuple(row), repr(row), json.dumps(repr(row.cursor_description))]


def blocked(name: str, *args: Any, cursor: bool = False, **kwargs: Any) -> Route:
    """A name that is not handed out."""

    def take(source: Source) -> Any:
        skip_without(source, name, cursor)
        owner = run(source, f"SELECT {source.column}, label FROM leaky_plain") if cursor else source.connection
        value = getattr(owner, name)
        return value(*args, **kwargs) if callable(value) else value

    return Route(name, take, "blocked", frozenset({"pan, declared"}))


def common(plain: Plain) -> tuple[Route, ...]:
    """The routes that every driver has."""
    mysql = plain.types[2] == "BLOB" and plain.home == "mysql_params"
    postgres = plain.home == "pg_dsn"
    text = "CHAR" if mysql else "VARCHAR"
    iterable = () if plain.name == "duckdb" else (Route("iteration", iterated),)
    return (
        Route("fetchone", take("fetchone")),
        Route("fetchmany", take("fetchmany", 5)),
        Route("fetchall", take("fetchall")),
        *iterable,
        Route("SELECT *", statement("SELECT * FROM leaky_plain")),
        Route("column alias", of("{}")),
        Route("subquery", statement("SELECT s.x, label FROM (SELECT {} AS x, label FROM leaky_plain) s")),
        Route("WITH", statement("WITH w AS (SELECT {} AS x, label FROM leaky_plain) SELECT * FROM w")),
        Route("UNION", statement(f"SELECT '{LABEL}' AS x UNION ALL SELECT CAST({{}} AS {text}) FROM leaky_plain"),
              values=TEXT),
        Route("CAST", of(f"CAST({{}} AS {text})"), values=NO_BYTES),
        Route("SUBSTR()", of(f"SUBSTR(CAST({{}} AS {text}), 1, 15)"), values=DECLARED),
        Route("concatenation", of(f"CONCAT('<', CAST({{}} AS {text}), '>')" if mysql
                                  else f"'<' || CAST({{}} AS {text}) || '>'"), values=NO_BYTES),
        Route("column name", description_mysql if mysql else description, values=PAN_TEXT),
        Route("error of a duplicate key", duplicate, values=frozenset({"cvc"})),
        Route("error that quotes a parameter", parameter_error, values=PAN_TEXT) if postgres or plain.name == "duckdb"
        else Route("error of a missing table", error("SELECT {} FROM leaky_missing"), values=frozenset({"cvc"})),
    )  # fmt: skip


_FRAMES = {
    "duckdb": ("df", "fetchdf", "fetch_df", "fetch_df_chunk", "fetchnumpy", "to_arrow_table", "to_arrow_reader"),
    "adbc": ("fetch_arrow_table", "fetchallarrow", "fetch_df", "fetch_polars", "fetch_record_batch"),
}


def _tables(kind: str) -> tuple[Route, ...]:
    return tuple(
        Route(name, table(name), values=ARROW - {"pan, whole number"} if "reader" in name or "batch" in name else ARROW)
        for name in _FRAMES[kind]
    )


_MYSQL = (
    *(Route(f"cursors.{name}", cursor_class(f"cursors.{name}")) for name in
      ("Cursor", "DictCursor", "SSCursor", "SSDictCursor")),
    Route("cursor class of the driver around the connection", foreign),
    Route("connection.query", queried),
    Route("show_warnings, SHOW WARNINGS", show_warnings, values=TEXT),
    Route("error that quotes a value", error("SELECT UPDATEXML('<a/>', CONCAT('~', {}), '') FROM leaky_plain"),
          values=NO_BYTES),
    Route("error that quotes a value in hex",
          error("SELECT UPDATEXML('<a/>', CONCAT('~', HEX({})), '') FROM leaky_plain"), values=DECLARED),
)  # fmt: skip
_ADBC = (
    *_tables("adbc"),
    Route("fetch_arrow", stream, values=ARROW - {"pan, whole number"}),
    Route("connection.execute", conn_execute),
    blocked("adbc_statement", cursor=True),
    blocked("adbc_read_partition", b"", cursor=True),
    blocked("adbc_execute_partitions", "SELECT 1", cursor=True),
    blocked("adbc_connection"),
    blocked("adbc_database"),
    blocked("adbc_get_statistics"),
)
_ODBC = (
    Route("fetchval", lambda source: [run(source, select(source)).fetchval(), LABEL]),
    Route("Row, by name and number", odbc_row),
    Route("connection.execute", conn_execute),
    Route("tables()", catalog),
    blocked("messages", cursor=True),
    blocked("hstmt", cursor=True),
    blocked("hdbc"),
)
_PG8000 = (
    Route("notices", notice, values=PAN_TEXT),
    Route("notifications", notified, values=PAN_TEXT),
    Route("error that quotes a value", error("SELECT CAST({} AS INTEGER) FROM leaky_plain"), values=PAN_TEXT),
    Route("COPY TO, stream", copied_to_stream, "blocked", PAN_TEXT),
    blocked("execute_simple", "SELECT 1"),
    blocked("execute_unnamed", "SELECT 1"),
    blocked("prepare_statement", "SELECT 1"),
    blocked("handle_DATA_ROW", b"", None),
    blocked("send_QUERY", "SELECT 1"),
)
_SPECIAL: dict[str, tuple[Route, ...]] = {
    "psycopg2": (
        *(Route(f"extras.{name}", cursor_class(f"extras.{name}")) for name in
          ("DictCursor", "NamedTupleCursor", "RealDictCursor")),
        Route("named cursor", named_cursor),
        Route("asynchronous connection", asynchronous),
        Route("cursor.query", sent_text, values=PAN_TEXT),
        Route("AsIs parameter", inlined),
        Route("sql.SQL", composed),
        Route("notices", notice, values=PAN_TEXT),
        Route("notifies", notify, values=PAN_TEXT),
        Route("pool", pooled),
        Route("cursor class of the driver around the connection", foreign, "documented", TEXT,
              "psycopg2 has no place that all SQL of a connection passes; connection.cursor() guards any class"),
        Route("error that quotes a value", error("SELECT CAST({} AS INTEGER) FROM leaky_plain"), values=PAN_TEXT),
        Route("copy_to, text file", copied_to(io.StringIO)),
        Route("copy_to, binary file", copied_to(io.BytesIO)),
        *(Route(f"COPY {what} TO, {form}", copied(what, options)) for what in ("table", "query")
          for form, options in (("text", ""), ("CSV", "CSV HEADER"))),
        blocked("copy_expert", "COPY leaky_plain TO STDOUT WITH BINARY", io.BytesIO(), cursor=True),
        blocked("pgresult_ptr", cursor=True),
        Route("lobject, a byte at a time", large_object, "blocked", PAN_TEXT),
        Route("lobject.export", exported, "blocked", PAN_TEXT),
        blocked("pgconn_ptr"),
        blocked("get_native_connection"),
    ),
    "pymysql": (*_MYSQL, Route("SSCursor.fetchall_unbuffered", lambda source: [
        *_unbuffered(source).fetchall_unbuffered()])),
    "mysqlclient": (*_MYSQL, Route("use_result, fetch_row as dictionary", used_result),
                    Route("stacked statements, nextset", stacked, values=DECLARED),
                    blocked("send_query", b"SELECT 1"), blocked("read_query_result")),
    "duckdb": (
        *_tables("duckdb"),
        Route("registered frame", read_back, values=PAN_TEXT | DECLARED - {"pan, whole number"}),
        Route("SUMMARIZE", summarized, "blocked", frozenset({"pan, declared"}), "it shows values of unnamed columns"),
        blocked("sql", "SELECT 1"),
        blocked("query", "SELECT 1"),
        blocked("table", "leaky_plain"),
        blocked("read_csv", "x.csv"),
        blocked("torch"),
        blocked("get_profiling_information"),
        blocked("load_extension", "httpfs"),
    ),
    "pg8000": (*_PG8000, blocked("run", "SELECT 1"), blocked("prepare", "SELECT 1")),
    "pg8000.dbapi": _PG8000,
    "adbc postgresql": (*_ADBC, Route("adbc_execute_schema", schema)),
    "adbc sqlite": _ADBC,
    "pyodbc, SQLite": _ODBC,
    "pyodbc, PostgreSQL": _ODBC,
}  # fmt: skip


def _unbuffered(source: Source) -> Any:
    cursor = source.connection.cursor(source.raw.cursors.SSCursor)
    cursor.execute(f"SELECT {source.column}, label FROM leaky_plain")
    return cursor


DRIVERS = [
    Driver(plain.name, opener(plain), (*common(plain), *_SPECIAL[plain.name]), plain.pytest_marks) for plain in PLAIN
]
