"""What the flow came to for a statement, so that the same again can start without going through all of it.

A statement that was allowed, without anybody being asked and without a budget that counts statements, is allowed
again as long as principal, method and kind of parameters are the same: :class:`~pcishield.policy.Policy` says of
itself whether its answers depend on the time (``timed``). Its ATTEMPT then differs in its place in the log and in
the types and lengths of its parameters only. So does that of one that a grant covers, while the grant is in force.
Whatever is not exactly as remembered takes the whole flow.
"""

from __future__ import annotations

from typing import Any

from pcishield.audit.canonical import canonical_json
from pcishield.runtime.declared import ends
from pcishield.runtime.hot import MemoState
from pcishield.runtime.parameters import described

__all__ = ["Memo"]


class Memo(MemoState):
    """One statement text, as it was last allowed.

    Args:
        known: The statement.
        decision: What was decided.
        actor: Who asked, as a record field.
        method: The driver's method.
        bare: The call had no parameters at all.
        attempt: Template of ATTEMPT; its slot ``parameters`` is there unless ``bare``.
        grant: What allowed it in the place of the policy; each time is one use of it.

    Attributes:
        results: Templates of RESULT, made when needed: with a row count (1) or without, with rows (2) or without.
    """

    __slots__ = ()

    @property
    def plain(self) -> bool:
        """Whether the statement stands for itself: one, and not about what another declared or prepared."""
        statement = self.statement
        return statement.count == 1 and not (
            statement.parts or statement.refers or statement.declares or ends(statement)
        )

    def described(self, parameters: Any) -> bytes:
        """Describe harmless parameters for the record, as canonical bytes."""
        return canonical_json(described(parameters, False, False))
