"""libpq's connection parameters, for the drivers that use it: where a profile leads to, and who is asking.

- A profile pins where to, as whom and how safely; arguments beside it may not change that, and neither may the
  environment (``PGHOSTADDR``, ``PGPASSFILE``, ...).
- The session's tag is in ``application_name``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pcishield.credentials.settings import ProfileSettings
from pcishield.drivers.generic.opening import system_ca

if TYPE_CHECKING:
    from pcishield.runtime.opening import Opening

__all__ = ["FALLBACK", "PINNED", "conninfo", "introduced", "parameters"]

PINNED = frozenset({
    "channel_binding", "database", "dbname", "gssdelegation", "gssencmode", "gsslib", "host", "hostaddr",
    "krbsrvname", "passfile", "password", "port", "require_auth", "requirepeer", "requiressl", "service",
    "servicefile", "ssl_max_protocol_version", "ssl_min_protocol_version", "sslcert", "sslcertmode",
    "sslcompression", "sslcrl", "sslcrldir", "sslkey", "sslkeylogfile", "sslmode", "sslnegotiation", "sslpassword",
    "sslrootcert", "sslsni", "target_session_attrs", "user",
})  # fmt: skip
"""What a profile says, and nobody beside it."""

FALLBACK = "fallback_application_name"
"""The one parameter of :func:`introduced` that yields to the application's own."""

_SYSTEM_CA = 160000
"""The version of libpq that knows ``sslrootcert=system``."""


def parameters(opening: Opening, profile: ProfileSettings, version: int) -> dict[str, str]:
    """Return what the profile pins, but for the password. An empty text keeps libpq from looking into its environment.

    Args:
        opening: By the profile.
        profile: The same.
        version: libpq's, 160002 for 16.2; 0 where nobody can tell.
    """
    found = {
        "host": profile.host, "hostaddr": "", "port": str(profile.port or 5432), "dbname": profile.dbname,
        "user": opening.user, "passfile": "",
    }  # fmt: skip
    if mode := profile.tls_mode:
        found["sslmode"] = {"off": "disable"}.get(mode, mode)
        found["gssencmode"] = "disable"
    if profile.tls_mode.startswith("verify"):
        # libpq's own default is a file that hardly anybody has.
        found["sslrootcert"] = profile.tls_ca or system_ca() or ("system" if version >= _SYSTEM_CA else "")
    return {name: value for name, value in found.items() if value or name in {"hostaddr", "passfile"}}


def introduced(opening: Opening, given: Callable[[str], Any]) -> dict[str, str]:
    """Return the parameters that tell the server who is asking.

    Args:
        opening: Of the connection.
        given: From a parameter's name to what the application says itself, empty when it does not.
    """
    how = opening.introduces
    if how == "never":
        return {}
    found = {FALLBACK: opening.application_name()}
    if how == "always":
        found = {"application_name": opening.application_name(str(given("application_name") or ""))}
    if opening.session_settings:
        told = [f"-c pcishield.{name}={_escaped(value)}" for name, value in opening.session_settings.items()]
        found["options"] = " ".join([str(given("options") or ""), *told]).strip()
    return found


def conninfo(given: dict[str, Any]) -> str:
    """Return parameters as one connection string."""
    return " ".join(f"{name}='{_quoted(str(value))}'" for name, value in given.items())


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(" ", "\\ ")
