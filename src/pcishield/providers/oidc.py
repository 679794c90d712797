"""OpenID Connect: the token is in a variable, in a file, or kept by ``pcishield login``."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pcishield.core.decision import Principal
from pcishield.exceptions import ConfigurationError
from pcishield.identity.settings import IdentitySettings, OidcSettings
from pcishield.identity.tokens import refused
from pcishield.runtime.fetch import fetch_json, secure
from pcishield.runtime.jwks import KeyCache, discovered_keys
from pcishield.runtime.login import SavedLogin
from pcishield.runtime.verifier import TokenVerifier

__all__ = ["OidcProvider", "provider"]


class OidcProvider:
    """Verifies ID tokens (or JWT access tokens) of one issuer.

    Args:
        settings: Issuer, audience, claims, and where the token is.
        token: Returns the token of this process; default as the settings say.
    """

    name = "oidc"

    def __init__(self, settings: OidcSettings, token: Callable[[], str] | None = None) -> None:
        for address in (settings.issuer, settings.jwks_uri):
            if address and not secure(address):
                raise ConfigurationError(f"identity.oidc: {address}: use https (http only on this machine)")
        timeout, uri = settings.timeout_seconds, settings.jwks_uri
        self.settings = settings
        self._token = token or _source(settings)

        def fetch() -> Any:
            return fetch_json(uri, timeout=timeout) if uri else discovered_keys(settings.issuer, timeout)

        self.verifier = TokenVerifier(settings.rules(self.name), KeyCache(fetch, keep=settings.keys_seconds))

    def verify(self, token: str) -> Principal:
        """Return the principal that a token attests.

        Raises:
            IdentityRequired: It is not accepted.
        """
        return self.verifier.verify(token)

    def principal(self) -> Principal:
        """Return the principal of this process's token.

        Raises:
            IdentityRequired: There is none, or it is not accepted.
        """
        token = self._token()
        if not token:
            raise refused(_missing(self.settings))
        return self.verifier.verify(token)


def provider(settings: IdentitySettings) -> OidcProvider:
    """Make the provider of the section ``[identity.oidc]``."""
    assert settings.oidc is not None
    return OidcProvider(settings.oidc)


def _source(settings: OidcSettings) -> Callable[[], str]:
    """Return what reads the token: anew each time, for whoever put it there also renews it."""
    if settings.token_variable:
        return lambda: os.environ.get(settings.token_variable, "").strip()
    if settings.token_file:
        return lambda: _read(settings.token_file)
    return SavedLogin(settings.issuer, settings.client_id, timeout=settings.timeout_seconds)


def _read(path: str) -> str:
    try:
        return Path(path).expanduser().read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise refused(f"the token file {path} cannot be read ({type(error).__name__})") from None


def _missing(settings: OidcSettings) -> str:
    if settings.token_variable:
        return f"there is no token in ${settings.token_variable}"
    if settings.token_file:
        return f"there is no token in {settings.token_file}"
    return "nobody has signed in on this machine; run: pcishield login"
