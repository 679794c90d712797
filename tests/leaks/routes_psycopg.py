"""Ways out of psycopg 3."""

from __future__ import annotations

import copy
import io
import pickle
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest

from pcishield.core.decision import ApprovalAnswer
from tests.leaks.table import LABEL, VALUES, Driver, Route, Source, Value

psycopg: Any = pytest.importorskip("psycopg", reason="psycopg is an optional dependency")
from psycopg import rows, sql  # noqa: E402  (only where psycopg is there)

TYPES = {"text": "text", "bigint": "bigint", "bytes": "bytea", "json": "jsonb"}
SCHEMA = "pcishield_leaks"
BY_VALUE = frozenset(v.name for v in VALUES if v.name not in ("cvc", "cardholder"))
"""Value types that are recognised wherever they are, without a column that says so."""
DECLARED = frozenset({"pan, declared", "pan, whole number", "track 2", "cvc", "cardholder"})
"""Value types in columns whose name says what they hold."""
SOME = frozenset({"pan, declared", "pan, whole number", "pan in JSON", "cvc"})
"""Value types for routes that differ from others only in who made the cursor or the row."""
NOT_BYTES = frozenset(v.name for v in VALUES if v.kind != "bytes")
NOT_FOUND = "in a column that is not declared, a card number is found by its value, and that is no longer there"
PAN_TEXT = frozenset(v.name for v in VALUES if v.name.startswith("pan") and v.kind != "bytes")
CURSORS = (psycopg.Cursor, psycopg.ClientCursor, psycopg.RawCursor)
_filled: set[str] = set()


def approve(request: Any) -> ApprovalAnswer:
    return ApprovalAnswer(approved=True, approver="leak table", reason="what comes out is looked through")


def fill(dsn: str) -> None:
    """Make the table, once for each server and run, without the guard."""
    if dsn in _filled:
        return
    columns = ", ".join(f"{v.column} {TYPES[v.kind]}" for v in VALUES)
    with psycopg.connect(dsn, autocommit=True) as raw:
        raw.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        raw.execute(f"CREATE SCHEMA {SCHEMA}")
        raw.execute(f"CREATE TABLE {SCHEMA}.leaky (id int PRIMARY KEY, label text, {columns})")
        marks = ", ".join("%s" for _ in VALUES)
        raw.execute(f"INSERT INTO {SCHEMA}.leaky VALUES (1, '{LABEL}', {marks})", [v.stored for v in VALUES])
    _filled.add(dsn)


@contextmanager
def open_source(request: Any, value: Value) -> Iterator[Source]:
    """A guarded connection to a database that was filled without the guard; nothing is committed."""
    dsn = request.getfixturevalue("pg_dsn")
    fill(dsn)
    shield = request.getfixturevalue("make_shield")(approver=approve)
    module = shield.guard(psycopg)
    opened: list[Any] = []
    options = f"-c search_path={SCHEMA}"

    def connect(**keywords: Any) -> Any:
        opened.append(keywords.pop("connection_class", module.Connection).connect(dsn, options=options, **keywords))
        return opened[-1]

    try:
        yield Source(connect(), value, module, psycopg, connect, {"dsn": dsn, "options": options})
    finally:
        for connection in opened:
            connection.close()


@asynccontextmanager
async def aopen(source: Source) -> AsyncIterator[Any]:
    """The same, asynchronous."""
    cls = source.module.AsyncConnection
    connection = await cls.connect(source.extra["dsn"], options=source.extra["options"])
    try:
        yield connection
    finally:
        await connection.close()


def clear(source: Source) -> str:
    """The clear value as an application would write it into a text."""
    stored = source.value.stored
    return stored.decode("latin-1").strip("\x01\x02") if isinstance(stored, bytes) else str(stored)


def quoted(source: Source) -> str:
    return clear(source).replace("'", "''")


def error(call: Callable[[], Any]) -> Any:
    try:
        call()
    except Exception as caught:
        return caught
    raise AssertionError("no error")


# Fetching


def expression(text: str) -> Callable[[Source], Any]:
    """A route that selects an expression of the column."""
    return lambda source: source.connection.execute(source.select(text)).fetchall()


def fetch(how: Callable[[Any], Any], **keywords: Any) -> Callable[[Source], Any]:
    """A route that runs a SELECT and gets its rows somehow."""

    def take(source: Source) -> Any:
        with source.connection.cursor(**keywords) as cursor:
            return how(cursor.execute(f"{source.select()} UNION ALL {source.select()}"))

    return take


def scroll(cursor: Any) -> Any:
    first = cursor.fetchone()
    cursor.scroll(0, "absolute")
    return [first, cursor.fetchone()]


def cursor_class(cls: Any, by: str) -> Callable[[Source], Any]:
    def take(source: Source) -> Any:
        if by == "connect":
            cursor = source.connect(cursor_factory=cls).cursor()
        elif by == "assigned":
            source.connection.cursor_factory = cls
            cursor = source.connection.cursor()
        else:
            cursor = cls(source.connection)
        return [cursor.execute(source.select()).fetchone(), list(cursor.execute(source.select()))]

    return take


def server_cursor(cls: Any) -> Callable[[Source], Any]:
    def take(source: Source) -> Any:
        out = []
        query = f"{source.select()} UNION ALL {source.select()} UNION ALL {source.select()}"
        with cls(source.connection, "named", scrollable=True) as cursor:
            cursor.execute(query)
            out += [cursor.fetchone(), cursor.fetchmany(1), cursor.fetchall()]
            cursor.scroll(0, "absolute")
            return [*out, list(cursor)]

    return take


def declared_by_sql(source: Source) -> Any:
    source.connection.execute(f"DECLARE stolen CURSOR FOR {source.select()}")
    with source.connection.cursor("stolen") as cursor:
        return cursor.fetchall()


def fetched_by_sql(source: Source) -> Any:
    source.connection.execute(f"DECLARE again CURSOR FOR {source.select()}")
    return source.connection.execute("FETCH ALL FROM again").fetchall()


def executed_by_sql(source: Source) -> Any:
    source.connection.execute(f"PREPARE mine AS {source.select('{0}, label')}")
    return source.connection.execute("EXECUTE mine").fetchall()


class Kept(psycopg.Cursor):  # type: ignore[misc, name-defined, type-arg]
    """A user's cursor class that rewrites SQL and keeps what it fetches."""

    def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        return super().execute(query.replace("WANTED", "SELECT"), *args, **kwargs)

    def fetchone(self) -> Any:
        self.kept = super().fetchone()
        return self.kept


class OldStyle(psycopg.Cursor):  # type: ignore[misc, name-defined, type-arg]
    """A user's cursor class that names its base class instead of super()."""

    def fetchone(self) -> Any:
        return psycopg.Cursor.fetchone(self)


def users_cursor(source: Source) -> Any:
    cursor = Kept(source.connection)
    out = cursor.execute(source.select().replace("SELECT", "WANTED")).fetchone()
    return [out, cursor.kept]


def users_connection(source: Source) -> Any:
    class Own(source.module.Connection):  # type: ignore[misc, name-defined]
        def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
            return super().execute(query.replace("WANTED", "SELECT"), *args, **kwargs)

    connection = source.connect(connection_class=Own)
    return connection.execute(source.select().replace("SELECT", "WANTED")).fetchall()


def row_factory(factory: Any, by: str) -> Callable[[Source], Any]:
    def take(source: Source) -> Any:
        query = source.select("{0}, label")
        if by == "connect":
            return source.connect(row_factory=factory).execute(query).fetchall()
        if by == "connection":
            source.connection.row_factory = factory
            return source.connection.execute(query).fetchall()
        if by == "cursor":
            return source.connection.cursor(row_factory=factory).execute(query).fetchall()
        cursor = source.connection.execute(query)
        cursor.row_factory = factory
        return cursor.fetchall()

    return take


def keyed(**values: Any) -> dict[str, Any]:
    return values


def row_factory_argument(source: Source) -> Any:
    seen: list[Any] = []
    source.connection.cursor(row_factory=lambda cursor: seen.append).execute(source.select()).fetchall()
    return [LABEL, seen]


def row_factory_cursor(source: Source) -> Any:
    """A row factory that looks at the cursor instead of the row."""
    seen: list[Any] = []

    def factory(cursor: Any) -> Any:
        result = cursor.pgresult
        if result is not None:
            seen.extend(result.get_value(0, column) for column in range(result.nfields))
        return list

    source.connection.cursor(row_factory=factory).execute(source.select("{0}, label")).fetchall()
    return [LABEL, seen]


def loader_argument(source: Source) -> Any:
    seen: list[Any] = []

    class Spy(psycopg.adapt.Loader):  # type: ignore[misc, name-defined]
        def load(self, data: Any) -> Any:
            seen.append(bytes(data))
            return bytes(data).decode()

    cursor = source.connection.cursor()
    for name in ("text", "int8", "bytea", "jsonb"):
        cursor.adapters.register_loader(name, Spy)
    cursor.execute(source.select("{0}, label")).fetchall()
    return seen


def text_loader(source: Source) -> Any:
    cursor = source.connection.cursor()
    cursor.adapters.register_loader("bytea", psycopg.types.string.TextLoader)
    return cursor.execute(source.select()).fetchall()


def loaders_changed(source: Source) -> Any:
    """A loader registered when the rows are already here."""
    cursor = source.connection.execute(source.select("{0}, label"))
    for name in ("text", "int8", "bytea", "jsonb"):
        cursor.adapters.register_loader(name, psycopg.types.string.TextLoader)
    return cursor.fetchall()


def many(source: Source) -> Any:
    cursor = source.connection.cursor()
    cursor.executemany(source.select("{0}, %s::text"), [("a",), ("b",), ("c",)], returning=True)
    out = [cursor.fetchall()]
    while cursor.nextset():
        out.append(cursor.fetchall())
    return out


def many_results(source: Source) -> Any:
    cursor = source.connection.cursor()
    cursor.executemany(source.select("{0}, %s::text"), [("a",), ("b",)], returning=True)
    if not hasattr(cursor, "results"):
        pytest.skip("this psycopg has no results()")
    return [[one.fetchall() for one in cursor.results()], cursor.set_result(0).fetchall()]


def several_statements(source: Source) -> Any:
    cursor = source.connection.execute(f"{source.select()}; {source.select()}")
    out = [cursor.fetchall()]
    while cursor.nextset():
        out.append(cursor.fetchall())
    return out


def stream(**keywords: Any) -> Callable[[Source], Any]:
    return lambda source: list(source.connection.cursor().stream(f"{source.select()} UNION ALL {source.select()}",
                                                                 **keywords))  # fmt: skip


def pipeline(source: Source) -> Any:
    with source.connection.pipeline() as pipe:
        first, second = source.connection.cursor(), source.connection.cursor()
        first.execute(source.select())
        first.execute("SELECT 1")
        second.execute(source.select())
        pipe.sync()
        return [LABEL, first.fetchall(), second.fetchall()]


def pipeline_reused(source: Source) -> Any:
    """The second statement of one cursor is on its way when the first one's rows arrive."""
    out: list[Any] = [LABEL]
    with source.connection.pipeline():
        cursor = source.connection.cursor()
        for _ in range(20):
            cursor.execute(source.select())
            if cursor.pgresult:
                out.append(cursor.fetchall())
            cursor.execute("SELECT 1")
            if cursor.pgresult:
                out.append(cursor.fetchall())
    return out


# libpq


def of_pgresult(read: Callable[[Any], Any], **keywords: Any) -> Callable[[Source], Any]:
    def take(source: Source) -> Any:
        cursor = source.connection.cursor(**keywords)
        return [LABEL, read(cursor.execute(source.select("{0}, label")).pgresult)]

    return take


def of_pgconn(send: Callable[[Any, bytes], Any]) -> Callable[[Source], Any]:
    def take(source: Source) -> Any:
        result = send(source.connection.pgconn, source.select("{0}, label").encode())
        return [result.get_value(0, 0), result.get_value(0, 1)]

    return take


def prepared_by_pgconn(pgconn: Any, query: bytes) -> Any:
    pgconn.prepare(b"mine", query)
    return pgconn.exec_prepared(b"mine", None)


def sent_by_pgconn(pgconn: Any, query: bytes) -> Any:
    pgconn.send_query(query)
    result = pgconn.get_result()
    assert pgconn.get_result() is None
    return result


def pgconn_of(where: Callable[[Source], Any]) -> Callable[[Source], Any]:
    """Another place where a PGconn can be had."""

    def take(source: Source) -> Any:
        result = where(source).exec_(source.select("{0}, label").encode())
        return [result.get_value(0, 0), result.get_value(0, 1)]

    return take


def by_getattr(source: Source) -> Any:
    name = "pgconn"
    return getattr(source.connection, name)


def pgconn_of_transaction(source: Source) -> Any:
    with source.connection.transaction() as transaction:
        return transaction.pgconn


def pgconn_of_pipeline(source: Source) -> Any:
    with source.connection.pipeline() as pipe:
        return pipe.pgconn


def wait_for_own_generator(source: Source) -> Any:
    pgconn = vars(source.connection)["pgconn"]
    pgconn.send_query(source.select().encode())
    return source.connection.wait(psycopg.generators.execute(pgconn))


def trace(source: Source) -> Any:
    """All that libpq would write: rows, parameters, the server's texts, copied data."""
    with tempfile.TemporaryFile(buffering=0) as file:
        connection = source.connection
        connection.pgconn.trace(file.fileno())
        # Microseconds may hold the three digits of a code.
        connection.pgconn.set_trace_flags(psycopg.pq.Trace.SUPPRESS_TIMESTAMPS)
        query = source.select(f"{{}} AS {LABEL}")
        connection.execute(query).fetchall()
        connection.cursor(binary=True).execute(query).fetchall()
        connection.execute("SELECT %s::text", [str(source.value.stored)]).fetchall()
        connection.pgconn.exec_(query.encode())
        with connection.cursor().copy(f"COPY ({source.select()}) TO STDOUT") as out:
            list(out)
        connection.pgconn.untrace()
        file.seek(0)
        return file.read()


# COPY


def copy_out(options: str, read: Callable[[Any], Any]) -> Callable[[Source], Any]:
    def take(source: Source) -> Any:
        with source.connection.cursor().copy(f"COPY ({source.select('{0}, label')}) TO STDOUT {options}") as out:
            return read(out)

    return take


def copy_table(options: str) -> Callable[[Source], Any]:
    def take(source: Source) -> Any:
        with source.connection.cursor().copy(f"COPY leaky TO STDOUT {options}") as out:
            return list(map(bytes, out))

    return take


def typed_rows(out: Any) -> Any:
    out.set_types(["text", "text"])
    return list(out.rows())


# Messages


def failing_row(source: Source) -> Any:
    """PostgreSQL repeats the whole row in DETAIL."""
    return error(lambda: source.connection.execute("UPDATE leaky SET id = NULL"))


def duplicate_key(source: Source) -> Any:
    connection = source.connection
    connection.execute(f"CREATE TEMP TABLE twice ({source.column} text UNIQUE)")
    connection.execute(f"INSERT INTO twice SELECT {source.column}::text FROM leaky")
    return error(lambda: connection.execute(f"INSERT INTO twice SELECT {source.column}::text FROM leaky"))


def deferred(source: Source) -> Any:
    """What is found out at COMMIT."""
    connection = source.connection
    connection.execute(f"CREATE TEMP TABLE later ({source.column} text UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    for _ in range(2):
        connection.execute(f"INSERT INTO later SELECT {source.column}::text FROM leaky")
    return error(connection.commit)


def cast_error(source: Source) -> Any:
    return error(lambda: source.connection.execute(source.select("('x' || {0}::text)::int")).fetchall())


def raised(source: Source) -> Any:
    body = (
        f"BEGIN RAISE EXCEPTION 'no %', (SELECT {source.column}::text FROM leaky) USING DETAIL = 'x', HINT = 'y'; END"
    )
    return error(lambda: source.connection.execute(f"DO $do$ {body} $do$"))


def error_with_the_text(source: Source) -> Any:
    return error(lambda: source.connection.execute(f"SELECT no_such FROM leaky WHERE label = '{quoted(source)}'"))


def loader_error(source: Source) -> Any:
    class Fails(psycopg.adapt.Loader):  # type: ignore[misc, name-defined]
        def load(self, data: Any) -> Any:
            raise psycopg.DataError(f"cannot read {bytes(data)!r}")

    cursor = source.connection.cursor()
    for name in ("text", "int8", "bytea", "jsonb"):
        cursor.adapters.register_loader(name, Fails)
    return error(cursor.execute(source.select()).fetchall)


def notice(source: Source) -> Any:
    seen: list[Any] = [LABEL]
    source.connection.add_notice_handler(lambda d: seen.append([d.message_primary, d.message_detail, d.context]))
    body = f"BEGIN RAISE NOTICE '%', (SELECT {source.column}::text FROM leaky) USING DETAIL = '{quoted(source)}'; END"
    source.connection.execute(f"DO $do$ {body} $do$")
    return seen


def notify(handler: bool) -> Callable[[Source], Any]:
    def take(source: Source) -> Any:
        listener, sender = source.connect(autocommit=True), source.connect(autocommit=True)
        seen: list[Any] = []
        if handler:
            listener.add_notify_handler(seen.append)
        listener.execute("LISTEN leaks")
        sender.execute(f"SELECT pg_notify('leaks', {source.column}::text) FROM leaky")
        if not handler:
            return list(listener.notifies(timeout=5, stop_after=1))
        listener.execute("SELECT 1")
        return seen

    return take


# Names, copies, the rest


def column_name(source: Source) -> Any:
    name = sql.Identifier(clear(source)[:60])
    cursor = source.connection.cursor()
    cursor.execute(sql.SQL("SELECT label AS {} FROM leaky").format(name))
    description = [[column.name, column[0], repr(column)] for column in cursor.description]
    out = [description, cursor.pgresult.fname(0), cursor.fetchall()]
    for factory in (rows.dict_row, rows.namedtuple_row, rows.kwargs_row(keyed)):
        cursor.row_factory = factory
        row = cursor.execute(sql.SQL("SELECT label AS {} FROM leaky").format(name)).fetchone()
        out += [row, getattr(row, "_fields", None)]
    return out


def names_and_reprs(source: Source) -> Any:
    connection = source.connection
    cursor = connection.execute(source.select())
    cursor.fetchall()
    return [repr(cursor), cursor.description, cursor.statusmessage, repr(connection), repr(cursor.pgresult),
            repr(connection.pgconn), repr(connection.info)]  # fmt: skip


def of_cursor_connection(source: Source) -> Any:
    connection = source.connection.cursor().connection
    return [connection.execute(source.select("{0}, label")).fetchall(), connection.connection.execute("SELECT 1")]


def of_transaction_connection(source: Source) -> Any:
    with source.connection.transaction() as transaction:
        return transaction.connection.execute(source.select("{0}, label")).fetchall()


def copied(copier: Callable[[Any], Any]) -> Callable[[Source], Any]:
    def take(source: Source) -> Any:
        cursor = source.connection.execute(source.select())
        return [error(lambda: copier(cursor.pgresult)), error(lambda: copier(source.connection.pgconn))]

    return take


def returning(source: Source) -> Any:
    return source.connection.execute(f"UPDATE leaky SET label = 'x' RETURNING {source.column}, *").fetchall()


def pool(source: Source) -> Any:
    psycopg_pool = pytest.importorskip("psycopg_pool", "3.3", reason="close_returns came with psycopg_pool 3.3")
    if tuple(map(int, psycopg.__version__.split(".")[:2])) < (3, 3):
        pytest.skip("with this psycopg, a pool returns connections of psycopg's own class only")
    out = []
    keywords = {"options": source.extra["options"]}
    with psycopg_pool.ConnectionPool(source.extra["dsn"], connection_class=source.module.Connection, kwargs=keywords,
                                     min_size=1, max_size=1, close_returns=True, open=True) as made:  # fmt: skip
        for _ in range(3):
            connection = made.getconn()
            out.append(connection.execute(source.select("{0}, label")).fetchall())
            connection.close()
    return out


def direct_class(source: Source) -> Any:
    """A guarded class around libpq's own connection."""
    dsn = psycopg.conninfo.make_conninfo(source.extra["dsn"], options=source.extra["options"])
    with source.module.Connection(psycopg.pq.PGconn.connect(dsn.encode())) as connection:
        return connection.execute(source.select("{0}, label")).fetchall()


def temporary_view(source: Source) -> Any:
    source.connection.execute(f"CREATE TEMP VIEW renamed AS SELECT {source.column} AS code, label FROM leaky")
    return source.connection.execute("SELECT * FROM renamed").fetchall()


# asyncio


def asynchronous(take: Callable[[Any, Source], Any]) -> Callable[[Source], Any]:
    async def run(source: Source) -> Any:
        async with aopen(source) as connection:
            return await take(connection, source)

    return run


async def afetch(connection: Any, source: Source) -> Any:
    query = f"{source.select()} UNION ALL {source.select()} UNION ALL {source.select()}"
    cursor = await connection.execute(query)
    out = [await cursor.fetchone(), await cursor.fetchmany(1), await cursor.fetchall()]
    return [*out, [row async for row in await connection.execute(query)]]


async def astream(connection: Any, source: Source) -> Any:
    return [row async for row in connection.cursor().stream(source.select("{0}, label"))]


async def aserver(connection: Any, source: Source) -> Any:
    async with connection.cursor("named") as cursor:
        await cursor.execute(source.select("{0}, label"))
        return [await cursor.fetchall(), [row async for row in await cursor.execute(source.select())]]


async def acopy(connection: Any, source: Source) -> Any:
    async with connection.cursor().copy(f"COPY ({source.select('{0}, label')}) TO STDOUT") as out:
        return [bytes(block) async for block in out]


async def apipeline(connection: Any, source: Source) -> Any:
    async with connection.pipeline():
        cursor = await connection.execute(source.select("{0}, label"))
        return await cursor.fetchall()


async def amany(connection: Any, source: Source) -> Any:
    cursor = connection.cursor()
    await cursor.executemany(source.select("{0}, %s::text"), [("a",), ("b",)], returning=True)
    out = [await cursor.fetchall()]
    while cursor.nextset():
        out.append(await cursor.fetchall())
    return out


async def aerror(connection: Any, source: Source) -> Any:
    try:
        await connection.execute("UPDATE leaky SET id = NULL")
    except psycopg.Error as caught:
        return caught
    raise AssertionError("no error")


async def aexec(connection: Any, source: Source) -> Any:
    result = connection.pgconn.exec_(source.select("{0}, label").encode())
    return [result.get_value(0, 0), result.get_value(0, 1)]


FACTORIES = {
    "tuple_row": rows.tuple_row,
    "dict_row": rows.dict_row,
    "namedtuple_row": rows.namedtuple_row,
    "class_row": rows.class_row(keyed),
    "args_row": rows.args_row(lambda *values: list(values)),
    "kwargs_row": rows.kwargs_row(keyed),
    "scalar_row": rows.scalar_row,
    "the user's own": lambda cursor: lambda values: [list(values), [c.name for c in cursor.description or ()]],
}

ROUTES = (
    Route("fetchone", fetch(lambda cursor: cursor.fetchone())),
    Route("fetchmany", fetch(lambda cursor: cursor.fetchmany(2))),
    Route("fetchall", fetch(lambda cursor: cursor.fetchall())),
    Route("iteration", fetch(list)),
    Route("next()", fetch(lambda cursor: next(iter(cursor)))),
    Route("scroll", fetch(scroll)),
    Route("fetchall, binary", fetch(lambda cursor: cursor.fetchall(), binary=True)),
    Route("prepared", lambda source: [source.connection.execute(source.select(), prepare=True).fetchall()
                                      for _ in range(3)]),
    Route("driver's own Cursor.fetchall", fetch(lambda cursor: psycopg.Cursor.fetchall(cursor))),
    Route("stream", stream()),
    Route("stream, binary", stream(binary=True)),
    Route("executemany(returning=True)", many),
    Route("results(), set_result()", many_results),
    Route("several statements", several_statements),
    Route("RETURNING", returning),
    Route("pipeline", pipeline),
    Route("pipeline, one cursor for all", pipeline_reused),
    Route("expression ||", expression("{0}::text || ''"), values=NOT_BYTES),
    Route("expression array", expression("ARRAY[{0}]")),
    Route("expression row", expression("ROW({0}, 1)"), values=NOT_BYTES),
    Route("expression to_json", expression("to_json({0})"), values=NOT_BYTES),
    Route("expression substr", expression("substr({0}::text, 1, 8)"), values=DECLARED),
    Route("expression substr, undeclared", expression("substr({0}::text, 1, 8)"), "documented",
          values=frozenset({"pan, undeclared"}), reason=NOT_FOUND),
    Route("expression bytea::text, undeclared", expression("{0}::text"), "documented",
          values=frozenset({"pan in bytes"}), reason=NOT_FOUND),
    Route("whole row as a value", lambda source: source.connection.execute("SELECT leaky FROM leaky").fetchall()),
    Route("SELECT *", lambda source: source.connection.execute("SELECT * FROM leaky").fetchall()),
    Route("view with another name", temporary_view, values=BY_VALUE),
    *(Route(f"{cls.__name__}(connection)", cursor_class(cls, "constructed"), values=SOME) for cls in CURSORS),
    *(Route(f"cursor_factory={cls.__name__}", cursor_class(cls, "connect"), values=SOME) for cls in CURSORS),
    Route("cursor_factory assigned later", cursor_class(psycopg.ClientCursor, "assigned"), values=SOME),
    Route("cursor class of the user", users_cursor, values=SOME),
    Route("cursor class of the user, base class named", cursor_class(OldStyle, "connect"), values=SOME),
    Route("connection class of the user", users_connection, values=SOME),
    Route("connection class around a PGconn", direct_class, values=SOME),
    Route("ServerCursor", server_cursor(psycopg.ServerCursor)),
    Route("RawServerCursor", server_cursor(psycopg.RawServerCursor)),
    Route("server-side cursor that SQL declared", declared_by_sql),
    Route("FETCH by SQL", fetched_by_sql),
    Route("EXECUTE by SQL", executed_by_sql),
    *(Route(f"row_factory {name}", row_factory(factory, "connect"), values=SOME)
      for name, factory in FACTORIES.items()),
    Route("row_factory of the connection", row_factory(rows.dict_row, "connection"), values=SOME),
    Route("row_factory of the cursor", row_factory(rows.dict_row, "cursor"), values=SOME),
    Route("row_factory assigned later", row_factory(rows.dict_row, "later"), values=SOME),
    Route("argument of a row maker", row_factory_argument),
    Route("cursor given to a row factory", row_factory_cursor),
    Route("loader registered after execute", loaders_changed, values=NOT_BYTES),
    Route("text loader for bytea", text_loader, "documented", values=frozenset({"pan in bytes"}),
          reason="`adapters.register_loader`: the application asks for bytes as hexadecimal text"),
    Route("argument of a loader", loader_argument, "documented",
          reason="`adapters.register_loader`: a loader is the application's own code and turns what the server sent "
                 "into a value; what it returns is masked"),
    Route("pgresult.get_value", of_pgresult(lambda result: [result.get_value(0, 0), result.get_value(0, 1)])),
    Route("pgresult.get_value, binary", of_pgresult(lambda result: result.get_value(0, 0), binary=True)),
    Route("pgresult.pgresult_ptr", of_pgresult(lambda result: result.pgresult_ptr), "blocked", values=SOME),
    Route("pgconn.exec_", of_pgconn(lambda pgconn, query: pgconn.exec_(query))),
    Route("pgconn.exec_params", of_pgconn(lambda pgconn, query: pgconn.exec_params(query, None))),
    Route("pgconn.exec_params, binary",
          of_pgconn(lambda pgconn, query: pgconn.exec_params(query, None, result_format=1))),
    Route("pgconn.exec_prepared", of_pgconn(prepared_by_pgconn)),
    Route("pgconn.send_query, get_result", of_pgconn(sent_by_pgconn)),
    Route("getattr(connection, 'pgconn')", pgconn_of(by_getattr)),
    Route("info.pgconn", pgconn_of(lambda source: source.connection.info.pgconn)),
    Route("transaction.pgconn", pgconn_of(pgconn_of_transaction)),
    Route("pipeline.pgconn", pgconn_of(pgconn_of_pipeline)),
    Route("pgconn.get_copy_data", lambda source: source.connection.pgconn.get_copy_data(1), "blocked", values=SOME),
    Route("pgconn.pgconn_ptr", lambda source: source.connection.pgconn.pgconn_ptr, "blocked", values=SOME),
    Route("pgconn.trace", trace),
    Route("connection.wait with another generator", wait_for_own_generator, "blocked", values=SOME),
    Route("COPY TO, blocks", copy_out("", lambda out: list(map(bytes, out)))),
    Route("COPY TO, read()", copy_out("", lambda out: bytes(out.read()))),
    Route("COPY TO, rows()", copy_out("", lambda out: list(out.rows()))),
    Route("COPY TO, rows() with types", copy_out("", typed_rows)),
    Route("COPY TO, CSV", copy_out("WITH (FORMAT csv, HEADER)", lambda out: list(map(bytes, out)))),
    Route("COPY TO, CSV of the old form", copy_out("CSV DELIMITER ';' QUOTE ''''", lambda out: list(map(bytes, out)))),
    Route("COPY TO, binary", copy_out("WITH (FORMAT binary)", lambda out: list(map(bytes, out))),
          values=frozenset(v.name for v in VALUES) - {"pan, whole number"}),
    Route("COPY TO, binary, whole number", copy_out("WITH (FORMAT binary)", lambda out: list(map(bytes, out))),
          "blocked", values=frozenset({"pan, whole number"}), reason="eight bytes have no room for a mask"),
    Route("COPY TO, binary, rows()", copy_out("(FORMAT binary)", lambda out: list(out.rows())),
          values=frozenset(v.name for v in VALUES) - {"pan, whole number"}),
    Route("COPY table TO", copy_table("")),
    Route("COPY table TO, CSV", copy_table("CSV HEADER")),
    Route("error: failing row", failing_row),
    Route("error: duplicate key", duplicate_key),
    Route("error: at COMMIT", deferred),
    Route("error: cast", cast_error, values=BY_VALUE - {"pan in bytes"}),
    Route("error: RAISE", raised, values=BY_VALUE - {"pan in bytes"}),
    Route("error: text of the statement", error_with_the_text, values=BY_VALUE),
    Route("error: of a loader", loader_error, values=PAN_TEXT),
    Route("notice", notice, values=BY_VALUE - {"pan in bytes"}),
    Route("notify handler", notify(True), values=BY_VALUE - {"pan in bytes"}),
    Route("notifies()", notify(False), values=BY_VALUE - {"pan in bytes"}),
    Route("column name", column_name, values=BY_VALUE - {"pan in bytes", "track 2"}),
    Route("repr, description, statusmessage", names_and_reprs),
    Route("cursor.connection", of_cursor_connection),
    Route("transaction().connection", of_transaction_connection),
    Route("copy.copy", copied(copy.copy)),
    Route("pickle", copied(lambda value: pickle.dump(value, io.BytesIO()))),
    Route("psycopg_pool, close_returns", pool, values=SOME),
    Route("async: fetch", asynchronous(afetch)),
    Route("async: stream", asynchronous(astream)),
    Route("async: server-side cursor", asynchronous(aserver)),
    Route("async: COPY TO", asynchronous(acopy)),
    Route("async: pipeline", asynchronous(apipeline)),
    Route("async: executemany(returning=True)", asynchronous(amany)),
    Route("async: error", asynchronous(aerror)),
    Route("async: pgconn.exec_", asynchronous(aexec)),
)  # fmt: skip

DRIVER = Driver("psycopg", open_source, ROUTES, marks=("postgres",))
