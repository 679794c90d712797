"""The issuer's public keys, fetched when they are needed and kept for a while.

- A token with a key id that is not known makes one fetch: keys rotate. Not more than one in ``cooldown`` seconds, so
  forged key ids cannot make us flood the issuer.
- Keys older than ``keep`` seconds are fetched anew before they are used. If that fails they are no longer used: a
  withdrawn key must not live on because the issuer cannot be reached.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Any

from pcishield.identity.tokens import key_set
from pcishield.runtime.fetch import FetchError, fetch_json

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

__all__ = ["KeyCache", "discovered_keys", "metadata"]


class KeyCache:
    """Keeps a JWK set.

    Args:
        fetch: Returns the set's decoded JSON; raises anything when it cannot.
        keep: Seconds for which a set is used.
        use: What the keys must be for, where they say it.
        cooldown: Least seconds between two fetches, failed ones too.
        monotonic: Clock, seconds.
    """

    def __init__(
        self,
        fetch: Callable[[], Any],
        *,
        keep: float = 300.0,
        use: str = "sig",
        cooldown: float = 5.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._keep = keep
        self._use = use
        self._cooldown = cooldown
        self._monotonic = monotonic
        self._lock = Lock()
        self._keys: KeySet | None = None
        self._fetched = self._tried = float("-inf")
        self._problem = ""

    def current(self) -> KeySet:
        """Return the keys, fetched if there are none or they are too old.

        Raises:
            FetchError: They cannot be had; also when a fetch failed less than ``cooldown`` seconds ago.
        """
        keys = self._keys
        if keys is not None and self._monotonic() - self._fetched < self._keep:
            return keys
        with self._lock:
            return self._refresh(self._monotonic() - self._keep)

    def newer(self, than: KeySet) -> KeySet:
        """Return keys fetched after ``than`` was; the same when the last fetch is too recent.

        Raises:
            FetchError: They cannot be had.
        """
        with self._lock:
            if self._keys is not None and (self._keys is not than or self._monotonic() - self._tried < self._cooldown):
                return self._keys
            return self._refresh(float("inf"))

    def _refresh(self, older_than: float) -> KeySet:
        if self._keys is not None and self._fetched > older_than:
            return self._keys
        if self._problem and self._monotonic() - self._tried < self._cooldown:
            raise FetchError(self._problem)
        self._tried = self._monotonic()
        try:
            self._keys = key_set(self._fetch(), self._use)
        except Exception as error:
            self._problem = str(error) if isinstance(error, (FetchError, ValueError)) else type(error).__name__
            if self._tried - self._fetched >= self._keep:
                self._keys = None
            raise FetchError(self._problem) from None
        self._problem = ""
        self._fetched = self._tried
        return self._keys


def discovered_keys(issuer: str, timeout: float) -> Any:
    """Return the JWK set of an OpenID provider, found by its metadata (OIDC Discovery 4.3).

    Raises:
        FetchError: Unreachable, or the metadata is for another issuer.
    """
    return fetch_json(metadata(issuer, timeout)["jwks_uri"], timeout=timeout)


def metadata(issuer: str, timeout: float) -> dict[str, Any]:
    """Return the metadata of an OpenID provider.

    Raises:
        FetchError: Unreachable, no metadata, or for another issuer.
    """
    found = fetch_json(issuer.rstrip("/") + "/.well-known/openid-configuration", timeout=timeout)
    if not isinstance(found, dict) or not isinstance(found.get("jwks_uri"), str):
        raise FetchError("the issuer's metadata has no jwks_uri")
    if found.get("issuer") != issuer:
        raise FetchError("the issuer's metadata is for another issuer")
    return found
