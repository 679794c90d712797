"""One statement on its way: the record fields and the answers that the core flow asks for.

An operation is made per call that sends SQL, run once, and then stands for the result while rows are
fetched. Its RESULT is written when the outcome is complete: at once for statements without rows, else when
the cursor is exhausted, closed or used again, or after a moment (``Parts.linger``); what is fetched after
that goes into a FETCH summary.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pcishield.audit.canonical import Preencoded, canonical_json
from pcishield.audit.sanitise import sanitise_error
from pcishield.audit.tail import Template
from pcishield.core.decision import ApprovalAnswer, Context, Decision, Principal
from pcishield.core.effects import AppendRecord
from pcishield.core.result import ResultColumn
from pcishield.exceptions import MaskingError
from pcishield.runtime.actor import HINT, undoes
from pcishield.runtime.asking import Asking
from pcishield.runtime.budgets import budgeted, limited, predicates_of
from pcishield.runtime.filled import Filled
from pcishield.runtime.held import HeldGrant
from pcishield.runtime.hot import OperationState
from pcishield.runtime.limiting import Limited
from pcishield.runtime.memo import Memo
from pcishield.runtime.parameters import described, harmless
from pcishield.runtime.result import ResultGuard
from pcishield.runtime.tape import Tape, note

if TYPE_CHECKING:
    pass

__all__ = ["Operation"]

_GRANTED = 1024
_FOUND = 1024
"""Findings of a session that get a record of their own; those after are in ``result`` and ``fetch`` only."""

_RESULTS = (
    ("attempt", "duration_us"),
    ("attempt", "duration_us", "rowcount"),
    ("attempt", "cells", "duration_us", "rows"),
    ("attempt", "cells", "duration_us", "rowcount", "rows"),
)
"""Variable fields of RESULT: with a row count (1) or without, with rows (2) or without."""


class Operation(Limited, OperationState):
    """See the module's text. Attributes ``statement`` and ``decision`` are there once it has been judged.

    ``known`` is there before when the session has a catalog.
    ``sources``, where one names another (FETCH, EXECUTE), has for each statement of the text the one that its rows
    really come from.
    ``unanswered``, when a driver sets it, means that the database has not said yet what became of the statement:
    its RESULT waits for :meth:`answered` or :meth:`fail`, however long that takes.
    """

    unanswered = False
    _asker: Principal | None = None

    @property
    def waits_for_disk(self) -> bool:
        """Whether a durable record may take as long as the disk does."""
        return self.session.parts.waits_for_disk

    # What drivers call

    guarded = ResultGuard

    def result_of(self, columns: Sequence[ResultColumn], part: int | None) -> ResultGuard:
        """Make the guard of any result set; see :meth:`result`."""
        assert self.known is not None and self.decision is not None, "run the operation first"
        source = None
        if self.sources is not None:
            if part is None and len(self.sources) > 1:
                raise self.session.bind(MaskingError("it cannot be told which statement these rows are of"))
            source = self.sources[part or 0]
        plan = self.known.plan(columns, self.decision, self.session.parts.masker, part, source)
        guard = ResultGuard(self, plan, columns)
        self._tallies += (guard.tally,)
        return guard

    def fail(self, error: BaseException) -> None:
        """Say that the database refused, after all, what was sent (pipelines): the RESULT that waits is a failure."""
        self.unanswered = False
        if self._pending:
            self._pending = False
            self.session.parts.settled(self, None)
            self._error = sanitise_error(error)
            self.session.parts.log.append("result", self._result_fields(error))

    def answered(self) -> None:
        """Say that the database has done what was sent (pipelines): the RESULT waits for its rows only."""
        if self.unanswered:
            self.unanswered = False
            self.session.parts.linger(self)

    def settle(self) -> None:
        """Write a RESULT that has waited long enough; what is fetched later is summed up in FETCH."""
        if self.unanswered:
            # Dropped before the answer came, which nobody will hear now.
            self._pending = False
            self.session.parts.log.append("result", self._result_fields(None, "dropped"))
        elif self._abandoned:
            self.finish()
        elif self._pending:
            self._pending = False
            self.append_result()

    # Handlers (pcishield.runtime.runner)

    def decide(self) -> Decision:
        """Understand and judge."""
        session = self.session
        parts = session.parts
        known = self.known or parts.known.get(session.dialect, self.sql)
        if known.statement.refers:
            known = parts.known.traced(known, session.declared.traced(known.statement, session))
        self.known = known
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
        self._asker = principal
        if (reason := session.objection(principal)) and not undoes(known.statement):
            self.decision = Decision(
                outcome="deny", rule="identity.required", code="identity", policy=parts.policy.label, reason=reason,
                hint=HINT,
            )  # fmt: skip
            return self.decision
        decision = session.decided(known, principal, (count > 0, self.many, pan, masked), self._judge, count, masked)
        # The statement runs once for each set of an executemany.
        runs = max(count, 1) if self.many else 1
        budget = decision.limits.session_statements
        session.statements += runs
        if budget is not None and session.statements > budget and decision.outcome != "deny":
            decision = limited(
                decision, rule="limit.statements", reason=f"more than {budget} statements in this session",
                hint="Open a new session for a new task, or ask for a larger budget.",
            )  # fmt: skip
        if decision.outcome != "deny" and (meter := session.meter(principal)):
            self._meter = meter
            predicates = predicates_of(known, self.sql, parameters, self.many, parts.secret)
            decision = budgeted(decision, meter, predicates, runs)
        self.decision = decision
        return decision

    def _judge(self, principal: Principal, count: int, masked: bool) -> Decision:
        session, known = self.session, self.known
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
        """Ask the approver and wait, unless a grant covers the statement."""
        if self._known_grant(decision):
            return ()
        asking = Asking(self, decision)
        return self._approved_by(asking, asking.ask())

    async def aask(self, decision: Decision) -> Sequence[ApprovalAnswer]:
        """Ask the approver and await, unless a grant covers the statement."""
        if self._known_grant(decision):
            return ()
        asking = Asking(self, decision)
        return self._approved_by(asking, await asking.aask())

    def _known_grant(self, decision: Decision) -> bool:
        """Use the grant that covered the same statement of the same principal before, if it still does."""
        found = self.session.granted.get(id(decision))
        if found is None:
            return False
        grant, judged, known, principal = found
        if judged is not decision or known is not self.known or principal is not self._asker:
            return False
        if not grant.spend(1 if not self.many else max(len(self.parameters), 1)):
            return False
        self._grant = grant
        return True

    def _approved_by(self, asking: Asking, answers: Sequence[ApprovalAnswer] | HeldGrant) -> Sequence[ApprovalAnswer]:
        if isinstance(answers, HeldGrant):
            self._grant = answers
            granted = self.session.granted
            if len(granted) >= _GRANTED:
                granted.clear()
            # What is kept alive keeps its id().
            granted[id(asking.decision)] = (answers, asking.decision, self.known, self._asker)
            return ()
        assert asking.request is not None
        self._request_id = asking.request.id
        return answers

    def append(self, effect: AppendRecord) -> str:
        """Write a record."""
        fields = effect.fields
        if fields.__class__ is Filled:
            record_id: str = self.session.fill(fields.template, fields.values, durable=effect.durable)
        else:
            record_id = self.session.parts.log.append(effect.type, fields, durable=effect.durable)
        if effect.type == "attempt":
            self.attempt_id = record_id
            if self.decision is not None and self.decision.recording is not None:
                self._tape = Tape(self, self.decision.recording)
        return record_id

    # Steps (pcishield.core.flow)

    def denied(self, decision: Decision, error: BaseException | None) -> dict[str, Any]:
        """Fields of ``denied``."""
        fields = self.described(decision, "failure")
        fields["reason"] = self.session.parts.record_text(decision.reason)
        if error is not None:
            fields["error"] = {"class": type(error).__name__}
        note(self, decision, "denied", {"reason": fields["reason"], "rule": decision.rule})
        return fields

    def approved(self, decision: Decision, answers: Sequence[ApprovalAnswer]) -> dict[str, Any] | None:
        """Fields of ``approval.used``; ``None`` under a grant, which the attempt names."""
        if self._grant is not None:
            return None
        text = self.session.parts.record_text
        approval: dict[str, Any] = {"id": self._request_id, "approvers": [text(a.approver) for a in answers]}
        if reasons := [text(a.reason) for a in answers if a.reason]:
            approval["reason"] = "; ".join(reasons)
        note(self, decision, "approval", approval)
        return self.described(decision, "success") | {"approval": approval}

    def attempt(self, decision: Decision) -> Any:
        """Fields of ``attempt``."""
        session = self.session
        if decision.recording is not None:
            session.recorder.require()
        self._started = time.monotonic_ns()
        if session.fill is None:
            return self.described(decision, "attempted")
        _, actor = session.principal()
        bare = self.parameters is None
        # The commitment to the raw text is of the template: made once for each shard, not for each record.
        key = (self.known, id(decision), actor, self.method, self.many, bare, self._grant)
        slots = () if bare else ("parameters",)
        template = session.templates.get(key, decision, "attempt", self._attempted, slots, self.sql)
        if bare:
            values: tuple[bytes, ...] = ()
        else:
            values = (canonical_json(described(self.parameters, self.many, self._pan)),)
        allowed = decision.outcome == "allow" or self._grant is not None
        if not self.many and not self._pan and allowed and self.known is not None and decision.recording is None:
            session.remember(self.sql, Memo(self.known, decision, actor, self.method, bare, template, self._grant))
        return Filled(template, values)

    def _attempted(self) -> dict[str, Any]:
        """Fields of ``attempt`` but for those that vary from call to call."""
        fields = self.described(self.decision, "attempted", committed=False)  # type: ignore[arg-type]
        fields.pop("parameters", None)
        return fields

    def append_plain_result(self) -> None:
        """Write a successful RESULT with everything there is to tell."""
        self._append(self._result())

    def append_failure(self, error: BaseException) -> None:
        """Write the RESULT of what failed."""
        self._append(self.outcome(self.attempt_id, None, error))

    def append_fetch(self) -> None:
        """Write the summary of what was fetched after the RESULT."""
        fetched = self.fetched()
        fields = self._fields("success") | self._counts()
        self._report(fields)
        fields["rows"] = fetched - self._reported
        self._reported = fetched
        self.session.parts.log.append("fetch", fields)
        if self._tape is not None:
            self._tape.fetched()

    def result_template(self, which: int) -> Template:
        """Make the template of RESULT for the memo."""
        memo = self._memo
        assert memo is not None
        fields = self.plain_fields("success") | {"actor": memo.actor}
        template = memo.results[which] = Template("result", fields, _RESULTS[which])
        return template

    def _append(self, fields: Any) -> None:
        if fields.__class__ is Filled:
            self.session.fill(fields.template, fields.values)
        elif fields is not None:
            self.session.parts.log.append("result", fields)

    def outcome(self, attempt_id: str, value: Any, error: BaseException | None) -> Any:
        """Fields of ``result``, or ``None`` while rows are still to be fetched."""
        self.attempt_id = attempt_id
        if error is not None:
            self._pending = False
            self._error = sanitise_error(error)
            return self._result_fields(error)
        if self._pending:
            if not self.unanswered:
                self.session.parts.linger(self)
            return None
        return self._result()

    # Fields

    def plain_fields(self, outcome: str) -> dict[str, Any]:
        """Fields that every record of the operation has."""
        fields = self.session.base()
        fields["method"] = self.method
        fields["outcome"] = outcome
        return fields

    def _fields(self, outcome: str) -> dict[str, Any]:
        fields = self.plain_fields(outcome)
        if self.attempt_id:
            fields["attempt"] = self.attempt_id
        return fields

    def described(self, decision: Decision, outcome: str, committed: bool = True) -> dict[str, Any]:
        """Those, with what was asked and decided."""
        assert self.known is not None
        fields = self._fields(outcome)
        if committed and (commit := getattr(self.session.parts.log, "commit", None)) is not None:
            fields["commit"] = commit(self.sql)
        fields["statement"] = self.known.fields
        fields["decision"] = _decision_fields(decision)
        if self._grant is not None:
            fields["approval"] = {"id": self._grant.id}
        if self.many:
            fields["many"] = True
        if self.parameters is not None:
            fields["parameters"] = described(self.parameters, self.many, self._pan)
        return fields

    def _result(self) -> Any:
        """Fields of a successful ``result``: a template unless there is more to tell than numbers."""
        session = self.session
        rowcount, tallies = self._rowcount, self._tallies
        if (
            session.fill is None
            or self._tape is not None
            or any(tally.ended or tally.stats.findings for tally in tallies)
        ):
            return self._result_fields(None)
        values = [b'"%b"' % self.attempt_id.encode("ascii"), b"%d" % ((time.monotonic_ns() - self._started) // 1000)]
        slots = ["attempt", "duration_us"]
        if tallies:
            self._reported = self.fetched()
            counts = self._counts()
            values.insert(1, canonical_json(counts["cells"]))
            slots.insert(1, "cells")
            if masked := counts.get("masked"):
                values.append(canonical_json(masked))
                slots.append("masked")
        if rowcount is not None:
            values.append(b"%d" % rowcount)
            slots.append("rowcount")
        if tallies:
            values.append(b"%d" % self._reported)
            slots.append("rows")
        _, actor = session.principal()
        key = (*slots, actor, self.method)
        return Filled(session.templates.get(key, None, "result", self._succeeded, slots), tuple(values))

    def _succeeded(self) -> dict[str, Any]:
        return self.plain_fields("success")

    def _result_fields(self, error: BaseException | None, outcome: str = "") -> dict[str, Any]:
        fields = self._fields(outcome or _outcome(error))
        fields["duration_us"] = (time.monotonic_ns() - self._started) // 1000
        if self._error is not None:
            fields["error"] = self._error
        if self._rowcount is not None:
            fields["rowcount"] = self._rowcount
        if self._tallies:
            self._reported = fields["rows"] = self.fetched()
            fields |= self._counts()
            self._report(fields)
            if any(tally.ended for tally in self._tallies):
                fields["truncated"] = True
        if self._tape is not None:
            self._tape.ended(fields)
        return fields

    def _report(self, fields: dict[str, Any]) -> None:
        """Write ``finding``, once in a session for each column and class, ahead of the record that counts the cells."""
        known = self.session.found
        for finding in fields.get("findings", ()):
            key = (finding["column"], finding["class"])
            if key not in known and len(known) < _FOUND:
                about = self._fields("success") | {"finding": finding}
                self.session.parts.log.append("finding", about)
                known.add(key)

    def _counts(self) -> dict[str, Any]:
        text = self.session.parts.record_text
        masked: dict[str, int] = {}
        findings: list[dict[str, Any]] = []
        scanned = 0
        for tally in self._tallies:
            stats = tally.stats
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
