"""What a used-up budget makes of a decision: the strictest answer, and a human's where it asks."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest

from pcishield.core.decision import ApprovalAnswer
from pcishield.exceptions import LimitExceeded, StatementDenied
from pcishield.shield import Shield
from pcishield.testing import RecordingLog, ScriptedApprover

ASKS = {"id": "asks", "scope": "principal", "window_seconds": 3600, "on_exceeded": "require_approval"}
REFUSES = {"id": "refuses", "scope": "principal", "window_seconds": 3600}
Opened = tuple[sqlite3.Connection, RecordingLog, ScriptedApprover]


@pytest.fixture
def opened() -> Iterator[Callable[..., Opened]]:
    """Open a guarded SQLite under a policy whose approver says yes."""
    with ExitStack() as stack:

        def open_(**policy: Any) -> Opened:
            log = RecordingLog()
            approver = ScriptedApprover(*[ApprovalAnswer(approved=True, approver="zoe")] * 9)
            shield = Shield({}, policy={"name": "open", "default": "allow"} | policy, audit=log, approver=approver)
            stack.enter_context(shield)
            connection = stack.enter_context(closing(shield.connect("sqlite3", ":memory:")))
            return connection, log, approver

        yield open_


def test_a_budget_that_refuses_wins_over_one_that_asks(opened: Callable[..., Opened]) -> None:
    """The order in the file does not matter, and no approval of the one is an approval of the other."""
    connection, _, approver = opened(budgets=[ASKS | {"statements": 1}, REFUSES | {"statements": 1}])

    connection.execute("SELECT 1")
    with pytest.raises(LimitExceeded, match="refuses"):
        connection.execute("SELECT 1")
    assert [] == approver.requests


def test_a_rule_that_answers_itself_does_not_answer_for_a_budget(opened: Callable[..., Opened]) -> None:
    """auto_approve is the rule's; what the budget asks is a human's to answer."""
    rule: dict[str, Any] = {
        "id": "auto",
        "effect": "require_approval",
        "reason": "asked",
        "when": {"actions": ["select"]},
    }
    rule |= {"auto_approve": {"dialects": ["sqlite"]}}
    connection, _, approver = opened(rules=[rule], budgets=[ASKS | {"statements": 1}])

    connection.execute("SELECT 1")
    assert [] == approver.requests
    connection.execute("SELECT 1")
    assert ["budget.asks"] == [request.rule for request in approver.requests]


def test_the_statements_of_a_session_are_limited_for_what_needs_approval_too(opened: Callable[..., Opened]) -> None:
    """An approval of the statement does not widen the session's limit."""
    rule = {"id": "ask", "effect": "require_approval", "reason": "asked", "when": {"actions": ["select"]}}
    connection, _, approver = opened(rules=[rule], limits={"session_statements": 1})

    connection.execute("SELECT 1")
    with pytest.raises(LimitExceeded, match="1 statements"):
        connection.execute("SELECT 1")
    assert 1 == len(approver.requests)


@pytest.mark.parametrize("policy", [{"limits": {"session_statements": 3}}, {"budgets": [REFUSES | {"statements": 3}]}])
def test_executemany_counts_each_set_of_parameters(opened: Callable[..., Opened], policy: dict[str, Any]) -> None:
    """The statement runs once for each; what would pass the limit does not begin."""
    connection, _, _ = opened(**policy)
    connection.execute("CREATE TABLE orders (id INTEGER)")

    with pytest.raises(LimitExceeded):
        connection.executemany("INSERT INTO orders VALUES (?)", [(1,), (2,), (3,)])


def test_observing_blocks_nothing_by_limits_and_budgets(opened: Callable[..., Opened]) -> None:
    """What would have been refused is recorded, once for each statement, and every row comes."""
    limits = {"rows": 1, "bytes": 8, "session_rows": 1, "session_statements": 1}
    budget = REFUSES | {"rows": 1, "statements": 1}
    connection, log, _ = opened(mode="observe", limits=limits, budgets=[budget])

    for _ in range(2):
        cursor = connection.execute("SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3")
        assert [(1,), (2,), (3,)] == [cursor.fetchone(), *cursor.fetchall()]
    hits = [record["limit"]["action"] for record in log.records if record["type"] == "limit"]
    assert ["observe", "observe"] == hits
    decision = [record["decision"] for record in log.records if record["type"] == "attempt"][-1]
    assert ("allow", "deny", "budget.refuses") == tuple(decision[key] for key in ("outcome", "observed", "rule"))


def test_a_denial_stays_one_when_a_budget_asks(opened: Callable[..., Opened]) -> None:
    """No budget turns a refusal into a question."""
    rule = {"id": "no", "effect": "deny", "reason": "no", "when": {"actions": ["delete"]}}
    connection, _, approver = opened(rules=[rule], budgets=[ASKS | {"statements": 1}])

    connection.execute("SELECT 1")
    with pytest.raises(StatementDenied):
        connection.execute("DELETE FROM orders")
    assert [] == approver.requests


@pytest.mark.parametrize("on_exceeded", ["error", "truncate"])
def test_the_rows_of_a_session_are_counted_over_cursors_that_are_open_together(
    opened: Callable[..., Opened], on_exceeded: str
) -> None:
    """What is left is asked for at each fetch, not only when the result begins."""
    connection, _, _ = opened(limits={"session_rows": 3, "on_exceeded": on_exceeded})
    cursors = [connection.execute("SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3") for _ in range(3)]

    got = []
    try:
        for cursor in cursors:
            got += cursor.fetchmany(2)
        for cursor in cursors:
            got += cursor.fetchall()
    except LimitExceeded:
        assert "error" == on_exceeded
    assert (2 if on_exceeded == "error" else 3) == len(got)
