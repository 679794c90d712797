"""The approval of one operation: the request, who is asked, what they said, and a record of each.

Order: a rule of the policy that answers by itself; a grant that covers the statement; then people. Every answer is
recorded with what it rests on before it is judged, those that do not count as well. After a yes the request's digest is
worked out again: parameters that were changed meanwhile are not those that were approved.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from pcishield.approval import binding_digest
from pcishield.approval.grants import Question
from pcishield.approval.shown import shown
from pcishield.approval.store import StoreUnavailable
from pcishield.core.decision import ApprovalAnswer, ApprovalRequest, Decision, Principal
from pcishield.exceptions import ApprovalDenied, ApprovalExpired, ApprovalPending
from pcishield.runtime.aftermath import answer_mark, answer_record, request_fields
from pcishield.runtime.approve import collect, collect_async, judge
from pcishield.runtime.desk import Told
from pcishield.runtime.held import HeldGrant
from pcishield.runtime.parameters import Unbindable, canonical, told

if TYPE_CHECKING:
    from pcishield.runtime.operation import Operation

__all__ = ["Asking"]

_UNCOUNTED = frozenset({"export", "import"})


class Asking:
    """Asks for one operation.

    Args:
        operation: Judged already.
        decision: The policy's answer to it, which asks.
    """

    def __init__(self, operation: Operation, decision: Decision) -> None:
        self._operation = operation
        self.decision = decision
        self._parts = operation.session.parts
        self._estimate: int | None = None
        self._refused = False
        self.request: ApprovalRequest | None = None
        self._marks: set[str] = set()

    def ask(self) -> Sequence[ApprovalAnswer] | HeldGrant:
        """Ask and wait; return what approves."""
        if self.decision.auto:
            return self._automatic()
        try:
            self._parts.aftermath.look()
            if (grant := self._grant()) is not None:
                return grant
            if self.decision.estimate and (estimate := self._operation.session.estimate) is not None:
                self._estimate = estimate(self._operation.sql, self._operation.parameters)
            if self._parts.polls:
                return self._told(self._poll())
            request = self._made(self._request())
            return self._judged(request, collect(self._parts.desk.approver, request, self.decision, self._parts.clock))
        except BaseException as error:
            self._failed(error)
            raise self._refusal(error) from error.__cause__
        finally:
            if self._marks and self.request is not None:
                self._parts.aftermath.note(self.request.id, self._marks)

    async def aask(self) -> Sequence[ApprovalAnswer] | HeldGrant:
        """Ask and await; return what approves."""
        if self.decision.auto:
            return self._automatic()
        try:
            await asyncio.to_thread(self._parts.aftermath.look)
            if (grant := await asyncio.to_thread(self._grant)) is not None:
                return grant
            if self.decision.estimate and (estimate := self._operation.session.aestimate) is not None:
                self._estimate = await estimate(self._operation.sql, self._operation.parameters)
            if self._parts.polls:
                return self._told(await asyncio.to_thread(self._poll))
            request = self._made(self._request())
            return self._judged(
                request, await collect_async(self._parts.desk.approver, request, self.decision, self._parts.clock)
            )
        except BaseException as error:
            self._failed(error)
            raise self._refusal(error) from error.__cause__
        finally:
            if self._marks and self.request is not None:
                await asyncio.shield(asyncio.to_thread(self._parts.aftermath.note, self.request.id, self._marks))

    # Ways to an answer

    def _automatic(self) -> list[ApprovalAnswer]:
        request = self._made(self._request())
        answer = ApprovalAnswer(
            True, f"policy:{self.decision.auto}", self.decision.policy, {"channel": "policy"},
            at=self._parts.clock.now(),
        )  # fmt: skip
        self._record(request, answer)
        return [answer]

    def _grant(self) -> HeldGrant | None:
        operation, decision = self._operation, self.decision
        statement, session = operation.statement, operation.session
        assert statement is not None and operation.known is not None
        mask = self._parts.record_text
        question = Question(
            principal=self._principal(),
            fingerprint=statement.fingerprint,
            tables=tuple(mask(str(table)) for table in statement.tables()),
            actions=statement.actions,
            hazards=statement.hazard_ids,
            classes=frozenset(operation.known.classes.values()),
            connection=session.address,
            policy=decision.policy,
            rule=decision.rule,
            approvals=decision.approvals,
            groups=decision.approver_groups,
            counted=not statement.actions & _UNCOUNTED,
        )
        return self._parts.grants.look(question, _uses(operation))

    def _poll(self) -> Told:
        return self._parts.desk.poll(self._request(), self.decision, self._made)

    def _told(self, told: Told) -> list[ApprovalAnswer]:
        self.request = told.request
        if told.answers is None:
            self._parts.aftermath.note(told.request.id, ())
            raise ApprovalPending(
                f"{self.decision.reason}: approval {told.request.id} is pending. Repeat the identical statement once "
                "it is given.",
                request_id=told.request.id,
                decision=self.decision,
            )
        # Its time to be answered is over by now; its time to be used was looked at when it was claimed.
        in_time = replace(told.request, expires_at=self._parts.clock.now() + timedelta(seconds=1))
        return self._judged(in_time, told.answers, told.logged, polled=True)

    # Judging

    def _judged(
        self,
        request: ApprovalRequest,
        answers: list[ApprovalAnswer],
        logged: Sequence[str] = (),
        *,
        polled: bool = False,
    ) -> list[ApprovalAnswer]:
        answers = [self._clean(answer) for answer in answers]
        for answer in answers:
            self._refused = self._refused or not (answer.approved or answer.void)
            if answer_mark(answer) not in logged:
                self._record(request, answer)
        good = judge(answers, request, self.decision, self._parts.clock)
        if self._digest() != request.digest:
            raise ApprovalDenied(
                f"{self.decision.reason}: the parameters were changed while approval {request.id} was asked for",
                decision=self.decision,
            )
        if any(answer.break_glass for answer in good):
            self._glass_broken(request, good)
        elif not polled:
            self._parts.desk.keep(request, good)
        return good

    def _clean(self, answer: ApprovalAnswer) -> ApprovalAnswer:
        texts = [answer.approver, answer.reason, *map(str, answer.evidence.values())]
        if answer.void or not any(map(self._parts.masker.contains_pan, texts)):
            return answer
        return replace(answer, reason="", evidence={}, void="the answer holds card data")

    def _glass_broken(self, request: ApprovalRequest, answers: list[ApprovalAnswer]) -> None:
        """Alert at once, and leave a task to look at it. What cannot be told to anybody does not run."""
        who = ", ".join(answer.approver for answer in answers if answer.break_glass)
        why = "; ".join(answer.reason for answer in answers if answer.break_glass)
        text = self._parts.record_text
        approval = request_fields(request) | {"approver": text(who), "reason": text(why)}
        self._append("approval.break_glass", {"approval": approval}, "success")
        self._append("review.task", {"approval": approval}, "pending")
        self._marks |= {"=glass", "=task"}
        try:
            self._parts.alert(f"{who} broke the glass: {why}\n{shown(request)}")
        except Exception as error:
            raise ApprovalDenied(
                f"{self.decision.reason}: the glass was broken and the alert failed with {type(error).__name__}",
                decision=self.decision,
            ) from error

    # The request

    def _request(self) -> ApprovalRequest:
        operation, parts, decision = self._operation, self._parts, self.decision
        session, statement = operation.session, operation.statement
        assert statement is not None and operation.known is not None
        now = parts.clock.now()
        mask = parts.record_text
        return ApprovalRequest(
            id=uuid4().hex,
            template=mask(statement.template),
            summary=mask(statement.summary),
            fingerprint=statement.fingerprint,
            digest=self._digest(),
            tables=tuple(mask(str(table)) for table in statement.tables()),
            hazards=tuple(sorted(statement.hazard_ids)),
            actions=tuple(sorted(statement.actions)),
            classes=tuple(sorted(set(operation.known.classes.values()))),
            principal=self._principal(),
            database=mask(session.database),
            rule=decision.rule,
            reason=mask(decision.reason),
            requested_at=now,
            expires_at=now + timedelta(seconds=parts.approval_seconds),
            approvals=decision.approvals,
            groups=decision.approver_groups,
            policy=decision.policy,
            connection=session.address,
            parameters=told(operation.parameters, operation.many),
            estimate=self._estimate,
        )

    def _principal(self) -> Principal:
        """Return who asks, as others may read it."""
        principal, _ = self._operation.session.principal()
        mask = self._parts.record_text
        return replace(
            principal,
            user=mask(principal.user),
            agent=mask(principal.agent),
            session=mask(principal.session),
            reason=mask(principal.reason),
            groups=frozenset(map(mask, principal.groups)),
            attributes={mask(str(key)): mask(str(value)) for key, value in principal.attributes.items()},
        )

    def _made(self, request: ApprovalRequest) -> ApprovalRequest:
        """Record the request before anybody sees it."""
        self.request = request
        approval = request_fields(request) | {
            "expires": request.expires_at.isoformat(),
            "needed": request.approvals,
            "groups": list(request.groups),
        }
        if request.estimate is not None:
            approval["estimate"] = request.estimate
        self._append("approval.requested", {"approval": approval}, "pending", described=True)
        return request

    def _digest(self) -> str:
        operation = self._operation
        principal, _ = operation.session.principal()
        try:
            parameters = canonical(operation.parameters)
        except Unbindable as error:
            raise ApprovalDenied(
                f"{self.decision.reason}: {error}, so an approval cannot be bound to it. Pass plain values.",
                decision=self.decision,
            ) from None
        return binding_digest(
            self._parts.secret,
            (
                operation.sql, parameters, str(operation.many), operation.session.address, self.decision.policy,
                principal.user, principal.agent, principal.level, principal.reason,
                str(getattr(principal, "ticket", "")), repr(sorted(map(str, principal.attributes.items()))),
            ),
        )  # fmt: skip

    # Records

    def _record(self, request: ApprovalRequest, answer: ApprovalAnswer) -> None:
        kind, outcome, fields = answer_record(answer, self._parts.record_text)
        self._append(kind, {"approval": request_fields(request) | fields}, outcome)
        self._marks.add(answer_mark(answer))

    def _failed(self, error: BaseException) -> None:
        """Record how the asking ended, when it was not an answer that ended it."""
        request = self.request
        if request is None or isinstance(error, ApprovalPending):
            return
        details = {"approval": request_fields(request), "error": {"class": type(error).__name__}}
        if isinstance(error, ApprovalExpired):
            self._append("approval.expired", details, "failure")
            self._marks.add("=expired")
        elif isinstance(error, Exception):
            if self._refused:
                return
            self._append("approval.denied", details, "failure")
        else:
            self._append("approval.revoked", details, "cancelled")
            self._marks.add("=revoked")

    def _refusal(self, error: BaseException) -> BaseException:
        if isinstance(error, StoreUnavailable):
            return ApprovalDenied(f"{self.decision.reason}: {error}, which counts as a refusal", decision=self.decision)
        return error

    def _append(self, kind: str, fields: dict[str, Any], outcome: str, *, described: bool = False) -> None:
        operation = self._operation
        base = operation.described(self.decision, outcome) if described else operation.plain_fields(outcome)
        self._parts.log.append(kind, base | fields, durable=True)


def _uses(operation: Operation) -> int:
    return max(len(operation.parameters), 1) if operation.many else 1
