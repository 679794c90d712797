"""One statement on its way: the record fields and the answers that the core flow asks for.

An operation is made per call that sends SQL, run once, and then stands for the result while rows are
fetched. Its RESULT is written when the outcome is complete: at once for statements without rows, else when
the cursor is exhausted, closed or used again, or after a moment (``Parts.linger``); what is fetched after
that goes into a FETCH summary.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from pcishield.approval import binding_digest
from pcishield.audit.canonical import Preencoded
from pcishield.audit.sanitise import sanitise_error
from pcishield.core.decision import ApprovalAnswer, ApprovalRequest, Context, Decision, Principal
from pcishield.core.effects import AppendRecord
from pcishield.core.result import ResultColumn
from pcishield.exceptions import ApprovalExpired, ApprovalPending, LimitExceeded, MaskingError, PolicyViolation
from pcishield.runtime.approve import ask, ask_async
from pcishield.runtime.budgets import Meter, budgeted, size_of
from pcishield.runtime.filled import Filled
from pcishield.runtime.known import KnownStatement
from pcishield.runtime.parameters import described, harmless, shape
from pcishield.runtime.pending import PendingApprovals
from pcishield.runtime.result import ResultGuard
from pcishield.statement.facts import Statement

if TYPE_CHECKING:
    from pcishield.runtime.session import Session

__all__ = ["Operation"]


class Operation:
    """See the module's text. Attributes ``statement`` and ``decision`` are there once it has been judged.

    ``sources``, when a driver sets it, has for each statement of the text the one that its rows really come from.
    """

    __slots__ = (
        "__weakref__", "_abandoned", "_bytes", "_error", "_guards", "_known", "_meter", "_pan", "_pending",
        "_reported", "_request_id", "_rowcount", "_started", "attempt_id", "decision", "many", "method", "parameters",
        "session", "sources", "sql", "statement", "waits_for_disk",
    )  # fmt: skip

    def __init__(self, session: Session, sql: str, parameters: Any, method: str, many: bool) -> None:
        self.session = session
        self.sql = sql
        self.parameters = parameters
        self.method = method
        self.many = many
        self.attempt_id = ""
        self.statement: Statement | None = None
        self.decision: Decision | None = None
        self.sources: Sequence[Statement | None] | None = None
        self.waits_for_disk = session.parts.waits_for_disk
        self._known: KnownStatement | None = None
        self._guards: list[ResultGuard] = []
        self._bytes = 0
        self._meter: Meter | None = None
        self._pan = False
        self._abandoned = False
        self._pending = False
        self._reported = 0
        self._request_id = ""
        self._started = 0
        self._rowcount: int | None = None
        self._error: dict[str, Any] | None = None

    # What drivers call

    def pending(self, returns_rows: bool) -> None:
        """Say, before the driver's call returns, whether rows will be fetched: then RESULT waits for them."""
        self._pending = returns_rows

    def result(self, columns: Sequence[ResultColumn], part: int | None = None) -> ResultGuard:
        """Return the guard for one result set; call it once per result set.

        Args:
            columns: Of the result set.
            part: Of several statements in one text, the position of the one whose result it is; without it,
                what touches classified tables is redacted whole.
        """
        assert self._known is not None and self.decision is not None, "run the operation first"
        source = None
        if self.sources is not None:
            if part is None and len(self.sources) > 1:
                raise self.session.bind(MaskingError("it cannot be told which statement these rows are of"))
            source = self.sources[part or 0]
        plan = self._known.plan(columns, self.decision, self.session.parts.masker, part, source)
        guard = ResultGuard(self, plan, columns)
        self._guards.append(guard)
        return guard

    def finish(self, rowcount: int | None = None) -> None:
        """Say that nothing more will be fetched: the RESULT or the FETCH summary is written. Idempotent."""
        if rowcount is not None and rowcount >= 0:
            self._rowcount = rowcount
        if self._pending:
            self._pending = False
            self._append_result()
        elif self.attempt_id and (fetched := self._fetched()) > self._reported:
            fields = self._fields("success") | self._counts()
            fields["rows"] = fetched - self._reported
            self._reported = fetched
            self.session.parts.log.append("fetch", fields)

    def fail(self, error: BaseException) -> None:
        """Say that the database refused, after all, what was sent (pipelines): the RESULT that waits is a failure."""
        if self._pending:
            self._pending = False
            self._error = sanitise_error(error)
            self.session.parts.log.append("result", self._result_fields(error))

    def settle(self) -> None:
        """Write a RESULT that has waited long enough; what is fetched later is summed up in FETCH."""
        if self._abandoned:
            self.finish()
        elif self._pending:
            self._pending = False
            self._append_result()

    def __del__(self) -> None:
        # A cursor dropped with rows unread: its record must not be. But never written from here: the collector
        # may run this inside the log's own lock.
        if self._pending or (self._guards and self._fetched() > self._reported):
            self._abandoned = True
            self.session.parts.linger(self)

    # Limits

    @property
    def truncates(self) -> bool:
        """Whether a used-up row budget ends the result instead of raising."""
        return self.decision is not None and self.decision.limits.on_exceeded == "truncate"

    def row_budget(self) -> int | None:
        """Rows that this operation may still hand out, ``None`` for any number."""
        assert self.decision is not None
        limits = self.decision.limits
        budgets = []
        if limits.rows is not None:
            budgets.append(limits.rows - self._fetched())
        if limits.session_rows is not None:
            budgets.append(limits.session_rows - self.session.rows_fetched)
        if self._meter and (left := self._meter.left("rows")):
            budgets.append(left[0])
        return max(min(budgets), 0) if budgets else None

    @property
    def metered(self) -> bool:
        """Whether what is handed out must be passed to :meth:`count`."""
        return bool(self._meter) or (self.decision is not None and self.decision.limits.bytes is not None)

    def count(self, rows: Sequence[Any], masked_cells: int) -> int:
        """Count rows that are about to be handed out.

        Args:
            rows: Masked.
            masked_cells: Cells masked in them.

        Returns:
            How many of them, from the first, may be handed out.

        Raises:
            LimitExceeded: A byte limit or a budget would be passed, and it does not truncate.
        """
        assert self.decision is not None
        meter, limit = self._meter, self.decision.limits.bytes
        if meter and (left := meter.left("masked_cells")) and masked_cells > left[0]:
            self._over_budget("masked_cells", left[0])
        allowed, size = len(rows), 0
        if limit is not None or (meter and meter.weighs):
            rooms = [limit - self._bytes] if limit is not None else []
            if meter and (left := meter.left("bytes")):
                rooms.append(left[0])
            room = max(min(rooms), 0)
            allowed = 0
            for row in rows:
                weight = size_of([row])
                if size + weight > room:
                    self._over_budget("bytes", room)
                    break
                size += weight
                allowed += 1
            self._bytes += size
        if meter:
            meter.add(rows=allowed, bytes=size, masked_cells=masked_cells)
        return allowed

    def _over_budget(self, what: str, limit: int) -> None:
        """Record it; return when the policy truncates, raise when it does not."""
        self.limit_hit(what, limit)
        if not self.truncates or what == "masked_cells":
            raise self.session.bind(self.limit_error(what, limit))

    def limit_hit(self, what: str, limit: int) -> None:
        """Record that a budget is used up."""
        fields = self._fields("failure") | {
            "limit": {
                "name": what,
                "allowed": limit,
                "seen": self._fetched(),
                "action": "truncate" if self.truncates else "error",
            }
        }
        self.session.parts.log.append("limit", fields, durable=True)

    def limit_error(self, what: str, limit: int) -> LimitExceeded:
        """Make the error for a used-up budget."""
        return self.session.limit_error(what, limit, self)

    # Handlers (pcishield.runtime.runner)

    def decide(self) -> Decision:
        """Understand and judge."""
        session = self.session
        parts = session.parts
        known = self._known = parts.known.get(session.dialect, self.sql)
        self.statement = known.statement
        parameters = self.parameters
        pan = masked = False
        count = 0
        if parameters is not None:
            try:
                count = len(parameters)
            except TypeError:
                count = 1
            if count and not harmless(parameters):
                pan = parts.masker.contains_pan(parameters)
                masked = known.writes and parts.masker.is_masked_form(parameters)
        self._pan = pan
        principal, _ = session.principal()
        decision = session.decided(known, principal, (count > 0, self.many, pan, masked), self._judge, count, masked)
        budget = decision.limits.session_statements
        session.statements += 1
        if budget is not None and session.statements > budget and decision.outcome == "allow":
            decision = Decision(
                outcome="deny", rule="limit.statements", code="limit", policy=decision.policy,
                reason=f"more than {budget} statements in this session",
                hint="Open a new session for a new task, or ask for a larger budget.",
            )  # fmt: skip
        if decision.outcome != "deny" and (meter := session.meter(principal)):
            self._meter = meter
            predicate = known.statement.fingerprint if known.filters_classified else None
            decision = budgeted(decision, meter, predicate)
            if decision.outcome != "deny":
                meter.add(statements=1, predicate=predicate)
        self.decision = decision
        return decision

    def _judge(self, principal: Principal, count: int, masked: bool) -> Decision:
        session, known = self.session, self._known
        parts = session.parts
        assert known is not None
        context = Context(
            principal=principal,
            dialect=session.dialect,
            driver=session.driver,
            database=session.database,
            environment=parts.environment,
            now=parts.clock.now(),
            parameter_count=count,
            many=self.many,
            pan_in_parameters=self._pan,
            pan_in_literals=known.pan_in_literals,
            masked_write_back=masked or known.masked_literals,
            classes=known.classes,
        )
        return parts.policy.decide(known.statement, context)

    def ask(self, decision: Decision) -> Sequence[ApprovalAnswer]:
        """Ask the approver and wait."""
        parts = self.session.parts
        if parts.pending is not None:
            return self._poll(decision, parts.pending)
        request = self._request(decision)
        try:
            return ask(parts.approver, request, decision, parts.clock)
        except PolicyViolation as error:
            self._refused(request, error)
            raise

    async def aask(self, decision: Decision) -> Sequence[ApprovalAnswer]:
        """Ask the approver and await."""
        parts = self.session.parts
        if parts.pending is not None:
            return self._poll(decision, parts.pending)
        request = self._request(decision)
        try:
            return await ask_async(parts.approver, request, decision, parts.clock)
        except PolicyViolation as error:
            self._refused(request, error)
            raise

    def _poll(self, decision: Decision, pending: PendingApprovals) -> Sequence[ApprovalAnswer]:
        """Take the answer to an earlier, identical call, or ask in the background and raise ApprovalPending."""
        parts = self.session.parts
        waiting = pending.take(self._digest(decision))
        if waiting is None:
            request = self._request(decision)
            pending.start(request, lambda: ask(parts.approver, request, decision, parts.clock))
        elif waiting.answer.done():
            self._request_id = waiting.request.id
            try:
                return waiting.answer.result()
            except PolicyViolation as error:
                self._refused(waiting.request, error)
                raise
        else:
            request = waiting.request
        raise ApprovalPending(
            f"{decision.reason}: approval {request.id} is pending. Repeat the identical statement on this connection "
            "once it is given.",
            request_id=request.id,
            decision=decision,
        )

    def append(self, effect: AppendRecord) -> str:
        """Write a record."""
        fields = effect.fields
        if fields.__class__ is Filled:
            record_id: str = self.session.fill(fields.template, fields.values, durable=effect.durable)
        else:
            record_id = self.session.parts.log.append(effect.type, fields, durable=effect.durable)
        if effect.type == "attempt":
            self.attempt_id = record_id
        return record_id

    # Steps (pcishield.core.flow)

    def denied(self, decision: Decision, error: BaseException | None) -> dict[str, Any]:
        """Fields of ``denied``."""
        fields = self._described(decision, "failure")
        fields["reason"] = self.session.parts.record_text(decision.reason)
        if error is not None:
            fields["error"] = {"class": type(error).__name__}
        return fields

    def approved(self, decision: Decision, answers: Sequence[ApprovalAnswer]) -> dict[str, Any]:
        """Fields of ``approval.used``."""
        text = self.session.parts.record_text
        approval: dict[str, Any] = {"id": self._request_id, "approvers": [text(a.approver) for a in answers]}
        if reasons := [text(a.reason) for a in answers if a.reason]:
            approval["reason"] = "; ".join(reasons)
        return self._described(decision, "success") | {"approval": approval}

    def attempt(self, decision: Decision) -> Any:
        """Fields of ``attempt``."""
        session = self.session
        self._started = time.monotonic_ns()
        if session.fill is None:
            return self._described(decision, "attempted")
        actor = session.principal()[1]
        parameters = self.parameters
        key = (
            self._known, id(decision), actor, self.method, self.many, self._pan,
            None if parameters is None else shape(parameters, self.many),
        )  # fmt: skip
        template = session.templates.get(key, decision, "attempt", lambda: self._described(decision, "attempted"))
        return Filled(template, ())

    def outcome(self, attempt_id: str, value: Any, error: BaseException | None) -> Any:
        """Fields of ``result``, or ``None`` while rows are still to be fetched."""
        self.attempt_id = attempt_id
        if error is not None:
            self._pending = False
            self._error = sanitise_error(error)
            return self._result_fields(error)
        if self._pending:
            self.session.parts.linger(self)
            return None
        return self._result()

    # Fields

    def _plain_fields(self, outcome: str) -> dict[str, Any]:
        fields = self.session.base()
        fields["method"] = self.method
        fields["outcome"] = outcome
        return fields

    def _fields(self, outcome: str) -> dict[str, Any]:
        fields = self._plain_fields(outcome)
        if self.attempt_id:
            fields["attempt"] = self.attempt_id
        return fields

    def _described(self, decision: Decision, outcome: str) -> dict[str, Any]:
        assert self._known is not None
        fields = self._fields(outcome)
        fields["statement"] = self._known.fields
        fields["decision"] = _decision_fields(decision)
        if self.many:
            fields["many"] = True
        if self.parameters is not None:
            fields["parameters"] = described(self.parameters, self.many, self._pan)
        return fields

    def _append_result(self) -> None:
        fields = self._result()
        if fields.__class__ is Filled:
            self.session.fill(fields.template, fields.values)
        else:
            self.session.parts.log.append("result", fields)

    def _result(self) -> Any:
        """Fields of a successful ``result``: a template unless there is more to tell than numbers."""
        session = self.session
        scanned = 0
        for guard in self._guards:
            stats = guard.stats
            if stats.masked or stats.findings or guard.ended:
                return self._result_fields(None)
            scanned += stats.cells
        if session.fill is None:
            return self._result_fields(None)
        slots = ["attempt", "duration_us"]
        duration = (time.monotonic_ns() - self._started) // 1000
        values = [b'"%s"' % self.attempt_id.encode("ascii"), b"%d" % duration]
        if self._rowcount is not None:
            slots.append("rowcount")
            values.append(b"%d" % self._rowcount)
        if self._guards:
            self._reported = self._fetched()
            slots += ("cells", "rows")
            values += (b'{"masked":0,"scanned":%d}' % scanned, b"%d" % self._reported)
        key = ("result", session.principal()[1], self.method, len(slots), self._rowcount is None)
        template = session.templates.get(key, None, "result", lambda: self._plain_fields("success"), slots)
        return Filled(template, values)

    def _result_fields(self, error: BaseException | None) -> dict[str, Any]:
        fields = self._fields(_outcome(error))
        fields["duration_us"] = (time.monotonic_ns() - self._started) // 1000
        if self._error is not None:
            fields["error"] = self._error
        if self._rowcount is not None:
            fields["rowcount"] = self._rowcount
        if self._guards:
            self._reported = fields["rows"] = self._fetched()
            fields |= self._counts()
            if any(guard.ended for guard in self._guards):
                fields["truncated"] = True
        return fields

    def _fetched(self) -> int:
        return sum(guard.fetched for guard in self._guards)

    def _counts(self) -> dict[str, Any]:
        text = self.session.parts.record_text
        masked: dict[str, int] = {}
        findings: list[dict[str, Any]] = []
        scanned = 0
        for guard in self._guards:
            stats = guard.stats
            scanned += stats.cells
            for (column, cls), count in stats.masked.items():
                key = f"{text(column)} {cls}"
                masked[key] = masked.get(key, 0) + count
            for (column, cls), count in stats.findings.items():
                findings.append({"kind": f"unexpected_{cls}", "column": text(column), "class": cls, "count": count})
        fields: dict[str, Any] = {"cells": {"scanned": scanned, "masked": sum(masked.values())}}
        if masked:
            fields["masked"] = masked
        if findings:
            fields["findings"] = findings
        return fields

    # Approval

    def _request(self, decision: Decision) -> ApprovalRequest:
        session, parts, statement = self.session, self.session.parts, self.statement
        assert statement is not None and self._known is not None
        principal, _ = session.principal()
        now = parts.clock.now()
        mask = parts.record_text
        request = ApprovalRequest(
            id=uuid4().hex,
            template=mask(statement.template),
            summary=mask(statement.summary),
            fingerprint=statement.fingerprint,
            digest=self._digest(decision),
            tables=tuple(mask(str(table)) for table in statement.tables()),
            hazards=tuple(sorted(statement.hazard_ids)),
            actions=tuple(sorted(statement.actions)),
            classes=tuple(sorted(set(self._known.classes.values()))),
            principal=principal,
            database=mask(session.database),
            rule=decision.rule,
            reason=decision.reason,
            requested_at=now,
            expires_at=now + timedelta(seconds=parts.approval_seconds),
            approvals=decision.approvals,
        )
        self._request_id = request.id
        approval = {
            "id": request.id,
            "digest": request.digest,
            "expires": request.expires_at.isoformat(),
            "needed": request.approvals,
        }
        parts.log.append(
            "approval.requested", self._described(decision, "pending") | {"approval": approval}, durable=True
        )
        return request

    def _refused(self, request: ApprovalRequest, error: PolicyViolation) -> None:
        if isinstance(error, ApprovalPending):
            return
        kind = "approval.expired" if isinstance(error, ApprovalExpired) else "approval.denied"
        fields = self._fields("failure") | {
            "approval": {"id": request.id, "digest": request.digest},
            "error": {"class": type(error).__name__},
        }
        self.session.parts.log.append(kind, fields, durable=True)

    def _digest(self, decision: Decision) -> str:
        principal, _ = self.session.principal()
        return binding_digest(
            self.session.parts.secret,
            (self.sql, repr(self.parameters), self.session.id, principal.user, principal.agent, decision.policy),
        )


def _outcome(error: BaseException | None) -> str:
    if error is None:
        return "success"
    return "failure" if isinstance(error, Exception) else "cancelled"


@lru_cache(maxsize=1024)
def _encoded_decision(
    outcome: str, rule: str | None, rules: tuple[str, ...], code: str, policy: str, observed: str | None
) -> Preencoded:
    fields: dict[str, Any] = {"outcome": outcome, "code": code, "policy": policy}
    if rule is not None:
        fields["rule"] = rule
    if rules:
        fields["rules"] = list(rules)
    if observed is not None:
        fields["observed"] = observed
    return Preencoded(fields)


def _decision_fields(decision: Decision) -> Preencoded:
    return _encoded_decision(
        decision.outcome, decision.rule, decision.rules, decision.code, decision.policy, decision.observed
    )
