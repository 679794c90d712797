"""The human's tokens on this machine, as ``pcishield login`` keeps them: one file, mode 0600, by issuer and client.

An ID token that is about to expire is renewed with the refresh token, if the issuer gave one.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pcishield.exceptions import ConfigurationError
from pcishield.runtime.fetch import FetchError, fetch_json
from pcishield.runtime.jwks import metadata
from pcishield.runtime.private_file import read_private, write_private

__all__ = ["LoginCache", "SavedLogin", "login_file"]

_MARGIN = 30.0


def login_file() -> Path:
    """Return ``$XDG_STATE_HOME/pcishield/login.json``."""
    state = os.environ.get("XDG_STATE_HOME")
    return Path(state or "~/.local/state").expanduser() / "pcishield" / "login.json"


class LoginCache:
    """Reads and writes the file.

    Args:
        path: Default :func:`login_file`.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or login_file()

    def get(self, issuer: str, client: str) -> Mapping[str, Any]:
        """Return what is kept: ``id_token``, ``refresh_token``, ``expires``; empty when there is nothing.

        Raises:
            ConfigurationError: The file is open to others, another user's, or cannot be read.
        """
        found = self._read().get(_key(issuer, client))
        return found if isinstance(found, dict) else {}

    def put(self, issuer: str, client: str, tokens: Mapping[str, Any]) -> None:
        """Keep the answer of a token endpoint."""
        kept = {name: tokens[name] for name in ("id_token", "refresh_token") if isinstance(tokens.get(name), str)}
        seconds = tokens.get("expires_in")
        kept["expires"] = time.time() + (float(seconds) if isinstance(seconds, (int, float)) else 300.0)
        self._write(self._read() | {_key(issuer, client): kept})

    def remove(self, issuer: str, client: str) -> bool:
        """Forget it. Returns whether there was something."""
        entries = self._read()
        if entries.pop(_key(issuer, client), None) is None:
            return False
        self._write(entries)
        return True

    def _read(self) -> dict[str, Any]:
        data = read_private(self.path)
        if data is None:
            return {}
        try:
            entries = json.loads(data)
        except (ValueError, RecursionError):
            raise ConfigurationError(f"{self.path}: is damaged; remove it and run: pcishield login") from None
        return entries if isinstance(entries, dict) else {}

    def _write(self, entries: Mapping[str, Any]) -> None:
        write_private(self.path, json.dumps(entries).encode())


class SavedLogin:
    """Gives the ID token of the human who signed in on this machine; call it.

    Args:
        issuer: The OpenID provider.
        client: Client id at the provider.
        timeout: Seconds for an exchange.
        cache: Where tokens are kept.
        now: Wall clock, seconds since 1970-01-01 UTC.
    """

    def __init__(
        self,
        issuer: str,
        client: str,
        *,
        timeout: float = 5.0,
        cache: LoginCache | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._issuer = issuer
        self._client = client
        self._timeout = timeout
        self._cache = cache or LoginCache()
        self._now = now

    def __call__(self) -> str:
        """Return the ID token, renewed when it is about to expire; empty when nobody signed in.

        An expired one that cannot be renewed is returned as it is: the verifier then says that it has expired.
        """
        kept = self._cache.get(self._issuer, self._client)
        token = str(kept.get("id_token", ""))
        if self._now() < float(kept.get("expires", 0.0)) - _MARGIN or not kept.get("refresh_token"):
            return token
        try:
            tokens = fetch_json(
                metadata(self._issuer, self._timeout)["token_endpoint"],
                timeout=self._timeout,
                form={
                    "grant_type": "refresh_token",
                    "refresh_token": str(kept["refresh_token"]),
                    "client_id": self._client,
                },
            )
        except (FetchError, KeyError):
            return token
        if not isinstance(tokens, dict) or not isinstance(tokens.get("id_token"), str):
            return token
        self._cache.put(self._issuer, self._client, {"refresh_token": kept["refresh_token"], **tokens})
        return str(tokens["id_token"])


def _key(issuer: str, client: str) -> str:
    return f"{issuer} {client}"
