"""Opening a connection of mysql.connector: by a profile, and with the session's tag among its attributes.

The driver keeps the password in the connection, for reconnecting. With a profile it is lent for the moment of
connecting alone, and fetched anew each time: then rotation needs no restart, and nothing lies about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import mysql.connector

from pcishield.credentials.settings import ProfileSettings
from pcishield.drivers.generic.mysql_opening import with_attributes
from pcishield.drivers.generic.opening import prepared as _prepared
from pcishield.drivers.generic.opening import refuse_pinned, system_ca

if TYPE_CHECKING:
    from pcishield.runtime.opening import Opening
    from pcishield.runtime.session import Enforcer

__all__ = ["Pins", "arguments", "configuring", "introduce", "lent", "prepared"]

_PINNED = frozenset({
    "auth_plugin", "database", "db", "dns_srv", "dsn", "failover", "host", "option_files", "option_groups", "passwd",
    "passwd1", "password", "password1", "password2", "password3", "plugin_dir", "port", "read_default_file",
    "ssl_ca", "ssl_cert", "ssl_cipher", "ssl_disabled", "ssl_key", "ssl_verify_cert", "ssl_verify_identity",
    "tls_ciphersuites", "tls_versions", "unix_socket", "user", "username",
})  # fmt: skip
"""What a profile says, and nobody beside it."""


class Pins:
    """What a connection by a profile was configured with at first. Whatever configures it anew finds it again.

    Args:
        name: Name of the profile, empty without one.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.pinned: dict[str, Any] | None = None

    def configured(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments of ``config``; a pool's name the profile among them, which is no option of the driver.

        Raises:
            ConfigurationError: They say what the profile says.
        """
        given = {name: value for name, value in kwargs.items() if name != "profile"}
        if not self.name:
            return given
        if self.pinned is None:
            self.pinned = {name: value for name, value in given.items() if name in _PINNED}
        pins = self.pinned
        refuse_pinned(self.name, [name for name, value in given.items() if pins.get(name) != value], _PINNED)
        return given | pins


def configuring(original: Callable[..., Any]) -> Any:
    """Return the method that configures a connection, with what is pinned."""

    def config(self: Any, **kwargs: Any) -> Any:
        return original(self, **self._pcishield.pins.configured(kwargs))

    return config


def arguments(name: str, profile: ProfileSettings, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of ``connect`` for a profile; the password is not among them.

    Raises:
        ConfigurationError: ``kwargs`` says what the profile says.
    """
    refuse_pinned(name, kwargs, _PINNED)
    where: dict[str, Any] = {"host": profile.host or "127.0.0.1", "port": profile.port or 3306}
    if profile.host.startswith("/"):
        where = {"unix_socket": profile.host}
    found: dict[str, Any] = {**where, "database": profile.dbname, "user": profile.user}
    mode = profile.tls_mode
    if mode == "off":
        found["ssl_disabled"] = True
    elif mode:
        found["ssl_disabled"] = False
        found["ssl_verify_cert"] = mode.startswith("verify")
        found["ssl_verify_identity"] = mode == "verify-full"
    if profile.secret.startswith("aws-rds:"):
        found["auth_plugin"] = "mysql_clear_password"  # how RDS takes a token; the driver sends it over TLS only
    if authority := profile.tls_ca or (system_ca() if mode.startswith("verify") else ""):
        found["ssl_ca"] = authority
    return {**profile.options, **kwargs, **found}


def prepared(enforcer: Enforcer, name: str) -> Opening:
    """Return the opening of a connection by a profile; ours that it raises are the driver's errors too."""
    return _prepared(enforcer, mysql.connector, "mysql.connector", name)


def introduce(connection: Any, opening: Opening) -> None:
    """Put the profile's user in place, and tag, agent and user among what the server is told, cut to fit."""
    if opening.profile is not None:
        connection._user = opening.user
    home = "_connection_attrs" if hasattr(connection, "_connection_attrs") else "_conn_attrs"
    # A copy: the asyncio driver's default is one dictionary for all connections.
    setattr(connection, home, with_attributes(getattr(connection, home), opening))


@contextmanager
def lent(connection: Any, opening: Opening) -> Iterator[None]:
    """Let the driver have user and password of a profile while the block connects."""
    if opening.profile is None:
        yield
        return
    if opening.password is not None:
        connection._password = opening.password
    try:
        yield
    except BaseException as error:
        opening.hide(error)
        raise
    finally:
        opening.forget()
        connection._password = ""
        authenticator = getattr(connection, "_authenticator", None)
        if authenticator is not None:
            authenticator._passwords = {}
            authenticator._auth_strategy = None
