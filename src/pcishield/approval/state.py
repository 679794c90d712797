"""The life of one approval: pending → approved → used, or denied, expired, revoked on the way.

Rules:

- Legal transitions only; each returns a new object, so that a store can compare and swap.
- The requester never approves; an agent never approves; one human answers once. Names are compared as people read
  them: letter case, width and spaces around them make no other human.
- Pending ends at ``request.expires_at``; approved and unused ends at ``usable_until``. Both are checked at
  every step, not by a sweeper alone: a late step finds the approval expired.
- A claim uses up the approval. It must name the digest that was approved (see :mod:`pcishield.approval.binding`).
- With a scope it is a grant: statements and rows are leased from it until they are spent, it is revoked or it ends.
- Breaking the glass is no approval but an action of its own: one human of a group that may, with a reason, in the place
  of the whole quorum. It leaves a review open that another human has to close.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from pcishield.approval.grants import Grant, narrowest, scope_problem
from pcishield.approval.quorum import quorum_met
from pcishield.core.decision import ApprovalAnswer, ApprovalRequest, Principal, Scope

__all__ = ["FINAL", "TRANSITIONS", "Approval", "IllegalTransition", "State", "same_human"]

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

MAX_VOIDS = 32
"""Answers that do not count and are kept all the same; further ones are only counted."""


class IllegalTransition(ValueError):
    """The approval's state, or who asks, does not allow this step. Nothing was changed."""


def same_human(one: str, other: str) -> bool:
    """Tell whether two names are one human's: ``Maria`` and ``maria``, with or without spaces around them, are."""
    return _folded(one) == _folded(other)


@dataclass(frozen=True, slots=True)
class Approval:
    """One approval request and what has become of it.

    Attributes:
        request: What was asked.
        state: Where it stands; see :meth:`at` for the state at a moment.
        answers: Who said what, in order; one per human.
        voids: Answers that do not count, with the reason in their ``void``.
        voids_dropped: How many more of those came.
        scope: What is approved, once it is, beyond the one statement; ``None`` for a single use.
        use_within: How long it may stay approved and unused.
        usable_until: Set when it is approved.
        leased_uses: Statements of the scope that were handed to a process.
        leased_rows: Rows likewise.
        glass_broken: Whether it was approved by breaking the glass.
        reviewed_by: Who looked at the broken glass afterwards.
        review: What they found.
        told: Whether a caller that polls was told of the refusal.
        logged: What of it is in an audit log, as :mod:`pcishield.runtime.aftermath` names it.
        changed_at: When it last changed.
        changed_by: Who changed it.
    """

    request: ApprovalRequest
    state: State = "pending"
    answers: tuple[ApprovalAnswer, ...] = ()
    voids: tuple[ApprovalAnswer, ...] = ()
    voids_dropped: int = 0
    scope: Scope | None = None
    use_within: timedelta = timedelta(minutes=10)
    usable_until: datetime | None = None
    leased_uses: int = 0
    leased_rows: int = 0
    glass_broken: bool = False
    reviewed_by: str = ""
    review: str = ""
    told: bool = False
    logged: tuple[str, ...] = ()
    changed_at: datetime | None = None
    changed_by: str = ""

    def at(self, now: datetime) -> Approval:
        """Return the approval as it stands at ``now``: expired when its time has run out."""
        limit = self.request.expires_at if self.state == "pending" else self.usable_until
        if self.state in ("pending", "approved") and limit is not None and now > limit:
            return self._become("expired", now, "")
        return self

    def answered(
        self,
        by: Principal,
        approved: bool,
        now: datetime,
        reason: str = "",
        *,
        scope: Scope | None = None,
        evidence: Mapping[str, Any] | None = None,
    ) -> Approval:
        """Add one human's answer.

        Args:
            by: The human; ``agent`` must be empty.
            approved: Yes or no.
            now: Timezone-aware.
            reason: Free text.
            scope: What a yes is for beyond the one statement.
            evidence: What the answer rests on.

        Raises:
            IllegalTransition: Not pending, the requester's own, an agent's, a second answer, or an impossible scope.
        """
        current = self._open_to(by, now)
        if scope is not None and (problem := scope_problem(scope)):
            raise IllegalTransition(problem)
        answer = ApprovalAnswer(
            approved=approved, approver=by.user, reason=reason, scope=scope if approved else None, at=now,
            evidence=dict(evidence or {}) | {"level": by.level}, groups=by.groups,
        )  # fmt: skip
        current = replace(current, answers=(*current.answers, answer), changed_at=now, changed_by=by.user)
        if not approved:
            return current._become("denied", now, by.user)
        members = {one.approver: one.groups for one in current.answers if one.approved}
        if quorum_met(members, max(self.request.approvals, 1), self.request.groups):
            return current._approve(narrowest([one.scope for one in current.answers]), now, by.user)
        return current

    def break_glass(
        self,
        by: Principal,
        allowed: frozenset[str],
        reason: str,
        now: datetime,
        *,
        evidence: Mapping[str, Any] | None = None,
    ) -> Approval:
        """Let the statement run once without the quorum, in an emergency.

        Args:
            by: The human.
            allowed: Groups that may; one of them must be the human's.
            reason: Mandatory.
            now: Timezone-aware.
            evidence: What the action rests on.

        Raises:
            IllegalTransition: Not pending, the requester, an agent, nobody of those groups, or no reason.
        """
        current = self._open_to(by, now, again=True)
        if not reason.strip():
            raise IllegalTransition("breaking the glass needs a reason")
        if not by.groups & allowed:
            raise IllegalTransition(f"{by.user} is in none of the groups that may break the glass")
        answer = ApprovalAnswer(
            approved=True, approver=by.user, reason=reason, at=now, evidence=dict(evidence or {}) | {"level": by.level},
            groups=by.groups, break_glass=True,
        )  # fmt: skip
        current = replace(current, answers=(*current.answers, answer), glass_broken=True)
        return current._approve(None, now, by.user)

    def voided(self, answer: ApprovalAnswer, why: str) -> Approval:
        """Keep an answer that does not count, for the record. The state stays."""
        if len(self.voids) >= MAX_VOIDS:
            return replace(self, voids_dropped=self.voids_dropped + 1)
        return replace(self, voids=(*self.voids, replace(answer, void=why)))

    def revoked(self, by: str, now: datetime) -> Approval:
        """Take it back. Raises IllegalTransition when it is used or over."""
        return self.at(now)._become("revoked", now, by)

    def claimed(self, digest: str, now: datetime) -> Approval:
        """Use it up for the one statement it was given for; a grant has one statement less.

        Raises:
            IllegalTransition: Not approved, expired, used already, or another digest.
        """
        if digest != self.request.digest:
            raise IllegalTransition(
                f"approval {self.request.id} is for another statement, other parameters or another connection; "
                "ask again"
            )
        if self.scope is not None:
            return self.leased(1, 0, now)
        return self.at(now)._become("used", now, self.request.principal.user)

    def grant(self) -> Grant | None:
        """Return it as a grant, ``None`` when it is for a single use."""
        return Grant(self.request, self.scope) if self.scope is not None else None

    @property
    def uses_left(self) -> int:
        """Statements of the scope that nobody has leased."""
        return self.scope.uses - self.leased_uses if self.scope is not None else 0

    @property
    def rows_left(self) -> int | None:
        """Rows of the scope that nobody has leased, ``None`` when they are not counted."""
        return None if self.scope is None or self.scope.rows is None else self.scope.rows - self.leased_rows

    def leased(self, uses: int, rows: int, now: datetime) -> Approval:
        """Hand statements and rows of a grant to a process; negative amounts give back what was not spent.

        Raises:
            IllegalTransition: No grant, not in force at ``now``, or less is left.
        """
        current = self.at(now)
        grant = current.grant()
        if grant is None or current.state != "approved":
            raise IllegalTransition(f"approval {self.request.id} is {current.state} and grants nothing")
        if (uses > 0 or rows > 0) and not grant.open_at(now):
            raise IllegalTransition(f"grant {self.request.id} may only be used in its window: {grant.scope.window}")
        left = current.rows_left
        if uses > current.uses_left or (left is not None and rows > left):
            raise IllegalTransition(f"grant {self.request.id} is used up")
        return replace(
            current,
            leased_uses=max(current.leased_uses + uses, 0),
            leased_rows=max(current.leased_rows + rows, 0),
            changed_at=now,
            changed_by=self.request.principal.user,
        )

    def reviewed(self, by: Principal, finding: str, now: datetime) -> Approval:
        """Close the review that breaking the glass has left open.

        Raises:
            IllegalTransition: There is none, it is closed, or the reviewer took part.
        """
        if not self.glass_broken or self.reviewed_by:
            raise IllegalTransition(f"approval {self.request.id} has no open review")
        if by.agent or not by.user or not finding.strip():
            raise IllegalTransition("a review needs a human and a finding")
        took_part = [self.request.principal.user, *(one.approver for one in self.answers)]
        if any(same_human(by.user, one) for one in took_part):
            raise IllegalTransition(f"{by.user} took part and cannot review it")
        return replace(self, reviewed_by=by.user, review=finding, changed_at=now, changed_by=by.user)

    def _open_to(self, by: Principal, now: datetime, *, again: bool = False) -> Approval:
        current = self.at(now)
        if current.state != "pending":
            raise IllegalTransition(f"approval {self.request.id} is {current.state}; it takes no more answers")
        if not by.user.strip():
            raise IllegalTransition("an answer needs the name of a human")
        if by.agent:
            raise IllegalTransition(f"{by.agent} is an agent, and agents do not approve")
        if same_human(by.user, self.request.principal.user):
            raise IllegalTransition(f"{by.user} asked for this and cannot answer it")
        if not again and any(same_human(one.approver, by.user) for one in self.answers):
            raise IllegalTransition(f"{by.user} has already answered")
        return current

    def _approve(self, scope: Scope | None, now: datetime, by: str) -> Approval:
        until = now + self.use_within if scope is None else scope.not_after
        return replace(self._become("approved", now, by), usable_until=until, scope=scope)

    def _become(self, state: State, now: datetime, by: str) -> Approval:
        if state not in TRANSITIONS[self.state]:
            raise IllegalTransition(f"approval {self.request.id} is {self.state} and cannot become {state}")
        return replace(self, state=state, changed_at=now, changed_by=by)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()
