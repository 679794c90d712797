"""What a guarded connection records, refuses and hands out, with a driver that is a plain function."""

from __future__ import annotations

import asyncio
import gc
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from threading import Event
from typing import Any

import pytest

from pcishield import acting_as
from pcishield.core.decision import ApprovalAnswer
from pcishield.core.result import ResultColumn
from pcishield.exceptions import (
    ApprovalDenied,
    ApprovalPending,
    AuditUnavailable,
    ConfigurationError,
    IdentityRequired,
    LimitExceeded,
    MaskedWriteBack,
    StatementDenied,
)
from pcishield.runtime.guard import inside
from pcishield.runtime.session import Session
from pcishield.shield import Shield
from pcishield.testing import FakeClock, RecordingLog, ScriptedApprover, make_pan

ALLOW_ALL = {"name": "open", "default": "allow"}


class DriverError(Exception):
    """The driver's own error class."""


_benches: list[Bench] = []


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Leave no shield to the end of the process, least of all one whose log is broken."""
    yield
    while _benches:
        bench = _benches.pop()
        bench.log.broken = False
        bench.shield.close()


class Bench:
    """A shield on a log in memory, and a session of it."""

    def __init__(self, policy: Any = "pci", **options: Any) -> None:
        self.log = RecordingLog()
        settings = options.pop("settings", {})
        self.shield = Shield(settings, policy=policy, audit=self.log, **options)
        _benches.append(self)
        self.session = self.open()

    def open(self, **options: Any) -> Session:
        return self.shield.open_session(dialect="postgres", driver="fake", database="shop", error_class=DriverError,
                                        **options)  # fmt: skip

    def types(self) -> list[str]:
        """Record types after the opening of shield and connection."""
        return [record["type"] for record in self.log.records][3:]

    def last(self, type: str) -> dict[str, Any]:
        return [record for record in self.log.records if record["type"] == type][-1]

    def select(self, sql: str, rows: list[tuple[Any, ...]], names: list[str], parameters: Any = None) -> list[Any]:
        """Run a query whose rows are given, and fetch them all."""
        operation = self.session.operation(sql, parameters, method="execute")

        def call() -> None:
            operation.pending(True)

        self.session.run(operation, call)
        guard = operation.result([ResultColumn(name) for name in names])
        try:
            return guard.rows(list(rows))
        finally:
            operation.finish()

    def run(
        self, sql: str, parameters: Any = None, call: Callable[[], Any] = lambda: None, *, many: bool = False
    ) -> Any:
        method = "executemany" if many else "execute"
        return self.session.run(self.session.operation(sql, parameters, method=method, many=many), call)


def test_a_query_is_attempted_masked_and_recorded_without_values() -> None:
    """Attempt before, result after, and no card number in any record."""
    bench = Bench()
    pan = make_pan()

    rows = bench.select(
        "SELECT id, card FROM payments WHERE card = %s", [(1, pan), (2, "none")], ["id", "card"], (pan,)
    )

    assert (1, "*" * 12 + pan[-4:]) == rows[0]
    assert ["attempt", "result"] == bench.types()
    result = bench.last("result")
    assert (2, "success") == (result["rows"], result["outcome"])
    assert {"card pan": 1} == {key: n for key, n in result["masked"].items() if n == 1} | {"card pan": 1}
    assert {"count": 1, "lengths": [16], "pan": True, "types": ["str"]} == bench.last("attempt")["parameters"]
    assert pan not in repr(bench.log.records)


def test_every_record_is_complete_and_classified() -> None:
    """The audit schema finds nothing wrong with what a session writes."""
    from pcishield.audit.records import problems

    bench = Bench(approver=lambda request: ApprovalAnswer(approved=True, approver="zoe", reason="agreed"))
    bench.select("SELECT id FROM payments", [(1,)], ["id"])
    bench.run("DROP TABLE payments")
    with pytest.raises(StatementDenied):
        bench.run("this is not sql")
    with pytest.raises(StatementDenied):
        bench.session.refuse("backup", "it copies everything.", "Query instead.")
    bench.session.close()
    bench.shield.close()

    envelope = {"v": 1, "shard": "s", "seq": 0, "prev": "0" * 64, "ts": "2026-01-31T12:00:00.000000Z", "mono_us": 1}
    assert {} == {r["type"]: p for r in bench.log.records if (p := problems(envelope | r))}


def test_a_refused_statement_never_reaches_the_driver() -> None:
    """The error is ours and the driver's, carries the record, and says what to do."""
    bench = Bench()
    reached = []

    with pytest.raises(StatementDenied) as raised:
        bench.run("SELECT pg_read_file('/etc/passwd')", call=lambda: reached.append(1))

    assert [] == reached
    assert isinstance(raised.value, DriverError)
    assert ["denied"] == bench.types()
    assert raised.value.record_id
    assert raised.value.hint


def test_what_needs_approval_is_denied_without_an_approver() -> None:
    """No approver = denied, and all of it is on record."""
    bench = Bench()

    with pytest.raises(ApprovalDenied):
        bench.run("DROP TABLE payments")
    assert ["approval.requested", "approval.denied", "denied"] == bench.types()


def test_an_approved_statement_runs_once_asked() -> None:
    """The approver sees no literal, and the record names who approved."""
    seen = []

    def approver(request: Any) -> ApprovalAnswer:
        seen.append(request)
        assert not inside.get()
        return ApprovalAnswer(approved=True, approver="zoe")

    bench = Bench(approver=approver)
    pan = make_pan()
    assert 7 == bench.run(f"DELETE FROM payments WHERE card = '{pan}' OR true", call=lambda: 7)

    assert ["approval.requested", "approval.granted", "approval.used", "attempt", "result"] == bench.types()
    assert ["zoe"] == bench.last("approval.used")["approval"]["approvers"]
    assert pan not in repr(seen) + repr(bench.log.records)


def test_the_async_shell_does_the_same() -> None:
    """arun awaits driver and approver and leaves the same records."""

    async def approver(request: Any) -> ApprovalAnswer:
        return ApprovalAnswer(approved=True, approver="zoe")

    bench = Bench(approver=approver)

    async def call() -> str:
        assert inside.get()
        return "done"

    async def main() -> str:
        return await bench.session.arun(bench.session.operation("DROP TABLE t", method="execute"), call)

    assert "done" == asyncio.run(main())
    assert ["approval.requested", "approval.granted", "approval.used", "attempt", "result"] == bench.types()


def test_a_masked_value_is_not_stored() -> None:
    """What a result showed cannot overwrite what it stood for."""
    bench = Bench(ALLOW_ALL)
    masked = bench.select("SELECT card FROM payments", [(make_pan(),)], ["card"])[0][0]

    with pytest.raises(MaskedWriteBack):
        bench.run("UPDATE payments SET card = %s WHERE id = 1", (masked,))
    with pytest.raises(MaskedWriteBack):
        bench.run(f"UPDATE payments SET card = '{masked}' WHERE id = 1")


def test_a_row_limit_raises_before_the_first_row_too_many() -> None:
    """None of the batch that would pass the limit is handed out; the limit is on record."""
    bench = Bench(ALLOW_ALL | {"limits": {"rows": 2}})

    assert [(1,), (2,)] == bench.select("SELECT id FROM t", [(1,), (2,)], ["id"])
    with pytest.raises(LimitExceeded) as raised:
        bench.select("SELECT id FROM t", [(1,), (2,), (3,)], ["id"])
    assert isinstance(raised.value, DriverError)
    assert {"action": "error", "allowed": 2, "name": "rows", "seen": 0} == bench.last("limit")["limit"]


def test_a_row_limit_may_cut_the_result_instead() -> None:
    """on_exceeded = truncate hands out what is allowed, and the result says so."""
    bench = Bench(ALLOW_ALL | {"limits": {"rows": 2, "on_exceeded": "truncate"}})

    assert [(1,), (2,)] == bench.select("SELECT id FROM t", [(1,), (2,), (3,)], ["id"])
    assert bench.last("result")["truncated"] is True


def test_a_session_budget_counts_over_statements() -> None:
    """Rows and statements of one connection add up."""
    bench = Bench(ALLOW_ALL | {"limits": {"session_rows": 3, "session_statements": 3}})

    bench.select("SELECT id FROM t", [(1,), (2,)], ["id"])
    with pytest.raises(LimitExceeded):
        bench.select("SELECT id FROM t", [(1,), (2,)], ["id"])
    bench.select("SELECT id FROM t", [(1,)], ["id"])
    with pytest.raises(LimitExceeded, match="3 statements"):
        bench.run("SELECT 1")


def test_a_driver_error_is_recorded_masked_and_the_same_object() -> None:
    """Class and identity stay; the card number in text, notes and cause does not."""
    bench = Bench()
    pan = make_pan()
    error = DriverError(f"duplicate key ({pan})", [pan])
    error.add_note(f"value {pan}")

    def call() -> None:
        raise error from ValueError(pan)

    with pytest.raises(DriverError) as raised:
        bench.run("INSERT INTO payments (card) VALUES (%s)", (pan,), call)
    assert error is raised.value
    assert pan not in repr(error.args) + repr(error.__notes__) + repr(error.__cause__)
    result = bench.last("result")
    assert ("failure", "DriverError") == (result["outcome"], result["error"]["class"])
    assert pan not in repr(bench.log.records)


def test_an_interrupt_is_recorded_as_cancelled() -> None:
    """KeyboardInterrupt while the database works is an outcome."""
    bench = Bench()

    def call() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bench.run("SELECT 1", call=call)
    assert "cancelled" == bench.last("result")["outcome"]


def test_nothing_runs_when_the_log_is_broken() -> None:
    """AuditUnavailable at the attempt: the driver is not called."""
    bench = Bench()
    bench.log.broken = True
    reached = []

    with pytest.raises(AuditUnavailable) as raised:
        bench.run("SELECT 1", call=lambda: reached.append(1))
    assert [] == reached
    assert isinstance(raised.value, DriverError)


def test_a_dropped_cursor_still_gets_its_result() -> None:
    """Rows fetched and never finished are summed up when the operation goes away."""
    bench = Bench()

    def fetch_two() -> None:
        operation = bench.session.operation("SELECT id FROM t", method="execute")
        bench.session.run(operation, lambda: operation.pending(True))
        operation.result([ResultColumn("id")]).rows([(1,), (2,)])

    fetch_two()
    bench.shield._lingering.settle()
    gc.collect()
    assert ["attempt", "result"] == bench.types()
    assert 2 == bench.last("result")["rows"]


def test_rows_fetched_after_the_result_are_summed_up() -> None:
    """A RESULT that did not wait is followed by a FETCH summary."""
    bench = Bench()
    operation = bench.session.operation("SELECT id FROM t", method="execute")
    bench.session.run(operation, lambda: operation.pending(True))
    guard = operation.result([ResultColumn("id")])
    guard.rows([(1,), (2,)])
    operation.settle()
    guard.rows([(3,)])
    operation.finish()
    operation.finish()

    assert ["attempt", "result", "fetch"] == bench.types()
    assert (2, 1) == (bench.last("result")["rows"], bench.last("fetch")["rows"])


def test_identity_below_the_required_level_cannot_connect() -> None:
    """explicit is required, os is what we have: refused and recorded; acting_as opens the way."""
    log = RecordingLog()
    shield = Shield({"identity": {"required": "explicit"}}, audit=log)

    with pytest.raises(IdentityRequired, match="acting_as"):
        shield.open_session(dialect="postgres", driver="fake")
    assert "denied" == log.records[-1]["type"]
    with acting_as(user="maria", agent="bot"):
        shield.open_session(dialect="postgres", driver="fake")
    assert "maria" == log.records[-1]["actor"]["user"]


def test_the_principal_of_the_moment_is_recorded() -> None:
    """acting_as inside a connection changes who the next statement is for."""
    bench = Bench()

    with acting_as(user="maria", agent="bot", groups=["support"], reason="T-1"):
        bench.run("SELECT 1")
    assert {
        "agent": "bot",
        "groups": ["support"],
        "level": "explicit",
        "reason": "T-1",
        "source": "acting_as",
        "user": "maria",
    } == (bench.last("attempt")["actor"])
    bench.run("SELECT 1")
    assert "os" == bench.last("attempt")["actor"]["level"]


@pytest.mark.parametrize(
    "options",
    [{"policy": 5}, {"policy": "no-such-pack"}, {"policy": "/no/such/file.toml"}, {"approver": "yes"}, {"audit": 7}],
)
def test_bad_options_are_one_clear_error_before_anything_happens(options: dict[str, Any]) -> None:
    """The message names the field."""

    with pytest.raises(ConfigurationError, match=next(iter(options))):
        Shield({}, **({"audit": RecordingLog()} | options))


def _budget(**amounts: Any) -> dict[str, Any]:
    return ALLOW_ALL | {"budgets": [{"id": "b", "scope": "principal", "window_seconds": 3600, **amounts}]}


def test_a_budget_counts_over_connections_and_comes_back() -> None:
    """Rows of one principal add up over sessions; after the window they may be read again."""
    clock = FakeClock()
    bench = Bench(_budget(rows=3), clock=clock)
    bench.select("SELECT id FROM t", [(1,), (2,)], ["id"])
    bench.session = bench.open()

    with pytest.raises(LimitExceeded):
        bench.select("SELECT id FROM t", [(1,), (2,)], ["id"])
    bench.select("SELECT id FROM t", [(1,)], ["id"])
    with pytest.raises(LimitExceeded, match="budget b is used up"):
        bench.run("SELECT 1")
    clock.advance(3700)
    assert [(1,), (2,)] == bench.select("SELECT id FROM t", [(1,), (2,)], ["id"])


def test_a_budget_of_masked_cells_stops_before_the_rows() -> None:
    """More masked cells than are left: none of the batch is handed out."""
    bench = Bench(_budget(masked_cells=1))
    rows = [(make_pan(),), (make_pan("mastercard"),)]

    with pytest.raises(LimitExceeded, match="1 masked_cells"):
        bench.select("SELECT card FROM payments", rows, ["card"])
    assert 1 == len(bench.select("SELECT card FROM payments", rows[:1], ["card"]))


def test_a_budget_of_classified_predicates_counts_what_is_asked_of_card_numbers() -> None:
    """The same probe again is one, another value is another; unclassified filters are free."""
    bench = Bench(_budget(classified_predicates=2))

    for _ in range(3):
        bench.run("SELECT id FROM payments WHERE card_number = %s", (1,))
    bench.run("SELECT id FROM payments WHERE card_number = %s", (2,))
    bench.run("SELECT id FROM payments WHERE id = %s", (2,))
    for value in (3, 4):
        with pytest.raises(LimitExceeded, match="classified_predicates"):
            bench.run("SELECT id FROM payments WHERE card_number = %s", (value,))
    bench.run("SELECT id FROM payments WHERE card_number = %s", (1,))


@pytest.mark.parametrize("as_parameter", [True, False])
def test_the_digits_of_a_card_number_cannot_be_asked_for_one_by_one(as_parameter: bool) -> None:
    """By LIKE it takes some twenty questions: each is another one, in a parameter or in the text."""
    bench = Bench(_budget(classified_predicates=3))
    asked = 0
    with pytest.raises(LimitExceeded, match="classified_predicates"):
        for digit in range(10):
            if as_parameter:
                bench.run("SELECT id FROM payments WHERE card_number LIKE %s", (f"41{digit}%",))
            else:
                bench.run(f"SELECT id FROM payments WHERE card_number LIKE '41{digit}%'")
            asked += 1

    assert asked == 3


def test_each_set_of_an_executemany_is_a_question() -> None:
    """A thousand guesses in one call are a thousand."""
    bench = Bench(_budget(classified_predicates=3))

    bench.run("UPDATE payments SET note = 'x' WHERE card_number = %s", [(1,), (2,), (2,)], many=True)
    with pytest.raises(LimitExceeded, match="classified_predicates"):
        bench.run("UPDATE payments SET note = 'x' WHERE card_number = %s", [(3,), (4,)], many=True)


def test_names_are_asked_for_statement_by_statement() -> None:
    """Who looks up one customer after the other asks one question: names are not found by guessing."""
    bench = Bench(_budget(classified_predicates=1))

    for name in ("ada", "grace", "edsger"):
        bench.run("SELECT id FROM payments WHERE cardholder_name = %s", (name,))
    with pytest.raises(LimitExceeded, match="classified_predicates"):
        bench.run("SELECT id FROM payments WHERE cardholder_name LIKE %s", ("a%",))


def test_a_parameter_that_cannot_be_read_is_one_question_more() -> None:
    """Two of them cannot be told apart."""
    bench = Bench(_budget(classified_predicates=1))
    value = type("Own", (), {"__reduce__": lambda self: 1 / 0})()

    bench.run("SELECT id FROM payments WHERE card_number = %s", (value,))
    with pytest.raises(LimitExceeded, match="classified_predicates"):
        bench.run("SELECT id FROM payments WHERE card_number = %s", (value,))


def test_a_used_up_budget_may_ask_for_approval() -> None:
    """on_exceeded = require_approval asks before the next statement."""
    approver = ScriptedApprover(ApprovalAnswer(approved=True, approver="zoe"))
    bench = Bench(_budget(statements=1, on_exceeded="require_approval"), approver=approver)

    bench.run("SELECT 1")
    assert 0 == len(approver.requests)
    bench.run("SELECT 1")
    assert ["budget.b"] == [request.rule for request in approver.requests]
    with pytest.raises(ApprovalDenied):
        bench.run("SELECT 1")


@pytest.mark.parametrize("on_exceeded", ["error", "truncate"])
def test_a_byte_limit_counts_what_is_handed_out(on_exceeded: str) -> None:
    """Text counts its UTF-8 length; the row that would pass the limit does not come."""
    bench = Bench(ALLOW_ALL | {"limits": {"bytes": 8, "on_exceeded": on_exceeded}})
    rows = [("abcd",), ("äöx",), ("y",)]

    if on_exceeded == "error":
        with pytest.raises(LimitExceeded, match="bytes"):
            bench.select("SELECT name FROM t", rows, ["name"])
    else:
        assert [("abcd",)] == bench.select("SELECT name FROM t", rows, ["name"])
        assert bench.last("result")["truncated"] is True


def test_a_caller_that_polls_gets_the_answer_once() -> None:
    """on_pending = raise: pending first, then the identical call runs, and the next one asks again."""
    asked = Event()
    answer: Future[bool] = Future()

    def approver(request: Any) -> ApprovalAnswer:
        asked.set()
        return ApprovalAnswer(approved=answer.result(10), approver="zoe")

    bench = Bench(approver=approver, settings={"approval": {"on_pending": "raise"}})

    with pytest.raises(ApprovalPending) as first:
        bench.run("DROP TABLE t")
    assert asked.wait(10)
    with pytest.raises(ApprovalPending) as again:
        bench.run("DROP TABLE t")
    assert first.value.request_id == again.value.request_id
    assert bench.types().count("approval.requested") == 1
    answer.set_result(True)
    assert 7 == _eventually(lambda: bench.run("DROP TABLE t", call=lambda: 7))
    assert first.value.request_id == bench.last("approval.used")["approval"]["id"]
    with pytest.raises(ApprovalPending) as next_one:
        bench.run("DROP TABLE t")
    assert first.value.request_id != next_one.value.request_id


def test_an_answer_is_for_the_identical_call_only() -> None:
    """Another statement, or other parameters, is another request."""
    bench = Bench(approver=lambda request: False, settings={"approval": {"on_pending": "raise"}})

    with pytest.raises(ApprovalPending):
        bench.run("DELETE FROM t WHERE true", (1,))
    with pytest.raises(ApprovalPending):
        bench.run("DELETE FROM t WHERE true", (2,))
    with pytest.raises(ApprovalDenied):
        _eventually(lambda: bench.run("DELETE FROM t WHERE true", (1,)))


def test_an_answer_that_waits_too_long_is_void() -> None:
    """Ten minutes after the yes, the statement has to be asked for again."""
    clock = FakeClock()
    bench = Bench(approver=lambda request: ApprovalAnswer(approved=True, approver="zoe"), clock=clock,
                  settings={"approval": {"on_pending": "raise"}})  # fmt: skip

    with pytest.raises(ApprovalPending) as first:
        bench.run("DROP TABLE t")
    while bench.shield.approvals.get(first.value.request_id).state == "pending":
        time.sleep(0.01)
    clock.advance(601)
    with pytest.raises(ApprovalPending) as second:
        bench.run("DROP TABLE t")
    assert first.value.request_id != second.value.request_id


def _eventually(call: Callable[[], Any]) -> Any:
    """Repeat a call while its approval is pending, for ten seconds at most."""
    for _ in range(1000):
        try:
            return call()
        except ApprovalPending:
            time.sleep(0.01)
    raise TimeoutError


def test_a_forked_child_writes_its_own_process_id() -> None:
    """A session that is used on the other side of a fork says so in its records."""
    bench = Bench()
    bench.run("SELECT 1")
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        bench.run("SELECT 1")
        os.write(writer, str(bench.last("attempt")["src"]["pid"]).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert child == int(os.read(reader, 32))
    assert os.getpid() == bench.last("attempt")["src"]["pid"]
    os.close(reader)
    os.close(writer)
