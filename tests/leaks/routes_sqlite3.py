"""Ways out of sqlite3."""

from __future__ import annotations

import copy
import pickle
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.leaks.table import LABEL, VALUES, Driver, Route, Source, Value

TYPES = {"text": "TEXT", "bigint": "BIGINT", "bytes": "BLOB", "json": "JSON"}
TEXT = frozenset(v.name for v in VALUES if v.kind in ("text", "json"))
OTHER_LENGTH = frozenset({"track 2", "cvc"})
"""Value types whose mask has another length than the cell."""
SAME_LENGTH = frozenset(v.name for v in VALUES if v.kind != "bigint") - OTHER_LENGTH
DECLARED = frozenset({"pan, declared", "pan, whole number", "track 2", "cvc", "cardholder"})
"""Value types in columns whose name says what they hold."""
UNDECLARED = frozenset(v.name for v in VALUES) - DECLARED
PAN_TEXT = frozenset(v.name for v in VALUES if v.name.startswith("pan"))
NOT_FOUND = "in a column that is not declared, a card number is found by its value, and that is no longer there"


@contextmanager
def open_source(request: Any, value: Value) -> Iterator[Source]:
    """A database file, filled without the guard, and a guarded connection to it."""
    tmp_path: Path = request.getfixturevalue("tmp_path")
    path = tmp_path / "leaky.db"
    with sqlite3.connect(path) as raw:
        columns = ", ".join(f"{v.column} {TYPES[v.kind]}" for v in VALUES)
        raw.execute(f"CREATE TABLE leaky (id INTEGER PRIMARY KEY, label TEXT, {columns})")
        marks = ", ".join("?" for _ in VALUES)
        raw.execute(f"INSERT INTO leaky VALUES (1, '{LABEL}', {marks})", [v.stored for v in VALUES])
    raw.close()
    shield = request.getfixturevalue("leaks_shield")
    module = shield.guard(sqlite3)
    opened: list[Any] = []

    def connect(**options: Any) -> Any:
        opened.append(module.connect(path, **options))
        return opened[-1]

    yield Source(connect(), value, module, sqlite3, connect, {"path": path, "tmp_path": tmp_path, "opened": opened})
    for connection in opened:
        connection.close()


def fetch(source: Source, sql: str | None = None) -> Any:
    """Run a SELECT and fetch all."""
    return source.connection.execute(sql or source.select()).fetchall()


def expression(text: str) -> Callable[[Source], Any]:
    """A route that selects an expression of the column."""
    return lambda source: fetch(source, source.select(text))


def statement(text: str) -> Callable[[Source], Any]:
    """A route that fetches from a statement; ``{}`` stands for the column."""
    return lambda source: fetch(source, text.format(source.column))


def clear(source: Source) -> str:
    """The clear value as an application would write it into a text."""
    stored = source.value.stored
    return stored.decode("latin-1") if isinstance(stored, bytes) else str(stored)


def iteration(source: Source) -> Any:
    return list(iter(source.connection.execute(source.select())))


def next_row(source: Source) -> Any:
    return next(source.connection.cursor().execute(source.select()))


def row_factory_of_connection(factory: Any) -> Callable[[Source], Any]:
    def take(source: Source) -> Any:
        source.connection.row_factory = factory
        return fetch(source)

    return take


def row_class(source: Source) -> Any:
    source.connection.row_factory = sqlite3.Row
    row = source.connection.execute(source.select("{0}, label, {0} AS again")).fetchone()
    return [dict(row), tuple(row), row[0], row[source.column], list(row), row.keys(), repr(row), row[0:1]]


def row_factory_of_cursor(source: Source) -> Any:
    cursor = source.connection.cursor()
    cursor.row_factory = lambda cursor, row: {"row": row, "description": cursor.description}
    return cursor.execute(source.select()).fetchall()


def row_factory_later(source: Source) -> Any:
    cursor = source.connection.execute(f"{source.select()} UNION ALL {source.select()} UNION ALL {source.select()}")
    first = cursor.fetchone()
    cursor.row_factory = lambda cursor, row: list(row)
    second = cursor.fetchone()
    cursor.row_factory = sqlite3.Row
    return [first, second, tuple(cursor.fetchone())]


def row_factory_argument(source: Source) -> Any:
    seen: list[Any] = []
    source.connection.row_factory = lambda cursor, row: seen.append(row)
    fetch(source)
    return seen


def row_factory_cursor_argument(source: Source) -> Any:
    """A row factory that goes on fetching from the cursor that it is given."""
    source.connection.row_factory = lambda cursor, row: [row, *cursor.fetchall()]
    return source.connection.execute(f"{source.select()} UNION ALL {source.select()}").fetchone()


def text_factory(factory: Any) -> Callable[[Source], Any]:
    def take(source: Source) -> Any:
        source.connection.text_factory = factory
        return [fetch(source), source.connection.execute(source.select()).fetchone(), iteration(source)]

    return take


def text_factory_argument(source: Source) -> Any:
    seen: list[Any] = [LABEL]
    source.connection.text_factory = lambda text: (seen.append(text), text.decode())[1]
    fetch(source)
    return seen


def converter(source: Source) -> Any:
    sqlite3.register_converter("leaky_text", bytes.decode)
    try:
        connection = source.connect(detect_types=sqlite3.PARSE_COLNAMES)
        return connection.execute(source.select('{0} AS "{0} [leaky_text]"')).fetchall()
    finally:
        sqlite3.converters.pop("LEAKY_TEXT")


def converter_argument(source: Source) -> Any:
    seen: list[bytes] = []
    sqlite3.register_converter("leaky_text", lambda data: (seen.append(data), data.decode())[1])
    try:
        connection = source.connect(detect_types=sqlite3.PARSE_COLNAMES)
        connection.execute(source.select('{0} AS "{0} [leaky_text]"')).fetchall()
        return seen
    finally:
        sqlite3.converters.pop("LEAKY_TEXT")


class OwnCursor(sqlite3.Cursor):
    """A user's cursor class, of the driver's own, that keeps what it fetches."""

    def fetchone(self) -> Any:
        self.kept = super().fetchone()
        return self.kept


class OldStyleCursor(sqlite3.Cursor):
    """A user's cursor class that names its base class instead of super()."""

    def fetchone(self) -> Any:
        return sqlite3.Cursor.fetchone(self)


class OwnConnection(sqlite3.Connection):
    """A user's connection class that rewrites SQL."""

    def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:  # type: ignore[override]
        return super().execute(sql.replace("WANTED", "SELECT"), *args)


class OldStyleConnection(sqlite3.Connection):
    """A user's connection class that names its base class instead of super()."""

    def execute(self, *args: Any) -> sqlite3.Cursor:  # type: ignore[override]
        return sqlite3.Connection.execute(self, *args)


def cursor_factory(factory: Any) -> Callable[[Source], Any]:
    def take(source: Source) -> Any:
        cursor = source.connection.cursor(factory)
        cursor.execute(f"{source.select()} UNION ALL {source.select()}")
        return [cursor.fetchone(), cursor.fetchall(), getattr(cursor, "kept", None)]

    return take


def connection_factory(source: Source) -> Any:
    connection = source.connect(factory=OwnConnection)
    return connection.execute(source.select().replace("SELECT", "WANTED")).fetchall()


def connection_factory_function(source: Source) -> Any:
    connection = source.connect(factory=lambda *args, **kwargs: OwnConnection(*args, **kwargs))
    return connection.execute(source.select()).fetchall()


def connection_factory_raw(source: Source) -> Any:
    return source.connect(factory=lambda *args, **kwargs: sqlite3.Connection(*args, **kwargs))


def old_style_connection(source: Source) -> Any:
    return source.connect(factory=OldStyleConnection).execute(source.select()).fetchall()


def returning(source: Source) -> Any:
    sql = f"UPDATE leaky SET label = 'x' WHERE id = 1 RETURNING {source.column}, *"
    return source.connection.execute(sql).fetchall()


def raw_cursor(source: Source) -> Any:
    return sqlite3.Cursor(source.connection).execute(source.select()).fetchall()


def raw_cursor_known_text(source: Source) -> Any:
    fetch(source)
    return raw_cursor(source)


def raw_cursor_script(source: Source) -> Any:
    sqlite3.Cursor(source.connection).execute("PRAGMA user_version")
    return None


def raw_execute(source: Source) -> Any:
    return sqlite3.Connection.execute(source.connection, source.select()).fetchall()


def raw_fetch(source: Source) -> Any:
    return sqlite3.Cursor.fetchall(source.connection.execute(source.select()))


def raw_iteration(source: Source) -> Any:
    return sqlite3.Cursor.__next__(source.connection.execute(source.select()))


def prepared(source: Source) -> Any:
    return source.connection(source.select())


def guarded_cursor_on_raw(source: Source) -> Any:
    raw = sqlite3.connect(source.extra["path"])
    try:
        return source.module.Cursor(raw)
    finally:
        raw.close()


def backup_to_raw(source: Source) -> Any:
    target = sqlite3.connect(":memory:")
    try:
        source.connection.backup(target)
    finally:
        target.close()


def backup_to_guarded(source: Source) -> Any:
    target = source.module.connect(":memory:")
    source.extra["opened"].append(target)
    source.connection.backup(target)
    return target.execute(source.select()).fetchall()


def blob(read: Callable[[Any], Any]) -> Callable[[Source], Any]:
    def take(source: Source) -> Any:
        with source.connection.blobopen("leaky", source.column, 1, readonly=True) as handle:
            return [LABEL, read(handle)]

    return take


def blob_label(source: Source) -> Any:
    with source.connection.blobopen("leaky", "label", 1, readonly=True) as handle:
        return [handle.read(), handle[0], handle[1:3], repr(handle)]


def trace(source: Source) -> Any:
    seen: list[str] = []
    source.connection.set_trace_callback(seen.append)
    source.connection.execute("SELECT count(*) FROM leaky WHERE reference = ?", (clear(source),)).fetchall()
    return seen


def authorizer(source: Source) -> Any:
    seen: list[Any] = []
    source.connection.set_authorizer(lambda *details: (seen.append(details), sqlite3.SQLITE_OK)[1])
    fetch(source)
    return seen


def function_argument(source: Source) -> Any:
    seen: list[Any] = []
    source.connection.create_function("peek", 1, seen.append)
    fetch(source, source.select("peek({})"))
    return seen


def function_result(source: Source) -> Any:
    source.connection.create_function("pass_on", 1, lambda value: value)
    return fetch(source, source.select("pass_on({})"))


class Collect:
    """An aggregate."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def step(self, value: Any) -> None:
        self.seen.append(value)

    def finalize(self) -> Any:
        return self.seen[0]


def aggregate_result(source: Source) -> Any:
    source.connection.create_aggregate("collect", 1, Collect)
    return [LABEL, fetch(source, source.select("collect({})"))]


def error_of_a_function(source: Source) -> Any:
    def fail(value: Any) -> None:
        raise ValueError(f"cannot use {value!r}")

    source.connection.create_function("fail", 1, fail)
    return _error(lambda: fetch(source, source.select("fail({})")))


def error_of_a_row_factory(source: Source) -> Any:
    def fail(cursor: Any, row: Any) -> None:
        raise ValueError("cannot use", row)

    source.connection.row_factory = fail
    return _error(lambda: fetch(source))


def error_with_the_text(source: Source) -> Any:
    sql = f"SELECT * FROM leaky WHERE no_such_column = '{clear(source)}' '{clear(source)}'"
    return _error(lambda: source.connection.execute(sql))


def error_undecodable(source: Source) -> Any:
    sql = source.select("CAST(CAST({} AS BLOB) || x'FA' AS TEXT)")
    return _error(lambda: fetch(source, sql))


def _error(call: Callable[[], Any]) -> Any:
    try:
        call()
    except Exception as error:
        return error
    raise AssertionError("no error")


def column_name(source: Source) -> Any:
    name = clear(source).replace('"', "")
    with sqlite3.connect(source.extra["path"]) as raw:
        raw.execute(f'CREATE VIEW named AS SELECT label AS "{name}" FROM leaky')
    raw.close()
    cursor = source.connection.execute("SELECT * FROM named")
    cursor.row_factory = sqlite3.Row
    row = cursor.fetchone()
    return [cursor.description, row.keys(), dict(row)]


def names_and_reprs(source: Source) -> Any:
    cursor = source.connection.execute(source.select())
    cursor.fetchall()
    connection = source.connection
    return [repr(cursor), cursor.description, cursor.lastrowid, cursor.rowcount, repr(connection), vars(type(cursor))]


def of_cursor_connection(source: Source) -> Any:
    connection = source.connection.cursor().connection
    return [
        LABEL,
        connection.execute(source.select()).fetchall(),
        connection.cursor().execute(source.select()).fetchall(),
    ]


def dump(source: Source) -> Any:
    return list(source.connection.iterdump())


def copied(copier: Callable[[Any], Any]) -> Callable[[Source], Any]:
    def take(source: Source) -> Any:
        cursor = source.connection.execute(source.select())
        return [_error(lambda: copier(cursor)), _error(lambda: copier(source.connection))]

    return take


def deserialized(source: Source) -> Any:
    raw = sqlite3.connect(source.extra["path"])
    data = raw.serialize()
    raw.close()
    connection = source.module.connect(":memory:")
    source.extra["opened"].append(connection)
    connection.deserialize(data)
    return connection.execute(source.select()).fetchall()


def shared_memory(source: Source) -> Any:
    uri = "file:leaky?mode=memory&cache=shared"
    raw = sqlite3.connect(uri, uri=True)
    raw.execute("CREATE TABLE leaky (id INTEGER, label TEXT, " + ", ".join(v.column for v in VALUES) + ")")
    raw.execute(
        f"INSERT INTO leaky VALUES (1, '{LABEL}', {', '.join('?' for _ in VALUES)})", [v.stored for v in VALUES]
    )
    raw.commit()
    connection = source.module.connect(uri, uri=True)
    try:
        return connection.execute(source.select()).fetchall()
    finally:
        connection.close()
        raw.close()


CARD_IN_NAME = frozenset(v.name for v in VALUES if v.name not in ("cvc", "cardholder", "track 2"))
"""A column name is no cell: only a card number in it can be told."""


class Fields(NamedTuple):
    """What a row factory may make of a row."""

    value: Any


DRIVER = Driver(
    name="sqlite3",
    open=open_source,
    routes=(
        Route("connection.execute().fetchall", fetch),
        Route("cursor.fetchone", lambda s: s.connection.cursor().execute(s.select()).fetchone()),
        Route("cursor.fetchmany", lambda s: s.connection.cursor().execute(s.select()).fetchmany(5)),
        Route("iteration", iteration),
        Route("next()", next_row),
        Route("SELECT *", statement("SELECT * FROM leaky")),
        Route("SELECT t.*", statement("SELECT t.* FROM leaky AS t")),
        Route("column alias", expression("{} AS harmless")),
        Route("subquery", statement("SELECT x FROM (SELECT {} AS x FROM leaky)")),
        Route("WITH", statement("WITH q AS (SELECT {} AS x FROM leaky) SELECT x FROM q")),
        Route("UNION", statement("SELECT label FROM leaky UNION ALL SELECT {} FROM leaky")),
        Route("JOIN", statement("SELECT b.{} FROM leaky AS a JOIN leaky AS b USING (id)")),
        Route("scalar subquery", statement("SELECT (SELECT {} FROM leaky) AS x")),
        Route("CASE", expression("CASE WHEN 1 THEN {} ELSE 'x' END")),
        Route("substr()", expression("substr({0}, 1, 8), substr({0}, 9)"), values=DECLARED),
        Route(
            "substr() of an undeclared column",
            expression("substr({0}, 2, 8), substr({0}, 10)"),
            "documented",
            frozenset({"pan, undeclared", "pan in bytes"}),
            NOT_FOUND,
        ),
        Route("concatenation", expression("'x' || {} || 'y'")),
        Route("hex()", expression("hex({})"), values=DECLARED),
        Route("hex() of an undeclared column", expression("hex({})"), "documented", UNDECLARED, NOT_FOUND),
        Route("quote()", expression("quote({})"), values=TEXT),
        Route("CAST", expression("CAST({} AS TEXT)")),
        Route("CAST to BLOB", expression("CAST({} AS BLOB)")),
        Route("group_concat()", expression("group_concat({})")),
        Route("max()", expression("max({})")),
        Route("json_array()", expression("json_array(CAST({} AS TEXT))")),
        Route("arithmetic", expression("{} + 0"), values=frozenset({"pan, declared", "pan, whole number", "cvc"})),
        Route("RETURNING", returning),
        Route("row_factory sqlite3.Row", row_class),
        Route("row_factory, function", row_factory_of_connection(lambda cursor, row: {"row": row})),
        Route("row_factory, class", row_factory_of_connection(lambda cursor, row: Fields(*row))),
        Route("row_factory of a cursor", row_factory_of_cursor),
        Route("row_factory assigned later", row_factory_later),
        Route("row_factory, its argument", row_factory_argument),
        Route("row_factory that fetches", row_factory_cursor_argument),
        Route("text_factory bytes", text_factory(bytes)),
        Route("text_factory bytearray", text_factory(bytearray)),
        Route("text_factory, function", text_factory(lambda data: data.decode("latin-1"))),
        Route("text_factory, its argument", text_factory_argument),
        Route("converter, its result", converter, values=TEXT),
        Route(
            "converter, its argument",
            converter_argument,
            "documented",
            TEXT,
            "a converter is the application's code and sees raw bytes",
        ),
        Route("cursor(factory)", cursor_factory(OwnCursor)),
        Route("cursor(factory), function", cursor_factory(lambda connection: OwnCursor(connection))),
        Route("cursor(factory), the driver's class", cursor_factory(sqlite3.Cursor)),
        Route("cursor(factory) past super()", cursor_factory(OldStyleCursor), "blocked"),
        Route("connect(factory)", connection_factory),
        Route("connect(factory), function", connection_factory_function),
        Route("connect(factory), the driver's own class", connection_factory_raw, "blocked"),
        Route("connect(factory) past super()", old_style_connection, "blocked"),
        Route("cursor of the driver's class", raw_cursor, "blocked"),
        Route("cursor of the driver's class, known text", raw_cursor_known_text, "blocked"),
        Route("cursor of the driver's class, PRAGMA", raw_cursor_script, "blocked"),
        Route("sqlite3.Connection.execute(connection)", raw_execute, "blocked"),
        Route("sqlite3.Cursor.fetchall(cursor)", raw_fetch, "blocked"),
        Route("sqlite3.Cursor.__next__(cursor)", raw_iteration, "blocked"),
        Route("connection(sql)", prepared, "blocked"),
        Route("guarded cursor on a raw connection", guarded_cursor_on_raw, "blocked"),
        Route("cursor.connection", of_cursor_connection),
        Route("iterdump", dump),
        Route("backup to an unguarded connection", backup_to_raw, "blocked"),
        Route("backup to a guarded connection", backup_to_guarded),
        Route("serialize", lambda s: s.connection.serialize(), "blocked"),
        Route("deserialize", deserialized),
        Route("blobopen, a column without card data", blob_label),
        Route("blobopen, read", blob(lambda b: b.read()), values=SAME_LENGTH),
        Route("blobopen, read in pieces", blob(lambda b: [b.read(2), b.read(9), b.read()]), values=SAME_LENGTH),
        Route("blobopen, index", blob(lambda b: bytes(b[i] for i in range(len(b)))), values=SAME_LENGTH),
        Route("blobopen, slice", blob(lambda b: b[0:]), values=SAME_LENGTH),
        Route(
            "blobopen, read redacted", blob(lambda b: b.read()), "blocked", OTHER_LENGTH, "the mask has another length"
        ),
        Route(
            "blobopen, slice redacted", blob(lambda b: b[0:2]), "blocked", OTHER_LENGTH, "the mask has another length"
        ),
        Route("VACUUM INTO", lambda s: fetch(s, f"VACUUM INTO '{s.extra['tmp_path']}/copy.db'"), "blocked"),
        Route("ATTACH", lambda s: fetch(s, f"ATTACH DATABASE '{s.extra['tmp_path']}/copy.db' AS copy"), "blocked"),
        Route("load_extension", lambda s: fetch(s, "SELECT load_extension('x')"), "blocked"),
        Route("set_trace_callback", trace, values=PAN_TEXT),
        Route("set_authorizer", authorizer),
        Route(
            "create_function, its argument",
            function_argument,
            "documented",
            None,
            "a function is the application's code and sees raw values",
        ),
        Route("create_function, its result", function_result),
        Route("create_aggregate, its result", aggregate_result),
        Route("error of a function", error_of_a_function),
        Route("error of a row factory", error_of_a_row_factory),
        Route("error with the statement's text", error_with_the_text, values=PAN_TEXT),
        Route("error that quotes a cell", error_undecodable, values=TEXT),
        Route("column name", column_name, values=CARD_IN_NAME),
        Route("description, repr", names_and_reprs),
        Route("copy.copy", copied(copy.copy)),
        Route("pickle", copied(pickle.dumps)),
        Route("shared cache", shared_memory),
    ),
)
