"""Opening a psycopg2 connection: by a profile's name, and with the session's tag in ``application_name``.

What looks like a profile's name (one bare word) can be no connection string, so there is no doubt which one is meant.
``connect`` and the pools give a class to psycopg2 that knows the name; the connection string that they hold says
nothing. The one with the password exists while libpq reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import psycopg2
from psycopg2 import extensions

from pcishield.credentials.settings import PROFILE_NAME
from pcishield.drivers.generic import libpq
from pcishield.drivers.generic.opening import refuse_pinned
from pcishield.exceptions import ConfigurationError, bind_error

if TYPE_CHECKING:
    from pcishield.runtime.opening import Opening

__all__ = ["guarding", "opened_by"]

_BARE = re.compile(PROFILE_NAME)
_FACTORY = 1
"""Position of ``connection_factory`` among the arguments of ``psycopg2.connect``."""
_PYTHON = frozenset({"async", "async_", "connection_factory", "cursor_factory", "dsn"})
"""What is no parameter of libpq."""


def guarding(
    args: tuple[Any, ...], kwargs: dict[str, Any], make: Callable[[Any], Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments of ``psycopg2.connect`` with a guarded class, which knows the profile that they name.

    Args:
        args: As given.
        kwargs: As given.
        make: From a ``connection_factory`` to its guarded counterpart.
    """
    dsn, *more = args or (kwargs.get("dsn"),)
    positional = len(args) > _FACTORY
    factory = make(more[0] if positional else kwargs.get("connection_factory"))
    if isinstance(dsn, str) and _BARE.match(dsn):
        factory = _by_profile(factory, dsn)
        others = {name: value for name, value in kwargs.items() if name not in _PYTHON}
        # psycopg2 wants a connection string: it gets what the caller adds, or one that says nothing.
        dsn = extensions.make_dsn(**others) if others else "application_name=''"
        kwargs = {name: value for name, value in kwargs.items() if name in _PYTHON}
    kwargs = {name: value for name, value in kwargs.items() if name != "dsn"}
    if positional:
        return (dsn, factory, *more[1:]), kwargs
    return (dsn, *more), {**kwargs, "connection_factory": factory}


@lru_cache(maxsize=64)
def _by_profile(factory: Any, name: str) -> type:
    if not isinstance(factory, type):
        raise ConfigurationError(
            f"psycopg2: connection_factory must be a class where a profile is named ({name!r}): the class finds out "
            "what the profile says"
        )
    names = {"__doc__": factory.__doc__, "__module__": factory.__module__, "_pcishield_profile": name}
    return type(factory.__name__, (factory,), names)


def opened_by(opening: Opening, dsn: str) -> str:
    """Return the connection string, but for the password, of a connection.

    Raises:
        ConfigurationError: ``dsn`` says what the profile says.
    """
    given = {name: value for name, value in extensions.parse_dsn(dsn).items() if value}
    profile = opening.profile
    if profile is not None:
        try:
            refuse_pinned(opening.name, given, libpq.PINNED)
        except ConfigurationError as error:
            raise bind_error(error, psycopg2.ProgrammingError) from None
        given = {**{name: str(value) for name, value in profile.options.items()}, **given}
    told = libpq.introduced(opening, given.get)
    if libpq.FALLBACK in given:
        told.pop(libpq.FALLBACK, None)
    if profile is None:
        return str(extensions.make_dsn(dsn, **told))
    return libpq.conninfo({**given, **told, **libpq.parameters(opening, profile, extensions.libpq_version())})
