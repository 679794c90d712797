"""SPIFFE: a workload's JWT-SVID, as a SPIFFE helper writes it to a file, verified with the trust domain's bundle.

The workload is attested, not a human: the principal's user is the SPIFFE ID until ``acting_as`` names one, which is
then what the workload says (``attested`` in the record names the agent alone).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from pcishield.core.decision import Principal
from pcishield.exceptions import ConfigurationError
from pcishield.identity.settings import IdentitySettings, SpiffeSettings
from pcishield.identity.tokens import refused
from pcishield.runtime.fetch import fetch_json, secure
from pcishield.runtime.jwks import KeyCache
from pcishield.runtime.verifier import TokenVerifier

__all__ = ["SpiffeProvider", "provider"]


class SpiffeProvider:
    """Verifies JWT-SVIDs of one trust domain.

    Args:
        settings: The section ``[identity.spiffe]``.
    """

    name = "spiffe"

    def __init__(self, settings: SpiffeSettings) -> None:
        if not settings.svid_file and not settings.svid_variable:
            raise ConfigurationError("identity.spiffe: set svid_file or svid_variable: where the JWT-SVID is")
        if "://" in settings.bundle and not secure(settings.bundle):
            raise ConfigurationError("identity.spiffe.bundle: use https, or a file")
        self.settings = settings
        keys = KeyCache(self._bundle, keep=settings.keys_seconds, use="jwt-svid")
        self.verifier = TokenVerifier(settings.rules(), keys)

    def verify(self, token: str) -> Principal:
        """Return the principal that a JWT-SVID attests.

        Raises:
            IdentityRequired: It is not accepted.
        """
        return self.verifier.verify(token)

    def principal(self) -> Principal:
        """Return the principal of this workload.

        Raises:
            IdentityRequired: There is no JWT-SVID, or it is not accepted.
        """
        return self.verifier.verify(self._svid())

    def _svid(self) -> str:
        if self.settings.svid_variable:
            token = os.environ.get(self.settings.svid_variable, "").strip()
            where = f"${self.settings.svid_variable}"
        else:
            where = self.settings.svid_file
            try:
                token = Path(where).expanduser().read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise refused(f"the JWT-SVID in {where} cannot be read ({type(error).__name__})") from None
        if not token:
            raise refused(f"there is no JWT-SVID in {where}")
        return token

    def _bundle(self) -> Any:
        if "://" in self.settings.bundle:
            return fetch_json(self.settings.bundle, timeout=self.settings.timeout_seconds)
        return json.loads(Path(self.settings.bundle).expanduser().read_bytes())


def provider(settings: IdentitySettings) -> SpiffeProvider:
    """Make the provider of the section ``[identity.spiffe]``."""
    assert settings.spiffe is not None
    return SpiffeProvider(settings.spiffe)
