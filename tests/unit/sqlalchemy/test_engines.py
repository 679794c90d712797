"""Every way to an engine ends in a guarded connection, its pool included."""

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

sa: Any = pytest.importorskip("sqlalchemy", reason="SQLAlchemy is an optional dependency")

from sqlalchemy.pool import NullPool, QueuePool, StaticPool  # noqa: E402

import pcishield  # noqa: E402
from pcishield.exceptions import ConfigurationError  # noqa: E402
from pcishield.sqlalchemy import guard_engine  # noqa: E402
from tests.unit.sqlalchemy.conftest import CVV, PAN, guarded_url  # noqa: E402

MODULES = {"sqlite": "sqlite3", "postgresql": "psycopg", "mysql": "mysql.connector"}


def facade(database: str) -> Any:
    return importlib.import_module(f"pcishield.{MODULES[database]}")


def first(engine: Any, cards: Any) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(sa.select(cards.c["card_number", "cvv"])).one())


def masked(found: list[Any]) -> bool:
    return str(found[0]).endswith(PAN[-4:]) and PAN not in found[0] and CVV not in found[1]


def test_dialect_name_is_enough(open_engine: Callable[..., Any], url: Any, cards: Any) -> None:
    """``create_engine("...+pcishield://")`` masks."""
    assert masked(first(open_engine(guarded_url(url)), cards))


def test_module_argument_is_enough(open_engine: Callable[..., Any], url: Any, database: str, cards: Any) -> None:
    """SQLAlchemy's own dialect takes a guarded module."""
    assert masked(first(open_engine(url, module=facade(database)), cards))


def test_pcishield_itself_stands_for_psycopg(open_engine: Callable[..., Any], pg_dsn: str) -> None:
    """``module=pcishield`` works for both dialect names, as ``import pcishield as psycopg`` promises."""
    url = sa.make_url(pg_dsn)
    for name in ("postgresql+psycopg", "postgresql+pcishield"):
        with open_engine(url.set(drivername=name), module=pcishield).connect() as connection:
            assert masked([*connection.execute(sa.text(f"SELECT '{PAN}' AS note, '' AS cvv")).one()])


def test_module_of_another_shield_is_kept(
    open_engine: Callable[..., Any], make_shield: Callable[..., Any], url: Any, database: str, cards: Any
) -> None:
    """The shield of the module that was given judges, not the default one."""
    denying = make_shield(policy={"name": "nothing", "schema": 1, "default": "deny"})
    module = denying.guard(importlib.import_module(MODULES[database]))

    with pytest.raises(sa.exc.DBAPIError) as caught:
        first(open_engine(guarded_url(url), module=module), cards)
    assert isinstance(caught.value.orig, pcishield.StatementDenied)


def test_engine_built_elsewhere_is_guarded_with_its_pool(open_engine: Callable[..., Any], url: Any, cards: Any) -> None:
    """A raw connection that waits in the pool does not come out raw."""
    engine = open_engine(url, pool_size=1, max_overflow=0)
    assert [PAN, CVV] == first(engine, cards)

    assert engine is guard_engine(engine)
    assert masked(first(engine, cards))
    engine.dispose()
    assert masked(first(engine, cards))


def test_connection_in_use_is_guarded_or_refused(
    open_engine: Callable[..., Any], url: Any, database: str, cards: Any
) -> None:
    """Where the driver's connection can change its class it does, else nothing is changed at all."""
    engine = open_engine(url)
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        if database == "sqlite":
            with pytest.raises(ConfigurationError, match="in use"):
                guard_engine(engine)
            assert engine.dialect.dbapi is sqlite3.dbapi2
        else:
            guard_engine(engine)
            assert masked(list(connection.execute(sa.select(cards.c["card_number", "cvv"])).one()))
            cursor.execute(f"SELECT card_number, cvv FROM {cards.name}")
            assert masked(list(cursor.fetchall()[0]))
        cursor.close()
    assert masked(first(guard_engine(engine), cards))


def test_detached_connection_is_guarded_too(open_engine: Callable[..., Any], pg_dsn: str) -> None:
    """A connection that has left the pool belongs to the engine all the same."""
    engine = open_engine(sa.make_url(pg_dsn).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        connection.detach()
        guard_engine(engine)
        assert PAN not in connection.exec_driver_sql(f"SELECT '{PAN}' AS note").scalar_one()


@pytest.mark.parametrize("pool", [None, StaticPool])
def test_in_memory_database_keeps_its_data(open_engine: Callable[..., Any], pool: Any) -> None:
    """The data of a raw in-memory database moves into the guarded one."""
    engine = open_engine("sqlite://", **({} if pool is None else {"poolclass": pool}))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE cards (card_number text)")
        connection.exec_driver_sql("INSERT INTO cards VALUES (?)", (PAN,))
    guard_engine(engine)

    with engine.connect() as connection:
        assert f"{'*' * 12}{PAN[-4:]}" == connection.exec_driver_sql("SELECT card_number FROM cards").scalar_one()


def test_in_memory_database_in_a_transaction_is_refused(open_engine: Callable[..., Any]) -> None:
    """What has not been committed cannot be moved, so nothing is changed."""
    engine = open_engine("sqlite://", poolclass=StaticPool, pool_reset_on_return=None)
    raw = engine.raw_connection()
    raw.execute("CREATE TABLE cards (card_number text)")
    raw.execute("INSERT INTO cards VALUES (?)", (PAN,))
    raw.close()

    with pytest.raises(ConfigurationError, match="in a transaction"):
        guard_engine(engine)


@pytest.mark.parametrize("how", ["creator", "do_connect", "pool"])
def test_raw_connections_of_others_are_guarded_or_refused(
    open_engine: Callable[..., Any], url: Any, database: str, cards: Any, how: str
) -> None:
    """A creator, an event or a pool that opens raw connections does not get around the guard."""
    other = open_engine(url, poolclass=NullPool)
    args, keywords = other.dialect.create_connect_args(url)

    def connect(*_: Any) -> Any:
        return importlib.import_module(MODULES[database]).connect(*args, **keywords)

    options: dict[str, Any] = {"creator": {"creator": connect}, "do_connect": {}}.get(how, {"pool": QueuePool(connect)})
    engine = open_engine(guarded_url(url), **options)
    if how == "do_connect":
        sa.event.listen(engine, "do_connect", connect)

    if database == "sqlite":
        with pytest.raises(ConfigurationError, match=r"pcishield\.guard"):
            first(engine, cards)
    else:
        assert masked(first(engine, cards))


def test_engines_of_execution_options_are_guarded(open_engine: Callable[..., Any], url: Any, cards: Any) -> None:
    """Engines that share a pool share the guard."""
    engine = open_engine(url)
    other = engine.execution_options(isolation_level="SERIALIZABLE")
    guard_engine(other)

    assert masked(first(engine, cards))
    assert masked(first(other, cards))


def test_guarding_twice_changes_nothing(
    open_engine: Callable[..., Any], make_shield: Callable[..., Any], default_shield: Any, url: Any, cards: Any
) -> None:
    """The same shield may be named again, another one may not."""
    engine = guard_engine(open_engine(url), default_shield)
    creator = engine.pool._creator

    assert creator is guard_engine(guard_engine(engine), default_shield).pool._creator
    with pytest.raises(ConfigurationError, match="another shield"):
        guard_engine(engine, make_shield(audit=default_shield.audit.directory.with_name("other")))


@pytest.mark.parametrize("engine", [object(), None, "sqlite://"])
def test_what_is_no_engine_is_refused(engine: Any) -> None:
    """An error that names what was given."""
    with pytest.raises(ConfigurationError, match=type(engine).__name__):
        guard_engine(engine)


def test_unknown_driver_is_refused() -> None:
    """A driver that pcishield cannot guard is named, with those that it can."""
    from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

    engine = sa.create_engine("sqlite://")
    engine.dialect = PGDialect_asyncpg()
    with pytest.raises(ConfigurationError, match=r"postgresql\+asyncpg cannot be guarded"):
        guard_engine(engine)


def test_attempts_are_recorded(open_engine: Callable[..., Any], url: Any, cards: Any, default_shield: Any) -> None:
    """A statement of the ORM or Core is an attempt in the log."""
    first(open_engine(guarded_url(url)), cards)
    default_shield.close()

    lines = [line for part in default_shield.audit.directory.rglob("*.jsonl") for line in part.read_text().splitlines()]
    assert any('"type":"attempt"' in line and cards.name in line for line in lines)
