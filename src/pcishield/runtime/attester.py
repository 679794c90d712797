"""Approvers who sign in instead of registering a key: an ID token whose ``nonce`` names the key that they sign with.

``pcishield approvals login`` makes an Ed25519 key, and has the OpenID provider put the key's thumbprint (RFC 7638)
into the ID token, as ``nonce`` (OIDC Core 2) or as ``cnf.jkt`` (RFC 9449 section 6.1). A decision is signed with that
key, for one request, as any other. So whoever sees a token, in the queue for instance, can approve nothing with it:
the key has not left the approver. A token without the thumbprint (any bearer token, a renewed one) is no sign-in of an
approver.

The token must hold at the moment that the decision says, which is signed; between the request and now.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from typing import Any

from pcishield.core.decision import Principal
from pcishield.identity.settings import OidcSettings
from pcishield.identity.tokens import UnknownKey, principal_from, refused
from pcishield.runtime.fetch import FetchError, fetch_json
from pcishield.runtime.jwks import KeyCache, discovered_keys

__all__ = ["Attester", "thumbprint"]

_SAYS_CLIENT = frozenset({"azp", "client_id"})
"""Claims that name the client, which for an approver is pcishield itself and no agent."""
_BOUND = ("nonce", "cnf.jkt")


def thumbprint(key: bytes) -> str:
    """Return the JWK thumbprint of a raw Ed25519 public key: SHA-256, base64url (RFC 7638, RFC 8037 appendix A.3)."""
    x = urlsafe_b64encode(key).decode("ascii").rstrip("=")
    jwk = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": x}, sort_keys=True, separators=(",", ":"))
    return urlsafe_b64encode(hashlib.sha256(jwk.encode()).digest()).decode("ascii").rstrip("=")


class Attester:
    """Verifies approvers' ID tokens. Thread-safe.

    Args:
        settings: The section ``[approval.oidc]``.
    """

    def __init__(self, settings: OidcSettings) -> None:
        self.settings = settings
        timeout, uri = settings.timeout_seconds, settings.jwks_uri

        def fetch() -> Any:
            return fetch_json(uri, timeout=timeout) if uri else discovered_keys(settings.issuer, timeout)

        self._keys = KeyCache(fetch, keep=settings.keys_seconds)
        rules = settings.rules("approval.oidc")
        self._rules = replace(
            rules,
            agent_claims=[claim for claim in rules.agent_claims if claim not in _SAYS_CLIENT],
            claims=(*rules.claims, *_BOUND),
        )

    def __call__(self, token: str, key: bytes, at: float) -> Principal:
        """Return the human who had signed in with ``key``.

        Args:
            token: Untrusted.
            key: Raw Ed25519 public key that a decision was signed with.
            at: When, seconds since 1970-01-01 UTC.

        Raises:
            IdentityRequired: The token is not accepted, did not hold then, or is not bound to the key.
        """
        try:
            principal = self._verified(token, at)
        except FetchError as error:
            raise refused(f"the issuer's keys cannot be had ({error})") from None
        if thumbprint(key) not in {principal.attributes.get(f"token.{claim}") for claim in _BOUND}:
            raise refused("it was not issued for the key that signs (nonce, cnf.jkt)")
        return principal

    def _verified(self, token: str, at: float) -> Principal:
        keys = self._keys.current()
        try:
            return principal_from(token, keys, self._rules, at)
        except UnknownKey:
            newer = self._keys.newer(keys)
            if newer is keys:
                raise
            return principal_from(token, newer, self._rules, at)
