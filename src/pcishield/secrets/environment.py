"""``env:NAME``: the password is in an environment variable. For development: all code in the process can read it."""

from __future__ import annotations

import os

from pcishield.credentials import Credential, CredentialRequest, Secret
from pcishield.credentials.settings import CredentialsSettings
from pcishield.exceptions import CredentialError

__all__ = ["EnvironmentResolver", "resolver"]


class EnvironmentResolver:
    """Reads the variable that the reference names."""

    def resolve(self, request: CredentialRequest) -> Credential:
        """Return its value.

        Raises:
            CredentialError: It is not set, or empty.
        """
        if not os.environ.get(request.reference):
            raise CredentialError(f"the variable {request.reference or '(none named)'} is not set")
        return Credential(Secret(os.environ[request.reference]), version="env")


def resolver(settings: CredentialsSettings) -> EnvironmentResolver:
    """Make the resolver; it has no settings."""
    return EnvironmentResolver()
