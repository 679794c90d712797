"""Token verification against keys that are fetched, remembered until the token expires."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

from pcishield.core.decision import Principal
from pcishield.identity.tokens import TokenRules, UnknownKey, principal_from, refused
from pcishield.runtime.fetch import FetchError
from pcishield.runtime.jwks import KeyCache

__all__ = ["TokenVerifier"]

_REMEMBERED = 1024


class TokenVerifier:
    """Makes principals of tokens. Thread-safe.

    A token that was verified once is not verified again while it holds, also if its key is withdrawn meanwhile:
    short-lived tokens bound that. What is remembered is its digest.

    Args:
        rules: What is accepted.
        keys: The issuer's keys.
        now: Wall clock, seconds since 1970-01-01 UTC.
    """

    def __init__(self, rules: TokenRules, keys: KeyCache, *, now: Callable[[], float] = time.time) -> None:
        self.rules = rules
        self._keys = keys
        self._now = now
        self._known: dict[bytes, Principal] = {}

    def verify(self, token: str) -> Principal:
        """Return the principal that the token attests.

        Raises:
            IdentityRequired: It is not accepted, or the issuer's keys cannot be had; the reason says which.
        """
        if not isinstance(token, str):
            raise refused("there is no token")
        digest = hashlib.sha256(token.encode("utf-8", "replace")).digest()
        principal = self._known.get(digest)
        if principal is not None and principal.expires is not None:
            if self._now() < principal.expires:
                return principal
            self._known.pop(digest, None)
        try:
            principal = self._verified(token)
        except FetchError as error:
            raise refused(f"the issuer's keys cannot be had ({error})") from None
        if len(self._known) >= _REMEMBERED:
            self._forget()
        self._known[digest] = principal
        return principal

    def _verified(self, token: str) -> Principal:
        keys = self._keys.current()
        try:
            return principal_from(token, keys, self.rules, self._now())
        except UnknownKey:
            newer = self._keys.newer(keys)
            if newer is keys:
                raise
            return principal_from(token, newer, self.rules, self._now())

    def _forget(self) -> None:
        """Drop what has expired, and the older half of the rest if that was little."""
        now = self._now()
        held = [(d, p) for d, p in list(self._known.items()) if p.expires is not None and p.expires > now]
        self._known = dict(held[_REMEMBERED // 2 :] if len(held) > _REMEMBERED // 2 else held)
