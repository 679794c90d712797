"""The approvals of one shield: what the store says, checked, and used once.

A store is asked, never believed about more than it can know: what it has must be the request that this process made
(the text that approvers are shown is compared, by its digest), and where approvers are registered, what they signed.

Callers that poll (``approval.on_pending = "raise"``): the first call asks and raises ``ApprovalPending``; an identical
call later (same statement, parameters, connection, principal and policy, by the request's digest) uses the answer,
once. A refusal is told once, after which an identical call asks again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Thread
from typing import NamedTuple

from pcishield.approval.registry import Registry
from pcishield.approval.shown import shown_digest
from pcishield.approval.state import Approval, IllegalTransition
from pcishield.approval.store import ApprovalStore, NoSuchApproval, StoreUnavailable
from pcishield.core.decision import ApprovalAnswer, ApprovalRequest, Decision, Principal
from pcishield.exceptions import ApprovalExpired, PolicyViolation
from pcishield.runtime.approve import collect
from pcishield.typing import Approver, Clock

__all__ = ["Desk", "Told", "claim_step", "outcome", "settled"]


class Told(NamedTuple):
    """What became of a request: its answers, ``None`` while it is pending, and what of it the log has already."""

    request: ApprovalRequest
    answers: list[ApprovalAnswer] | None
    logged: tuple[str, ...] = ()


def settled(stored: Approval, request: ApprovalRequest, registry: Registry | None, now: datetime) -> Approval:
    """Return what a store has of ``request`` as it counts at ``now``.

    Args:
        stored: From the store.
        request: As this process made it.
        registry: Registered approvers; without them the store is believed.
        now: Timezone-aware.

    Raises:
        StoreUnavailable: The store has another request under this id.
    """
    if stored.request.digest != request.digest or shown_digest(stored.request) != shown_digest(request):
        raise StoreUnavailable(f"the approval queue shows another request under {request.id} than was made")
    approval = replace(stored, request=request)
    if registry is not None:
        return registry.verified(approval, now)
    if approval.glass_broken:
        raise StoreUnavailable("breaking the glass needs registered approvers (approval.approvers)")
    return approval.at(now)


def claim_step(request: ApprovalRequest, registry: Registry | None, now: datetime) -> Callable[[Approval], Approval]:
    """Return the step that uses an approval up, if it is good. The step raises IllegalTransition if not."""

    def step(stored: Approval) -> Approval:
        checked = settled(stored, request, registry, now)
        return checked.claimed(request.digest, now)

    return step


def outcome(approval: Approval) -> list[ApprovalAnswer] | None:
    """Return the answers of a settled approval with those that do not count; ``None`` while it is open."""
    said = [*approval.answers, *approval.voids]
    if approval.state in ("pending", "approved"):
        return None
    if approval.state == "used":
        # Whoever used it has its answers from the claim; here somebody else did, or it cannot be told who.
        return [*said, ApprovalAnswer(False, "the queue", "it was used by another call", at=approval.changed_at)]
    if approval.state == "revoked":
        return [*said, ApprovalAnswer(False, approval.changed_by or "somebody", "revoked", at=approval.changed_at)]
    if approval.state == "denied" and all(answer.approved or answer.void for answer in said):
        # The store says so and no signature does: somebody wants it refused, and gets it.
        return [*said, ApprovalAnswer(False, approval.changed_by or "the queue", "refused without a valid signature")]
    return said


class Desk:
    """Where a shield's approvals are.

    Args:
        store: Keeps them.
        approver: Is asked; ``None`` when nobody is.
        clock: Tells the time.
        registry: Registered approvers.
        use_within: How long an approval may stay unused.
        queued: Whether answers come through the store alone, so that nobody else has to be asked.
    """

    def __init__(
        self,
        store: ApprovalStore,
        approver: Approver | None,
        clock: Clock,
        *,
        registry: Registry | None = None,
        use_within: timedelta = timedelta(minutes=10),
        queued: bool = False,
    ) -> None:
        self.store = store
        self.approver = approver
        self.registry = registry
        self.use_within = use_within
        self._clock = clock
        self._queued = queued

    def poll(self, fresh: ApprovalRequest, decision: Decision, made: Callable[[ApprovalRequest], object]) -> Told:
        """Use the approval of an earlier, identical call, or ask without waiting.

        Args:
            fresh: The request as it would be made now.
            decision: The policy's, which asks.
            made: Called with ``fresh`` when it is asked, before anybody sees it.

        Raises:
            StoreUnavailable: Nothing was asked or used.
        """
        now = self._clock.now()
        claimed = self.store.claim(fresh.digest, lambda stored: self._claimed(stored, fresh, now))
        if claimed is not None:
            return Told(claimed.request, [*claimed.answers, *claimed.voids], claimed.logged)
        for stored in self.store.find(fresh.digest):
            request = _as_made(stored.request, fresh)
            if _too_long(request, fresh):
                continue
            approval = settled(stored, request, self.registry, now)
            if approval.state == "pending":
                return Told(request, None)
            if approval.state in ("denied", "revoked") and self._first_to_tell(request.id):
                return Told(request, outcome(approval), stored.logged)
        made(fresh)
        self.store.add(Approval(fresh, use_within=self.use_within))
        if not self._queued:
            self._ask_behind(fresh, decision)
        return Told(fresh, None)

    def keep(self, request: ApprovalRequest, answers: list[ApprovalAnswer]) -> None:
        """Keep what a caller waited for, when it is a grant: later statements may use it."""
        if not any(answer.scope is not None for answer in answers):
            return
        now = self._clock.now()
        approval = Approval(request, use_within=self.use_within)
        for answer in answers:
            approval = _with(approval, answer, now)
        if approval.scope is not None:
            self.store.add(approval.leased(1, 0, now))

    def _claimed(self, stored: Approval, fresh: ApprovalRequest, now: datetime) -> Approval:
        request = _as_made(stored.request, fresh)
        if _too_long(request, fresh):
            raise IllegalTransition(f"approval {request.id} was asked for with more time than there may be")
        return claim_step(request, self.registry, now)(stored)

    def _first_to_tell(self, id: str) -> bool:
        def step(stored: Approval) -> Approval:
            if stored.told:
                raise IllegalTransition("told already")
            return replace(stored, told=True)

        try:
            self.store.change(id, step)
        except IllegalTransition:
            return False
        return True

    def _ask_behind(self, request: ApprovalRequest, decision: Decision) -> None:
        def work() -> None:
            try:
                answers = collect(self.approver, request, decision, self._clock)
            except ApprovalExpired:
                return
            except PolicyViolation as error:
                answers = [ApprovalAnswer(False, "nobody", str(error))]
            now = self._clock.now()
            for answer in answers:
                try:
                    self.store.change(request.id, lambda stored, answer=answer: _with(stored, answer, now))  # type: ignore[misc]
                except (IllegalTransition, NoSuchApproval, StoreUnavailable):
                    return

        Thread(target=copy_context().run, args=(work,), name="pcishield-approval", daemon=True).start()


def _with(approval: Approval, answer: ApprovalAnswer, now: datetime) -> Approval:
    by = Principal(answer.approver, groups=answer.groups, level="explicit")
    if answer.void:
        return approval.voided(answer, answer.void)
    try:
        if answer.break_glass:
            return approval.break_glass(by, answer.groups, answer.reason, now, evidence=answer.evidence)
        return approval.answered(by, answer.approved, now, answer.reason, scope=answer.scope, evidence=answer.evidence)
    except IllegalTransition as error:
        return approval.voided(answer, str(error))


def _as_made(stored: ApprovalRequest, fresh: ApprovalRequest) -> ApprovalRequest:
    """Return ``fresh`` as it was made earlier: only what differs between identical calls is taken from the store."""
    return replace(
        fresh, id=stored.id, requested_at=stored.requested_at, expires_at=stored.expires_at, estimate=stored.estimate
    )


def _too_long(request: ApprovalRequest, fresh: ApprovalRequest) -> bool:
    return request.expires_at - request.requested_at > fresh.expires_at - fresh.requested_at
