"""Ways out of SQLAlchemy, on each database: Core, ORM, results, raw connections, exceptions, the engine's log."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

sa: Any = pytest.importorskip("sqlalchemy", reason="SQLAlchemy is an optional dependency")
from sqlalchemy import orm  # noqa: E402  (only where SQLAlchemy is there)
from sqlalchemy.pool import NullPool  # noqa: E402

from pcishield.sqlalchemy import guard_engine  # noqa: E402
from tests.frameworks import TABLE, as_default, leaky_url  # noqa: E402
from tests.leaks.table import VALUES, Driver, Route, Source, Value  # noqa: E402

DECLARED = frozenset({"pan, declared", "pan, whole number", "track 2", "cvc", "cardholder"})
SOME = frozenset({"pan, declared", "pan, whole number", "pan in JSON", "cvc"})
"""Value types for routes that differ from others only in who made the row."""
FEW = frozenset({"pan, declared", "cvc"})
TEXT = frozenset(v.name for v in VALUES if v.kind == "text")


def opener(database: str) -> Callable[[Any, Value], Any]:
    """Return the opener for one database: an engine of our dialect, and a connection of it."""

    @contextmanager
    def open_source(request: Any, value: Value) -> Iterator[Source]:
        url = leaky_url(request, database)
        guarded = url.set(drivername=f"{url.get_backend_name()}+pcishield")
        with as_default(request.getfixturevalue("leaks_shield")):
            engine = sa.create_engine(guarded, poolclass=NullPool)
            try:
                with engine.connect() as connection:
                    yield Source(connection, value, sa, sa, engine.connect, {"engine": engine, "url": url})
                    connection.rollback()
            finally:
                engine.dispose()

    return open_source


@cache
def model() -> Any:
    """A mapped class on the table."""
    card = type("Leaky", (), {})
    orm.registry().map_imperatively(card, TABLE)
    return card


def query(source: Source) -> Any:
    return sa.select(TABLE.c[source.column], TABLE.c.label)


def core(how: Callable[[Any], Any], **options: Any) -> Callable[[Source], Any]:
    """A route that executes a SELECT of Core and gets its rows somehow."""

    def take(source: Source) -> Any:
        result = source.connection.execution_options(**options).execute(query(source))
        try:
            return how(result)
        finally:
            result.close()

    return take


def session(how: Callable[[Any, Any], Any]) -> Callable[[Source], Any]:
    """A route through an ORM session."""

    def take(source: Source) -> Any:
        with orm.Session(source.connection) as opened:
            out = how(opened, source)
            opened.expunge_all()
            return out

    return take


def loaded(found: Any) -> list[Any]:
    """What is to be seen of mapped objects."""
    out = []
    for card in found:
        attributes = {name: value for name, value in vars(card).items() if name != "_sa_instance_state"}
        out.append([attributes, [str(part.loaded_value) for part in sa.inspect(card).attrs]])
    return out


def expression(make: Callable[[Any], Any]) -> Callable[[Source], Any]:
    return lambda source: source.connection.execute(sa.select(make(TABLE.c[source.column]), TABLE.c.label)).all()


def raw(how: Callable[[Any], Any]) -> Callable[[Source], Any]:
    """A route through a connection of the driver."""

    def take(source: Source) -> Any:
        checked_out = source.extra["engine"].raw_connection()
        cursor = how(checked_out).cursor()
        try:
            cursor.execute(source.select("{}, label"))
            return cursor.fetchall()
        finally:
            cursor.close()
            checked_out.close()

    return take


def failure(make: Callable[[Source, Any], tuple[Any, ...]]) -> Callable[[Source], Any]:
    """A route that hands out the exception of a statement."""

    def take(source: Source) -> Any:
        stored = source.value.stored
        with pytest.raises(sa.exc.StatementError) as caught, source.connection.begin_nested():
            statement, *parameters = make(source, stored)
            run = source.connection.exec_driver_sql if isinstance(statement, str) else source.connection.execute
            run(statement, *parameters)
        error = caught.value
        return [error, str(error), error.statement, error.params, pickle.dumps(error.params), "leaky"]

    return take


def literal(source: Source, stored: Any) -> str:
    return str(stored).replace("'", "''").replace("%", "%%")


def in_use(source: Source) -> Any:
    """An engine that was in use before it was guarded."""
    engine = sa.create_engine(source.extra["url"], pool_size=1, max_overflow=0)
    try:
        engine.connect().close()
        with guard_engine(engine).connect() as connection:
            return connection.execute(query(source)).all()
    finally:
        engine.dispose()


def logged(source: Source) -> Any:
    records: list[Any] = []
    handler = logging.Handler()
    handler.emit = lambda record: records.append([record.getMessage(), repr(record.args)])  # type: ignore[method-assign]
    logger = logging.getLogger("sqlalchemy.engine.Engine")
    engine = source.extra["engine"]
    logger.addHandler(handler)
    propagate, logger.propagate = logger.propagate, False
    engine.echo = "debug"
    try:
        with engine.connect() as connection:
            condition = TABLE.c[source.column] == source.value.stored
            connection.execute(query(source).where(sa.or_(condition, sa.true()))).all()
    finally:
        engine.echo = False
        logger.removeHandler(handler)
        logger.propagate = propagate
    return records


def asynchronous(how: Callable[[Any, Source], Awaitable[Any]]) -> Callable[[Source], Any]:
    """A route through the asynchronous twin."""

    async def take(source: Source) -> Any:
        pytest.importorskip("greenlet", reason="SQLAlchemy's asyncio needs greenlet")
        pytest.importorskip("aiosqlite", reason="aiosqlite is an optional dependency")
        from sqlalchemy.ext.asyncio import create_async_engine

        engine = create_async_engine(source.extra["engine"].url, poolclass=NullPool)
        try:
            async with engine.connect() as connection:
                return await how(connection, source)
        finally:
            await engine.dispose()

    return take


async def aexecute(connection: Any, source: Source) -> Any:
    return (await connection.execute(query(source))).all()


async def astream(connection: Any, source: Source) -> Any:
    return [row async for row in await connection.stream(query(source))]


async def adriver(connection: Any, source: Source) -> Any:
    opened = await connection.get_raw_connection()
    cursor = await opened.driver_connection.execute(source.select("{}, label"))
    try:
        return await cursor.fetchall()
    finally:
        await cursor.close()


ROUTES = (
    Route("Core: all()", core(lambda result: result.all())),
    Route("Core: one(), first(), fetchmany()", core(lambda result: [result.fetchmany(1), result.keys()])),
    Route("Core: mappings()", core(lambda result: [dict(row) for row in result.mappings()]), values=SOME),
    Route("Core: scalars()", core(lambda result: [result.scalars().all(), "leaky"]), values=SOME),
    Route("Core: partitions(), stream_results",
          core(lambda result: [list(part) for part in result.partitions(2)], stream_results=True)),
    Route("Core: Row as tuple, mapping, pickle",
          core(lambda result: [[tuple(r), r._mapping, r._asdict(), pickle.dumps(tuple(r))] for r in result]),
          values=SOME),
    Route("cursor behind a result", core(lambda result: [result.cursor.fetchall(), result.cursor.description])),
    Route("SELECT *", lambda source: source.connection.execute(sa.select(TABLE)).all()),
    Route("text()", lambda source: source.connection.execute(sa.text(source.select("{}, label"))).all(), values=SOME),
    Route("exec_driver_sql", lambda source: source.connection.exec_driver_sql(source.select("{}, label")).all()),
    Route("expression lower()", expression(sa.func.lower), values=TEXT),
    Route("expression substr()", expression(lambda column: sa.func.substr(column, 1, 8)), values=DECLARED & TEXT),
    Route("ORM: entities", session(lambda opened, source: loaded(opened.scalars(sa.select(model()))))),
    Route("ORM: get(), refresh()",
          session(lambda opened, source: [opened.refresh(opened.get(model(), 1)), loaded([opened.get(model(), 1)])]),
          values=SOME),
    Route("ORM: Query.yield_per()", session(lambda opened, source: loaded(opened.query(model()).yield_per(1))),
          values=SOME),
    Route("ORM: columns", session(lambda opened, source: opened.execute(query(source)).all()), values=SOME),
    Route("raw_connection()", raw(lambda opened: opened), values=SOME),
    Route("dbapi_connection", raw(lambda opened: opened.dbapi_connection), values=SOME),
    Route("driver_connection", raw(lambda opened: opened.driver_connection)),
    Route("guard_engine() on an engine in use", in_use),
    Route("error: parameters", failure(lambda source, stored: (
        sa.insert(TABLE), {"id": 1, "label": "x", source.column: stored}))),
    Route("error: parameters of many", failure(lambda source, stored: (
        sa.insert(TABLE), [{"id": 1, "label": "x", source.column: stored}] * 3)), values=SOME),
    Route("error: parameters by position", failure(lambda source, stored: (
        sa.text(f"INSERT INTO leaky (id, {source.column}) VALUES (1, :p)"), {"p": stored})), "documented",
          values=frozenset({"cvc"}), reason="`text(... VALUES (:p))`: neither the parameter's name nor its value tells "
          "what it is; name it as the column, or use a construct of Core"),
    Route("error: text of the statement", failure(lambda source, stored: (
        f"INSERT INTO leaky (id, {source.column}) VALUES (1, '{literal(source, stored)}')",)), values=TEXT),
    Route("error: missing parameter", failure(lambda source, stored: (
        sa.text(f"SELECT label FROM leaky WHERE {source.column} = :{source.column} AND id = :absent"),
        {source.column: stored})), values=TEXT),
    Route("log of the engine", logged, values=TEXT),
)  # fmt: skip
ASYNC = (
    Route("async: execute", asynchronous(aexecute)),
    Route("async: stream", asynchronous(astream), values=SOME),
    Route("async: driver_connection", asynchronous(adriver), values=SOME),
)


def fewer(routes: tuple[Route, ...]) -> tuple[Route, ...]:
    """The same routes with some of the value types: the drivers' own tables have them all."""
    return tuple(replace(route, values=FEW if route.values is None else route.values & FEW) for route in routes)


DRIVERS = (
    Driver("sqlalchemy, sqlite+pcishield", opener("sqlite"), ROUTES + ASYNC),
    Driver("sqlalchemy, postgresql+pcishield", opener("postgresql"), fewer(ROUTES + ASYNC), marks=("postgres",)),
    Driver("sqlalchemy, mysql+pcishield", opener("mysql"), fewer(ROUTES), marks=("mysql",)),
)
