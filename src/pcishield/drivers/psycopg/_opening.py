"""Opening a psycopg connection: by a profile's name, and with the session's tag in ``application_name``.

- What looks like a profile's name (one bare word) can be no connection string, so there is no doubt which one is meant.
- A profile pins where to, as whom and how safely; arguments beside it may not change that, and neither may the
  environment (``PGHOSTADDR``, ``PGPASSFILE``, ...).
- The password is in the arguments of the driver's call and nowhere else. An exception leaves without the driver's
  frames, whose variables hold it, and without causes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict

from pcishield.credentials.settings import PROFILE_NAME, ProfileSettings
from pcishield.drivers.generic import libpq
from pcishield.drivers.generic.opening import cleaned, refuse_pinned
from pcishield.drivers.psycopg._errors import Misused, error_class, forget_password
from pcishield.exceptions import ConfigurationError, ShieldError, bind_error

if TYPE_CHECKING:
    from pcishield.runtime.opening import Opening
    from pcishield.runtime.session import Enforcer

__all__ = ["aopened", "opened", "prepared", "profile_name"]

_BARE = re.compile(PROFILE_NAME)


def profile_name(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """Return the name of the profile that the arguments of ``connect`` ask for, empty for a connection string."""
    given = args[0] if args else kwargs.get("conninfo", "")
    return given if isinstance(given, str) and _BARE.match(given) else ""


def prepared(enforcer: Enforcer, name: str) -> Opening:
    """Return the opening of a connection; ours that it raises are psycopg's errors too.

    Raises:
        ConfigurationError: There is no such profile.
        CredentialError: Its credential could not be had.
        IdentityRequired: The principal may not connect.
    """
    try:
        return enforcer.opening("psycopg", name)
    except ConfigurationError as error:
        raise bind_error(error, Misused) from None
    except ShieldError as error:
        raise bind_error(error, error_class(error)) from None


def opened(connect: Callable[..., Any], opening: Opening, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call psycopg's ``connect`` for ``opening``."""
    failed: BaseException | None = None
    try:
        args, kwargs = _arguments(opening, args, kwargs)
        return connect(*args, **kwargs)
    except BaseException as error:
        failed = _cleaned(opening, error)
    finally:
        opening.forget()
        del kwargs
    raise failed


async def aopened(
    connect: Callable[..., Awaitable[Any]], opening: Opening, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Like :func:`opened`, awaiting."""
    failed: BaseException | None = None
    try:
        args, kwargs = _arguments(opening, args, kwargs)
        return await connect(*args, **kwargs)
    except BaseException as error:
        failed = _cleaned(opening, error)
    finally:
        opening.forget()
        del kwargs
    raise failed


def _cleaned(opening: Opening, error: BaseException) -> BaseException:
    """End the lease, and take the password out of what is raised."""
    if isinstance(error, psycopg.Error):
        forget_password(error)
    return cleaned(opening, error)


def _arguments(
    opening: Opening, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments of ``connect`` with what the opening adds."""
    if opening.profile is not None:
        kwargs = {name: value for name, value in kwargs.items() if name != "conninfo"}
        try:
            refuse_pinned(opening.name, kwargs, libpq.PINNED)
        except ConfigurationError as error:
            raise bind_error(error, Misused) from None
        if len(args) > 1:
            raise TypeError("connect() takes one positional argument")
        args, kwargs = (), {**opening.profile.options, **kwargs, **_parameters(opening, opening.profile)}
    return args, _netted(opening, args, _introduced(opening, args, kwargs))


def _parameters(opening: Opening, profile: ProfileSettings) -> dict[str, Any]:
    found = libpq.parameters(opening, profile, pq.version())
    return found if opening.password is None else {**found, "password": opening.password}


def _introduced(opening: Opening, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return ``kwargs`` with the principal: a name that the application gives itself stays, unless asked otherwise."""
    told = libpq.introduced(opening, lambda name: _given(args, kwargs, name))
    fallback = {name: told.pop(name) for name in (libpq.FALLBACK,) if name in told}
    return {**fallback, **kwargs, **told}


def _netted(opening: Opening, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return ``kwargs`` with the second net, after the caller's own options: of two the last counts.

    As options of the start and not by SET: RESET ALL and DISCARD ALL return to them, and there is no moment without.
    """
    settings = opening.net.postgres()
    if not settings:
        return kwargs
    own = str(_given(args, kwargs, "options"))
    if not own and opening.profile is None:
        own = os.environ.get("PGOPTIONS", "")  # which libpq would have taken, had we none
    told = [f"-c {name}={value}" for name, value in settings.items()]
    return {**kwargs, "options": " ".join([own, *told]).strip()}


def _given(args: tuple[Any, ...], kwargs: dict[str, Any], name: str) -> Any:
    if name in kwargs:
        return kwargs[name] or ""
    conninfo = args[0] if args else kwargs.get("conninfo", "")
    try:
        return conninfo_to_dict(conninfo).get(name) or ""
    except psycopg.Error:
        return ""  # the driver will say what is wrong with it
