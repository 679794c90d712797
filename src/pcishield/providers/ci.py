"""The OIDC token of a CI job: GitHub Actions hands it out on request, GitLab and others put it in a variable.

GitHub: give the job ``permissions: id-token: write``. GitLab: ``id_tokens: {PCISHIELD_ID_TOKEN: {aud: ...}}``.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from urllib.parse import quote

from pcishield.core.decision import Principal
from pcishield.exceptions import ConfigurationError
from pcishield.identity.settings import CiSettings, IdentitySettings
from pcishield.identity.tokens import refused
from pcishield.runtime.fetch import FetchError, fetch_json, secure
from pcishield.runtime.jwks import KeyCache, discovered_keys
from pcishield.runtime.verifier import TokenVerifier

__all__ = ["CiProvider", "provider"]


class CiProvider:
    """Gets this job's token and verifies it like anybody's.

    Args:
        settings: The section ``[identity.ci]``.
    """

    name = "ci"

    def __init__(self, settings: CiSettings) -> None:
        if not secure(settings.issuer):
            raise ConfigurationError(f"identity.ci: {settings.issuer}: use https (http only on this machine)")
        timeout = settings.timeout_seconds
        self.settings = settings
        self._token: Callable[[], str] = self._requested
        if settings.token_variable:
            self._token = self._from_variable
        keys = KeyCache(lambda: discovered_keys(settings.issuer, timeout), keep=settings.keys_seconds)
        self.verifier = TokenVerifier(settings.rules(self.name), keys)

    def verify(self, token: str) -> Principal:
        """Return the principal that a token attests.

        Raises:
            IdentityRequired: It is not accepted.
        """
        return self.verifier.verify(token)

    def principal(self) -> Principal:
        """Return the principal of this job.

        Raises:
            IdentityRequired: This is no CI job with a token, or the token is not accepted.
        """
        return self.verifier.verify(self._token())

    def _from_variable(self) -> str:
        token = os.environ.get(self.settings.token_variable, "").strip()
        if not token:
            raise refused(f"there is no token in ${self.settings.token_variable}")
        return token

    def _requested(self) -> str:
        url, bearer = (os.environ.get(f"ACTIONS_ID_TOKEN_REQUEST_{part}", "") for part in ("URL", "TOKEN"))
        if not url or not bearer:
            raise refused("$ACTIONS_ID_TOKEN_REQUEST_URL is not set: give the job the permission id-token: write")
        audience = quote(self.settings.audiences()[0], safe="")
        try:
            answer = fetch_json(
                f"{url}{'&' if '?' in url else '?'}audience={audience}",
                timeout=self.settings.timeout_seconds,
                headers={"Authorization": f"Bearer {bearer}"},
            )
        except FetchError as error:
            raise refused(f"the CI system gave no token ({error})") from None
        token = answer.get("value") if isinstance(answer, dict) else None
        if not isinstance(token, str):
            raise refused("the CI system's answer holds no token")
        return token


def provider(settings: IdentitySettings) -> CiProvider:
    """Make the provider of the section ``[identity.ci]``."""
    assert settings.ci is not None
    return CiProvider(settings.ci)
