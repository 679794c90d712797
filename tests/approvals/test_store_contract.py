"""What every approval store does; the same tests for each kind."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pcishield.approval import Approval, IllegalTransition, NoSuchApproval
from pcishield.approval.store import give_answer
from pcishield.approvers.queue_sqlite import SqliteStore
from pcishield.core.decision import Principal, Scope
from tests.approvals.conftest import SHARED, a_request

ZOE = Principal("zoe", groups=frozenset({"dba"}), level="attested")


def now() -> datetime:
    return datetime.now(UTC)


def test_what_is_kept_comes_back_whole(store: Any) -> None:
    """Every field, times and groups included, survives."""
    scope = Scope(now() + timedelta(hours=1), 20, 100, frozenset({"f"}), ("public.*",), "mon-fri 22:00-06:00 UTC")
    request = a_request(approvals=2, groups=("dba",), estimate=7, parameters="1 (int)", classes=("pan",))
    store.add(Approval(request))
    give_answer(store, request.id, ZOE, True, now(), "seen", scope=scope, evidence={"channel": "test"})
    kept = store.get(request.id)

    answer = kept.answers[0]
    assert replace(request, principal=kept.request.principal) == kept.request
    assert ("maria", "bot") == (kept.request.principal.user, kept.request.principal.agent)
    assert ("pending", "zoe", True, "seen", scope, frozenset({"dba"})) == (
        kept.state, answer.approver, answer.approved, answer.reason, answer.scope, answer.groups
    )  # fmt: skip
    assert {"level": "attested", "channel": "test"} == answer.evidence


def test_what_is_not_there_is_said_to_be(store: Any) -> None:
    """An unknown id is an error of its own, for reading and for changing."""
    with pytest.raises(NoSuchApproval):
        store.get("nothing")
    with pytest.raises(NoSuchApproval, match="there is no approval nothing"):
        store.change("nothing", lambda approval: approval)


def test_a_step_that_raises_changes_nothing(store: Any, waiting: Approval) -> None:
    """Whatever it raises; and the store goes on working."""

    def bad(approval: Approval) -> Approval:
        raise ZeroDivisionError

    store.add(waiting)
    with pytest.raises(ZeroDivisionError):
        store.change(waiting.request.id, bad)
    assert "pending" == store.get(waiting.request.id).state
    assert "denied" == give_answer(store, waiting.request.id, ZOE, False, now()).state


def test_lists_are_newest_first_by_state_and_bounded(store: Any) -> None:
    """As an approver wants to see them."""
    start = now()
    requests = [a_request(id=f"request-{n}", requested_at=start + timedelta(seconds=n)) for n in range(4)]
    for request in requests:
        store.add(Approval(request))
    give_answer(store, "request-2", ZOE, False, now())

    assert [3, 2, 1, 0] == [int(one.request.id[-1]) for one in store.entries()]
    assert [3, 1, 0] == [int(one.request.id[-1]) for one in store.entries(("pending",))]
    assert [3] == [int(one.request.id[-1]) for one in store.entries(limit=1)]
    assert ["request-2"] == [one.request.id for one in store.find(requests[2].digest)]
    assert [] == store.find("other")


def test_a_claim_takes_an_approved_one_once(store: Any, waiting: Approval) -> None:
    """Nothing while pending, then once, then nothing."""
    digest = waiting.request.digest

    def claim() -> Approval | None:
        return store.claim(digest, lambda approval: approval.claimed(digest, now()))  # type: ignore[no-any-return]

    store.add(waiting)
    assert claim() is None
    give_answer(store, waiting.request.id, ZOE, True, now())
    used = claim()
    assert used is not None
    assert "used" == used.state == store.get(waiting.request.id).state
    assert claim() is None


def test_a_claim_passes_over_what_has_expired(store: Any) -> None:
    """An older approval of the same digest that may not be used any more is not in the way."""
    old = a_request(requested_at=now() - timedelta(hours=1), expires_at=now() - timedelta(minutes=45))
    fresh = a_request(digest=old.digest)
    for request in (old, fresh):
        store.add(Approval(request).answered(ZOE, True, request.requested_at))

    used = store.claim(old.digest, lambda approval: approval.claimed(old.digest, now()))
    assert fresh.id == used.request.id


def test_grants_are_found_by_the_human(store: Any) -> None:
    """Approved ones with a scope, and nobody else's."""
    scope = Scope(now() + timedelta(hours=1), 2, tables=("public.*",))
    mine, single = a_request(), a_request()
    other = a_request(principal=Principal("eve"))
    for request in (mine, single, other):
        store.add(Approval(request))
        give_answer(store, request.id, ZOE, True, now(), scope=None if request is single else scope)

    assert [mine.id] == [one.request.id for one in store.grants("maria")]
    store.change(mine.id, lambda approval: approval.revoked("zoe", now()))
    assert [] == store.grants("maria")


def test_an_answer_that_does_not_count_is_kept_and_raised(store: Any, waiting: Approval) -> None:
    """The requester's own yes is refused, changes nothing, and is not forgotten."""
    store.add(waiting)

    with pytest.raises(IllegalTransition, match="maria asked for this"):
        give_answer(store, waiting.request.id, Principal("maria"), True, now(), "let me")
    kept = store.get(waiting.request.id)
    assert ("pending", 0) == (kept.state, len(kept.answers))
    assert [("maria", "let me")] == [(void.approver, void.reason) for void in kept.voids]
    assert "cannot answer it" in kept.voids[0].void


def test_waiting_ends_with_a_change(store: Any, waiting: Approval) -> None:
    """Somebody who waits is woken by the answer, long before the time is over."""
    store.add(waiting)
    woken = threading.Event()

    def wait() -> None:
        while not store.get(waiting.request.id).answers:
            store.wait(30)
        woken.set()

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.2)
    give_answer(store, waiting.request.id, ZOE, True, now())
    assert woken.wait(10)
    thread.join()


def test_waiting_ends_by_itself(store: Any) -> None:
    """Without a change it comes back after the time that was given."""
    store.add(Approval(a_request()))
    store.wait(0.05)  # whatever the adding itself had to say
    start = time.monotonic()
    store.wait(0.3)
    assert time.monotonic() - start < 5


def test_two_openings_of_a_queue_see_the_same(two_stores: tuple[Any, Any], waiting: Approval) -> None:
    """What one process writes the other reads, wakes up by, and may change."""
    agent, approver = two_stores
    agent.add(waiting)
    agent.wait(0.05)
    seen: list[str] = []

    def wait() -> None:
        until = time.monotonic() + 20
        while agent.get(waiting.request.id).state == "pending" and time.monotonic() < until:
            agent.wait(20)
        seen.append(agent.get(waiting.request.id).state)

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.2)
    start = time.monotonic()
    give_answer(approver, waiting.request.id, ZOE, True, now())
    thread.join()
    assert ["approved"] == seen
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("kind", SHARED)
def test_a_queue_survives_its_users(kind: str, open_store: Callable[[str], Any], waiting: Approval) -> None:
    """Closed and opened again, it has what it had; a closed store opens by itself."""
    first = open_store(kind)
    first.add(waiting)
    first.close()

    assert waiting.request.id == open_store(kind).get(waiting.request.id).request.id
    assert waiting.request.id == first.get(waiting.request.id).request.id


def test_a_closed_sqlite_queue_that_is_read_is_closed_again(tmp_path: Path, waiting: Approval) -> None:
    """Who waits for an answer outlives the shield by a moment, and nobody closes after him."""
    store = SqliteStore(tmp_path / "q.db")
    store.add(waiting)
    assert (tmp_path / "q.db-wal").exists()
    closing = threading.Timer(0.1, store.close)
    closing.start()
    start = time.monotonic()
    store.wait(30)
    closing.join()

    assert time.monotonic() - start < 10
    assert waiting.request.id == store.get(waiting.request.id).request.id
    assert not (tmp_path / "q.db-wal").exists()


def test_a_closed_postgres_queue_that_is_read_is_closed_again(
    queue_url: Callable[[str], str], open_store: Callable[[str], Any], waiting: Approval
) -> None:
    """In the server too."""
    with psycopg.connect(queue_url("postgres"), autocommit=True) as watching:

        def connections() -> int:
            query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pcishield approvals'"
            (found,) = watching.execute(query).fetchone() or (0,)
            return int(found)

        store = open_store("postgres")
        store.add(waiting)
        assert connections() == 1
        store.close()
        assert waiting.request.id == store.get(waiting.request.id).request.id
        start = time.monotonic()
        store.wait(30)
        assert time.monotonic() - start < 10
        for _ in range(50):
            if connections() == 0:  # a server ends a session a moment after its client
                return
            time.sleep(0.1)
        assert connections() == 0


@pytest.mark.parametrize("kind", SHARED)
def test_a_forked_child_has_connections_of_its_own(
    kind: str, open_store: Callable[[str], Any], waiting: Approval
) -> None:
    """Both sides of a fork go on, and neither disturbs the other."""
    store = open_store(kind)
    store.add(waiting)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            give_answer(store, waiting.request.id, ZOE, True, now())
            status = 0
        finally:
            os._exit(status)

    assert 0 == os.waitpid(child, 0)[1]
    assert "approved" == store.get(waiting.request.id).state


def test_many_threads_change_one_approval_without_losing_a_change(store: Any) -> None:
    """Eight threads lease from one grant: nobody gets what is not there, nothing is lost."""
    request = a_request()
    scope = Scope(now() + timedelta(hours=1), uses=40, tables=("public.*",))
    store.add(Approval(request).answered(ZOE, True, now(), scope=scope))
    leased: list[int] = []

    def work() -> None:
        for _ in range(10):
            try:
                store.change(request.id, lambda approval: approval.leased(1, 0, now()))
            except IllegalTransition:
                return
            leased.append(1)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (40, 0) == (len(leased), store.get(request.id).uses_left)
