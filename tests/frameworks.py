"""Databases for tests of frameworks: the leak table's ``leaky`` on three servers, filled without the guard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.pool import NullPool

from tests.leaks.table import LABEL, VALUES

__all__ = ["SCHEMA", "TABLE", "as_default", "django_database", "leaky_url", "setup_django"]

SCHEMA = "framework_leaks"
_COLUMNS = {
    "text": sa.String(200),
    "bigint": sa.BigInteger(),
    "bytes": sa.LargeBinary(),
    "json": sa.JSON().with_variant(JSONB, "postgresql"),
}
TABLE = sa.Table(
    "leaky", sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False), sa.Column("label", sa.String(20)),
    *(sa.Column(v.column, _COLUMNS[v.kind]) for v in VALUES),
)  # fmt: skip
_filled: set[str] = set()


@contextmanager
def as_default(shield: Any) -> Iterator[None]:
    """Make a shield the process's default one for the block, without closing the one before."""
    from pcishield import shield as module

    before, module._default = module._default, shield
    try:
        yield
    finally:
        module._default = before


def leaky_url(request: Any, database: str) -> Any:
    """URL, with SQLAlchemy's own driver, of a database that has the table."""
    if database == "sqlite":
        home = request.getfixturevalue("tmp_path_factory").getbasetemp()
        url = sa.make_url(f"sqlite+pysqlite:///{home / 'frameworks.db'}")
    elif database == "postgresql":
        url = sa.make_url(request.getfixturevalue("pg_dsn")).set(drivername="postgresql+psycopg")
        _once(url, f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        url = url.update_query_dict({"options": f"-c search_path={SCHEMA}"})
    else:
        params = request.getfixturevalue("mysql_params")
        url = sa.URL.create("mysql+mysqlconnector", params["user"], params["password"] or None, params["host"],
                            params["port"], params["database"])  # fmt: skip
        _once(url, f"CREATE DATABASE IF NOT EXISTS {SCHEMA}")
        url = url.set(database=SCHEMA)
    _fill(url)
    return url


def _once(url: Any, sql: str) -> None:
    key = f"{url} {sql}"
    if key not in _filled:
        engine = sa.create_engine(url, poolclass=NullPool)
        with engine.begin() as connection:
            connection.exec_driver_sql(sql)
        _filled.add(key)


def _fill(url: Any) -> None:
    if str(url) in _filled:
        return
    engine = sa.create_engine(url, poolclass=NullPool)
    TABLE.drop(engine, checkfirst=True)
    TABLE.create(engine)
    import json

    row = {v.column: json.loads(v.stored) if v.kind == "json" else v.stored for v in VALUES}
    with engine.begin() as connection:
        connection.execute(TABLE.insert(), {"id": 1, "label": LABEL, **row})
    _filled.add(str(url))


def setup_django() -> None:
    """Configure Django, once, with nothing that a test needs of its settings."""
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(
            DATABASES={"default": {"ENGINE": "pcishield.django.sqlite3", "NAME": ":memory:"}}, USE_TZ=True,
            INSTALLED_APPS=[], DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        )  # fmt: skip
        django.setup()


def django_database(url: Any) -> dict[str, Any]:
    """A database of ``leaky_url`` as in Django's ``DATABASES``."""
    parts = urlsplit(url.render_as_string(hide_password=False))
    query = parse_qs(parts.query)
    found = {"NAME": url.database, "USER": unquote(parts.username or ""), "PASSWORD": unquote(parts.password or ""),
             "HOST": query.get("host", [parts.hostname or ""])[0], "PORT": str(parts.port or "")}  # fmt: skip
    if "options" in query:
        found["OPTIONS"] = {"options": query["options"][0]}
    return found
