"""Where approvals live between processes: what every store does, and the steps that humans take on it.

Rules:

- A store keeps whole approvals and changes them one at a time, atomically: ``change`` and ``claim`` read one, let a
  pure step of :mod:`pcishield.approval.state` make the next one of it, and write that, with nothing in between.
  A step that raises changes nothing.
- What a store holds has survived the process and the host's restart when the call returns.
- A store that cannot answer raises :class:`StoreUnavailable`, within a few seconds. Nothing runs then.
- A store is not trusted with who approved: where approvers have keys, see :mod:`pcishield.approval.registry`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, Protocol

from pcishield.approval.state import Approval, IllegalTransition, State
from pcishield.core.decision import ApprovalAnswer, Principal, Scope

__all__ = ["ApprovalStore", "NoSuchApproval", "StoreUnavailable", "break_glass", "give_answer"]


class StoreUnavailable(RuntimeError):
    """The store cannot be reached, is locked, or is damaged. No message holds a password."""


class NoSuchApproval(KeyError):
    """The store has no approval of this id."""

    def __str__(self) -> str:
        return f"there is no approval {self.args[0]}"


class ApprovalStore(Protocol):
    """Keeps approvals. Safe under threads and after a fork.

    Every method raises :class:`StoreUnavailable` when the store cannot answer.
    """

    def add(self, approval: Approval) -> None:
        """Keep a new approval."""
        ...

    def get(self, id: str) -> Approval:
        """Return one, as it was written last. Raises NoSuchApproval."""
        ...

    def change(self, id: str, step: Callable[[Approval], Approval]) -> Approval:
        """Replace one by what ``step`` makes of it, atomically, and return that.

        Raises:
            NoSuchApproval: There is none.
            Exception: What ``step`` raises; nothing was changed.
        """
        ...

    def claim(self, digest: str, step: Callable[[Approval], Approval]) -> Approval | None:
        """Like :meth:`change`, for an approved one of that digest that nobody else is claiming.

        Returns:
            ``None`` when there is none, or ``step`` raised IllegalTransition for all there are.
        """
        ...

    def find(self, digest: str) -> list[Approval]:
        """Return all of a request digest, the newest first."""
        ...

    def entries(self, states: Collection[State] = (), limit: int = 1000) -> list[Approval]:
        """Return those in ``states``, all by default, the newest first."""
        ...

    def grants(self, user: str) -> list[Approval]:
        """Return approved ones that have a scope, for requests of ``user``."""
        ...

    def wait(self, seconds: float) -> None:
        """Return when something may have changed, after ``seconds`` at the latest."""
        ...

    def close(self) -> None:
        """Release what it holds. Idempotent."""
        ...


def give_answer(
    store: ApprovalStore,
    id: str,
    by: Principal,
    approved: bool,
    now: datetime,
    reason: str = "",
    *,
    scope: Scope | None = None,
    evidence: Mapping[str, Any] | None = None,
) -> Approval:
    """Write one human's answer; see :meth:`Approval.answered`. One that does not count is kept for the record.

    Raises:
        IllegalTransition: It does not count.
        NoSuchApproval: There is no such request.
        StoreUnavailable: It could not be written.
    """
    answer = ApprovalAnswer(approved, by.user, reason, dict(evidence or {}), scope, now, by.groups)
    return _taken(
        store, id, answer, lambda one: one.answered(by, approved, now, reason, scope=scope, evidence=evidence)
    )


def break_glass(
    store: ApprovalStore,
    id: str,
    by: Principal,
    allowed: frozenset[str],
    reason: str,
    now: datetime,
    *,
    evidence: Mapping[str, Any] | None = None,
) -> Approval:
    """Break the glass; see :meth:`Approval.break_glass`. Raises as :func:`give_answer` does."""
    answer = ApprovalAnswer(True, by.user, reason, dict(evidence or {}), None, now, by.groups, break_glass=True)
    return _taken(store, id, answer, lambda one: one.break_glass(by, allowed, reason, now, evidence=evidence))


def _taken(store: ApprovalStore, id: str, answer: ApprovalAnswer, step: Callable[[Approval], Approval]) -> Approval:
    refused: list[IllegalTransition] = []

    def change(approval: Approval) -> Approval:
        refused.clear()
        try:
            return step(approval)
        except IllegalTransition as error:
            refused.append(error)
            return approval.voided(answer, str(error))

    changed = store.change(id, change)
    if refused:
        raise refused[0]
    return changed
