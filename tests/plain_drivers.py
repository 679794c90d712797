"""The DB-API drivers beside psycopg 3, sqlite3 and mysql.connector, and how tests open each, raw or guarded.

Tests are parametrised by these, and skip where a driver or its server is not there.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.servers import unavailable

__all__ = ["PLAIN", "Plain", "odbc", "opened"]


@dataclass(frozen=True, slots=True)
class Plain:
    """One driver on one database.

    Attributes:
        name: For test ids and the documentation.
        module: The driver's module.
        home: What the database is: a fixture's name, ``pg_dsn`` or ``mysql_params``, or ``tmp_path``.
        connect: From module and the fixture's value to a connection.
        mark: Placeholder of one parameter.
        types: SQL types of text, bigint, bytes and json columns.
    """

    name: str
    module: str
    home: str
    connect: Callable[[Any, Any], Any]
    mark: str
    types: tuple[str, str, str, str]

    @property
    def pytest_marks(self) -> tuple[str, ...]:
        """Names of the marks that tests of it get."""
        return {"mysql_params": ("mysql",), "pg_dsn": ("postgres",)}.get(self.home, ())

    def load(self) -> Any:
        """Import the driver, or skip."""
        return pytest.importorskip(self.module, reason=f"{self.module} is an optional dependency", exc_type=ImportError)


_POSTGRES = ("VARCHAR(200)", "BIGINT", "BYTEA", "JSON")
_MYSQL = ("VARCHAR(200)", "BIGINT", "BLOB", "JSON")
_SQLITE = ("VARCHAR(200)", "BIGINT", "BLOB", "VARCHAR(200)")


def odbc(driver: str) -> str:
    """Return the name of an installed ODBC driver, or skip."""
    pyodbc = importlib.import_module("pyodbc")
    if driver not in pyodbc.drivers():
        unavailable("ODBC driver", f"{driver} is not installed (unixodbc, odbc-postgresql, libsqliteodbc)")
    return driver


def _odbc_sqlite(module: Any, path: Path) -> Any:
    return module.connect(f"DRIVER={odbc('SQLite3')};DATABASE={path / 'odbc.db'};Timeout=5000")


def _odbc_postgres(module: Any, dsn: str) -> Any:
    psycopg = importlib.import_module("psycopg")
    given = psycopg.conninfo.conninfo_to_dict(dsn)
    parts = [f"DRIVER={{{odbc('PostgreSQL Unicode')}}}", f"SERVER={given.get('host', '')}",
             f"PORT={given.get('port', 5432)}", f"UID={given.get('user', '')}", f"PWD={given.get('password', '')}",
             f"DATABASE={given.get('dbname', '')}", "ByteaAsLongVarBinary=1"]  # fmt: skip
    return module.connect(";".join(parts))


def _pg8000(module: Any, dsn: str) -> Any:
    parts = urlsplit(dsn)
    home, port = parse_qs(parts.query).get("host", [parts.hostname or ""])[0], parts.port or 5432
    where = {"unix_sock": f"{home}/.s.PGSQL.{port}"} if home.startswith("/") else {"host": home, "port": port}
    return module.connect(
        user=unquote(parts.username or ""), password=unquote(parts.password or ""), database=parts.path[1:], **where
    )


PLAIN = (
    Plain("psycopg2", "psycopg2", "pg_dsn", lambda m, dsn, **options: m.connect(dsn, **options), "%s", _POSTGRES),
    Plain("pymysql", "pymysql", "mysql_params", lambda m, params: m.connect(**params), "%s", _MYSQL),
    Plain("mysqlclient", "MySQLdb", "mysql_params", lambda m, params: m.connect(**params), "%s", _MYSQL),
    Plain("pg8000", "pg8000", "pg_dsn", _pg8000, "%s", _POSTGRES),
    Plain("pg8000.dbapi", "pg8000.dbapi", "pg_dsn", _pg8000, "%s", _POSTGRES),
    Plain("duckdb", "duckdb", "tmp_path", lambda m, path: m.connect(str(path / "plain.duckdb")), "?",
          ("VARCHAR", "BIGINT", "BLOB", "VARCHAR")),
    Plain("adbc postgresql", "adbc_driver_postgresql.dbapi", "pg_dsn", lambda m, dsn: m.connect(dsn), "$1", _POSTGRES),
    Plain("adbc sqlite", "adbc_driver_sqlite.dbapi", "tmp_path", lambda m, path: m.connect(str(path / "adbc.db")), "?",
          _SQLITE),
    Plain("pyodbc, SQLite", "pyodbc", "tmp_path", _odbc_sqlite, "?", _SQLITE),
    Plain("pyodbc, PostgreSQL", "pyodbc", "pg_dsn", _odbc_postgres, "?", _POSTGRES),
)  # fmt: skip


def opened(plain: Plain, request: Any, module: Any) -> Any:
    """Open a connection of ``module``, raw or guarded, to the driver's database."""
    return plain.connect(module, request.getfixturevalue(plain.home))
