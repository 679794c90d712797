"""An error of the database quotes values: what a statement made of a card number leaves by none."""

from __future__ import annotations

import sqlite3
import traceback
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from pcishield.exceptions import ShieldError
from pcishield.testing import RecordingLog, make_pan

ALLOW_ALL = {"name": "everything", "schema": 1, "default": "allow"}
PAN = make_pan()
PARTS = [
    PAN,
    PAN[::-1],
    PAN[:8],
    PAN[2:10],
    PAN[8:],
    PAN[::-1][:8],
    PAN.translate(str.maketrans("0123456789", "abcdefghij")),
]


def shown(error: BaseException) -> str:
    """Everything textual that hangs on an error."""
    fields = [str(error), repr(error), repr(error.args), repr(vars(error)) if hasattr(error, "__dict__") else ""]
    diag = getattr(error, "diag", None)
    fields += [str(getattr(diag, name)) for name in dir(diag) if name.startswith("message") or name == "context"]
    return "\n".join([*fields, *traceback.format_exception(error)])


def leaks(error: BaseException) -> list[str]:
    """Which parts of the number an error shows."""
    return [part for part in PARTS if part in shown(error)]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT json_set('{}', substr(pan, 1, 8), 1) FROM cards",
        "SELECT json_extract('{}', substr(pan, 9)) FROM cards",
        "SELECT id FROM cards WHERE json_extract('{}', substr(pan, 3, 8)) = 1",
        "WITH t AS (SELECT substr(pan, 1, 8) AS p FROM cards) SELECT json_set('{}', p, 1) FROM t",
    ],
)
def test_sqlite(make_shield: Any, sql: str) -> None:
    """SQLite quotes a wrong JSON path, at execute or at a later fetch."""
    connection = make_shield(policy=ALLOW_ALL, audit=RecordingLog()).guard(sqlite3).connect(":memory:")
    connection.execute("CREATE TABLE cards (id INTEGER PRIMARY KEY, pan TEXT)")
    connection.execute("INSERT INTO cards (pan) VALUES (?)", (PAN,))
    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute(sql).fetchall()
    connection.close()

    assert ([], False) == (leaks(caught.value), isinstance(caught.value, ShieldError))


def test_other_errors_are_as_they_were(make_shield: Any) -> None:
    """A statement that only stores, shows or compares a whole number keeps the database's words."""
    connection = make_shield(policy=ALLOW_ALL, audit=RecordingLog()).guard(sqlite3).connect(":memory:")
    connection.execute("CREATE TABLE cards (id INTEGER PRIMARY KEY, pan TEXT UNIQUE)")
    connection.execute("INSERT INTO cards (pan) VALUES (?)", (PAN,))
    with pytest.raises(sqlite3.IntegrityError, match=r"UNIQUE constraint failed: cards\.pan"):
        connection.execute("INSERT INTO cards (pan) VALUES (?)", (PAN,))
    with pytest.raises(sqlite3.OperationalError, match="no such column: missing"):
        connection.execute("SELECT missing FROM cards WHERE pan = ?", (PAN,))
    connection.close()


def test_names_that_sqlite_does_not_find_are_told_and_masked(make_shield: Any) -> None:
    """Also where the statement computes: SQLite says so before it runs."""
    connection = make_shield(policy=ALLOW_ALL, audit=RecordingLog()).guard(sqlite3).connect(":memory:")
    connection.execute("CREATE TABLE cards (id INTEGER PRIMARY KEY, pan TEXT)")
    with pytest.raises(sqlite3.OperationalError, match="no such column: missing"):
        connection.execute("SELECT missing, substr(pan, 1, 8) FROM cards")
    with pytest.raises(sqlite3.OperationalError, match="no such column: ") as caught:
        connection.execute(f"SELECT [{PAN}], substr(pan, 1, 8) FROM cards")
    with pytest.raises(sqlite3.OperationalError, match="no such column"):
        connection.blobopen("cards", "missing", 1)
    connection.close()

    assert PAN not in shown(caught.value)


@pytest.fixture
def table(pg_dsn: str) -> Iterator[str]:
    """A table of PostgreSQL with a card in it."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is an optional dependency")
    name = f"cards_{uuid4().hex[:12]}"
    with psycopg.connect(pg_dsn, autocommit=True) as raw:
        raw.execute(f"CREATE TABLE {name} (id int PRIMARY KEY, pan text)")
        raw.execute(f"INSERT INTO {name} VALUES (1, %s)", (PAN,))
        yield name
        raw.execute(f"DROP TABLE {name}")


@pytest.mark.postgres
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT reverse(pan)::int FROM {table}",
        "SELECT ('x' || substr(pan, 1, 8))::int FROM {table}",
        "SELECT translate(pan, '0123456789', 'abcdefghij')::date FROM {table}",
        "SELECT ('{{' || substr(pan, 1, 8))::json FROM {table}",
        "SELECT xmlparse(document '<a>' || reverse(pan) || '</b>') FROM {table}",
        "SELECT current_setting(substr(pan, 1, 8) || 'x.y') FROM {table}",
        "SELECT timezone(reverse(pan), now()) FROM {table}",
        "SELECT encode('a'::bytea, reverse(pan)) FROM {table}",
        "SELECT reverse(pan)::regclass FROM {table}",
        "SELECT id FROM {table} ORDER BY ('a' || reverse(pan))::int",
        "UPDATE {table} SET id = ('a' || reverse(pan))::int",
        "SELECT (row_to_json(c)::jsonb ->> 'pan')::int FROM {table} c",
        "SELECT regexp_replace(c::text, '^\\(1,(.*)\\)$', 'x\\1')::int FROM {table} c",
        "DECLARE c CURSOR WITH HOLD FOR SELECT ('a' || reverse(pan))::int FROM {table}",
    ],
)
def test_postgres(make_shield: Any, pg_dsn: str, table: str, sql: str) -> None:
    """PostgreSQL quotes what it cannot read; SQLSTATE and class stay."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is an optional dependency")
    module = make_shield(policy=ALLOW_ALL, audit=RecordingLog()).guard(psycopg)
    with module.connect(pg_dsn, autocommit=True) as connection, pytest.raises(psycopg.Error) as caught:
        connection.execute(sql.format(table=table))

    assert ([], False, 5) == (leaks(caught.value), isinstance(caught.value, ShieldError), len(caught.value.sqlstate))


@pytest.mark.postgres
@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT nope, reverse(pan) FROM {table} WHERE pan <> 'Erika'", 'column "nope" does not exist'),
        ("SELECT c.nope FROM {table} c WHERE pan <> 'Erika'", "column c.nope does not exist"),
        ("SELECT nope(pan) FROM {table} WHERE pan <> 'Erika'", "function nope(text) does not exist"),
        ("SELECT reverse(x.pan) FROM {table} WHERE 'Erika' <> ''", 'missing FROM-clause entry for table "x"'),
    ],
)
def test_names_that_postgresql_does_not_find_are_told(
    make_shield: Any, pg_dsn: str, table: str, driver: str, sql: str, said: str
) -> None:
    """Also where the statement computes: PostgreSQL says so before it runs. The statement itself is not repeated."""
    raw = pytest.importorskip(driver, reason=f"{driver} is an optional dependency")
    connection = make_shield(policy=ALLOW_ALL, audit=RecordingLog()).guard(raw).connect(pg_dsn)
    with pytest.raises(raw.Error) as caught, connection.cursor() as cursor:
        cursor.execute(sql.format(table=table))
    connection.close()

    assert (said, said) == (str(caught.value).strip(), caught.value.diag.message_primary)
    assert "Erika" not in shown(caught.value)


@pytest.mark.postgres
@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
def test_warnings_quote_nothing_either(make_shield: Any, pg_dsn: str, table: str, driver: str) -> None:
    """PostgreSQL warns with values as well; handlers and lists of notices get what errors would say."""
    raw = pytest.importorskip(driver, reason=f"{driver} is an optional dependency")
    seen: list[Any] = []
    connection = make_shield(policy=ALLOW_ALL, audit=RecordingLog()).guard(raw).connect(pg_dsn)
    if driver == "psycopg":
        connection.add_notice_handler(lambda diag: seen.append(diag.message_primary))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_tablespace_databases((left(pan, 9)::bigint % 2147483647)::oid) FROM {table}")
        cursor.execute("SELECT 1")
    seen += getattr(connection, "notices", [])
    connection.close()

    assert (1, False) == (len(seen), PAN[1:9] in repr(seen) or PAN[:8] in repr(seen))


@pytest.mark.postgres
def test_postgres_cursors(make_shield: Any, pg_dsn: str, table: str) -> None:
    """Rows of a server-side cursor that fail when they are fetched, and those of a stream."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is an optional dependency")
    module = make_shield(policy=ALLOW_ALL, audit=RecordingLog()).guard(psycopg)
    sql = f"SELECT ('a' || reverse(pan))::int FROM {table}"
    found = []
    with module.connect(pg_dsn) as connection:
        with connection.cursor("named") as cursor, pytest.raises(psycopg.Error) as caught:
            cursor.execute(sql).fetchall()
        found += leaks(caught.value)
        connection.rollback()
        with pytest.raises(psycopg.Error) as caught:
            list(connection.cursor().stream(sql))
        found += leaks(caught.value)
        connection.rollback()
        with pytest.raises(psycopg.Error) as caught, connection.cursor().copy(f"COPY ({sql}) TO STDOUT") as copy:
            list(copy)
        found += leaks(caught.value)
        connection.rollback()

    assert [] == found


@pytest.mark.mysql
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT extractvalue('<a/>', concat('/', reverse(pan), '[')) FROM {table} WHERE id = 1",
        "UPDATE {table} SET id = concat('a', reverse(pan)) WHERE id = 1",
        "INSERT INTO {table} SELECT 2, substr(pan, 1, 8) FROM {table} UNION ALL SELECT 2, reverse(pan) FROM {table}",
    ],
)
def test_mysql(make_shield: Any, mysql_params: dict[str, Any], sql: str) -> None:
    """MariaDB and MySQL quote what they cannot use; the number of the error stays."""
    connector = pytest.importorskip("mysql.connector", reason="mysql.connector is an optional dependency")
    name = f"cards_{uuid4().hex[:12].translate(str.maketrans('0123456789', 'ghijklmnop'))}"
    raw = connector.connect(**mysql_params, use_pure=True, autocommit=True)
    raw.cmd_query(f"CREATE TABLE {name} (id INT PRIMARY KEY, pan VARCHAR(30))")
    raw.cmd_query(f"INSERT INTO {name} VALUES (1, '{PAN}')")
    connection = (
        make_shield(policy=ALLOW_ALL, audit=RecordingLog()).guard(connector).connect(**mysql_params, use_pure=True)
    )
    cursor = connection.cursor()
    try:
        with pytest.raises(connector.Error) as caught:
            cursor.execute(sql.format(table=name))
            cursor.fetchall()
    finally:
        connection.close()
        raw.cmd_query(f"DROP TABLE {name}")
        raw.close()

    assert ([], True) == (leaks(caught.value), caught.value.errno > 1000)


def test_sqlite_again(make_shield: Any, tmp_path: Any) -> None:
    """A statement that was allowed before takes a shorter way, and its error shows no more for it."""
    connection = make_shield(policy=ALLOW_ALL, audit=tmp_path / "audit").guard(sqlite3).connect(":memory:")
    connection.execute("CREATE TABLE cards (id INTEGER PRIMARY KEY, pan TEXT, path TEXT)")
    connection.execute("INSERT INTO cards (pan) VALUES ('$.a')")
    connection.execute("INSERT INTO cards (pan) VALUES (?)", (PAN,))
    sql = "SELECT json_set('{}', substr(pan, 1, 8), 1) FROM cards WHERE id = ?"
    for _ in range(3):
        connection.execute(sql, (1,)).fetchall()
    connection.execute("SELECT id FROM cards").fetchall()

    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute(sql, (2,)).fetchall()
    connection.close()

    assert [] == leaks(caught.value)


def test_postgresql_again(make_shield: Any, table: str, pg_dsn: str, tmp_path: Any) -> None:
    """Likewise, with the log that the shorter way needs."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is an optional dependency")
    with psycopg.connect(pg_dsn, autocommit=True) as raw:
        raw.execute(f"INSERT INTO {table} (id, pan) VALUES (1000, '12')")
    sql = f"SELECT reverse(pan)::int FROM {table} WHERE id = %s"
    connection = make_shield(policy=ALLOW_ALL, audit=tmp_path / "audit").guard(psycopg).connect(pg_dsn, autocommit=True)
    for _ in range(3):
        connection.execute(sql, (1000,)).fetchall()
    connection.execute("SELECT %s::int", (1,)).fetchall()
    with psycopg.connect(pg_dsn, autocommit=True) as raw:
        raw.execute(f"UPDATE {table} SET pan = %s WHERE id = 1000", (PAN,))
    with pytest.raises(psycopg.Error) as caught:
        connection.execute(sql, (1000,)).fetchall()
    connection.close()

    assert [] == leaks(caught.value)


@pytest.mark.mysql
@pytest.mark.parametrize("driver", ["mysql.connector", "pymysql", "MySQLdb"])
def test_names_that_mysql_does_not_find_are_told(make_shield: Any, mysql_params: dict[str, Any], driver: str) -> None:
    """Also where the statement computes."""
    raw = pytest.importorskip(driver, reason=f"{driver} is an optional dependency", exc_type=ImportError)
    connection = make_shield(policy=ALLOW_ALL, audit=RecordingLog()).guard(raw).connect(**mysql_params)
    cursor = connection.cursor()
    cursor.execute("CREATE TEMPORARY TABLE cards (id INT PRIMARY KEY, pan VARCHAR(30))")
    with pytest.raises(raw.Error) as caught:
        cursor.execute("SELECT nope, reverse(pan) FROM cards")
    with pytest.raises(raw.Error) as withheld:
        cursor.execute("SELECT no_function_of_ours(reverse(pan)) FROM cards")
    connection.close()

    assert "Unknown column 'nope' in " in str(caught.value)
    assert "withheld" in str(withheld.value)
