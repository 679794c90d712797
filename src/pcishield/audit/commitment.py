r"""Commitments to raw SQL: the log can prove later what was sent, without holding it.

A record's ``commit`` is ``number:hex``, where hex is ``SHA-256(salt || raw SQL as UTF-8)`` and
``salt = HMAC-SHA-256(shard's commitment key, "pcishield-commit-v1\n" || number)``. The key lies apart from the log.

- Who has the SQL and the salt of one record can show that they belong together; other records are not opened by that.
- Who has only the log cannot try guesses: the salt is 32 bytes that are not in it.
- Erasing the key makes all commitments of the shard meaningless for ever; the chain does not change.
"""

from __future__ import annotations

import hmac
import re
from hashlib import sha256

__all__ = ["commit", "commitment_number", "commitment_salt", "matches"]

_FORM = re.compile(r"([0-9]{1,15}):([0-9a-f]{64})\Z")


def commitment_salt(key: bytes, number: int) -> bytes:
    """Return the salt of one commitment, 32 bytes.

    Args:
        key: The shard's commitment key, 32 secret bytes.
        number: Number of the commitment in the shard.
    """
    return hmac.digest(key, b"pcishield-commit-v1\n%d" % number, "sha256")


def commit(key: bytes, number: int, raw: str) -> str:
    """Return the commitment to ``raw`` for a record."""
    return f"{number}:{sha256(commitment_salt(key, number) + raw.encode('utf-8', 'surrogatepass')).hexdigest()}"


def commitment_number(commitment: str) -> int:
    """Return the number of a commitment.

    Raises:
        ValueError: It is malformed.
    """
    found = _FORM.match(commitment)
    if found is None:
        raise ValueError("not a commitment")
    return int(found[1])


def matches(commitment: str, raw: str, salt: bytes) -> bool:
    """Tell whether ``commitment`` is to ``raw`` under ``salt``."""
    found = _FORM.match(commitment)
    digest = sha256(salt + raw.encode("utf-8", "surrogatepass")).hexdigest()
    return found is not None and hmac.compare_digest(found[2], digest)
