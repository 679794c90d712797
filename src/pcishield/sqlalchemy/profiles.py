"""``create_engine("pcishield://payments-ro")``: the dialect of a profile's driver, connecting by the profile's name.

The engine's URL holds the name and nothing else; each connection of its pool resolves its credential anew. Query
parameters of the URL are the driver's own, as for the other dialects.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL
from sqlalchemy.exc import ArgumentError

from pcishield.connecting import connect_profile
from pcishield.shield import current_shield
from pcishield.sqlalchemy.dialects import (
    MySQLDialect,
    PostgreSQLAsyncDialect,
    PostgreSQLDialect,
    SQLiteAsyncDialect,
    SQLiteDialect,
)

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from pcishield.credentials.settings import ProfileSettings

__all__ = ["ProfileDialect"]

_DIALECTS: dict[str, tuple[Any, Any]] = {
    "mysql.connector": (MySQLDialect, None),
    "psycopg": (PostgreSQLDialect, PostgreSQLAsyncDialect),
    "sqlite3": (SQLiteDialect, SQLiteAsyncDialect),
}


class ProfileDialect:
    """What SQLAlchemy finds for ``pcishield://``; it asks for the real dialect with the URL in hand."""

    @classmethod
    def get_dialect_cls(cls, url: URL) -> Any:
        """Return the dialect for ``create_engine``."""
        return _by_profile(_dialects(url)[0])

    @classmethod
    def get_async_dialect_cls(cls, url: URL) -> Any:
        """Return the dialect for ``create_async_engine``."""
        found = _dialects(url)[1]
        if found is None:
            raise ArgumentError(f"SQLAlchemy has no asyncio dialect for {_profile(url).driver}; use create_engine()")
        return _by_profile(found)

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Do nothing: the real dialect, which is asked as well, guards the engine."""


def _profile(url: URL) -> ProfileSettings:
    if not url.host or url.username or url.password or url.port or url.database:
        raise ArgumentError("write pcishield://NAME: where to and as whom is the profile's")
    return current_shield().profile(url.host)


def _dialects(url: URL) -> tuple[Any, Any]:
    driver = _profile(url).driver
    if driver not in _DIALECTS:
        raise ArgumentError(
            f"profile {url.host}: pcishield:// has no dialect for {driver}, only for {', '.join(_DIALECTS)}; give "
            f"SQLAlchemy's own a creator: guard_engine(create_engine(..., creator=lambda: "
            f"pcishield.connect({url.host!r})))"
        )
    return _DIALECTS[driver]


@cache
def _by_profile(base: Any) -> Any:
    """Return the subclass of a dialect that connects by a profile's name."""

    def create_connect_args(self: Any, url: URL) -> Any:
        self._profile_name = url.host
        plain = URL.create(url.drivername, database=_database(url), query=url.query)
        args, kwargs = base.create_connect_args(self, plain)
        kwargs = {name: value for name, value in kwargs.items() if name not in {"dbname", "database"}}
        return (list(args) if _is_file(url) else [url.host], kwargs)

    def connect(self: Any, *args: Any, **kwargs: Any) -> Any:
        shield = current_shield()
        if self.is_async or shield.profile(self._profile_name).driver == "psycopg":
            return base.connect(self, *args, **kwargs)
        return connect_profile(shield, self._profile_name, **kwargs)

    def get_pool_class(cls: Any, url: URL) -> Any:
        return base.get_pool_class(URL.create(url.drivername, database=_database(url), query=url.query))

    names = {
        "connect": connect,
        "create_connect_args": create_connect_args,
        "get_pool_class": classmethod(get_pool_class),
        "supports_statement_cache": True,
    }
    return type(base.__name__, (base,), names)


def _is_file(url: URL) -> bool:
    return _profile(url).driver == "sqlite3"


def _database(url: URL) -> str | None:
    """Return the file of a file's profile: SQLAlchemy's choice of a pool depends on it."""
    return _profile(url).dbname if _is_file(url) else None
