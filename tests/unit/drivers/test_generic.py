"""A DB-API 2.0 module without a Surface of its own: closed, judged, masked. sqlite3 under another name stands in."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from io import StringIO
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from pcishield.drivers.generic import PlainDriver
from pcishield.exceptions import ApprovalDenied, ConfigurationError, StatementDenied
from pcishield.shield import Shield
from pcishield.testing import RecordingLog, make_pan

PAN = make_pan()


class Card(NamedTuple):
    """A row as a driver may make it."""

    id: int
    card: str | None


def plain() -> ModuleType:
    """A module that nobody knows."""
    module = ModuleType("plain")
    module.__dict__.update({name: value for name, value in vars(sqlite3).items() if not name.startswith("__")})
    return module


@pytest.fixture
def log() -> RecordingLog:
    """The shield's log."""
    return RecordingLog()


@pytest.fixture
def connection(log: RecordingLog) -> Iterator[Any]:
    """A guarded connection of that module to a database with a card in it."""
    with Shield({}, audit=log) as shield:
        module = shield.guard(plain(), PlainDriver("plain", "sqlite"))
        connection = module.connect(":memory:")
        raw = sqlite3.connect(":memory:")
        raw.executescript(
            f"CREATE TABLE c (id INTEGER, card_number TEXT); INSERT INTO c VALUES (1, '{PAN}'), (2, NULL)"
        )
        raw.backup(connection._pcishield[0])
        raw.close()
        yield connection
        connection.close()


@pytest.mark.parametrize(
    "take",
    [
        lambda cursor: [cursor.fetchone(), cursor.fetchone()],
        lambda cursor: cursor.fetchmany(2),
        lambda cursor: cursor.fetchall(),
        list,
    ],
    ids=["fetchone", "fetchmany", "fetchall", "iteration"],
)
def test_rows_are_masked(connection: Any, take: Callable[[Any], Any]) -> None:
    """Every fetch of PEP 249 hands out masked rows."""
    rows = take(connection.cursor().execute("SELECT card_number FROM c"))

    assert [PAN[-4:], None] == [rows[0][0][-4:], rows[1][0]]
    assert PAN not in repr(rows)


def test_execute_returns_the_proxy(connection: Any) -> None:
    """A driver that returns its cursor from execute does not hand out the raw one."""
    cursor = connection.cursor()

    assert cursor is cursor.execute("SELECT 1")
    assert connection is cursor.connection


@pytest.mark.parametrize(
    ("factory", "expected"),
    [
        (lambda cursor, row: dict(zip(("id", "card"), row, strict=True)), {"id": 2, "card": None}),
        (lambda cursor, row: list(row), [2, None]),
        (lambda cursor, row: Card(*row), (2, None)),
    ],
    ids=["dict", "list", "named tuple"],
)
def test_rows_keep_their_shape(connection: Any, factory: Any, expected: Any) -> None:
    """Dictionaries, lists and named tuples come out as such, masked."""
    connection._pcishield[0].row_factory = factory
    card, plain_row = connection.cursor().execute("SELECT id, card_number FROM c").fetchall()

    assert expected == plain_row
    assert type(factory(None, (2, None))).__name__ == type(plain_row).__name__
    assert PAN not in repr(card)


def test_names_in_rows_are_masked(connection: Any) -> None:
    """A dictionary has the names of the columns, and one of these may be a card number."""
    raw = connection._pcishield[0]
    raw.execute(f'CREATE TEMP VIEW v AS SELECT id AS "{PAN}", id AS n FROM c')
    raw.row_factory = lambda cursor, row: dict(zip([c[0] for c in cursor.description], row, strict=True))
    row = connection.cursor().execute("SELECT * FROM v").fetchone()

    assert {f"{'*' * 12}{PAN[-4:]}": 1, "n": 1} == row


def test_what_is_not_listed_is_not_there(connection: Any) -> None:
    """Names beside PEP 249 raise, and hasattr says no."""
    cursor = connection.cursor()

    closed = ((connection, "iterdump"), (connection, "execute"), (connection, "backup"), (cursor, "executescript"))
    for thing, name in closed:
        assert not hasattr(thing, name)
        with pytest.raises(StatementDenied, match="is blocked"):
            getattr(thing, name)
        with pytest.raises(AttributeError):
            setattr(thing, name, None)
    assert not hasattr(cursor, "__wrapped__")
    assert not hasattr(cursor, "no_such_name")


def test_statements_are_judged_and_recorded(connection: Any, log: RecordingLog) -> None:
    """A refusal is the driver's error too; what runs has an attempt and a result."""
    with pytest.raises(ApprovalDenied) as raised:
        connection.cursor().execute("DROP TABLE c")
    connection.cursor().executemany("INSERT INTO c VALUES (?, ?)", ((n, "y") for n in range(2)))

    assert isinstance(raised.value, sqlite3.ProgrammingError)
    kinds = [r["type"] for r in log.records if r["type"] in ("denied", "attempt", "result")]
    assert ["denied", "attempt", "result"] == kinds


def test_text_that_is_none_is_refused(connection: Any) -> None:
    """An object that only the driver could turn into SQL is not sent."""
    with pytest.raises(StatementDenied, match="no SQL text"):
        connection.cursor().execute(object())


@pytest.mark.parametrize("given", [None, 5, (), {"sql": "SELECT 1"}])
def test_what_is_no_statement_is_a_type_error(connection: Any, log: RecordingLog, given: Any) -> None:
    """As the driver says: nothing was asked for, so nothing is refused."""
    cursor = connection.cursor()
    with pytest.raises(TypeError):
        cursor.execute(given)
    with pytest.raises(TypeError):
        cursor.executemany(given, [])

    assert [] == [r for r in log.records if r["type"] in ("denied", "attempt")]


def test_nothing_that_takes_rows_goes_to_the_driver(connection: Any) -> None:
    """A driver's own argument, such as pg8000's ``stream``, would be given the rows of a COPY unmasked."""
    cursor = connection.cursor()
    with pytest.raises(StatementDenied, match="stream is a StringIO"):
        cursor.execute("SELECT card_number FROM c", stream=StringIO())
    with pytest.raises(StatementDenied, match="argument 3 is a list"):
        cursor.execute("SELECT card_number FROM c", (), [])


class Mine(sqlite3.Cursor):
    """A cursor of the application's."""


def test_no_code_of_the_application_is_given_rows_or_the_connection(connection: Any, log: RecordingLog) -> None:
    """A cursor class, a connection class, a factory; the driver's own are what they were."""
    for cursor in (lambda: connection.cursor(Mine), lambda: connection.cursor(factory=lambda raw: Mine(raw))):
        with pytest.raises(StatementDenied, match="of the application"):
            cursor()
    module = Shield({}, audit=log).guard(plain(), PlainDriver("plain", "sqlite"))
    with pytest.raises(ConfigurationError, match="factory is a class or function of the application"):
        module.connect(":memory:", factory=lambda *args, **kwargs: sqlite3.Connection(*args, **kwargs))

    assert [(1,)] == connection.cursor(sqlite3.Cursor).execute("SELECT 1").fetchall()
    module.connect(":memory:", factory=sqlite3.Connection, timeout=1.0).close()
    assert ["cursor", "cursor"] == [r["method"] for r in log.records if r["type"] == "denied"]


def test_exceptions_are_attributes_where_the_driver_has_them(connection: Any) -> None:
    """An optional extension of PEP 249; programs say ``except connection.Error``."""
    assert sqlite3.IntegrityError is connection.IntegrityError
    assert not hasattr(connection.cursor(), "Error")


def test_optional_methods_are_absent_where_the_driver_lacks_them(connection: Any) -> None:
    """Programs ask by ``hasattr`` whether there are several results, or procedures."""
    cursor = connection.cursor()

    assert not hasattr(cursor, "nextset")
    assert not hasattr(cursor, "callproc")


def test_the_dialect_of_a_package_is_that_of_its_modules(log: RecordingLog) -> None:
    """``pg8000.legacy`` is a DB-API too."""
    module = plain()
    module.__name__ = "pg8000.legacy"
    with Shield({}, audit=log) as shield, closing(shield.guard(module).connect(":memory:")) as connection:
        assert [(1,)] == connection.cursor().execute("SELECT 1").fetchall()
    assert {"postgres"} == {r["db"]["system"] for r in log.records if "db" in r}


def test_rows_come_in_the_drivers_sequence(connection: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some drivers fetch tuples of rows, not lists."""
    cursor = connection.cursor().execute("SELECT 7")
    monkeypatch.setattr(cursor._pcishield[3].cursor_class, "_fetch", lambda *args: ((7,),))

    assert ((7,),) == cursor.fetchall()


def test_the_module_hands_out_no_way_around(log: RecordingLog) -> None:
    """Constants, types and exceptions of PEP 249, and connect; no classes, functions or submodules."""
    with Shield({}, audit=log) as shield:
        module = shield.guard(plain(), PlainDriver("plain", "sqlite"))

        assert (sqlite3.IntegrityError, "qmark", sqlite3.Binary) == (
            module.IntegrityError,
            module.paramstyle,
            module.Binary,
        )
        assert sqlite3.PARSE_DECLTYPES == module.PARSE_DECLTYPES
        for name in ("Connection", "Cursor", "dbapi2", "register_converter"):
            assert not hasattr(module, name)


def test_an_unknown_dialect_is_an_error(log: RecordingLog) -> None:
    """Nobody knows how to read the SQL of a module that nobody knows."""
    with Shield({}, audit=log) as shield, pytest.raises(ConfigurationError, match="PlainDriver"):
        shield.guard(plain())
