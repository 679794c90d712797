"""``pcishield.connect``: psycopg's, which also takes the name of a profile of the configuration, of any driver.

A profile's name is one bare word. That is no connection string of libpq (which has ``=`` or ``://``), so one that is
no profile is an error that says so, not an attempt to connect somewhere.
"""

from __future__ import annotations

import importlib.util
import re
from typing import TYPE_CHECKING, Any

from pcishield.credentials.settings import PROFILE_NAME, ProfileSettings
from pcishield.exceptions import ConfigurationError
from pcishield.runtime.opening import within

if TYPE_CHECKING:
    from pcishield.shield import Shield

__all__ = ["aconnect", "aconnect_profile", "connect", "connect_profile"]

_BARE = re.compile(PROFILE_NAME)


def connect(*args: Any, **kwargs: Any) -> Any:
    """Open a guarded connection: ``connect("payments-ro")`` by a profile, else as ``psycopg.connect``.

    Args:
        *args: A profile's name or a connection string.
        **kwargs: For the driver's ``connect``. With a profile, nothing that says where to, as whom or how safely.

    Raises:
        ConfigurationError: A bare word is no profile; also an instance of psycopg's ``ProgrammingError``.
        CredentialError: The profile's credential could not be had.
        IdentityRequired: The principal is not known well enough.
    """
    if name := _bare(args, kwargs):
        from pcishield.shield import current_shield

        shield = current_shield()
        if _driver_of(shield, name) != "psycopg":
            return connect_profile(shield, name, *args[1:], **kwargs)
    try:
        from pcishield import psycopg
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        raise ConfigurationError("psycopg is not installed; run: pip install 'pcishield[psycopg]'") from None
    return psycopg.Connection.connect(*args, **kwargs)


async def aconnect(name: str, **kwargs: Any) -> Any:
    """Open a guarded asyncio connection by a profile's name.

    Args:
        name: Of a profile for psycopg or mysql.connector.
        **kwargs: As for :func:`connect`.
    """
    from pcishield.shield import current_shield

    return await aconnect_profile(current_shield(), name, **kwargs)


def connect_profile(shield: Shield, name: str, *args: Any, **kwargs: Any) -> Any:
    """Open a connection of ``shield`` by a profile's name; see :func:`connect`."""
    profile = shield.profile(name)
    driver = profile.driver
    if driver == "psycopg":
        from pcishield.drivers import psycopg

        return psycopg.connect(shield, name, *args, **kwargs)
    if driver == "mysql.connector":
        from pcishield.drivers import mysql_connector

        return mysql_connector.connect(shield, *args, profile=name, **kwargs)
    if driver == "sqlite3":
        from pcishield.drivers.sqlite3 import connect as sqlite_connect

        with within(shield.opening("sqlite3", name)):
            return sqlite_connect(shield, profile.dbname, *args, **_sqlite_arguments(profile, kwargs))
    guarded = shield.guarded(driver)
    if driver == "psycopg2":
        return guarded.connect(name, *args, **kwargs)
    from pcishield.drivers.generic.opening import prepared

    with within(prepared(shield, guarded, driver, name)):
        return guarded.connect(*args, **kwargs)


async def aconnect_profile(shield: Shield, name: str, **kwargs: Any) -> Any:
    """Open an asyncio connection of ``shield`` by a profile's name; see :func:`aconnect`."""
    profile = shield.profile(name)
    if profile.driver == "psycopg":
        from pcishield.drivers import psycopg

        return await psycopg.aconnect(shield, name, **kwargs)
    if profile.driver != "mysql.connector":
        raise ConfigurationError(f"profile {name}: {profile.driver} has no asyncio connections; use connect()")
    from pcishield.drivers import mysql_connector

    return await mysql_connector.aconnect(shield, profile=name, **kwargs)


def _sqlite_arguments(profile: ProfileSettings, kwargs: dict[str, Any]) -> dict[str, Any]:
    if "database" in kwargs:
        raise ConfigurationError("connect: database: the profile says that; make another profile")
    return {**profile.options, **kwargs}


def _bare(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    given = args[0] if args else kwargs.get("conninfo", "")
    return given if isinstance(given, str) and _BARE.match(given) else ""


def _driver_of(shield: Shield, name: str) -> str:
    try:
        return shield.profile(name).driver
    except ConfigurationError:
        if importlib.util.find_spec("psycopg") is None:
            raise
        return "psycopg"  # which says the same, as an error of its own
