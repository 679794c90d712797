"""What becomes of approvals when nobody waits for them any more: it is in the audit log all the same, once."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pcishield.approval.state import Approval
from pcishield.approval.store import break_glass, give_answer
from pcishield.approvers import open_queue
from pcishield.core.decision import ApprovalAnswer, Principal, Scope
from pcishield.exceptions import ApprovalDenied, ApprovalPending
from pcishield.shield import SystemClock
from pcishield.testing import make_pan
from tests.approvals.conftest import SHARED, a_request
from tests.approvals.test_bad_stores import settings
from tests.approvals.test_enforced import Bench

ZOE = Principal("zoe", level="attested")


class Later(SystemClock):
    """A clock that is two hours ahead: whatever is asked now is long over for it."""

    def now(self) -> datetime:
        return super().now() + timedelta(hours=2)


@pytest.fixture(params=SHARED)
def queue(request: pytest.FixtureRequest, queue_url: Callable[[str], str]) -> Iterator[Any]:
    """The URL of a queue that processes share, and an opening of it for the test."""
    url = queue_url(request.param)
    store = open_queue(url)
    yield url, store
    store.close()


@pytest.fixture
def bench(queue: Any, tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Make shields on that queue; all are closed after the test."""
    made: list[Bench] = []

    def make(clock: Any = None, **approval: Any) -> Bench:
        one = Bench(settings=settings(queue[0], tmp_path, **approval), clock=clock or SystemClock())
        made.append(one)
        return one

    yield make
    for one in made:
        one.shield.close()


def records(bench: Bench, id: str) -> list[tuple[str, str]]:
    """Return type and approver of what the log has on a request."""
    return [
        (record["type"].removeprefix("approval."), record["approval"].get("approver", ""))
        for record in bench.log.records
        if record.get("approval", {}).get("id") == id
    ]


AGENT = """
import sys, threading
from pathlib import Path
from tests.approvals.test_bad_stores import settings
from tests.approvals.test_enforced import Bench
bench = Bench(settings=settings(sys.argv[1], Path(sys.argv[2]), timeout_seconds=900))
threading.Thread(target=bench.run, args=("UPDATE t SET a = 1",), daemon=True).start()
print("asking", flush=True)
sys.stdin.read()
"""


def test_answers_to_an_agent_that_was_killed_are_recorded_by_another(
    queue: Any, bench: Callable[..., Bench], tmp_path: Path
) -> None:
    """It waited, was killed with -9, and the approver answered in time and once more, late: nothing of it is lost."""
    url, store = queue
    agent = subprocess.Popen(
        [sys.executable, "-c", AGENT, url, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert agent.stdout is not None
    assert "asking" in agent.stdout.readline()
    while not (found := store.entries()):
        store.wait(0.2)
    agent.send_signal(signal.SIGKILL)
    agent.communicate()
    (one,) = found
    give_answer(store, one.request.id, ZOE, True, datetime.now(UTC), "go on")
    with pytest.raises(ValueError, match="expired"):
        give_answer(store, one.request.id, Principal("yan"), True, datetime.now(UTC) + timedelta(hours=1))

    first, second = bench(Later()), bench(Later())
    for _ in range(2):
        first.shield.parts.aftermath.look(now=True)
        second.shield.parts.aftermath.look(now=True)
    assert [("granted", "zoe"), ("void", "yan"), ("expired", "")] == records(first, one.request.id)
    assert [] == records(second, one.request.id)
    (granted,) = first.of("approval.granted")
    assert ("maria", "bot", "explicit") == tuple(granted["actor"][name] for name in ("user", "agent", "level"))
    assert granted["approval"]["digest"] == one.request.digest


def test_an_approval_that_was_never_used_is_recorded(queue: Any, bench: Callable[..., Bench]) -> None:
    """An agent asked, was told to come back, and never did."""
    store = queue[1]
    agent = bench(on_pending="raise")
    with pytest.raises(ApprovalPending) as pending:
        agent.run("UPDATE t SET a = 1")
    give_answer(store, pending.value.request_id, ZOE, True, datetime.now(UTC))
    other = bench(Later())
    other.shield.parts.aftermath.look(now=True)
    assert [("granted", "zoe"), ("expired", "")] == records(other, pending.value.request_id)


def test_a_refusal_that_another_has_recorded_is_told_and_not_recorded_again(
    queue: Any, bench: Callable[..., Bench]
) -> None:
    """The caller that polls learns it from the queue."""
    store = queue[1]
    agent, other = bench(on_pending="raise"), bench(Later())
    with pytest.raises(ApprovalPending) as pending:
        agent.run("UPDATE t SET a = 1")
    give_answer(store, pending.value.request_id, ZOE, False, datetime.now(UTC), "not today")
    other.shield.parts.aftermath.look(now=True)
    with pytest.raises(ApprovalDenied, match="not today"):
        agent.run("UPDATE t SET a = 1")
    id = pending.value.request_id
    assert [("requested", "")] == records(agent, id)
    assert [("denied", "zoe")] == records(other, id)


def test_what_the_asking_process_has_recorded_is_not_recorded_by_others(
    queue: Any, bench: Callable[..., Bench]
) -> None:
    """An ordinary approval, answered, used and over."""
    store = queue[1]
    agent, other = bench(on_pending="raise"), bench(Later())
    with pytest.raises(ApprovalPending) as pending:
        agent.run("UPDATE t SET a = 1")
    give_answer(store, pending.value.request_id, ZOE, True, datetime.now(UTC))
    agent.run("UPDATE t SET a = 1")
    other.shield.parts.aftermath.look(now=True)
    assert [] == records(other, pending.value.request_id)
    assert [("requested", ""), ("granted", "zoe")] == records(agent, pending.value.request_id)[:2]


def test_a_grant_that_is_taken_back_is_recorded(queue: Any, bench: Callable[..., Bench]) -> None:
    """By somebody at a terminal, who has no log."""
    store = queue[1]
    request = a_request()
    store.add(Approval(request))
    scope = Scope(datetime.now(UTC) + timedelta(hours=1), 5, templates=frozenset({request.fingerprint}))
    give_answer(store, request.id, ZOE, True, datetime.now(UTC), scope=scope)
    one = bench()
    one.shield.parts.aftermath.look(now=True)
    assert [] == records(one, request.id)  # in force: the business of who uses it
    store.change(request.id, lambda approval: approval.revoked("yan", datetime.now(UTC) - timedelta(minutes=2)))
    one.shield.parts.aftermath.look(now=True)
    assert [("granted", "zoe"), ("revoked", "yan")] == records(one, request.id)


def test_a_broken_glass_and_its_review_are_recorded(queue: Any, bench: Callable[..., Bench]) -> None:
    """The process that asked for it is gone; the review comes a day later."""
    store = queue[1]
    request = a_request()
    store.add(Approval(request))
    now = datetime.now(UTC)
    yan = Principal("yan", groups=frozenset({"oncall"}))
    break_glass(store, request.id, yan, frozenset({"oncall"}), "payments are down", now)
    one = bench(Later())
    one.shield.parts.aftermath.look(now=True)
    assert [("granted", "yan"), ("expired", ""), ("break_glass", ""), ("review.task", "")] == records(one, request.id)
    store.change(request.id, lambda approval: approval.reviewed(ZOE, "it was justified", now + timedelta(days=1)))
    one.shield.parts.aftermath.look(now=True)
    assert ("review.closed", "zoe") == records(one, request.id)[-1]
    assert 5 == len(records(one, request.id))


def test_card_data_in_a_late_answer_stays_out_of_the_log(queue: Any, bench: Callable[..., Bench]) -> None:
    """A queue is not trusted with what approvers type."""
    pan = make_pan("visa", 16)
    store = queue[1]
    request = a_request()
    store.add(Approval(request).voided(ApprovalAnswer(True, "zoe", f"refund {pan}"), f"late {pan}"))
    one = bench(Later())
    one.shield.parts.aftermath.look(now=True)
    (void,) = one.of("approval.void")
    assert pan not in str(void)


def test_a_store_that_is_away_stops_nothing(queue: Any, bench: Callable[..., Bench]) -> None:
    """What could not be looked at is looked at later."""
    from pcishield.approval import StoreUnavailable

    store = queue[1]
    request = a_request()
    store.add(Approval(request))
    one = bench(Later())
    aftermath = one.shield.parts.aftermath
    real = aftermath._store

    class Away:
        def __getattr__(self, name: str) -> Any:
            raise StoreUnavailable("away")

    aftermath._store = Away()
    aftermath.note(request.id, {"=seen"})
    aftermath.look(now=True)
    assert [] == records(one, request.id)
    aftermath._store = real
    aftermath.look(now=True)
    assert [("expired", "")] == records(one, request.id)
    assert {"=seen", "=expired"} == set(store.get(request.id).logged)
