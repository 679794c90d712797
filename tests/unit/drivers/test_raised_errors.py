"""What functions and procedures raise: whoever writes one chooses text, code, names and positions."""

from __future__ import annotations

import contextlib
import importlib
import pickle
import traceback
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from pcishield.testing import RecordingLog, make_pan
from tests.plain_drivers import PLAIN

ALLOW_ALL = {"name": "everything", "schema": 1, "default": "allow"}
PAN = make_pan()
LETTERS = str.maketrans("0123456789", "ghijklmnop")
PIECES = {text[at : at + 4] for text in (PAN, PAN[::-1], PAN.translate(LETTERS)) for at in range(len(PAN) - 3)} - {
    "0000"
}
CONNECT: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    plain.name: (plain.module, plain.connect) for plain in PLAIN if plain.home in ("pg_dsn", "mysql_params")
}
CONNECT["psycopg"] = ("psycopg", lambda module, dsn: module.connect(dsn))
CONNECT["mysql.connector"] = ("mysql.connector", lambda module, params: module.connect(**params, use_pure=True))
ON_POSTGRES = ["psycopg", "psycopg2", "adbc postgresql", "pyodbc, PostgreSQL"]
ON_MYSQL = ["mysql.connector", "pymysql", "mysqlclient"]


def opened(name: str, make_shield: Any, home: Any) -> Any:
    """Open a guarded connection of one driver, under a policy that allows everything."""
    module, connect = CONNECT[name]
    raw = pytest.importorskip(module, reason=f"{module} is an optional dependency", exc_type=ImportError)
    guarded = make_shield(policy=ALLOW_ALL, audit=RecordingLog()).guard(raw)
    # Of a dotted name the guarded module is what is under it.
    return connect(guarded, home)


def seen(error: BaseException) -> str:
    """Everything that an error shows, what led to it, and itself after a journey to another process."""
    shown = [*traceback.format_exception(error)]
    todo: list[BaseException | None] = [error]
    while todo:
        one: Any = todo.pop()
        if one is None:
            continue
        todo += [one.__cause__, one.__context__]
        shown += [str(one), repr(one), repr(one.args), repr(getattr(one, "__dict__", None))]
        names = ("errno", "sqlstate", "pgcode", "pgerror", "msg", "_full_msg", "details", "vendor_code")
        shown += [repr(getattr(one, name, None)) for name in names]
        diag = getattr(one, "diag", None)
        shown += [repr(getattr(diag, name, None)) for name in dir(diag) if not name.startswith("_")]
    with contextlib.suppress(TypeError, AttributeError, pickle.PicklingError):
        copy = pickle.loads(pickle.dumps(error))
        shown += [str(copy), repr(getattr(copy, "pgerror", None)), repr(getattr(copy, "pgcode", None))]
    return "\n".join(shown)


def pieces(text: str) -> list[str]:
    """Which pieces of the number stand in a text."""
    return sorted(piece for piece in PIECES if piece in text)


def raised(connection: Any, sql: str) -> BaseException:
    """Run a statement that fails, at once or when its rows are fetched."""
    cursor = connection.cursor()
    try:
        cursor.execute(sql)
        if cursor.description:
            cursor.fetchall()
    except Exception as error:
        return error
    finally:
        with contextlib.suppress(Exception):
            connection.rollback()
        with contextlib.suppress(Exception):
            cursor.close()
    pytest.fail("nothing was raised")


# PostgreSQL

POSTGRES = {
    "message": "RAISE EXCEPTION '%', substr(p, 1, 5)",
    "letters": "RAISE EXCEPTION '%', translate(substr(p, 1, 9), '0123456789', 'ghijklmnop')",
    "file": "RAISE EXCEPTION '%', substr(p, 1, 5) || 'a.c'",
    "code": "RAISE EXCEPTION 'x' USING ERRCODE = substr(p, 2, 5)",
    "detail": "RAISE EXCEPTION 'x' USING DETAIL = substr(p, 1, 5), HINT = substr(p, 6, 5)",
    "names": "RAISE EXCEPTION 'x' USING COLUMN = substr(p, 1, 5), CONSTRAINT = substr(p, 3, 5),"
    " DATATYPE = substr(p, 6, 5), TABLE = substr(p, 11, 5), SCHEMA = substr(p, 5, 4)",
    "position": "EXECUTE repeat(' ', substr(p, 1, 4)::int - 1) || 'boom'",
    "unknown": "EXECUTE 'SELECT ' || translate(substr(p, 1, 9), '0123456789', 'ghijklmnop')",
    "said": "RAISE EXCEPTION 'column \"%\" does not exist', translate(substr(p, 1, 9), '0123456789', 'ghijklmnop')"
    " USING ERRCODE = '42703'",
}


@pytest.fixture(scope="module")
def routines(pg_dsn: str) -> Iterator[str]:
    """A schema with a table, and a function and a procedure that raise what they read from it."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is an optional dependency")
    schema = f"raising_{uuid4().hex[:12].translate(LETTERS)}"
    branches = " ".join(
        f"{'ELSIF' if at else 'IF'} how = '{how}' THEN {body};" for at, (how, body) in enumerate(POSTGRES.items())
    )
    with psycopg.connect(pg_dsn, autocommit=True) as raw:
        raw.execute(f"CREATE SCHEMA {schema}")
        raw.execute(f"CREATE TABLE {schema}.cards (id int PRIMARY KEY, pan text, CONSTRAINT low CHECK (id < 100))")
        raw.execute(f"INSERT INTO {schema}.cards VALUES (1, '{PAN}')")
        raw.execute(
            f"CREATE FUNCTION {schema}.fail(p text, how text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN {branches} "
            "ELSIF how = 'notice' THEN RAISE NOTICE '%', substr(p, 1, 8); RETURN 1; END IF; RETURN 0; END $$"
        )
        raw.execute(
            f"CREATE PROCEDURE {schema}.fails(how text) LANGUAGE plpgsql AS $$ DECLARE p text; BEGIN "
            f"SELECT pan INTO p FROM {schema}.cards; PERFORM {schema}.fail(p, how); END $$"
        )
        yield schema
        raw.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.mark.postgres
@pytest.mark.parametrize("how", list(POSTGRES))
@pytest.mark.parametrize("name", ON_POSTGRES)
def test_functions_on_postgresql(make_shield: Any, pg_dsn: str, routines: str, name: str, how: str) -> None:
    """Of a card number that a statement gives to a function, nothing comes back by its error."""
    connection = opened(name, make_shield, pg_dsn)
    sql = f"SELECT {routines}.fail(pan, '{how}') FROM {routines}.cards"
    error = raised(connection, sql)
    connection.close()

    assert [] == pieces(seen(error))


@pytest.mark.postgres
@pytest.mark.parametrize("how", [how for how, body in POSTGRES.items() if "ghijklmnop" not in body])
@pytest.mark.parametrize("name", ON_POSTGRES)
def test_procedures_on_postgresql(make_shield: Any, pg_dsn: str, routines: str, name: str, how: str) -> None:
    """What a procedure raises is told without its numbers."""
    connection = opened(name, make_shield, pg_dsn)
    error = raised(connection, f"CALL {routines}.fails('{how}')")
    connection.close()

    assert [] == pieces(seen(error))


@pytest.mark.postgres
@pytest.mark.parametrize("name", ON_POSTGRES)
def test_real_codes_stay(make_shield: Any, pg_dsn: str, routines: str, name: str) -> None:
    """Handlers that look at SQLSTATE find it where the statement computes, too."""
    connection = opened(name, make_shield, pg_dsn)
    found = {}
    for state, sql in {
        "22P02": f"SELECT ('a' || reverse(pan))::int FROM {routines}.cards",
        "23514": f"UPDATE {routines}.cards SET id = 100 + length(reverse(pan))",
        "42703": f"SELECT reverse(pan), missing FROM {routines}.cards",
    }.items():
        error: Any = raised(connection, sql)
        found[state] = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None) or error.args[0]
    connection.close()

    assert {state: state for state in found} == found


@pytest.mark.postgres
@pytest.mark.parametrize("name", ["psycopg", "psycopg2"])
def test_constraints_are_named(make_shield: Any, pg_dsn: str, routines: str, name: str) -> None:
    """The server itself names them, even where nothing else of the message is told."""
    connection = opened(name, make_shield, pg_dsn)
    error: Any = raised(connection, f"UPDATE {routines}.cards SET id = 100 + length(reverse(pan))")
    connection.close()

    assert ("low", "cards", routines) == (error.diag.constraint_name, error.diag.table_name, error.diag.schema_name)


@pytest.mark.postgres
@pytest.mark.parametrize("name", ["psycopg", "psycopg2"])
@pytest.mark.parametrize("call", ["SELECT {0}.fail(pan, 'notice') FROM {0}.cards", "CALL {0}.fails('notice')"])
def test_notices(make_shield: Any, pg_dsn: str, routines: str, name: str, call: str) -> None:
    """A notice is held to its statement, wherever the application wants it."""
    connection = opened(name, make_shield, pg_dsn)
    notices: list[Any] = []
    if name == "psycopg":
        connection.add_notice_handler(lambda diag: notices.append(str(diag.message_primary)))
    else:
        connection.notices = notices
    connection.cursor().execute(call.format(routines))
    connection.cursor().execute("DO $$ BEGIN RAISE NOTICE 'hello'; END $$")
    connection.rollback()
    connection.close()

    assert 2 == len(notices)
    assert [] == pieces("\n".join(notices))
    assert "hello" in notices[1]


@pytest.mark.postgres
def test_notices_of_psycopg2_go_where_the_application_wants_them(make_shield: Any, pg_dsn: str) -> None:
    """Anything with ``append`` will do; a list keeps the last fifty."""

    class Sink:
        def __init__(self) -> None:
            self.got: list[str] = []

        def append(self, text: str) -> None:
            self.got.append(text)

    connection = opened("psycopg2", make_shield, pg_dsn)
    first, sink = connection.notices, Sink()
    say = "DO $$ BEGIN FOR i IN 1..60 LOOP RAISE NOTICE 'hello'; END LOOP; END $$"
    connection.cursor().execute(say)
    connection.notices = sink
    connection.cursor().execute(f"SELECT 1; DO $$ BEGIN RAISE NOTICE '{PAN}'; END $$")
    kept = connection.notices
    connection.close()

    assert 50 == len(first)
    assert sink is kept
    assert (1, False) == (len(sink.got), PAN in sink.got[0])


@pytest.mark.postgres
@pytest.mark.parametrize("name", ["psycopg", "psycopg2"])
def test_the_connection_repeats_no_error(make_shield: Any, pg_dsn: str, routines: str, name: str) -> None:
    """libpq keeps the last error's text."""
    connection = opened(name, make_shield, pg_dsn)
    cursor = connection.cursor()
    with contextlib.suppress(Exception):
        cursor.execute(f"SELECT {routines}.fail(pan, 'message') FROM {routines}.cards")
    shown = [connection.info.error_message]
    if name == "psycopg":
        shown += [connection.pgconn.error_message.decode(), connection.pgconn.get_error_message()]
    connection.close()

    assert [] == pieces("\n".join(shown))


@pytest.mark.postgres
def test_programs_say_what_they_say(make_shield: Any, pg_dsn: str, routines: str) -> None:
    """A code and a text that stand in a DO block are told; what it reads is not."""
    connection = opened("psycopg", make_shield, pg_dsn)
    said: Any = raised(connection, "DO $$ BEGIN RAISE EXCEPTION 'made up' USING ERRCODE = 'PXX99'; END $$")
    read = raised(
        connection,
        f"DO $$ DECLARE p text; BEGIN SELECT pan INTO p FROM {routines}.cards; "
        "RAISE EXCEPTION 'x%', substr(p, 1, 8) USING ERRCODE = substr(p, 2, 5); END $$",
    )
    connection.close()

    assert ("made up", "PXX99", "PXX99") == (said.diag.message_primary, said.sqlstate, said.diag.sqlstate)
    assert str(said).startswith("made up")
    assert [] == pieces(seen(read))


@pytest.mark.postgres
def test_the_drivers_own_words_stay(make_shield: Any, pg_dsn: str, routines: str) -> None:
    """What psycopg says before it sends, or after the end, is about no data."""
    psycopg = importlib.import_module("psycopg")
    connection = opened("psycopg", make_shield, pg_dsn)
    sql = f"SELECT reverse(pan) FROM {routines}.cards WHERE id = %s AND id = %s"
    cursor = connection.cursor()
    with pytest.raises(psycopg.ProgrammingError, match="2 placeholders but 1 parameter"):
        cursor.execute(sql, (1,))
    connection.close()
    with pytest.raises(psycopg.OperationalError, match="the connection is closed"):
        cursor.execute(sql, (1, 1))


# Which statement it was

PIPELINED = "SELECT ('a' || reverse(pan))::int FROM {0}.cards"


@pytest.mark.postgres
def test_pipelines(make_shield: Any, pg_dsn: str, routines: str) -> None:
    """An error is about the statement that failed, not about the one that was sent last."""
    psycopg = importlib.import_module("psycopg")
    connection = opened("psycopg", make_shield, pg_dsn)
    found = []
    for later in ("SELECT 1", f"SELECT 1 FROM {routines}.cards"):
        with pytest.raises(psycopg.Error) as caught, connection.pipeline() as pipeline:
            cursors = [connection.cursor() for _ in range(2)]
            cursors[0].execute(PIPELINED.format(routines))
            cursors[1].execute(later)
            pipeline.sync()
            cursors[0].fetchall()
        found += pieces(seen(caught.value))
        connection.rollback()
    with pytest.raises(psycopg.Error, match='relation "no_such" does not exist'), connection.pipeline():
        connection.execute("SELECT * FROM no_such")
        connection.execute(f"SELECT reverse(pan) FROM {routines}.cards")
    connection.close()

    assert [] == found


@pytest.mark.postgres
async def test_pipelines_of_asyncio(make_shield: Any, pg_dsn: str, routines: str) -> None:
    """Likewise."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is an optional dependency")
    module = make_shield(policy=ALLOW_ALL, audit=RecordingLog()).guard(psycopg)
    connection = await module.AsyncConnection.connect(pg_dsn)
    with pytest.raises(psycopg.Error) as caught:
        async with connection.pipeline() as pipeline:
            await connection.execute(PIPELINED.format(routines))
            await connection.execute("SELECT 1")
            await pipeline.sync()
    await connection.close()

    assert [] == pieces(seen(caught.value))


@pytest.mark.postgres
@pytest.mark.parametrize("name", ["psycopg", "psycopg2"])
def test_another_cursor_ran_meanwhile(make_shield: Any, pg_dsn: str, routines: str, name: str) -> None:
    """Rows of a cursor on the server fail when they are fetched, and by then another statement is the latest."""
    connection = opened(name, make_shield, pg_dsn)
    cursor = connection.cursor("named")
    cursor.execute(PIPELINED.format(routines))
    connection.cursor().execute("SELECT 1")
    with pytest.raises(Exception) as caught:
        cursor.fetchone()
    connection.rollback()
    with contextlib.suppress(Exception):
        cursor.close()
    connection.close()

    assert [] == pieces(seen(caught.value))


# MySQL

MYSQL = {
    "message": "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = m",
    "number": "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'x', MYSQL_ERRNO = n",
    "names": "SIGNAL SQLSTATE '23000' SET MESSAGE_TEXT = m, MYSQL_ERRNO = 1146, TABLE_NAME = m",
    "warning": "SIGNAL SQLSTATE '01000' SET MESSAGE_TEXT = m, MYSQL_ERRNO = n",
    "known": "SIGNAL SQLSTATE '01000' SET MESSAGE_TEXT = m, MYSQL_ERRNO = 1146",
    "unknown": "SET m = concat('Unknown column ''', m, ''' in ''SELECT'''); "
    "SIGNAL SQLSTATE '42S22' SET MESSAGE_TEXT = m, MYSQL_ERRNO = 1054",
    "clause": "SET m = concat('Unknown column ''pan'' in ''', m, ''''); "
    "SIGNAL SQLSTATE '42S22' SET MESSAGE_TEXT = m, MYSQL_ERRNO = 1054",
}


@pytest.fixture(scope="module")
def signals(mysql_params: dict[str, Any]) -> Iterator[str]:
    """Names of a table, and of functions and procedures that signal what they read from it."""
    connector = pytest.importorskip("mysql.connector", reason="mysql.connector is an optional dependency")
    name = f"signal_{uuid4().hex[:12].translate(LETTERS)}"
    raw = connector.connect(**mysql_params, use_pure=True, autocommit=True)
    raw.cmd_query(f"CREATE TABLE {name} (id INT PRIMARY KEY, pan VARCHAR(30))")
    raw.cmd_query(f"INSERT INTO {name} VALUES (1, '{PAN}')")
    body = "DECLARE m TEXT; DECLARE n INT; SET m = substr(p, 1, 8); SET n = substr(p, 1, 4); {}; "
    for how, signal in MYSQL.items():
        raw.cmd_query(
            f"CREATE FUNCTION {name}_{how}(p TEXT) RETURNS INT DETERMINISTIC NO SQL "
            f"BEGIN {body.format(signal)} RETURN 0; END"
        )
        raw.cmd_query(
            f"CREATE PROCEDURE {name}_call_{how}() BEGIN DECLARE p TEXT; SELECT pan INTO p FROM {name}; "
            f"BEGIN {body.format(signal)} END; END"
        )
    yield name
    for how in MYSQL:
        raw.cmd_query(f"DROP FUNCTION {name}_{how}")
        raw.cmd_query(f"DROP PROCEDURE {name}_call_{how}")
    raw.cmd_query(f"DROP TABLE {name}")
    raw.close()


@pytest.mark.mysql
@pytest.mark.parametrize("how", [how for how in MYSQL if how not in ("warning", "known")])
@pytest.mark.parametrize("name", ON_MYSQL)
def test_functions_on_mysql(make_shield: Any, mysql_params: dict[str, Any], signals: str, name: str, how: str) -> None:
    """SIGNAL takes any text, any number and any name; the connection repeats nothing either."""
    connection = opened(name, make_shield, mysql_params)
    cursor = connection.cursor()
    with pytest.raises(Exception) as caught:
        cursor.execute(f"SELECT {signals}_{how}(pan) FROM {signals}")
        cursor.fetchall()
    shown = [seen(caught.value)]
    if name == "mysqlclient":
        shown += [str(connection.errno()), connection.error(), str(connection.sqlstate())]
    connection.close()

    assert [] == pieces("\n".join(shown))


@pytest.mark.mysql
@pytest.mark.parametrize("name", ON_MYSQL)
def test_procedures_on_mysql(make_shield: Any, mysql_params: dict[str, Any], signals: str, name: str) -> None:
    """What a procedure signals is told without its numbers."""
    connection = opened(name, make_shield, mysql_params)
    error = raised(connection, f"CALL {signals}_call_message()")
    connection.close()

    assert [] == pieces(seen(error))


@pytest.mark.mysql
@pytest.mark.parametrize("how", ["warning", "known"])
@pytest.mark.parametrize("name", ON_MYSQL)
@pytest.mark.parametrize(
    "call", ["CALL {0}_call_{1}()", "SELECT CAST(concat('x', reverse(pan)) AS SIGNED), '{1}' FROM {0}"]
)
def test_warnings_on_mysql(
    make_shield: Any, mysql_params: dict[str, Any], signals: str, name: str, how: str, call: str
) -> None:
    """A warning is held to its statement as an error is, and so is its number."""
    connection = opened(name, make_shield, mysql_params)
    cursor = connection.cursor()
    cursor.execute(call.format(signals, how))
    if cursor.description:
        cursor.fetchall()
    cursor.execute("SHOW WARNINGS")
    rows = cursor.fetchall()
    connection.close()

    assert 1 == len(rows)
    assert [] == pieces(repr(rows))


@pytest.mark.mysql
@pytest.mark.parametrize("name", ON_MYSQL)
@pytest.mark.parametrize(
    "then",
    [
        ["/* c */ SHOW /* c */ WARNINGS"],
        ["# c\nSHOW WARNINGS LIMIT 5"],
        ["SET @a = 1", "COMMIT", "SHOW COUNT(*) WARNINGS", "SHOW WARNINGS"],
        ["SELECT 1", "SELECT 2 FROM DUAL", "SHOW WARNINGS"],
    ],
    ids=lambda then: then[0],
)
def test_warnings_stay_those_of_their_statement(
    make_shield: Any, mysql_params: dict[str, Any], signals: str, name: str, then: list[str]
) -> None:
    """Statements without tables leave the server's warnings as they are, and SHOW WARNINGS may hold comments."""
    connection = opened(name, make_shield, mysql_params)
    cursor = connection.cursor()
    for sql in [f"SELECT CAST(concat('x', reverse(pan)) AS SIGNED) FROM {signals}", *then]:
        cursor.execute(sql)
        rows = cursor.fetchall() if cursor.description else []
    connection.close()

    assert 1 == len(rows)
    assert [] == pieces(repr(rows))


@pytest.mark.mysql
def test_warnings_asked_for_in_the_same_text(make_shield: Any, mysql_params: dict[str, Any], signals: str) -> None:
    """SHOW WARNINGS behind a semicolon is about the statement before it."""
    module = pytest.importorskip("mysql.connector", reason="mysql.connector is an optional dependency")
    connection = opened("mysql.connector", make_shield, mysql_params)
    cursor = connection.cursor()
    text = f"SELECT CAST(concat('x', reverse(pan)) AS SIGNED) FROM {signals}; SHOW WARNINGS; SELECT 'a', 1.5, 'it''s'"
    if module.__version_info__[:2] < (9, 2):
        rows = [result.fetchall() for result in cursor.execute(text, multi=True)]
    else:
        cursor.execute(text)
        rows = [cursor.fetchall()]
        while cursor.nextset():
            rows.append(cursor.fetchall())
    connection.close()

    assert [1, 1, 1] == list(map(len, rows))
    assert [] == pieces(repr(rows))
    assert "it's" == rows[2][0][2]


@pytest.mark.mysql
@pytest.mark.parametrize("name", ON_MYSQL)
def test_real_numbers_stay(make_shield: Any, mysql_params: dict[str, Any], signals: str, name: str) -> None:
    """Handlers that look at the error number find it where the statement computes, too."""
    connection = opened(name, make_shield, mysql_params)
    found = []
    for sql in (
        f"SELECT reverse(pan), missing FROM {signals}",
        f"INSERT INTO {signals} SELECT 1, reverse(pan) FROM {signals}",
    ):
        error: Any = raised(connection, sql)
        found.append(getattr(error, "errno", None) or error.args[0])
    connection.close()

    assert [1054, 1062] == found


@pytest.mark.mysql
@pytest.mark.parametrize("name", ["pymysql", "mysqlclient", "mysql.connector"])
def test_rows_that_fail_while_they_are_read(
    make_shield: Any, mysql_params: dict[str, Any], signals: str, name: str
) -> None:
    """A cursor that does not keep its rows meets the error when it fetches."""
    connection = opened(name, make_shield, mysql_params)
    kind = {"pymysql": "pymysql.cursors", "mysqlclient": "MySQLdb.cursors"}.get(name)
    cursor = connection.cursor(importlib.import_module(kind).SSCursor) if kind else connection.cursor()
    sql = f"SELECT 1 AS x UNION ALL SELECT {signals}_message(pan) FROM {signals}"
    with pytest.raises(Exception) as caught:
        cursor.execute(sql)
        cursor.fetchall()
    connection.close()

    assert [] == pieces(seen(caught.value))
