"""What the database is told about who is asking, without touching a statement's text.

The *session tag* is the first 12 hex digits of the connection's id, which every record of the connection has in full
(field ``connection``). A database session that carries the tag is thereby tied to its records; one that carries none
did not come through pcishield.

- PostgreSQL: ``application_name`` is ``pcishield:<tag> <agent> for <user>``, at most 63 bytes, printable ASCII.
- MySQL and MariaDB: connection attributes ``pcishield_tag``, ``pcishield_agent``, ``pcishield_user``.
- PostgreSQL, where asked for: settings ``pcishield.tag``, ``pcishield.agent``, ``pcishield.user``.

Names come from callers: what is not printable ASCII becomes ``?``. The tag comes first, so nothing cuts it.
It is no secret and no proof: who may connect may also send a tag. Never a comment in the statement: that would defeat
plan caches, and could be broken out of.
"""

from __future__ import annotations

import re

from pcishield.core.decision import Principal

__all__ = ["TAG", "application_name", "attributes", "session_tag"]

TAG = re.compile(r"\bpcishield:([0-9a-f]{12})\b")
"""Finds the tag in an ``application_name``; group 1 is the tag."""

_NAME_BYTES = 63
"""PostgreSQL cuts at NAMEDATALEN - 1."""

_VALUE_BYTES = 128

_UNSAFE = re.compile(r"[^\x20-\x7e]")


def session_tag(connection_id: str) -> str:
    """Return the tag of the connection with that id (32 hex digits)."""
    return connection_id[:12]


def application_name(principal: Principal, connection_id: str, own: str = "") -> str:
    """Return the name for ``application_name``, at most 63 bytes of printable ASCII.

    Args:
        principal: Who is asking at connect; untrusted text.
        connection_id: Id of the guarded connection.
        own: The application's own name; then that is kept, and the tag stands before it.
    """
    who = own or (f"{principal.agent} for {principal.user}" if principal.agent else principal.user)
    return f"pcishield:{session_tag(connection_id)} {_plain(who)}"[:_NAME_BYTES].rstrip()


def attributes(principal: Principal, connection_id: str) -> dict[str, str]:
    """Return the connection's attributes: tag, agent and user, each at most 128 bytes of printable ASCII."""
    return {
        "tag": session_tag(connection_id),
        "agent": _plain(principal.agent)[:_VALUE_BYTES],
        "user": _plain(principal.user)[:_VALUE_BYTES],
    }


def _plain(text: str) -> str:
    return _UNSAFE.sub("?", text)
