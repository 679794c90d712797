"""The benign statements of the pair files give the same through the guard as without it, but for classified columns.

Each runs on the real database twice without the guard, on two connections, and once through it, in a transaction that
is rolled back. What differs between the two unguarded runs (clocks, sequences, process numbers) is not compared. A cell
may differ where the statement's lineage says that it is made of a classified column; the numbers of rows and columns,
the columns' names, the types of other cells and the class of an error may not.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from pcishield.masking.columns import ColumnClasses
from pcishield.shield import Shield
from pcishield.statement import analyze
from pcishield.testing import RecordingLog, make_pan
from tests.statement_pairs import Pair, load, schema

DATABASE = f"pcishield_benign_{os.getpid()}"
PERCENT = re.compile(r"%(?:\((\w+)\))?s")
VARYING = re.compile(r"now|last_insert|found_rows|changes\(|row_count")
"""Names of results that differ from run to run even where they happen to be the same twice."""
BUSY = ("pg_stat_activity", "random()", "database_list", "tablesample", "explain (analyze", "explain analyze")
"""In statements whose rows are never the same."""
CLASSES = ColumnClasses()
CARD_TABLES = frozenset({"cards", "card_archive", "sa_card", "card_names"})
Run = Callable[[Any, Pair, Any], Any]
Outcome = tuple[Any, ...]

ROWS = (
    "INSERT INTO merchants (id, name, city) VALUES (1, 'Anna', 'Graz'), (2, 'Berta', 'Linz')",
    "INSERT INTO cards (id, holder, pan, cvv, expiry, note, merchant_id) VALUES "
    f"(1, 'A. Holder', '{make_pan('visa')}', '123', '2027-12-31', 'first', 1), "
    f"(2, 'B. Holder', '{make_pan('mastercard')}', '456', '2028-01-31', NULL, 2)",
    "INSERT INTO payments (id, card_id, amount, status, merchant_id) VALUES (1, 1, 12.5, 'done', 1)",
    "INSERT INTO users (id, email, name, tenant_id) VALUES (1, 'a@b.example', 'Ada', 1), (2, 'b', 'x', 2)",
    f"INSERT INTO card_archive VALUES (1, 'A. Holder', '{make_pan('visa')}')",
    "INSERT INTO nodes VALUES (1, NULL, 'root'), (2, 1, 'leaf')",
)


def _pairs(dialect: str) -> list[Pair]:
    """Those that an application would send; what is asked about on purpose (``only=``), or is for MySQL, is not."""
    found = [p for p in load(dialect, benign=True) if "only" not in p.facts and p.facts.get("server") != "mysql"]
    runs = [p for p in found if p.facts.get("run", "ok") in {"ok", "any", "fails"} and not _asked(p)]
    return [p for p in runs if not p.sql.startswith(("FETCH", "MOVE"))]  # of a cursor that another statement declares


def _asked(pair: Pair) -> bool:
    """To filter by a security code is asked about, even in a benign file."""
    return any(use.clause == "where" and "cvv" in use.column.name for use in analyze(pair.sql, pair.dialect).columns)


def _classified(pair: Pair) -> Callable[[int, str], bool]:
    """Tell whether a position of the result is made of classified columns, as far as lineage can say."""
    outputs = analyze(pair.sql, pair.dialect).outputs

    def made_of_cards(position: int, name: str) -> bool:
        if CLASSES.classify(name) is not None or outputs is None or any(o.name == "*" for o in outputs):
            return True
        out = outputs[position] if position < len(outputs) else None
        return out is None or any(
            CLASSES.classify(ref.name, ref.table.name if ref.table else "") is not None
            or (ref.name == "*" and ref.table is not None and ref.table.name in CARD_TABLES)
            for ref in out.sources
        )

    return made_of_cards


def _compare(pair: Pair, first: Outcome, second: Outcome, guarded: Outcome) -> None:
    """Compare what is the same in both unguarded runs."""
    kind, names, rows = first
    assert guarded[:2] == (kind, names), (first, guarded)
    if kind != "rows" or any(word in pair.sql.lower() for word in BUSY):
        return
    assert len(guarded[2]) == len(rows)
    if second[0] != kind or len(second[2]) != len(rows):
        return
    classified = _classified(pair)
    for raw, again, shown in zip(rows, second[2], guarded[2], strict=True):
        for i, name in enumerate(names):
            if raw[i] == again[i] and not classified(i, name) and not VARYING.search(name.lower()):
                assert (shown[i], type(shown[i])) == (raw[i], type(raw[i])), (i, name)


def _fetched(cursor: Any) -> Outcome:
    if cursor.description is None:
        return ("count", cursor.rowcount, None)
    return ("rows", [column[0] for column in cursor.description], [tuple(row) for row in cursor.fetchall()])


def _both(pair: Pair, raw: Any, other: Any, guarded: Any, run: Run) -> None:
    for value in (1, None):
        first = run(raw, pair, value)
        if first[0] != "error" or value is None:
            break
    second = run(other, pair, value)
    _compare(pair, first, second, run(guarded, pair, value))


# SQLite


def _sqlite_open(module: Any, path: Path) -> Any:
    connection = module.connect(str(path), isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


@pytest.fixture(scope="module")
def sqlite_both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any, Any]]:
    path = tmp_path_factory.mktemp("benign") / "benign.db"
    with closing(sqlite3.connect(path)) as made:
        made.executescript(schema("sqlite"))
        for statement in ROWS:
            made.execute(statement)
        made.commit()
    with (
        Shield({}, audit=RecordingLog()) as shield,
        closing(_sqlite_open(sqlite3, path)) as raw,
        closing(_sqlite_open(sqlite3, path)) as other,
        closing(_sqlite_open(shield.guard(sqlite3), path)) as guarded,
    ):
        yield raw, other, guarded


def _sqlite_parameters(sql: str, value: Any) -> Any:
    names = re.findall(r"(?<![:\w])[:@$](\w+)", sql)
    if "?" in sql:
        return [value] * max(sql.count("?") + len(names), max(map(int, re.findall(r"\?(\d+)", sql)), default=0))
    return dict.fromkeys(names, value) if names else ()


def _sqlite_run(connection: Any, pair: Pair, value: Any) -> Outcome:
    parameters = _sqlite_parameters(pair.sql, value)
    if isinstance(parameters, list):
        # How many there are is for SQLite to say: a question mark may stand in a text.
        parameters = parameters[: _sqlite_count(pair.sql, len(parameters))]
    with suppress(sqlite3.Error):
        connection.execute("BEGIN")
    try:
        with closing(connection.cursor()) as cursor:
            cursor.execute(pair.sql, parameters)
            return _fetched(cursor)
    except sqlite3.Error as error:
        return ("error", _native(error, sqlite3), str(error))
    finally:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")


def _sqlite_count(sql: str, most: int) -> int:
    with closing(sqlite3.connect(":memory:")) as empty:
        empty.executescript(schema("sqlite"))
        for count in range(most + 1):
            try:
                empty.execute(f"EXPLAIN {sql}", [None] * count)
            except sqlite3.ProgrammingError as error:
                if "binding" in str(error):
                    continue
            except sqlite3.Error:
                pass
            return count
    return most


def _native(error: BaseException, module: Any) -> str:
    """Name of the driver's own class; one that the guard raised says that it did."""
    cls = next(c for c in type(error).__mro__ if c.__module__.partition(".")[0] == module.__name__.partition(".")[0])
    guard = any(c.__module__.startswith("pcishield.exceptions") for c in type(error).__mro__)
    return f"guard: {error}" if guard else cls.__name__


@pytest.mark.parametrize("pair", _pairs("sqlite"), ids=str)
def test_sqlite_gives_the_same(sqlite_both: tuple[Any, Any, Any], pair: Pair) -> None:
    """SQLite's result, but for classified columns."""
    _both(pair, *sqlite_both, _sqlite_run)


# PostgreSQL


@pytest.fixture(scope="module")
def pg_both(pg_dsn: str) -> Iterator[tuple[Any, Any, Any]]:
    psycopg = pytest.importorskip("psycopg", reason="psycopg is an optional dependency")
    with psycopg.connect(pg_dsn, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {DATABASE}")
        own = psycopg.conninfo.make_conninfo(pg_dsn, dbname=DATABASE)
        with psycopg.connect(own, autocommit=True) as made:
            made.execute(schema("postgres"))
            for statement in ROWS:
                made.execute(statement)
            made.execute("SELECT setval('users_id_seq', 100), setval('payments_id_seq', 100)")
        with (
            Shield({}, audit=RecordingLog()) as shield,
            psycopg.connect(own, autocommit=True, prepare_threshold=None) as raw,
            psycopg.connect(own, autocommit=True, prepare_threshold=None) as other,
            shield.guard(psycopg).connect(own, autocommit=True, prepare_threshold=None) as guarded,
        ):
            yield raw, other, guarded
        admin.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def _pg_parameters(sql: str, value: Any) -> Any:
    names = PERCENT.findall(sql)
    if any(names):
        return dict.fromkeys(names, value)
    return [value] * len(names) if names or "%%" in sql else None


def _pg_run(connection: Any, pair: Pair, value: Any) -> Outcome:
    import psycopg

    numbers = re.findall(r"\$(\d)\b", pair.sql) if pair.facts.get("kind") != "prepare" else []
    raw = psycopg.RawCursor
    if numbers and type(connection) is not psycopg.Connection:
        raw = type(connection.cursor()) if connection.cursor_factory is raw else raw
    parameters = [value] * max(map(int, numbers)) if numbers else _pg_parameters(pair.sql, value)
    factory = connection.cursor_factory
    connection.cursor_factory = raw if numbers else factory
    try:
        connection.execute("BEGIN") if not numbers else connection.execute("BEGIN", None)
        connection.execute("SET LOCAL statement_timeout = '10s'")
        with connection.cursor() as cursor:
            if "STDOUT" in pair.sql:
                with cursor.copy(pair.sql, parameters) as copy:
                    return ("rows", ["copy"], [(b"".join(map(bytes, copy)),)])
            cursor.execute(pair.sql, parameters)
            return _fetched(cursor)
    except psycopg.Error as error:
        return ("error", _native(error, psycopg), str(error))
    finally:
        connection.cursor_factory = factory
        for statement in ("ROLLBACK", "RESET ALL", "DEALLOCATE ALL"):
            with suppress(psycopg.Error):
                connection.execute(statement)


@pytest.mark.postgres
@pytest.mark.parametrize("pair", _pairs("postgres"), ids=str)
def test_postgres_gives_the_same(pg_both: tuple[Any, Any, Any], pair: Pair) -> None:
    """PostgreSQL's result, but for classified columns."""
    _both(pair, *pg_both, _pg_run)


# MariaDB


@pytest.fixture(scope="module")
def mysql_both(mysql_params: dict[str, Any]) -> Iterator[tuple[Any, Any, Any]]:
    connector = pytest.importorskip("mysql.connector", reason="mysql.connector is an optional dependency")
    options = {**mysql_params, "use_pure": True}
    with closing(connector.connect(**options)) as admin:
        cursor = admin.cursor()
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        cursor.execute(f"CREATE DATABASE {DATABASE}")
        cursor.execute(f"USE {DATABASE}")
        for statement in [*schema("mysql").split(";\n"), *ROWS]:
            if statement.strip():
                cursor.execute(statement)
        admin.commit()
        own = {**options, "database": DATABASE}
        with Shield({}, audit=RecordingLog()) as shield:
            raw, other = connector.connect(**own), connector.connect(**own)
            guarded = shield.connect("mysql.connector", **own)
            with closing(raw), closing(other), closing(guarded):
                yield raw, other, guarded
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE}")


def _mysql_run(connection: Any, pair: Pair, value: Any) -> Outcome:
    import mysql.connector

    sql, count = PERCENT.subn("%s", pair.sql)
    parameters: Any = [value] * count
    if "?" in sql and not count:
        parameters = [value] * sql.count("?")
    prepared = "?" in sql and not count
    try:
        with closing(connection.cursor(prepared=True) if prepared else connection.cursor(buffered=True)) as cursor:
            cursor.execute(sql, parameters or ())
            return _fetched(cursor)
    except mysql.connector.Error as error:
        return ("error", _native(error, mysql), str(error))
    finally:
        connection.rollback()
        if pair.sql.upper().startswith(("SET", "USE")):
            # What else is set is the same for all three; that nothing is kept, and where, every pair relies on.
            connection.autocommit = False
            connection.database = DATABASE


@pytest.mark.mysql
@pytest.mark.parametrize("pair", _pairs("mysql"), ids=str)
def test_mariadb_gives_the_same(mysql_both: tuple[Any, Any, Any], pair: Pair) -> None:
    """MariaDB's result, but for classified columns."""
    _both(pair, *mysql_both, _mysql_run)
