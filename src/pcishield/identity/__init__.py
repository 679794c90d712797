"""Who is asking: the principal of this thread or task.

``acting_as`` binds a principal to a block through a context variable, so that threads started by
``asyncio.to_thread``, tasks and executors that copy the context keep it. Without it the principal is the
operating system's user (level ``os``).
"""

from __future__ import annotations

from pcishield.identity.principal import acting_as, current_principal, os_principal, reached

__all__ = ["acting_as", "current_principal", "os_principal", "reached"]
