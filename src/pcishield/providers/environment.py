"""Who is asking as whoever starts the process says: ``PCISHIELD_USER`` and its companions. Level ``explicit``."""

from __future__ import annotations

import os
from typing import Any

from pcishield.core.decision import Principal
from pcishield.identity.settings import IdentitySettings
from pcishield.identity.tokens import refused

__all__ = ["EnvironmentProvider", "provider"]

_FIELDS = (
    "agent", "agent_instance", "agent_model", "agent_version", "reason", "session", "task", "tenant", "ticket",
)  # fmt: skip


class EnvironmentProvider:
    """Reads ``PCISHIELD_USER``, ``PCISHIELD_GROUPS`` (separated by commas), ``PCISHIELD_AGENT`` and so on."""

    name = "environment"

    def principal(self) -> Principal:
        """Return the principal.

        Raises:
            IdentityRequired: ``PCISHIELD_USER`` is not set.
        """
        user = os.environ.get("PCISHIELD_USER", "").strip()
        if not user:
            raise refused("$PCISHIELD_USER is not set")
        groups = os.environ.get("PCISHIELD_GROUPS", "").split(",")
        said: dict[str, Any] = {name: os.environ.get(f"PCISHIELD_{name.upper()}", "").strip() for name in _FIELDS}
        return Principal(
            user=user,
            groups=frozenset(name for group in groups if (name := group.strip())),
            level="explicit",
            source=self.name,
            **said,
        )


def provider(settings: IdentitySettings) -> EnvironmentProvider:
    """Make the provider; it has no section."""
    return EnvironmentProvider()
