"""A connection that is about to be made: its id, who asks for it, and, by a profile, where to and with what.

The order matters. Who asks is looked at first; only then is the credential fetched, in bounded time; what fails is
recorded as a refused connection. The credential is in the opening until the driver has connected and not a moment
longer (:meth:`Opening.forget`); what stays is how to end its lease.
"""

from __future__ import annotations

import os
import socket
import sys
import uuid
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pcishield.core.decision import Principal
from pcishield.credentials.model import Credential, CredentialRequest
from pcishield.credentials.settings import ProfileSettings
from pcishield.exceptions import ConfigurationError, CredentialError, IdentityRequired
from pcishield.identity.settings import IdentitySettings
from pcishield.identity.tag import application_name, attributes
from pcishield.runtime.actor import HINT, actor_fields, objection
from pcishield.runtime.bounded import bounded
from pcishield.runtime.second_net import NO_NET, SecondNet
from pcishield.typing import CredentialResolver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcishield.runtime.leases import LeaseKeeper
    from pcishield.runtime.parts import Parts

__all__ = ["Opening", "Profiles", "identity_refused", "taken", "within"]

DIALECTS = {
    "MySQLdb": "mysql", "adbc_driver_postgresql.dbapi": "postgres", "adbc_driver_sqlite.dbapi": "sqlite",
    "duckdb": "duckdb", "mysql.connector": "mysql", "oracledb": "oracle", "psycopg": "postgres",
    "psycopg2": "postgres", "pymysql": "mysql", "sqlite3": "sqlite",
}  # fmt: skip
"""How the database of a profile reads SQL, for the record of a refused connection; pyodbc's is asked once connected."""

_opening_of: ContextVar[Opening | None] = ContextVar("pcishield.opening", default=None)
"""The opening that a driver's own ``connect`` is running for, where it cannot be passed as an argument."""


def taken() -> Opening | None:
    """Take the opening that this ``connect`` is running for; ``None`` without one.

    Once: code of the application that runs meanwhile, and connects somewhere else, must not be given the credential.
    """
    opening = _opening_of.get()
    if opening is not None:
        _opening_of.set(None)
    return opening


def identity_refused(reason: str, record: str) -> IdentityRequired:
    """Return the error for a principal that may not connect."""
    return IdentityRequired(
        f"{reason}; run the agent inside pcishield.acting_as(user=..., agent=...), or configure an identity provider",
        rule="identity.required",
        reason=reason,
        hint=HINT,
        record_id=record,
    )


class Opening:
    """One connection that is about to be made.

    Args:
        principal: Who asks for it.
        settings: How the database is told about it.
        name: Name of the profile, empty without one.
        profile: The profile.
        credential: What the resolver gave.
        end: Ends the credential's lease.
        net: What the database's session is told.

    Attributes:
        id: Of the guarded connection; the session tag is made of it.
    """

    __slots__ = ("_credential", "_end", "_settings", "id", "name", "net", "principal", "profile", "version")

    def __init__(
        self,
        principal: Principal,
        settings: IdentitySettings,
        name: str = "",
        profile: ProfileSettings | None = None,
        credential: Credential | None = None,
        end: Callable[[], None] | None = None,
        net: SecondNet = NO_NET,
    ) -> None:
        self.id = uuid.uuid4().hex
        self.principal = principal
        self.name = name
        self.profile = profile
        self.version = credential.version if credential is not None else ""
        self.net = net
        self._settings = settings
        self._credential = credential
        self._end = end

    def __repr__(self) -> str:
        return f"<pcishield opening {self.id[:12]}{f' of {self.name}' if self.name else ''}>"

    @property
    def password(self) -> str | None:
        """The password; ``None`` without one. Bind it to no name."""
        return None if self._credential is None else self._credential.password.reveal()

    @property
    def user(self) -> str:
        """The database user of profile or credential."""
        own = "" if self._credential is None else self._credential.user
        return own or ("" if self.profile is None else self.profile.user)

    @property
    def introduces(self) -> str:
        """``fallback``: where the application gives no name of its own; ``always``; ``never``."""
        return self._settings.introduce

    def application_name(self, own: str = "") -> str:
        """Return what PostgreSQL is told; see :mod:`pcishield.identity.tag`."""
        return application_name(self.principal, self.id, own)

    def attributes(self) -> dict[str, str]:
        """Return what MySQL is told."""
        return attributes(self.principal, self.id)

    @property
    def session_settings(self) -> Mapping[str, str]:
        """What PostgreSQL is told as settings ``pcishield.*``; empty unless asked for."""
        return self.attributes() if self._settings.session_settings else {}

    def info(self) -> dict[str, str]:
        """Return what the record of the connection says about the profile."""
        return {"profile": self.name, "credential": self.version} if self.name else {}

    def hide(self, error: BaseException) -> None:
        """Take the password out of the texts of an exception: drivers and servers quote what they were given."""
        if self.password:
            error.args = tuple(map(self._hidden, error.args))
            for name, value in list(vars(error).items()):
                vars(error)[name] = self._hidden(value)

    def _hidden(self, value: Any) -> Any:
        secret = self.password
        assert secret is not None
        if isinstance(value, bytes):
            return value.replace(secret.encode(), b"<secret>")
        if isinstance(value, str):
            # As it is, and as connection strings write it.
            escaped = secret.replace("\\", "\\\\").replace("'", "\\'")
            for form in (escaped, secret.replace("}", "}}"), quote(secret, safe=""), secret):
                value = value.replace(form, "<secret>")
        return value

    def follower(self) -> Opening:
        """Return the opening of the session that follows this one in the same connection; the lease goes with it."""
        following = Opening(self.principal, self._settings, self.name, self.profile, net=self.net)
        following.version = self.version
        following.take_lease(self)
        return following

    def take_lease(self, other: Opening) -> None:
        """Take over what ends the other's lease."""
        self._end, other._end = other._end, None

    def forget(self) -> None:
        """Let go of the credential: the driver has it now, or will never need it."""
        self._credential = None

    def end(self) -> None:
        """End the credential's lease, if it has one. Idempotent."""
        self.forget()
        end, self._end = self._end, None
        if end is not None:
            end()


@contextmanager
def within(opening: Opening) -> Iterator[None]:
    """Run the block, a driver's ``connect``, for ``opening``."""
    token = _opening_of.set(opening)
    try:
        yield
    finally:
        _opening_of.reset(token)


class Profiles:
    """Makes openings.

    Args:
        profiles: By name.
        identity: How the database is told who is asking.
        resolver: Returns the resolver of a name; raises ConfigurationError when there is none.
        timeout: Seconds that a resolver has.
        leases: Keeps what is leased.
    """

    def __init__(
        self,
        profiles: Mapping[str, ProfileSettings],
        identity: IdentitySettings,
        resolver: Callable[[str], CredentialResolver],
        timeout: float,
        leases: LeaseKeeper,
    ) -> None:
        self._profiles = profiles
        self._identity = identity
        self._resolver = resolver
        self._timeout = timeout
        self._leases = leases

    def __contains__(self, name: object) -> bool:
        return name in self._profiles

    def profile(self, name: str) -> ProfileSettings:
        """Return the profile of that name.

        Raises:
            ConfigurationError: There is none.
        """
        found = self._profiles.get(name)
        if found is None:
            known = ", ".join(sorted(self._profiles)) or "none are configured"
            raise ConfigurationError(
                f"connect: {name!r} is neither a connection string nor a profile (profiles: {known}); write "
                f"[profiles.{name}] in pcishield.toml, or a connection string such as 'dbname={name}'"
            )
        return found

    def open(self, parts: Parts, principal: Principal, driver: str, name: str = "") -> Opening:
        """Return the opening of a connection.

        Args:
            parts: The shield's parts.
            principal: Who is asking.
            driver: The driver's module name.
            name: Name of the profile, empty when the caller says itself where to connect to.

        Raises:
            ConfigurationError: There is no such profile, or it is another driver's.
            IdentityRequired: The principal may not connect; recorded.
            CredentialError: The credential could not be had; recorded.
        """
        if not name:
            return Opening(principal, self._identity, net=parts.net)
        profile = self.profile(name)
        if profile.driver != driver:
            raise ConfigurationError(f"profile {name}: is for {profile.driver}; use pcishield.connect({name!r})")
        if reason := objection(principal, parts.identity_required, parts.clock.now().timestamp()):
            record = _record(parts, principal, name, profile, reason)
            raise identity_refused(reason, record)
        if not profile.secret:
            return Opening(principal, self._identity, name, profile, net=parts.net)
        try:
            credential = self._resolved(name, profile)
        except CredentialError as error:
            _record(parts, principal, name, profile, str(error))
            raise
        opening = Opening(principal, self._identity, name, profile, credential, net=parts.net)
        if credential.lease is not None:
            about = {"profile": name, "connection": opening.id, "lease": credential.lease.id}
            opening._end = self._leases.keep(credential.lease, about)
        return opening

    def _resolved(self, name: str, profile: ProfileSettings) -> Credential:
        """Ask the resolver; its errors leave without their traceback, in whose frames the password may lie."""
        kind, _, reference = profile.secret.partition(":")
        request = CredentialRequest(
            name, reference, profile.host, profile.port, profile.dbname, profile.user, profile.driver
        )
        resolver = self._resolver(kind)
        problem = ""
        found: Any = None

        def give_back(late: Any) -> None:
            if isinstance(late, Credential) and late.lease is not None:
                late.lease.revoke()

        try:
            found = bounded(lambda: resolver.resolve(request), self._timeout, give_back)
        except CredentialError as error:
            problem = str(error)
        except TimeoutError as error:
            problem = str(error)
        except Exception as error:
            problem = f"raised {type(error).__name__}"
        if not problem and not isinstance(found, Credential):
            problem = f"returned a {type(found).__name__} instead of a Credential"
        if problem:
            raise CredentialError(f"profile {name}: {kind}: {problem}")
        return found  # type: ignore[no-any-return]


def _record(parts: Parts, principal: Principal, name: str, profile: ProfileSettings, reason: str) -> str:
    """Record a connection that was refused before it was tried."""
    mask = parts.record_text
    db = {
        "system": DIALECTS.get(profile.driver, ""), "driver": profile.driver, "name": profile.dbname,
        "server": profile.host, "user": profile.user, "profile": name,
    }  # fmt: skip
    fields = {
        "session": parts.session,
        "actor": actor_fields(principal, mask),
        "src": {
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "app": mask(os.path.basename(sys.argv[0] or "python")),
        },
        "db": {key: mask(value) for key, value in db.items() if value},
        "method": "connect",
        "outcome": "failure",
        "reason": mask(reason),
    }
    return parts.log.append("denied", fields, durable=True)
