"""Engines on three databases, raw and guarded, with a table of cards that was filled without the guard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

sa: Any = pytest.importorskip("sqlalchemy", reason="SQLAlchemy is an optional dependency")

from sqlalchemy.pool import NullPool  # noqa: E402

import pcishield  # noqa: E402
from pcishield.testing import make_pan  # noqa: E402

PAN = make_pan()
CVV = "907"
DATABASES = ("sqlite", "postgresql", "mysql")
DRIVERS = {"sqlite": "pysqlite", "postgresql": "psycopg", "mysql": "mysqlconnector"}


@pytest.fixture
def default_shield(audit_dir: Path) -> Iterator[Any]:
    """The process's default shield: the pci pack, everything that needs approval approved."""
    from pcishield import shield as module

    before = module._default
    module._default = None
    shield = pcishield.configure({}, audit=audit_dir, approver=lambda request: True)
    yield shield
    shield.close()
    module._default = before


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """Each database in turn."""
    return str(request.param)


def server_url(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> Any:
    """URL of a database with SQLAlchemy's own driver."""
    if database == "sqlite":
        return sa.make_url(f"sqlite+pysqlite:///{tmp_path / 'shop.db'}")
    if database == "postgresql":
        return sa.make_url(request.getfixturevalue("pg_dsn")).set(drivername="postgresql+psycopg")
    params = request.getfixturevalue("mysql_params")
    return sa.URL.create(
        "mysql+mysqlconnector", params["user"], params["password"] or None, params["host"], params["port"],
        params["database"],
    )  # fmt: skip


@pytest.fixture
def url(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> Any:
    """URL of the raw driver, for each database."""
    return server_url(request, database, tmp_path)


@pytest.fixture
def cards(url: Any) -> Iterator[Any]:
    """A table with one card, made and filled without the guard."""
    table = sa.Table(
        f"cards_{uuid4().hex[:10]}", sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True), sa.Column("card_number", sa.String(40)),
        sa.Column("cvv", sa.String(8)), sa.Column("note", sa.String(80)),
    )  # fmt: skip
    engine = sa.create_engine(url, poolclass=NullPool)
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(table.insert(), row(1))
    yield table
    table.drop(engine)
    engine.dispose()


@pytest.fixture
def open_engine(default_shield: Any) -> Iterator[Callable[..., Any]]:
    """``create_engine`` whose engines are disposed of after the test."""
    opened: list[Any] = []

    def create(*args: Any, **options: Any) -> Any:
        opened.append(sa.create_engine(*args, **options))
        return opened[-1]

    yield create
    for engine in opened:
        engine.dispose()


def guarded_url(url: Any) -> Any:
    """The same URL with our dialect."""
    return url.set(drivername=f"{url.get_backend_name()}+pcishield")


def row(key: int) -> dict[str, Any]:
    """A row of the table of cards."""
    return {"id": key, "card_number": PAN, "cvv": CVV, "note": f"paid with {PAN}"}
