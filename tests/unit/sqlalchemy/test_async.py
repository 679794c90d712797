"""Asynchronous engines: psycopg and aiosqlite."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

sa: Any = pytest.importorskip("sqlalchemy", reason="SQLAlchemy is an optional dependency")
pytest.importorskip("greenlet", reason="SQLAlchemy's asyncio needs greenlet")
pytest.importorskip("aiosqlite", reason="aiosqlite is an optional dependency")

from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine  # noqa: E402
from sqlalchemy.pool import AsyncAdaptedQueuePool, NullPool  # noqa: E402

import pcishield  # noqa: E402
from pcishield.exceptions import ConfigurationError  # noqa: E402
from pcishield.sqlalchemy import guard_engine  # noqa: E402
from tests.unit.sqlalchemy.conftest import CVV, PAN, guarded_url, server_url  # noqa: E402

ASYNC = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}


@pytest.fixture(params=sorted(ASYNC))
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def url(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> Any:
    return server_url(request, database, tmp_path)


def async_url(url: Any) -> Any:
    return url.set(drivername=ASYNC[url.get_backend_name()])


async def everything(engine: Any, cards: Any) -> list[Any]:
    """Rows by every way that an asynchronous engine has."""
    query = sa.select(cards.c["card_number", "cvv"])
    async with engine.connect() as connection:
        found = [(await connection.execute(query)).all()]
        stream = await connection.stream(query)
        found.append([r async for r in stream])
        found.append((await connection.exec_driver_sql(str(query))).all())
        raw = await connection.get_raw_connection()
        cursor = await raw.driver_connection.execute(str(query))
        found.append(await cursor.fetchall())
        await cursor.close()
    async with AsyncSession(engine) as session:
        found.append((await session.execute(query)).all())
    return found


def masked(found: list[Any]) -> bool:
    text = repr(found)
    return PAN not in text and CVV not in text and text.count(PAN[-4:]) == len(found)


@pytest.fixture
async def engines() -> AsyncIterator[list[Any]]:
    """Engines to dispose of after the test."""
    opened: list[Any] = []
    yield opened
    for engine in opened:
        await engine.dispose()


async def test_dialect_name_is_enough(default_shield: Any, url: Any, cards: Any, engines: list[Any]) -> None:
    """``create_async_engine`` takes the asynchronous twin of the name by itself."""
    engines.append(create_async_engine(guarded_url(url)))

    assert masked(await everything(engines[0], cards))


async def test_name_of_the_twin_works_too(default_shield: Any, url: Any, cards: Any, engines: list[Any]) -> None:
    """The twin has a name of its own, as SQLAlchemy's have."""
    engines.append(create_async_engine(url.set(drivername=f"{url.get_backend_name()}+pcishield_async")))

    assert masked(await everything(engines[0], cards))


async def test_guarded_module_is_adapted(
    default_shield: Any, url: Any, database: str, cards: Any, engines: list[Any]
) -> None:
    """``module=`` takes a guarded driver module."""
    import importlib

    module = default_shield.guard(importlib.import_module("sqlite3" if database == "sqlite" else "psycopg"))
    engines.append(create_async_engine(guarded_url(url), module=module))

    assert masked(await everything(engines[0], cards))


async def test_engine_built_elsewhere_is_guarded_with_its_pool(
    default_shield: Any, url: Any, cards: Any, engines: list[Any]
) -> None:
    """Connections that wait in the pool do not come out raw."""
    # By name: SQLAlchemy's own choice for files of SQLite keeps no connection in some versions.
    engines.append(create_async_engine(async_url(url), poolclass=AsyncAdaptedQueuePool, pool_size=1, max_overflow=0))
    async with engines[0].connect() as connection:
        assert [(PAN, CVV)] == (await connection.execute(sa.select(cards.c["card_number", "cvv"]))).all()

    assert engines[0] is guard_engine(engines[0])
    assert masked(await everything(engines[0], cards))


async def test_exceptions_carry_no_card_data(default_shield: Any, url: Any, cards: Any, engines: list[Any]) -> None:
    """As in the synchronous engine."""
    engines.append(create_async_engine(guarded_url(url), poolclass=NullPool))
    with pytest.raises(sa.exc.IntegrityError) as caught:
        async with engines[0].begin() as connection:
            await connection.execute(sa.insert(cards), {"id": 1, "card_number": PAN, "cvv": CVV, "note": ""})
    error = caught.value
    assert PAN not in repr([str(error), error.params, error.orig]) and f"'{CVV}'" not in repr(error.params)


async def test_in_memory_database_in_use_is_refused(default_shield: Any, engines: list[Any]) -> None:
    """It can be neither guarded nor moved, so the error says when to call."""
    engines.append(create_async_engine("sqlite+aiosqlite://"))
    async with engines[0].connect() as connection:
        await connection.exec_driver_sql("CREATE TABLE t (a)")

    with pytest.raises(ConfigurationError, match="before the engine's first use"):
        guard_engine(engines[0])


async def test_who_is_asking_is_known_in_the_drivers_thread(
    default_shield: Any, url: Any, cards: Any, engines: list[Any]
) -> None:
    """``acting_as`` of the task reaches the record, also where the driver works in another thread."""
    engines.append(create_async_engine(guarded_url(url), poolclass=NullPool))
    with pcishield.acting_as(user="anna"):
        async with engines[0].connect() as connection:
            await connection.execute(sa.select(cards))
    default_shield.close()

    lines = [line for part in default_shield.audit.directory.rglob("*.jsonl") for line in part.read_text().splitlines()]
    asked = [line for line in lines if '"type":"attempt"' in line and cards.name in line]
    assert asked and all('"user":"anna"' in line for line in asked)
