"""The life of one approval: pending → approved → used, or denied, expired, revoked on the way.

Rules:

- Legal transitions only; each returns a new object, so that a store can compare and swap.
- The requester never approves; an agent never approves; one human answers once.
- Pending ends at ``request.expires_at``; approved and unused ends at ``usable_until``. Both are checked at
  every step, not by a sweeper alone: a late step finds the approval expired.
- A claim uses up the approval. It must name the digest that was approved (see :mod:`pcishield.approval.binding`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from pcishield.approval.quorum import quorum_met
from pcishield.core.decision import ApprovalAnswer, ApprovalRequest, Principal

__all__ = ["FINAL", "TRANSITIONS", "Approval", "IllegalTransition", "State"]

State = Literal["pending", "approved", "denied", "expired", "revoked", "used"]

TRANSITIONS: Mapping[State, frozenset[State]] = {
    "pending": frozenset({"approved", "denied", "expired", "revoked"}),
    "approved": frozenset({"used", "expired", "revoked"}),
    "denied": frozenset(),
    "expired": frozenset(),
    "revoked": frozenset(),
    "used": frozenset(),
}
"""Every legal change of state."""

FINAL = frozenset(state for state, following in TRANSITIONS.items() if not following)
"""States that nothing follows."""


class IllegalTransition(ValueError):
    """The approval's state, or who asks, does not allow this step. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Approval:
    """One approval request and what has become of it.

    Attributes:
        request: What was asked.
        state: Where it stands; see :meth:`at` for the state at a moment.
        answers: Who said what, in order; one per human.
        groups: Groups that must be represented among those who say yes.
        members: Groups of each approver who has said yes.
        use_within: How long it may stay approved and unused.
        usable_until: Set when it is approved.
        changed_at: When it last changed.
        changed_by: Who changed it.
    """

    request: ApprovalRequest
    state: State = "pending"
    answers: tuple[ApprovalAnswer, ...] = ()
    groups: tuple[str, ...] = ()
    members: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False)
    use_within: timedelta = timedelta(minutes=10)
    usable_until: datetime | None = None
    changed_at: datetime | None = None
    changed_by: str = ""

    def at(self, now: datetime) -> Approval:
        """Return the approval as it stands at ``now``: expired when its time has run out."""
        limit = self.request.expires_at if self.state == "pending" else self.usable_until
        if self.state in ("pending", "approved") and limit is not None and now > limit:
            return self._become("expired", now, "")
        return self

    def answered(self, by: Principal, approved: bool, now: datetime, reason: str = "") -> Approval:
        """Add one human's answer.

        Raises:
            IllegalTransition: Not pending, the requester's own, an agent's, or a second answer.
        """
        current = self.at(now)
        if current.state != "pending":
            raise IllegalTransition(f"approval {self.request.id} is {current.state}; it takes no more answers")
        if not by.user:
            raise IllegalTransition("an answer needs the name of a human")
        if by.agent:
            raise IllegalTransition(f"{by.agent} is an agent, and agents do not approve")
        if by.user == self.request.principal.user:
            raise IllegalTransition(f"{by.user} asked for this and cannot answer it")
        if any(answer.approver == by.user for answer in self.answers):
            raise IllegalTransition(f"{by.user} has already answered")
        answer = ApprovalAnswer(approved=approved, approver=by.user, reason=reason, evidence={"level": by.level})
        current = replace(current, answers=(*self.answers, answer), changed_at=now, changed_by=by.user)
        if not approved:
            return current._become("denied", now, by.user)
        members = {**self.members, by.user: by.groups}
        current = replace(current, members=members)
        if quorum_met(members, max(self.request.approvals, 1), self.groups):
            return replace(current._become("approved", now, by.user), usable_until=now + self.use_within)
        return current

    def revoked(self, by: str, now: datetime) -> Approval:
        """Take it back. Raises IllegalTransition when it is used or over."""
        return self.at(now)._become("revoked", now, by)

    def claimed(self, digest: str, now: datetime) -> Approval:
        """Use it up for the one statement it was given for.

        Raises:
            IllegalTransition: Not approved, expired, used already, or another digest.
        """
        if digest != self.request.digest:
            raise IllegalTransition(
                f"approval {self.request.id} is for another statement, other parameters or another connection; "
                "ask again"
            )
        return self.at(now)._become("used", now, self.request.principal.user)

    def _become(self, state: State, now: datetime, by: str) -> Approval:
        if state not in TRANSITIONS[self.state]:
            raise IllegalTransition(f"approval {self.request.id} is {self.state} and cannot become {state}")
        return replace(self, state=state, changed_at=now, changed_by=by)
