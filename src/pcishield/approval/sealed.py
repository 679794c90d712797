"""HTTP messages that prove where they come from: HMAC-SHA-256 with a time stamp and a nonce.

The signature is over ``pcishield webhook v1``, purpose, time stamp, nonce and body, joined by line feeds, under a
secret that both sides have. The time stamp bounds how long a message can be repeated at all, the nonce makes each one
unique, and :class:`Nonces` remembers those of that time. Comparisons take constant time.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from hashlib import sha256

__all__ = ["MAX_BODY", "TOLERANCE", "BadMessage", "Nonces", "open_sealed", "seal"]

MAX_BODY = 65_536
"""Bytes; a longer message is refused unread."""
TOLERANCE = 300
"""Seconds that the clocks of the two sides may differ, travel included."""

_NONCE = re.compile(r"[0-9A-Za-z_-]{16,128}\Z")
_STAMP = re.compile(r"[0-9]{1,12}\Z")


class BadMessage(ValueError):
    """The message is forged, repeated, late or garbled. It counts for nothing."""


class Nonces:
    """Nonces that were seen. Not thread-safe: hold a lock."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def use(self, nonce: str, now: int) -> bool:
        """Note ``nonce``; return whether it is new. ``now``: seconds since 1970."""
        if len(self._seen) > 10_000:
            self._seen = {one: at for one, at in self._seen.items() if now - at <= 2 * TOLERANCE}
        if now - self._seen.get(nonce, -(1 << 40)) <= 2 * TOLERANCE:
            return False
        self._seen[nonce] = now
        return True


def seal(secret: bytes, purpose: str, body: bytes, stamp: int, nonce: str) -> dict[str, str]:
    """Return the headers that prove ``body``.

    Args:
        secret: Shared, at least 32 bytes.
        purpose: ``request``, ``answer``, ...: a message for one purpose is none for another.
        body: As sent.
        stamp: Seconds since 1970.
        nonce: Unique, 16 to 128 characters.

    Raises:
        ValueError: The secret is too short.
    """
    if len(secret) < 32:
        raise ValueError("the webhook secret needs at least 32 bytes")
    return {
        "X-Pcishield-Timestamp": str(stamp),
        "X-Pcishield-Nonce": nonce,
        "X-Pcishield-Signature": f"v1={_mac(secret, purpose, str(stamp), nonce, body)}",
    }


def open_sealed(
    secret: bytes, purpose: str, headers: Mapping[str, str], body: bytes, now: int, nonces: Nonces | None = None
) -> str:
    """Check a message and return its nonce.

    Args:
        secret: Shared.
        purpose: That the message must have.
        headers: Names in lower case; untrusted.
        body: Untrusted.
        now: Seconds since 1970.
        nonces: Those seen before; ``None`` where the nonce is a challenge that the caller compares.

    Raises:
        BadMessage: It counts for nothing.
    """
    if len(body) > MAX_BODY:
        raise BadMessage(f"longer than {MAX_BODY} bytes")
    stamp, nonce = headers.get("x-pcishield-timestamp", ""), headers.get("x-pcishield-nonce", "")
    signature = headers.get("x-pcishield-signature", "")
    if not _STAMP.match(stamp) or not _NONCE.match(nonce) or not signature.isascii():
        raise BadMessage("time stamp, nonce or signature is missing or malformed")
    if not hmac.compare_digest(signature, f"v1={_mac(secret, purpose, stamp, nonce, body)}"):
        raise BadMessage("the signature is wrong")
    if abs(now - int(stamp)) > TOLERANCE:
        raise BadMessage("the time stamp is too far from now; check the clocks")
    if nonces is not None and not nonces.use(nonce, now):
        raise BadMessage("the message was received before")
    return nonce


def _mac(secret: bytes, purpose: str, stamp: str, nonce: str, body: bytes) -> str:
    head = f"pcishield webhook v1\n{purpose}\n{stamp}\n{nonce}\n".encode("ascii", "replace")
    return hmac.digest(secret, head + body, sha256).hex()
