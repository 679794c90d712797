"""One statement's part of a recording: between the operation, which knows what happened, and the recorder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from pcishield.core.decision import Decision, Recording
from pcishield.core.result import ResultColumn
from pcishield.runtime.parameters import described

if TYPE_CHECKING:
    from pcishield.runtime.operation import Operation

__all__ = ["Tape", "note"]

_TOLD = ("outcome", "error", "rowcount")


class Tape:
    """Records one statement that has its ATTEMPT; see :mod:`pcishield.runtime.recorder`.

    Args:
        operation: Of the statement.
        plan: How much of its result is kept.
    """

    __slots__ = ("_recorder", "_sample", "_text")

    def __init__(self, operation: Operation, plan: Recording) -> None:
        session, decision, statement = operation.session, operation.decision, operation.statement
        assert decision is not None and statement is not None
        self._recorder, self._text = session.recorder, session.parts.record_text
        principal, _ = session.principal()
        fields: dict[str, Any] = {
            "sql": self._text(statement.template),
            "method": operation.method,
            "who": "/".join(self._text(name) for name in (principal.user, principal.agent) if name),
            "rule": decision.rule,
        }
        if operation.parameters is not None:
            fields["parameters"] = described(operation.parameters, operation.many, operation._pan)
        self._sample = self._recorder.statement(operation.attempt_id, plan, fields)

    def taker(self, columns: Sequence[ResultColumn]) -> Callable[[Sequence[Any]], None]:
        """Return what takes the masked rows of a result with these columns."""
        return partial(self._recorder.rows, self._sample, tuple(self._text(column.name) for column in columns))

    def ended(self, result: Mapping[str, Any]) -> None:
        """Record the outcome. ``result`` has the fields of RESULT."""
        told = {name: result[name] for name in _TOLD if name in result}
        self._recorder.result(self._sample, "result", told | {"us": result["duration_us"]})

    def fetched(self) -> None:
        """Record that rows were fetched after the outcome."""
        self._recorder.result(self._sample, "fetch", {})


def note(operation: Operation, decision: Decision, kind: str, fields: Mapping[str, Any]) -> None:
    """Record a refusal or an approval, where the policy wants the statement recorded.

    Raises:
        AuditUnavailable: It cannot be recorded.
    """
    if decision.recording is not None and operation.statement is not None:
        session = operation.session
        session.recorder.require()
        session.recorder.note(kind, {"sql": session.parts.record_text(operation.statement.template), **fields})
