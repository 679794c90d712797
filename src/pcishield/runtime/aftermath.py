"""What becomes of approvals that nobody waits for any more, brought into the audit log all the same.

Whoever asks records what it is told. Some of it nobody is told: an answer that comes late or after the asking process
has ended, a request that ran out when that process was killed, an approval that was never used, a grant that was taken
back, the review of a broken glass. The queue keeps it, with marks of what is in a log; every process of the queue looks
through it now and then and at its end, and records what has no mark.

Order: recorded first, marked after, under the store's lock. A crash between the two records it twice, never not at all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, NamedTuple

from pcishield.approval.registry import Registry
from pcishield.approval.shown import shown_digest
from pcishield.approval.state import FINAL, Approval, IllegalTransition
from pcishield.approval.store import ApprovalStore, NoSuchApproval, StoreUnavailable
from pcishield.core.decision import ApprovalAnswer, ApprovalRequest
from pcishield.runtime.actor import actor_fields
from pcishield.typing import Clock

__all__ = ["Aftermath", "answer_mark", "answer_record", "ended", "request_fields"]

_GRACE = timedelta(seconds=60)
"""How long after its end a request is left to the process that asked, which knows more about it."""
_PAUSE = 60.0
"""Seconds between two looks through the whole queue."""
_KEPT = 1000
"""Requests of this process that are remembered; others are found in the queue like those of any process."""


class Fact(NamedTuple):
    """Something that has to be in the log once: its mark, and the record."""

    mark: str
    type: str
    outcome: str
    approval: dict[str, Any]


class Aftermath:
    """The part of one shield.

    Args:
        store: Where approvals are.
        registry: Registered approvers; without them the store is believed.
        clock: Tells the time.
        append: Writes a durable record: type and fields.
        base: Makes the fields that say which process writes.
        text: Makes a text fit for a record.
    """

    def __init__(
        self,
        store: ApprovalStore,
        registry: Registry | None,
        clock: Clock,
        append: Callable[[str, dict[str, Any]], object],
        base: Callable[[], dict[str, Any]],
        text: Callable[[str], str],
    ) -> None:
        self._store = store
        self._registry = registry
        self._clock = clock
        self._append = append
        self._base = base
        self._text = text
        self._lock = Lock()
        self._noted: dict[str, set[str]] = {}
        self._next: float | None = None

    def note(self, id: str, marks: Iterable[str]) -> None:
        """Mark what this process has recorded about a request of its own; raises nothing of a store.

        Args:
            id: The request.
            marks: Of what is recorded; none of a request that is pending, whose end is recorded without delay then.
        """
        with self._lock:
            while len(self._noted) >= _KEPT:
                self._noted.pop(next(iter(self._noted)))
            self._noted.setdefault(id, set()).update(marks)
            known = bool(self._noted[id])
        if known:
            self._bring(id)

    def look(self, *, now: bool = False) -> None:
        """Record what has no mark, if it is time to look, or ``now``; raises nothing of a store.

        Raises:
            AuditUnavailable: It could not be recorded; it is tried again.
        """
        with self._lock:
            if not now and self._next is not None and time.monotonic() < self._next:
                return
            self._next = time.monotonic() + _PAUSE
            noted = list(self._noted)
        for id in noted:
            self._bring(id)
        moment = self._clock.now()
        try:
            found = self._store.entries()
        except StoreUnavailable:
            return
        for stored in found:
            over = ended(stored, moment)
            if over is not None and (stored.logged or over + _GRACE < moment) and self._missing(stored, moment):
                self._bring(stored.request.id)

    def close(self) -> None:
        """Look once more, if this process has ever asked: one that did not has no business with the store."""
        if self._next is not None:
            self.look(now=True)

    def _bring(self, id: str) -> None:
        done = bool(self._noted.get(id))

        def step(stored: Approval) -> Approval:
            nonlocal done
            moment = self._clock.now()
            marks = set(stored.logged) | self._noted.get(id, set())
            # As long as it is open, what is not marked yet is the business of the process that asks.
            over = ended(stored, moment) is not None
            missing = self._missing(stored, moment, marks) if over else []
            for fact in missing:
                fields = self._fields(stored.request) | {"outcome": fact.outcome, "approval": fact.approval}
                self._append(fact.type, fields)
                marks.add(fact.mark)
            done = done or over
            if marks == set(stored.logged):
                raise IllegalTransition("all of it is in the log")
            return replace(stored, logged=tuple(sorted(marks)))

        try:
            self._store.change(id, step)
        except IllegalTransition:
            pass
        except NoSuchApproval:
            done = True
        except StoreUnavailable:
            return  # kept for the next look
        if done:
            with self._lock:
                self._noted.pop(id, None)

    def _missing(self, stored: Approval, moment: datetime, marks: Iterable[str] | None = None) -> list[Fact]:
        known = set(stored.logged if marks is None else marks)
        checked = stored if self._registry is None else self._registry.verified(stored, moment)
        return [fact for fact in self._facts(replace(checked, review=stored.review, reviewed_by=stored.reviewed_by),
                                             moment) if fact.mark not in known]  # fmt: skip

    def _facts(self, approval: Approval, moment: datetime) -> Iterator[Fact]:
        text, fields = self._text, request_fields(approval.request)
        for answer in (*approval.answers, *approval.voids):
            type, outcome, said = answer_record(answer, text)
            yield Fact(answer_mark(answer), type, outcome, fields | said)
        state, at = approval.at(moment).state, ended(approval, moment)
        if state in ("expired", "revoked"):
            said = {} if at is None else {"at": at.isoformat()}
            if state == "revoked" and approval.changed_by:
                said["approver"] = text(approval.changed_by)
            outcome = "failure" if state == "expired" else "cancelled"
            yield Fact(f"={state}", f"approval.{state}", outcome, fields | said)
        if approval.glass_broken:
            yield Fact("=glass", "approval.break_glass", "success", fields)
            yield Fact("=task", "review.task", "pending", fields)
        if approval.reviewed_by:
            said = {"approver": text(approval.reviewed_by), "reason": text(approval.review)}
            yield Fact("=reviewed", "review.closed", "success", fields | said)

    def _fields(self, request: ApprovalRequest) -> dict[str, Any]:
        """Say whose request it was and who records it; the store's word for the former."""
        return self._base() | {
            "actor": actor_fields(replace(request.principal, level="explicit"), self._text),
            "db": {"name": self._text(request.database), "server": self._text(request.connection)},
        }


def ended(approval: Approval, moment: datetime) -> datetime | None:
    """Return since when an approval is over, ``None`` while it is open."""
    if approval.at(moment).state not in FINAL:
        return None
    if approval.state in FINAL:
        return approval.changed_at or approval.request.expires_at
    return approval.usable_until or approval.request.expires_at


def answer_mark(answer: ApprovalAnswer) -> str:
    """Name an answer: one human answers once at a time."""
    return f"{answer.approver} {'' if answer.at is None else answer.at.isoformat()}"


def request_fields(request: ApprovalRequest) -> dict[str, Any]:
    """Return what every record about a request has."""
    return {"id": request.id, "digest": request.digest, "shown": shown_digest(request)}


class Said(NamedTuple):
    """The record of an answer."""

    type: str
    outcome: str
    approval: dict[str, Any]


def answer_record(answer: ApprovalAnswer, text: Callable[[str], str]) -> Said:
    """Return the record of an answer; ``text`` makes a text fit for one."""
    fields: dict[str, Any] = {"approver": text(answer.approver)}
    reason = "; ".join(filter(None, (answer.void, answer.reason)))
    if reason:
        fields["reason"] = text(reason)
    if answer.at is not None:
        fields["at"] = answer.at.isoformat()
    if answer.groups:
        fields["groups"] = sorted(map(text, answer.groups))
    if answer.evidence:
        # An ID token opens doors elsewhere; its digest is there as token_token.
        shown = {key: value for key, value in answer.evidence.items() if key != "token"}
        fields["evidence"] = {text(str(k)): text(str(v)) for k, v in shown.items()}
    if answer.void:
        return Said("approval.void", "failure", fields)
    return (
        Said("approval.granted", "success", fields) if answer.approved else Said("approval.denied", "failure", fields)
    )
