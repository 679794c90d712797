"""Who is asking: the principal of this thread or task, and the rules by which a token becomes one.

``acting_as`` binds a principal to a block through a context variable, so that tasks, ``asyncio.to_thread`` and
executors that copy the context keep it; :func:`carry` takes it where Python does not. Without it the principal is
that of the configured identity provider, else the operating system's user (level ``os``).

Providers are in :mod:`pcishield.providers`; others come by the entry-point group ``pcishield.identity``.
"""

from __future__ import annotations

from pcishield.core.decision import Principal
from pcishield.identity.principal import (
    Agent,
    acting_as,
    carry,
    current_principal,
    os_principal,
    reached,
)
from pcishield.identity.tag import TAG, application_name, session_tag

__all__ = [
    "TAG",
    "Agent",
    "Principal",
    "acting_as",
    "application_name",
    "carry",
    "current_principal",
    "os_principal",
    "reached",
    "session_tag",
]
