"""The drivers beneath SQLAlchemy, as :func:`pcishield.sqlalchemy.guard_engine` needs to know them.

A connection here is what the dialect calls the driver's connection; aiosqlite's holds a ``sqlite3`` one, and that is
looked at instead.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pcishield.exceptions import ConfigurationError
from pcishield.guarded import guard_module

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import Dialect

    from pcishield.runtime.session import Enforcer, Session

__all__ = ["Kind", "adapted", "guarded_dbapi", "kind_of", "native"]

Enforcing = Callable[[], "Enforcer"]


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be done with the connections of one driver.

    Attributes:
        name: Module name of the driver.
        dialect: How its database reads SQL.
        session: From a connection to its session; ``None`` for a raw one.
        adopt: Guards an open raw connection in place; ``None`` where that is impossible.
    """

    name: str
    dialect: str
    session: Callable[[Any], Session | None]
    adopt: Callable[[Any, Enforcing], Any] | None


def native(dialect: Dialect, dbapi_connection: Any) -> Any:
    """Return the connection that sends SQL, out of what SQLAlchemy's pool holds."""
    connection = dialect.get_driver_connection(dbapi_connection)
    return connection._connection if dialect.driver == "aiosqlite" else connection


def kind_of(dialect: Dialect) -> Kind:
    """Return what is known about the driver of a dialect.

    Raises:
        ConfigurationError: pcishield cannot guard it.
    """
    make = _KINDS.get(dialect.driver)
    if make is not None:
        return make()
    module = dialect.dbapi
    if not isinstance(module, ModuleType) or dialect.is_async:
        raise ConfigurationError(
            f"engine: the driver {dialect.name}+{dialect.driver} cannot be guarded; use postgresql+psycopg, "
            "mysql+mysqlconnector, sqlite+pysqlite or sqlite+aiosqlite, or a synchronous driver that "
            "pcishield.guard() takes"
        )
    return _plain(module, dialect)


def guarded_dbapi(dialect: Dialect, kind: Kind, enforcer: Enforcing) -> Any:
    """Return the guarded module that takes the place of ``dialect.dbapi``, in the asynchronous adapter if need be."""
    module = guard_module(importlib.import_module(kind.name), enforcer)
    return adapted(module) if dialect.is_async else module


def adapted(module: ModuleType) -> Any:
    """Return SQLAlchemy's asynchronous adapter around a guarded psycopg or sqlite3."""
    if hasattr(module, "AsyncConnection"):
        from psycopg.pq import ExecStatus
        from sqlalchemy.dialects.postgresql import psycopg as dialect

        adapter: Any = dialect.PsycopgAdaptDBAPI
        cursor: Any = dialect.AsyncAdapt_psycopg_cursor
        if hasattr(cursor, "_psycopg_ExecStatus"):  # SQLAlchemy 2.0
            cursor._psycopg_ExecStatus = ExecStatus
            return adapter(module)
        return adapter(module, ExecStatus)
    from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_dbapi

    return AsyncAdapt_aiosqlite_dbapi(_aiosqlite(module), module)


def _aiosqlite(sqlite3: ModuleType) -> ModuleType:
    """Return a stand-in for aiosqlite whose connections are made by a guarded sqlite3."""
    try:
        import aiosqlite
    except ModuleNotFoundError as error:
        raise ConfigurationError("the driver aiosqlite is not installed: pip install aiosqlite") from error
    from pcishield.drivers.sqlite3 import guarded_factory

    class Connection(aiosqlite.Connection):
        async def _execute(self, fn: Any, *args: Any, **keywords: Any) -> Any:
            # Its worker thread knows nothing of the task's context, in which acting_as() says who is asking.
            return await super()._execute(copy_context().run, fn, *args, **keywords)  # type: ignore[no-untyped-call]

    def connect(database: Any, **keywords: Any) -> Any:
        factory = guarded_factory(sqlite3.Connection, keywords.pop("factory", None))
        made: Any = aiosqlite.connect(database, factory=factory, **keywords)
        made.__class__ = Connection
        made._connector = partial(copy_context().run, made._connector)
        return made

    stand_in = ModuleType("aiosqlite", aiosqlite.__doc__)
    stand_in.__dict__.update(vars(aiosqlite) | {"connect": connect})
    return stand_in


def _psycopg() -> Kind:
    from pcishield.drivers import psycopg

    def session(connection: Any) -> Session | None:
        found: Session | None = vars(connection).get("_pcishield")
        return found

    def adopt(connection: Any, enforcer: Enforcing) -> None:
        psycopg.guard_connection(connection, enforcer())

    return Kind("psycopg", psycopg.DIALECT, session, adopt)


def _sqlite3() -> Kind:
    from pcishield.drivers import sqlite3

    def session(connection: Any) -> Session | None:
        state = getattr(connection, "_pcishield", None)
        return None if state is None else state.session

    return Kind("sqlite3", sqlite3.DIALECT, session, None)


def _mysql_connector() -> Kind:
    from pcishield.drivers import mysql_connector
    from pcishield.drivers.mysql_connector.connection import guarded_connection

    def session(connection: Any) -> Session | None:
        state = getattr(connection, "_pcishield", None)
        return None if state is None else state.ready(connection)

    def adopt(connection: Any, enforcer: Enforcing) -> None:
        # One that the driver's own pool has lent is adopted inside of its handle.
        inner = getattr(connection, "_cnx", connection)
        mysql_connector.adopt(inner, guarded_connection(type(inner), enforcer), enforcer)

    return Kind("mysql.connector", mysql_connector.DIALECT, session, adopt)


_KINDS: dict[str, Callable[[], Kind]] = {
    "aiosqlite": _sqlite3,
    "mysqlconnector": _mysql_connector,
    "psycopg": _psycopg,
    "pysqlite": _sqlite3,
}
"""By the name that SQLAlchemy has for the driver."""


def _plain(module: ModuleType, dialect: Dialect) -> Kind:
    """Any other DB-API 2.0 module: its connections are replaced, never adopted."""
    from pcishield.drivers.generic import DIALECTS

    def session(connection: Any) -> Session | None:
        state = getattr(connection, "_pcishield", None)
        if isinstance(state, tuple):
            state = state[1]
        return getattr(state, "session", state)

    return Kind(module.__name__, DIALECTS.get(module.__name__, dialect.name), session, None)
