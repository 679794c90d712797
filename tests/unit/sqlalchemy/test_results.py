"""Everything that SQLAlchemy hands out is masked, and everything that it sends is what it was."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

sa: Any = pytest.importorskip("sqlalchemy", reason="SQLAlchemy is an optional dependency")

from sqlalchemy import orm  # noqa: E402

from tests.unit.sqlalchemy.conftest import CVV, PAN, guarded_url, row  # noqa: E402

MASK = f"{'*' * 12}{PAN[-4:]}"


@pytest.fixture
def engine(open_engine: Callable[..., Any], url: Any) -> Any:
    return open_engine(guarded_url(url))


@pytest.fixture
def model(cards: Any) -> Any:
    """A mapped class on the table of cards."""
    registry = orm.registry()
    card = type("Card", (), {})
    registry.map_imperatively(card, cards)
    yield card
    registry.dispose()


def test_orm_loads_masked_and_writes_clear(engine: Any, model: Any, cards: Any, url: Any) -> None:
    """A new object is stored as it is and comes back masked; changing another column keeps the number."""
    with orm.Session(engine) as session:
        card = model()
        for name, value in row(2).items():
            setattr(card, name, value)
        session.add(card)
        session.commit()
        assert MASK == card.card_number
        card.note = "refunded"
        session.commit()

    raw = sa.create_engine(url)
    with raw.connect() as connection:
        assert (PAN, "refunded") == tuple(connection.execute(sa.select(cards.c["card_number", "note"]).where(
            cards.c.id == 2)).one())  # fmt: skip
    raw.dispose()


def test_bulk_insert_returns_masked(engine: Any, cards: Any) -> None:
    """insertmanyvalues with RETURNING, where the database has it, else executemany."""
    statement = sa.insert(cards)
    if engine.dialect.insert_returning:
        statement = statement.returning(cards.c.card_number, sort_by_parameter_order=True)
    with engine.begin() as connection:
        result = connection.execute(statement, [row(key) for key in range(2, 30)])
        found = result.scalars().all() if result.returns_rows else []
        assert 29 == connection.execute(sa.select(sa.func.count()).select_from(cards)).scalar_one()
    assert all(value == MASK for value in found)


def test_server_side_cursor_streams_masked(engine: Any, cards: Any) -> None:
    """stream_results, in partitions."""
    with engine.begin() as connection:
        connection.execute(sa.insert(cards), [row(key) for key in range(2, 12)])
    with engine.connect().execution_options(stream_results=True, yield_per=4) as connection:
        found = [r for part in connection.execute(sa.select(cards)).partitions() for r in part]
    assert [(key, MASK) for key in range(1, 12)] == sorted((r.id, r.card_number) for r in found)


def test_ways_around_core_are_masked(engine: Any, cards: Any) -> None:
    """exec_driver_sql, raw_connection, driver_connection and the cursor behind a result."""
    query = f"SELECT card_number, cvv FROM {cards.name}"
    with engine.connect() as connection:
        found = [connection.exec_driver_sql(query).fetchall()]
        result = connection.exec_driver_sql(query)
        found.append(result.cursor.fetchall())
        result.close()
    raw = engine.raw_connection()
    for opened in (raw, raw.dbapi_connection, raw.driver_connection):
        cursor = opened.cursor()
        cursor.execute(query)
        found.append(cursor.fetchall())
        cursor.close()
    raw.close()
    assert PAN not in repr(found) and CVV not in repr(found) and repr(found).count(MASK) == len(found)


def test_reflection_is_as_without_the_guard(engine: Any, cards: Any, url: Any) -> None:
    """Columns of a reflected table are the raw driver's."""
    raw = sa.create_engine(url)
    found = []
    for source in (raw, engine):
        table = sa.Table(cards.name, sa.MetaData(), autoload_with=source)
        found.append([(column.name, str(column.type)) for column in table.columns])
    raw.dispose()

    assert found[0] == found[1]


def test_two_phase_commit_works(engine: Any, cards: Any, database: str) -> None:
    """A prepared transaction commits, where the server allows them."""
    if database == "sqlite":
        pytest.skip("SQLite has no two-phase commit")
    with engine.connect() as connection:
        if database == "postgresql" and connection.exec_driver_sql("SHOW max_prepared_transactions").scalar() == "0":
            pytest.skip("the server has max_prepared_transactions = 0")
    with engine.connect() as connection, connection.begin_twophase() as transaction:
        connection.execute(sa.insert(cards), row(2))
        transaction.prepare()
        transaction.commit()
    with engine.connect() as connection:
        assert 2 == connection.execute(sa.select(sa.func.count()).select_from(cards)).scalar_one()


def _error(engine: Any, run: Callable[[Any], Any]) -> Any:
    with pytest.raises(sa.exc.DBAPIError) as caught, engine.begin() as connection:
        run(connection)
    return caught.value


def _mark(connection: Any) -> str:
    return "?" if connection.dialect.paramstyle == "qmark" else "%s"


FAILURES: dict[str, Callable[[Any, Any], Any]] = {
    "core": lambda connection, cards: connection.execute(sa.insert(cards), row(1)),
    "core, many": lambda connection, cards: connection.execute(sa.insert(cards), [row(2), row(1)]),
    "text": lambda connection, cards: connection.execute(
        sa.text(f"INSERT INTO {cards.name} VALUES (:a, :b, :cvv, :d)"), {"a": 1, "b": PAN, "cvv": CVV, "d": PAN}
    ),
    "positional": lambda connection, cards: connection.exec_driver_sql(
        f"INSERT INTO {cards.name} VALUES (%s, %s, %s, %s)".replace("%s", _mark(connection)), (1, PAN, CVV, PAN)
    ),
    "literals": lambda connection, cards: connection.exec_driver_sql(
        f"INSERT INTO {cards.name} VALUES (1, '{PAN}', '{CVV}', '')"
    ),
    "orm": lambda connection, cards: orm.Session(connection).execute(sa.insert(cards).values(**row(1))),
}


@pytest.mark.parametrize("how", FAILURES)
def test_exceptions_carry_no_card_data(engine: Any, cards: Any, how: str) -> None:
    """Text, statement, parameters and cause of an IntegrityError; its class and the driver's error are kept."""
    error = _error(engine, lambda connection: FAILURES[how](connection, cards))

    shown = repr([str(error), error.args, error.statement, error.params, error.orig, error.orig.args, vars(error)])
    assert isinstance(error, sa.exc.IntegrityError)
    assert error.statement is not None and error.statement.lower().startswith("insert into")
    assert PAN not in shown and f"'{CVV}'" not in shown


def test_missing_parameter_shows_no_other(engine: Any, cards: Any) -> None:
    """An error of SQLAlchemy's own, before anything is sent, hides what was given."""
    with pytest.raises(sa.exc.StatementError) as caught, engine.begin() as connection:
        connection.execute(sa.text(f"SELECT * FROM {cards.name} WHERE cvv = :cvv AND id = :id"), {"cvv": CVV})
    assert f"'{CVV}'" not in repr([str(caught.value), caught.value.params])


def test_ordinary_parameters_stay_readable(engine: Any) -> None:
    """A statement about ordinary columns keeps its text and parameters for handlers that look at them."""
    error = _error(engine, lambda c: c.execute(sa.text("SELECT no_such FROM nowhere WHERE a = :a"), {"a": "red"}))

    assert "red" in repr(error.params) and "nowhere" in error.statement


def test_echo_shows_no_card_data(engine: Any, cards: Any, caplog: pytest.LogCaptureFixture) -> None:
    """The engine's log has neither parameters nor clear rows."""
    engine.echo = "debug"
    logger = logging.getLogger("sqlalchemy.engine.Engine")
    logger.addHandler(caplog.handler)
    try:
        with engine.begin() as connection:
            connection.execute(sa.insert(cards), row(2))
            connection.execute(sa.select(cards)).fetchall()
    finally:
        logger.removeHandler(caplog.handler)
        engine.echo = False
    assert MASK in caplog.text and PAN not in caplog.text and f"'{CVV}'" not in caplog.text
