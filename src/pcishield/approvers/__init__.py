"""Who says yes: callables that take an ``ApprovalRequest``, sync or async. One file per way of asking."""

from __future__ import annotations

from pcishield.approvers.combine import all_of, any_of, n_of
from pcishield.approvers.console import ConsoleApprover

__all__ = ["ConsoleApprover", "all_of", "any_of", "n_of"]
