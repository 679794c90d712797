"""What profiles say to PyMySQL and mysqlclient, and how MySQL and MariaDB are told who is asking.

Among the attributes of the connection, or by variables of its session:
``performance_schema.session_connect_attrs`` and ``performance_schema.user_variables_by_thread`` show them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pcishield.credentials.settings import ProfileSettings
    from pcishield.runtime.opening import Opening

__all__ = ["PINNED", "where", "with_attributes", "with_variables"]

PINNED = frozenset({
    "auth_plugin", "auth_plugin_map", "conn_attrs", "database", "db", "defer_connect", "host", "named_pipe", "passwd",
    "password", "port", "read_default_file", "read_default_group", "server_public_key", "server_public_key_path", "ssl",
    "ssl_ca", "ssl_cert", "ssl_disabled", "ssl_key", "ssl_key_password", "ssl_mode", "ssl_verify_cert",
    "ssl_verify_identity", "unix_socket", "user",
})  # fmt: skip
"""What a profile says to PyMySQL and mysqlclient, and nobody beside it."""

_ATTRIBUTE_BYTES = 250
"""mysql.connector writes the length of all attributes into one byte, and 251 and more mean something else."""


def where(opening: Opening, profile: ProfileSettings) -> dict[str, Any]:
    """Return the arguments that say where to and as whom: none is left for an option file to fill."""
    found: dict[str, Any] = {"user": opening.user, "database": profile.dbname}
    if profile.host.startswith("/"):
        return {**found, "unix_socket": profile.host}
    # Without a host, and for "localhost", the client library would take a socket.
    return {**found, "host": profile.host or "127.0.0.1", "port": profile.port or 3306}


def with_attributes(told: Mapping[str, str], opening: Opening) -> dict[str, str]:
    """Return a connection's attributes with tag, agent and user, cut to fit; as they are where nobody is introduced."""
    if opening.introduces == "never":
        return dict(told)
    found = {name: value for name, value in told.items() if not name.startswith("pcishield_")}
    left = _ATTRIBUTE_BYTES - sum(len(name) + len(value or "") + 2 for name, value in found.items())
    for name, value in opening.attributes().items():
        key = f"pcishield_{name}"
        room = left - len(key) - 2
        if value and room >= (len(value) if name == "tag" else 1):
            found[key] = value[:room]
            left = room - len(found[key])
    return found


def with_variables(opening: Opening) -> str:
    """Return the statement that tells a session the same, for drivers without attributes; empty for nothing."""
    if opening.introduces == "never":
        return ""
    # In hex nothing can break out, whatever the server's sql_mode.
    told = {name: value.encode().hex() for name, value in opening.attributes().items() if value}
    return "SET " + ", ".join(f"@pcishield_{name} = _utf8mb4 0x{value}" for name, value in told.items())
