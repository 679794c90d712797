"""Static keys of services: 256 random bits, of which the configuration holds only the hash.

A plain SHA-256 is enough for a key that nobody chose (unlike a password); comparing takes the same time whether it is
right or not.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType

from pcishield.core.decision import Principal
from pcishield.identity.settings import ServiceKey
from pcishield.identity.tokens import refused

__all__ = ["key_hash", "new_key", "service_principal"]

PREFIX = "pcsk_"
"""Lets secret scanners find a key that lies about."""


def new_key() -> str:
    """Return a new key: the prefix ``pcsk_`` and 43 characters."""
    return PREFIX + secrets.token_urlsafe(32)


def key_hash(key: str) -> str:
    """Return what the configuration holds of a key: ``sha256:`` and 64 hex digits over its UTF-8 bytes."""
    return "sha256:" + hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def service_principal(key: str, keys: Mapping[str, ServiceKey], now: float) -> Principal:
    """Return the principal that the key stands for.

    Args:
        key: Untrusted.
        keys: The configured keys by name.
        now: Seconds since 1970-01-01 UTC.

    Raises:
        IdentityRequired: No such key, or it has expired.
    """
    given = key_hash(key)
    found = [(name, entry) for name, entry in keys.items() if hmac.compare_digest(entry.hash, given)]
    if not found:
        raise refused("there is no such service key")
    name, entry = found[0]
    expires = None
    if entry.expires is not None:
        # The named day is the last one.
        expires = datetime.combine(entry.expires + timedelta(days=1), time(), UTC).timestamp()
        if now >= expires:
            raise refused(f"the service key {name} has expired")
    known = {"user": entry.user, "agent": entry.agent, "tenant": entry.tenant}
    return Principal(
        user=entry.user,
        agent=entry.agent,
        tenant=entry.tenant,
        groups=frozenset(entry.groups),
        level="attested",
        source="service-key",
        expires=expires,
        attested=frozenset(field for field, value in known.items() if value) | {"groups"},
        evidence=MappingProxyType({"key": name}),
    )
