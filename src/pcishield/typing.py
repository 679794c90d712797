"""Protocols for plug-ins and shared aliases.

Implementations come by argument or by entry point (group ``pcishield.<kind>``).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from pcishield.core.decision import ApprovalAnswer, ApprovalRequest, Context, Decision, Principal
from pcishield.credentials.model import Credential, CredentialRequest
from pcishield.statement.facts import Statement

__all__ = [
    "Anchor",
    "Approver",
    "AuditLog",
    "Clock",
    "CredentialResolver",
    "IdentityProvider",
    "KeyProvider",
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


Answer = ApprovalAnswer | Sequence[ApprovalAnswer] | bool | None

Approver = Callable[[ApprovalRequest], Answer | Awaitable[Answer]]
"""A callable, sync or async. ``True``/``False`` are taken as answers of the callable's own name.

``None`` and any exception mean no. An object that is called by sync connections may have a coroutine method
``ask_async(request)`` for async ones, and a method ``take_back(request)`` that is told when nobody waits any more.
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


class CredentialResolver(Protocol):
    """Finds database credentials. Entry-point group ``pcishield.credentials``: a callable that takes its settings.

    Keep nothing: what a resolver holds can be reached from the shield.
    """

    def resolve(self, request: CredentialRequest) -> Credential:
        """Return the credential of one connection that is about to be made.

        Called in a thread of its own and bounded in time. Whatever it raises, nothing is connected; only the text of
        a CredentialError is shown and recorded.
        """
        ...


@runtime_checkable
class IdentityProvider(Protocol):
    """Says who is asking. Entry-point group ``pcishield.identity``: a callable that takes its settings, a mapping.

    May also have ``verify(token) -> Principal`` (raises IdentityRequired): then ``Shield.authenticate`` uses it.
    """

    name: str

    def principal(self) -> Principal | None:
        """Return who is asking, ``None`` when it does not know: then the operating system's user is.

        Called in a thread of its own and bounded in time; kept until the principal expires. Whatever it raises,
        nobody is identified, and connecting is refused.
        """
        ...


@runtime_checkable
class Anchor(Protocol):
    """Keeps signed checkpoints where the log's host cannot change them. Called in the background, at least once."""

    name: str

    def anchor(self, note: str, prove: Callable[[int], list[bytes]]) -> bytes:
        """Hand a checkpoint over and return a receipt, b"" if there is none.

        Args:
            note: The checkpoint, a C2SP signed note.
            prove: Returns the RFC 6962 consistency proof from an older size of the same shard.

        Raises anything when it was not confirmed; it is then handed over again, or a newer one in its place.
        """
        ...

    def notes(self) -> Sequence[str]:
        """Return the checkpoints that it holds, for verification; empty when it cannot be read back."""
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


class KeyProvider(Protocol):
    """Wraps keys: a key service, a hardware module, a keyring, a file. Its own key never leaves it.

    Found by the scheme of a reference such as ``aws-kms:alias/pcishield``: a function ``provider(reference)`` behind
    the entry point of that name in the group ``pcishield.keys``.
    """

    @property
    def name(self) -> str:
        """The reference, without secrets."""
        ...

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Return ``key`` (at most 4 KiB, secret) encrypted and bound to ``context`` (not secret)."""
        ...

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Return what :meth:`wrap` was given. Raises anything when it was not for this context, or the key is gone."""
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
