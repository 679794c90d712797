"""``create_engine("pcishield://payments-ro")``: the engine knows the profile's name and nothing else."""

from __future__ import annotations

import contextlib
import pickle
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sqlalchemy", reason="sqlalchemy is an optional dependency")
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import create_async_engine

import pcishield
from pcishield.sqlalchemy import guard_engine
from tests.unit.credentials.conftest import PasswordUser, holders

VARIABLE = "SHOP_ENGINE_PW"


@pytest.fixture
def shield(db_user: PasswordUser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """The process's default shield, with profiles for PostgreSQL and SQLite."""
    monkeypatch.setenv(VARIABLE, db_user.password)
    profiles = {
        "other": db_user.profile | {"driver": "psycopg2", "secret": f"env:{VARIABLE}"},
        "payments-ro": db_user.profile | {"secret": f"env:{VARIABLE}"},
        "shop": {"driver": "sqlite3", "dbname": str(tmp_path / "shop.db")},
    }
    made = pcishield.configure({"profiles": profiles}, audit=tmp_path / "audit")
    yield made
    made.close()


def test_an_engine_connects_by_the_name_and_holds_no_password(shield: Any, db_user: PasswordUser) -> None:
    """Neither its URL, nor its pool, nor a connection; each connection resolves anew."""
    engine = create_engine("pcishield://payments-ro")
    with engine.connect() as connection:
        assert (db_user.name,) == connection.execute(text("SELECT current_user")).one()
        assert [] == holders(db_user.password, engine, connection)
    assert "pcishield://payments-ro" == str(engine.url)
    assert db_user.password not in repr(vars(engine)) + repr(vars(engine.pool)) + repr(pickle.dumps(engine.url))
    engine.dispose()


async def test_asyncio_engines_connect_by_the_name(shield: Any, db_user: PasswordUser) -> None:
    """The same, awaiting."""
    engine = create_async_engine("pcishield://payments-ro")
    async with engine.connect() as connection:
        result = await connection.execute(text("SELECT current_user"))
        assert (db_user.name,) == result.one()
        assert [] == holders(db_user.password, engine, connection)
    await engine.dispose()


def test_a_files_engine_has_a_files_pool(shield: Any, tmp_path: Path) -> None:
    """Not that of a database in memory, which SQLAlchemy takes a URL without a path for."""
    engine = create_engine("pcishield://shop")
    with contextlib.closing(sqlite3.connect(tmp_path / "shop.db")) as raw:
        raw.execute("CREATE TABLE t (a INTEGER)")
    with engine.connect() as connection:
        assert [] == connection.execute(text("SELECT a FROM t")).all()
    assert ("QueuePool", "sqlite") == (type(engine.pool).__name__, engine.dialect.name)
    engine.dispose()


@pytest.mark.parametrize("url", ["pcishield://", "pcishield://me:pw@payments-ro", "pcishield://payments-ro/other"])
def test_a_url_says_the_name_and_nothing_else(shield: Any, url: str) -> None:
    """Where to and as whom is the profile's."""
    with pytest.raises(ArgumentError, match="write pcishield://NAME"):
        create_engine(url)


@pytest.mark.parametrize("make", [create_engine, create_async_engine])
def test_a_driver_without_a_dialect_is_named(shield: Any, make: Any) -> None:
    """With what works."""
    with pytest.raises(ArgumentError, match=r"no dialect for psycopg2, only for mysql.connector, psycopg, sqlite3; .*"
                       r"creator=lambda: pcishield.connect\('other'\)"):  # fmt: skip
        make("pcishield://other")


def test_a_creator_connects_by_the_name(shield: Any, db_user: PasswordUser) -> None:
    """That is what the error advises: the engine is guarded, and holds no password."""
    pytest.importorskip("psycopg2", reason="psycopg2 is an optional dependency")
    engine = guard_engine(create_engine("postgresql+psycopg2://", creator=lambda: pcishield.connect("other")))
    with engine.connect() as connection:
        assert (db_user.name,) == connection.execute(text("SELECT current_user")).one()
        assert [] == holders(db_user.password, engine, connection)
    engine.dispose()


def test_an_unknown_profile_is_named(shield: Any) -> None:
    """With those that there are."""
    with pytest.raises(pcishield.ConfigurationError, match="other, payments-ro, shop"):
        create_engine("pcishield://payments-rw")
