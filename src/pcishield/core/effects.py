"""What a flow asks of the world: one small class per kind of request.

A flow yields an effect and is sent its answer, or has the exception thrown in that fulfilling it raised.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pcishield.core.decision import Decision

__all__ = ["AppendRecord", "AskApproval", "Decide", "Effect", "RunCall"]


@dataclass(frozen=True, slots=True)
class Decide:
    """Understand and judge the operation. Answer: :class:`~pcishield.core.decision.Decision`."""


@dataclass(frozen=True, slots=True)
class AskApproval:
    """Ask for approval. Answer: the sequence of distinct ``ApprovalAnswer``s, as many as were needed.

    Thrown in: ``ApprovalDenied``, ``ApprovalExpired``, ``ApprovalPending``.
    """

    decision: Decision


@dataclass(frozen=True, slots=True)
class AppendRecord:
    """Write one audit record. Answer: its id (str).

    ``durable``: the record must have left the process before the answer is sent (AUDIT.md 3.4).
    Thrown in: ``AuditUnavailable``.
    """

    type: str
    fields: Any
    durable: bool = False


@dataclass(frozen=True, slots=True)
class RunCall:
    """Let the driver do it. Answer: what the driver returned; thrown in: what it raised."""


Effect = Decide | AskApproval | AppendRecord | RunCall
