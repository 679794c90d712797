"""The dialects behind ``postgresql+pcishield``, ``mysql+pcishield``, ``mariadb+pcishield`` and ``sqlite+pcishield``.

Each is SQLAlchemy's own dialect for psycopg, mysql.connector, sqlite3 or aiosqlite, on the guarded driver module.
``create_async_engine`` takes the asynchronous twin of the same name by itself; mysql.connector's asyncio has no
dialect in SQLAlchemy, so ``mysql+pcishield`` has none either.

The process's default shield is looked up at each connect; ``module=shield.guard(driver)`` chooses another.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects.mysql import mariadb, mysqlconnector
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg, PGDialectAsync_psycopg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from pcishield.sqlalchemy.engine import guard_engine
from pcishield.sqlalchemy.kinds import adapted

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine

__all__ = [
    "MariaDBDialect",
    "MySQLDialect",
    "PostgreSQLAsyncDialect",
    "PostgreSQLDialect",
    "SQLiteAsyncDialect",
    "SQLiteDialect",
]


class _Guarded:
    """What the dialects have in common. Comes before SQLAlchemy's class in each."""

    is_async: bool
    _facade: str
    """Module of pcishield that stands for the driver."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        given = kwargs.get("dbapi")
        if isinstance(given, ModuleType):
            # "module=pcishield" means its psycopg; and an asynchronous dialect wants its own adapter around it.
            module = importlib.import_module(self._facade) if given.__name__ == "pcishield" else given
            kwargs["dbapi"] = adapted(module) if self.is_async else module
        super().__init__(*args, **kwargs)

    @classmethod
    def import_dbapi(cls) -> Any:
        """Return the guarded driver module."""
        module = importlib.import_module(cls._facade)
        return adapted(module) if cls.is_async else module

    @classmethod
    def load_provisioning(cls) -> None:
        """Load SQLAlchemy's set-up of test databases, which it looks for beside the dialect's module."""
        own = next(base for base in cls.__mro__ if base.__module__.startswith("sqlalchemy.dialects."))
        own.load_provisioning()  # type: ignore[attr-defined]

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Guard what bypasses the module: ``creator``, ``pool``, events; and exceptions."""
        guard_engine(engine)


class PostgreSQLDialect(_Guarded, PGDialect_psycopg):
    """``postgresql+pcishield``: psycopg 3."""

    _facade = "pcishield.psycopg"
    supports_statement_cache = True

    @classmethod
    def get_async_dialect_cls(cls, url: URL) -> Any:
        """Return the twin for ``create_async_engine``."""
        return PostgreSQLAsyncDialect


class PostgreSQLAsyncDialect(_Guarded, PGDialectAsync_psycopg):
    """``postgresql+pcishield`` under ``create_async_engine``; also ``postgresql+pcishield_async``."""

    _facade = "pcishield.psycopg"
    supports_statement_cache = True


class SQLiteDialect(_Guarded, SQLiteDialect_pysqlite):
    """``sqlite+pcishield``: the standard library's sqlite3."""

    _facade = "pcishield.sqlite3"
    supports_statement_cache = True

    @classmethod
    def get_async_dialect_cls(cls, url: URL) -> Any:
        """Return the twin for ``create_async_engine``."""
        return SQLiteAsyncDialect


class SQLiteAsyncDialect(_Guarded, SQLiteDialect_aiosqlite):
    """``sqlite+pcishield`` under ``create_async_engine``, on aiosqlite; also ``sqlite+pcishield_async``."""

    _facade = "pcishield.sqlite3"
    supports_statement_cache = True


class MySQLDialect(_Guarded, mysqlconnector.MySQLDialect_mysqlconnector):
    """``mysql+pcishield``: mysql.connector."""

    _facade = "pcishield.mysql.connector"
    supports_statement_cache = True


# Before 2.1 SQLAlchemy makes this class when it is asked for.
_MariaDB: Any = getattr(mysqlconnector, "MariaDBDialect_mysqlconnector", None) or mariadb.loader("mysqlconnector")


class MariaDBDialect(_Guarded, _MariaDB):  # type: ignore[misc]
    """``mariadb+pcishield``: mysql.connector on MariaDB."""

    _facade = "pcishield.mysql.connector"
    supports_statement_cache = True
