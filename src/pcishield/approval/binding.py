"""What an approval is bound to.

The digest is HMAC-SHA-256 over the length-prefixed UTF-8 of statement text, parameters, connection, user,
agent and policy, under a key that never leaves the shield. Keyed, because an unkeyed digest of a statement
with a card number in it can be searched for that number (PCI DSS 3.5.1.1).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

__all__ = ["binding_digest"]


def binding_digest(key: bytes, parts: Iterable[str]) -> str:
    """Return the keyed digest of ``parts``, hex, 64 characters.

    Args:
        key: Secret, at least 16 bytes.
        parts: In a fixed order; each is length-prefixed, so that no two sequences run together.

    Raises:
        ValueError: The key is too short.
    """
    if len(key) < 16:
        raise ValueError("the approval key needs at least 16 bytes")
    mac = hmac.new(key, digestmod=hashlib.sha256)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        mac.update(len(data).to_bytes(8, "big") + data)
    return mac.hexdigest()
