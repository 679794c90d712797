"""Static service keys: for what can do no better. The key is in ``PCISHIELD_SERVICE_KEY``, or is brought."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping

from pcishield.core.decision import Principal
from pcishield.identity.keys import service_principal
from pcishield.identity.settings import IdentitySettings, ServiceKey
from pcishield.identity.tokens import refused

__all__ = ["ServiceKeyProvider", "provider"]


class ServiceKeyProvider:
    """Looks a key up by its hash.

    Args:
        keys: The configured keys by name.
        now: Wall clock, seconds since 1970-01-01 UTC.
    """

    name = "service-key"

    def __init__(self, keys: Mapping[str, ServiceKey], now: Callable[[], float] = time.time) -> None:
        self._keys = dict(keys)
        self._now = now

    def verify(self, token: str) -> Principal:
        """Return the principal that a key stands for.

        Raises:
            IdentityRequired: There is no such key, or it has expired.
        """
        return service_principal(token, self._keys, self._now())

    def principal(self) -> Principal:
        """Return the principal of this process's key.

        Raises:
            IdentityRequired: It has none, or it is not accepted.
        """
        key = os.environ.get("PCISHIELD_SERVICE_KEY", "").strip()
        if not key:
            raise refused("there is no service key in $PCISHIELD_SERVICE_KEY")
        return self.verify(key)


def provider(settings: IdentitySettings) -> ServiceKeyProvider:
    """Make the provider of the sections ``[identity.service_keys.<name>]``."""
    return ServiceKeyProvider(settings.service_keys)
