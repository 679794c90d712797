"""One statement on its way: the record fields and the answers that the core flow asks for.

An operation is made per call that sends SQL, run once, and then stands for the result while rows are
fetched. Its RESULT is written when the outcome is complete: at once for statements without rows, else when
the cursor is exhausted, closed or used again, or after a moment (``Parts.linger``); what is fetched after
that goes into a FETCH summary.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from pcishield.audit.canonical import Preencoded
from pcishield.audit.sanitise import sanitise_error
from pcishield.core.decision import ApprovalAnswer, ApprovalRequest, Context, Decision
from pcishield.core.effects import AppendRecord
from pcishield.core.result import ResultColumn
from pcishield.exceptions import ApprovalExpired, LimitExceeded, PolicyViolation
from pcishield.runtime.approve import ask, ask_async
from pcishield.runtime.known import KnownStatement
from pcishield.runtime.result import ResultGuard
from pcishield.statement.facts import Statement

if TYPE_CHECKING:
    from pcishield.runtime.session import Session

__all__ = ["Operation"]

_DESCRIBED = 64
"""Parameters described one by one in a record; of more only the number is kept."""


class Operation:
    """See the module's text. Attributes ``statement`` and ``decision`` are there once it has been judged."""

    __slots__ = (
        "__weakref__", "_answers", "_error", "_guards", "_known", "_pending", "_reported", "_rowcount",
        "_started", "attempt_id", "decision", "id", "many", "method", "parameters", "session", "sql",
        "statement", "waits_for_disk",
    )  # fmt: skip

    def __init__(self, session: Session, sql: str, parameters: Any, method: str, many: bool) -> None:
        self.session = session
        self.sql = sql
        self.parameters = parameters
        self.method = method
        self.many = many
        self.id = ""
        self.attempt_id = ""
        self.statement: Statement | None = None
        self.decision: Decision | None = None
        self.waits_for_disk = session.parts.waits_for_disk
        self._known: KnownStatement | None = None
        self._answers: Sequence[ApprovalAnswer] = ()
        self._guards: list[ResultGuard] = []
        self._pending = False
        self._reported = 0
        self._started = 0
        self._rowcount: int | None = None
        self._error: dict[str, Any] | None = None

    # What drivers call

    def pending(self, returns_rows: bool) -> None:
        """Say, before the driver's call returns, whether rows will be fetched: then RESULT waits for them."""
        self._pending = returns_rows

    def result(self, columns: Sequence[ResultColumn]) -> ResultGuard:
        """Return the guard for one result set; call it once per result set."""
        assert self._known is not None and self.decision is not None, "run the operation first"  # noqa: S101
        plan = self._known.plan(columns, self.decision, self.session.parts.masker)
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
            fields = self._fields(outcome="ok") | self._counts()
            fields["rows"] = fetched - self._reported
            self._reported = fetched
            self.session.parts.log.append("fetch", fields)

    def settle(self) -> None:
        """Write a RESULT that has waited long enough; what is fetched later is summed up in FETCH."""
        if self._pending:
            self._pending = False
            self._append_result()

    def __del__(self) -> None:
        # A cursor dropped with rows unread: its record must not be.
        if self._pending or (self._guards and self._fetched() > self._reported):
            self.finish()

    # Limits

    @property
    def truncates(self) -> bool:
        """Whether a used-up row budget ends the result instead of raising."""
        return self.decision is not None and self.decision.limits.on_exceeded == "truncate"

    def row_budget(self) -> int | None:
        """Rows that this operation may still hand out, ``None`` for any number."""
        assert self.decision is not None  # noqa: S101
        limits = self.decision.limits
        budgets = []
        if limits.rows is not None:
            budgets.append(limits.rows - self._fetched())
        if limits.session_rows is not None:
            budgets.append(limits.session_rows - self.session.rows_fetched)
        return max(min(budgets), 0) if budgets else None

    def limit_hit(self, what: str, limit: int) -> None:
        """Record that a budget is used up."""
        fields = self._fields(outcome="denied") | {"what": what, "limit": limit, "rows": self._fetched()}
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
            if count:
                pan = parts.masker.contains_pan(parameters)
                masked = known.writes and parts.masker.is_masked_form(parameters)
        principal, _ = session.principal()
        context = Context(
            principal=principal,
            dialect=session.dialect,
            driver=session.driver,
            database=session.database,
            environment=parts.environment,
            now=parts.clock.now(),
            parameter_count=count,
            many=self.many,
            pan_in_parameters=pan,
            pan_in_literals=known.pan_in_literals,
            masked_write_back=masked or known.masked_literals,
            classes=known.classes,
        )
        decision = parts.policy.decide(known.statement, context)
        budget = decision.limits.session_statements
        session.statements += 1
        self.id = f"{session.id}-{session.statements}"
        if budget is not None and session.statements > budget and decision.outcome == "allow":
            decision = Decision(
                outcome="deny", rule="limit.statements", code="limit", policy=decision.policy,
                reason=f"more than {budget} statements in this session",
                hint="Open a new session for a new task, or ask for a larger budget.",
            )  # fmt: skip
        self.decision = decision
        return decision

    def ask(self, decision: Decision) -> Sequence[ApprovalAnswer]:
        """Ask the approver and wait."""
        request = self._request(decision)
        parts = self.session.parts
        try:
            self._answers = ask(parts.approver, request, decision, parts.clock)
        except PolicyViolation as error:
            self._refused(request, error)
            raise
        return self._answers

    async def aask(self, decision: Decision) -> Sequence[ApprovalAnswer]:
        """Ask the approver and await."""
        request = self._request(decision)
        parts = self.session.parts
        try:
            self._answers = await ask_async(parts.approver, request, decision, parts.clock)
        except PolicyViolation as error:
            self._refused(request, error)
            raise
        return self._answers

    def append(self, effect: AppendRecord) -> str:
        """Write a record."""
        record_id = self.session.parts.log.append(effect.type, effect.fields, durable=effect.durable)
        if effect.type == "attempt":
            self.attempt_id = record_id
        return record_id

    # Steps (pcishield.core.flow)

    def denied(self, decision: Decision, error: BaseException | None) -> dict[str, Any]:
        """Fields of ``denied``."""
        fields = self._described(decision) | {"outcome": "denied"}
        if error is not None:
            fields["error"] = {"class": type(error).__name__}
        return fields

    def approved(self, decision: Decision, answers: Sequence[ApprovalAnswer]) -> dict[str, Any]:
        """Fields of ``approval.used``."""
        mask = self.session.mask_text
        return self._fields(outcome="ok") | {
            "rule": decision.rule or "",
            "approvers": [mask(answer.approver) for answer in answers],
            "reasons": [mask(answer.reason) for answer in answers],
            "fingerprint": self.statement.fingerprint if self.statement else "",
        }

    def attempt(self, decision: Decision) -> dict[str, Any]:
        """Fields of ``attempt``."""
        self._started = time.monotonic_ns()
        return self._described(decision) | {"outcome": "attempted"}

    def outcome(self, attempt_id: str, value: Any, error: BaseException | None) -> dict[str, Any] | None:
        """Fields of ``result``, or ``None`` while rows are still to be fetched."""
        self.attempt_id = attempt_id
        if error is not None:
            self._pending = False
            self._error = sanitise_error(error)
            return self._result_fields(error)
        if self._pending:
            self.session.parts.linger(self)
            return None
        return self._result_fields(None)

    # Fields

    def _fields(self, outcome: str) -> dict[str, Any]:
        fields = self.session.base()
        fields["op"] = self.id
        fields["method"] = self.method
        fields["outcome"] = outcome
        if self.attempt_id:
            fields["attempt"] = self.attempt_id
        return fields

    def _described(self, decision: Decision) -> dict[str, Any]:
        assert self._known is not None  # noqa: S101
        fields = self._fields("")
        fields["statement"] = self._known.fields
        fields["decision"] = _decision_fields(decision)
        if self.many:
            fields["many"] = True
        if self.parameters is not None:
            fields["parameters"] = _shapes(self.parameters, self.many)
        return fields

    def _append_result(self) -> None:
        self.session.parts.log.append("result", self._result_fields(None))

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
        return fields

    def _fetched(self) -> int:
        return sum(guard.fetched for guard in self._guards)

    def _counts(self) -> dict[str, Any]:
        mask = self.session.mask_text
        masked: dict[tuple[str, str], int] = {}
        findings: dict[tuple[str, str], int] = {}
        cells = 0
        for guard in self._guards:
            cells += guard.stats.cells
            for total, part in ((masked, guard.stats.masked), (findings, guard.stats.findings)):
                for key, count in part.items():
                    total[key] = total.get(key, 0) + count
        fields: dict[str, Any] = {"cells": cells}
        for name, counts in (("masked", masked), ("findings", findings)):
            if counts:
                fields[name] = [
                    {"column": mask(column), "class": cls, "count": count} for (column, cls), count in counts.items()
                ]
        return fields

    # Approval

    def _request(self, decision: Decision) -> ApprovalRequest:
        session, parts, statement = self.session, self.session.parts, self.statement
        assert statement is not None and self._known is not None  # noqa: S101
        principal, _ = session.principal()
        now = parts.clock.now()
        mask = parts.masker.mask_text
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
        fields = self._described(decision) | {
            "outcome": "requested",
            "request": request.id,
            "digest": request.digest,
            "expires": request.expires_at.isoformat(),
        }
        parts.log.append("approval.requested", fields, durable=True)
        return request

    def _refused(self, request: ApprovalRequest, error: PolicyViolation) -> None:
        kind = "approval.expired" if isinstance(error, ApprovalExpired) else "approval.denied"
        fields = self._fields(outcome="denied") | {
            "request": request.id,
            "error": {"class": type(error).__name__},
        }
        self.session.parts.log.append(kind, fields, durable=True)

    def _digest(self, decision: Decision) -> str:
        """Bind an answer to statement, parameters, connection, principal and policy (HMAC-SHA-256, hex)."""
        principal, _ = self.session.principal()
        parts = (
            self.sql, repr(self.parameters), self.session.id, principal.user, principal.agent, decision.policy,
        )  # fmt: skip
        mac = hmac.new(self.session.parts.secret, digestmod=hashlib.sha256)
        for part in parts:
            data = part.encode("utf-8", "surrogatepass")
            mac.update(len(data).to_bytes(8, "big") + data)
        return mac.hexdigest()


def _outcome(error: BaseException | None) -> str:
    if error is None:
        return "ok"
    if isinstance(error, Exception):
        return "error"
    return "interrupted" if isinstance(error, (KeyboardInterrupt, SystemExit)) else "cancelled"


@lru_cache(maxsize=1024)
def _encoded_decision(
    outcome: str, rule: str | None, rules: tuple[str, ...], code: str, policy: str, observed: str | None
) -> Preencoded:
    fields: dict[str, Any] = {"action": outcome, "code": code, "policy": policy}
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


def _shapes(parameters: Any, many: bool) -> dict[str, Any]:
    """Describe parameters by type and length; no value, no name. AUDIT.md 3.5."""
    if many:
        return {"sets": len(parameters)}
    values: Any
    if isinstance(parameters, Mapping):
        values = list(parameters.values())
    elif isinstance(parameters, (list, tuple)):
        values = parameters
    else:
        values = [parameters]
    fields: dict[str, Any] = {"count": len(values)}
    if len(values) <= _DESCRIBED:
        fields["types"] = [
            f"{type(value).__name__}:{len(value)}" if isinstance(value, (str, bytes)) else type(value).__name__
            for value in values
        ]
    return fields
