"""``call:package.module:function``: any callable that takes a CredentialRequest.

It returns a Credential, or just the password as a string.
"""

from __future__ import annotations

import importlib
from typing import Any

from pcishield.credentials import Credential, CredentialRequest, Secret
from pcishield.credentials.settings import CredentialsSettings
from pcishield.exceptions import CredentialError

__all__ = ["FunctionResolver", "resolver"]


class FunctionResolver:
    """Calls what the reference names."""

    def resolve(self, request: CredentialRequest) -> Credential:
        """Return what the function gives.

        Raises:
            CredentialError: There is no such function.
        """
        module, _, name = request.reference.partition(":")
        try:
            function: Any = importlib.import_module(module)
            for part in name.split("."):
                function = getattr(function, part)
        except (ImportError, AttributeError, ValueError):
            raise CredentialError(f"there is no function {request.reference}; write call:package.module:name") from None
        given = function(request)
        return Credential(Secret(given), version="call") if isinstance(given, str) and given else given


def resolver(settings: CredentialsSettings) -> FunctionResolver:
    """Make the resolver; it has no settings."""
    return FunctionResolver()
