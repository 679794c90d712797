"""Policy: who may do what, told in TOML, decided in microseconds, explained.

Pure but for :meth:`Policy.load` and :class:`PolicySource`, which read files.
"""

from __future__ import annotations

from pcishield.policy.limits import Budget
from pcishield.policy.policy import Policy
from pcishield.policy.reload import PolicySource

__all__ = ["Budget", "Policy", "PolicySource"]
