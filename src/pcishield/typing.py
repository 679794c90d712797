"""Protocols for plug-ins and shared aliases.

Implementations come by argument or by entry point (group ``pcishield.<kind>``).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from pcishield.core.decision import ApprovalAnswer, ApprovalRequest, Context, Decision
from pcishield.statement.facts import Statement

__all__ = [
    "Approver",
    "AuditLog",
    "Clock",
    "PolicyLike",
    "ScannerLike",
    "Signer",
    "Sink",
]


class PolicyLike(Protocol):
    """Decides. Pure: same statement, same context, same decision."""

    @property
    def label(self) -> str:
        """``name@version``, the version being a digest of the content."""
        ...

    def decide(self, statement: Statement, context: Context) -> Decision:
        """Return the decision; never raises for a statement it does not like."""
        ...


Answer = ApprovalAnswer | bool | None

Approver = Callable[[ApprovalRequest], Answer | Awaitable[Answer]]
"""A callable, sync or async. ``True``/``False`` are taken as answers of the callable's own name.

``None`` and any exception mean no.
"""


class AuditLog(Protocol):
    """Where records go. Thread-safe; never blocks on a sink."""

    def append(self, type: str, fields: Mapping[str, Any], *, durable: bool = False) -> str:
        """Append one record and return its id, ``<shard>/<seq>``.

        Raises:
            AuditUnavailable: The record is not in the log.
        """
        ...

    def close(self) -> None:
        """Write ``log.close``, sign, release. Idempotent."""
        ...


@runtime_checkable
class Sink(Protocol):
    """Ships records that are already in the log. Called in the background, in order, at least once."""

    name: str

    def send(self, lines: Sequence[bytes]) -> None:
        """Deliver canonical JSON lines (no line feed). Raises anything on failure; the batch is repeated."""
        ...

    def close(self) -> None:
        """Release what it holds."""
        ...


class Clock(Protocol):
    """Time, so that tests can have their own."""

    def now(self) -> datetime:
        """Timezone-aware UTC wall clock."""
        ...

    def monotonic_ns(self) -> int:
        """Nanoseconds, never going back."""
        ...


class Signer(Protocol):
    """Signs checkpoints; the private key stays inside."""

    @property
    def name(self) -> str:
        """Key name, as in a C2SP signed note."""
        ...

    @property
    def public_key(self) -> bytes:
        """Raw Ed25519 public key, 32 bytes."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Raw Ed25519 signature, 64 bytes, over ``message`` as it is."""
        ...


class ScannerLike(Protocol):
    """Finds card numbers in text. The reference and the compiled kernel both are one."""

    def find(self, text: str) -> Sequence[tuple[int, int]]:
        """Half-open spans in code points, in order, not overlapping."""
        ...
