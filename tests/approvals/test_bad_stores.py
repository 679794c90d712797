"""Stores that are locked, damaged, gone or written to by the wrong people: denied with a reason, nothing executed."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pcishield.approval import StoreUnavailable
from pcishield.approval.codec import BadApproval, approval_from_json, approval_to_json, scope_to_json
from pcishield.approval.shown import shown_digest
from pcishield.approval.signing import SignedDecision, sign_decision
from pcishield.approval.state import Approval
from pcishield.approval.store import give_answer
from pcishield.approvers import QueueApprover, open_queue
from pcishield.approvers.files import add_approver, binding_key, create_key, load_key, load_registry
from pcishield.approvers.queue_postgres import PostgresStore
from pcishield.approvers.queue_sqlite import SqliteStore
from pcishield.core.decision import Principal, Scope
from pcishield.exceptions import ApprovalDenied, ApprovalExpired, ApprovalPending, ConfigurationError
from pcishield.runtime.memory_store import MemoryStore
from tests.approvals.conftest import Asked, a_request, eventually
from tests.approvals.test_enforced import Bench
from tests.faults import FaultProxy, behind_a_proxy

ZOE = Principal("zoe", level="attested")


def settings(queue: str, home: Path, **more: Any) -> dict[str, Any]:
    return {"approval": {"queue": queue, "key_file": str(home / "binding.key"), "timeout_seconds": 20} | more}


@pytest.mark.parametrize("polls", [False, True])
@pytest.mark.parametrize("fault", ["no database", "directory", "no directory", "locked", "damaged entry"])
def test_an_sqlite_queue_that_fails_refuses(fault: str, polls: bool, tmp_path: Path) -> None:
    """Within its own time, with a reason that a person understands, in every record that there must be."""
    path = tmp_path / "q.db"
    held: sqlite3.Connection | None = None
    if fault == "no database":
        path.write_bytes(b"this is no database" * 100)
    elif fault == "directory":
        path.mkdir()
    elif fault == "no directory":
        path = tmp_path / "missing" / "q.db"
    else:
        store = SqliteStore(path)
        store.add(Approval(a_request()))
        store.close()
        held = sqlite3.connect(path, isolation_level=None)
        if fault == "locked":
            held.execute("BEGIN EXCLUSIVE")
        else:
            held.execute("UPDATE approvals SET body = '{' || body, digest = 'x', requester = 'maria', scoped = 1, "
                         "state = 'approved'")  # fmt: skip
    mode = {"on_pending": "raise"} if polls else {}
    bench = Bench(settings=settings(f"sqlite:///{path}", tmp_path, **mode))
    bench.shield.approvals._busy = 0.3
    start = time.monotonic()
    with pytest.raises(ApprovalDenied, match=r"the approval queue .*(fails|is locked|damaged)") as raised:
        bench.run("UPDATE t SET a = 1")
    assert time.monotonic() - start < 10
    assert "counts as a refusal" in str(raised.value)
    assert ([], 1) == (bench.ran, len(bench.of("denied")))
    if held is not None:
        held.close()
    bench.shield.close()


def test_a_postgres_queue_that_is_not_there_refuses_without_showing_its_url() -> None:
    """The password is in no text."""
    store = PostgresStore("postgresql://app:hunter2@127.0.0.1:1/none", timeout_seconds=1)
    with pytest.raises(StoreUnavailable, match="PostgreSQL fails") as raised:
        store.entries()
    assert "hunter2" not in str(raised.value) + repr(raised.value) + repr(store)
    assert raised.value.__cause__ is None
    with pytest.raises(StoreUnavailable):
        store.wait(0.1)
    store.close()


@pytest.mark.postgres
def test_a_postgres_queue_whose_row_is_held_refuses_in_time(queue_url: Callable[[str], str]) -> None:
    """A lock that is not given back is not waited for longer than the timeout."""
    import psycopg

    url = queue_url("postgres")
    store = PostgresStore(url, timeout_seconds=1)
    request = a_request()
    store.add(Approval(request))
    with psycopg.connect(url) as other:
        other.execute("SELECT 1 FROM pcishield_approvals FOR UPDATE")
        start = time.monotonic()
        with pytest.raises(StoreUnavailable, match=r"LockNotAvailable|QueryCanceled"):
            give_answer(store, request.id, ZOE, True, datetime.now(UTC))
        assert time.monotonic() - start < 5
        assert store.claim(request.digest, lambda approval: approval) is None
    assert "approved" == give_answer(store, request.id, ZOE, True, datetime.now(UTC)).state
    store.close()


@pytest.mark.postgres
def test_a_postgres_queue_comes_back_after_its_connections_were_ended(queue_url: Callable[[str], str]) -> None:
    """One call fails, the next opens another; a request that waits goes on waiting and gets its answer."""
    import psycopg

    url = queue_url("postgres")
    store, other = PostgresStore(url), PostgresStore(url)
    request = a_request()
    asked = Asked(QueueApprover(store), request)
    eventually(lambda: other.entries())
    time.sleep(0.3)
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                      "WHERE application_name = 'pcishield approvals'")  # fmt: skip
    eventually(lambda: _answers(other, request.id))
    assert ["zoe"] == [one.approver for one in asked.result()]
    store.close()
    other.close()


@pytest.mark.postgres
def test_a_postgres_queue_that_falls_silent_is_unavailable_in_time(queue_url: Callable[[str], str]) -> None:
    """The connection stands and nothing comes: libpq alone would wait for ever, and the statement with it."""
    with behind_a_proxy(queue_url("postgres")) as (url, proxy):
        store = PostgresStore(url, timeout_seconds=1)
        store.add(Approval(a_request()))
        proxy.stall()
        asking = ThreadPoolExecutor(1).submit(store.entries)
        with pytest.raises(StoreUnavailable, match="OperationalError"):
            asking.result(30)
        proxy.restore()
        assert 1 == len(store.entries())
        store.close()


def test_a_redis_queue_that_is_not_there_refuses_without_showing_its_url() -> None:
    """Nor its password."""
    pytest.importorskip("redis", reason="redis is an optional dependency")
    store = open_queue("redis://:hush@127.0.0.1:1/0")
    with pytest.raises(StoreUnavailable, match="ConnectionError") as caught:
        store.add(Approval(a_request()))
    assert "hush" not in str(caught.value) + repr(store) + "".join(traceback.format_exception(caught.value))
    store.close()


@pytest.mark.parametrize(("name", "value"), [("appendfsync", "everysec"), ("appendonly", "no")])
def test_a_redis_queue_that_could_forget_what_was_used_is_refused(
    name: str, value: str, queue_url: Callable[[str], str]
) -> None:
    """After a restart it would have an older state, and a used approval would be approved again."""
    redis = pytest.importorskip("redis", reason="redis is an optional dependency")
    url = queue_url("redis")
    with redis.Redis.from_url(url, decode_responses=True) as client:
        before = client.config_get(name)[name]
        client.config_set(name, value)
        try:
            with pytest.raises(StoreUnavailable, match="appendfsync always"):
                open_queue(url).add(Approval(a_request()))
        finally:
            client.config_set(name, before)


def test_a_redis_queue_that_does_not_say_is_refused(queue_url: Callable[[str], str]) -> None:
    """A user who may not ask for the configuration."""
    redis = pytest.importorskip("redis", reason="redis is an optional dependency")
    url = queue_url("redis")
    with redis.Redis.from_url(url) as client:
        client.execute_command("ACL", "SETUSER", "limited", "on", ">hush", "~*", "&*", "+@all", "-config")
        try:
            limited = open_queue(url.replace("redis://", "redis://limited:hush@"))
            with pytest.raises(StoreUnavailable, match="allow CONFIG GET"):
                limited.add(Approval(a_request()))
            limited.close()
        finally:
            client.execute_command("ACL", "DELUSER", "limited")


def test_a_redis_queue_that_falls_silent_or_is_locked_is_unavailable_in_time(queue_url: Callable[[str], str]) -> None:
    """The connection stands and nothing comes; or a process holds the lock of the approval."""
    redis = pytest.importorskip("redis", reason="redis is an optional dependency")
    from pcishield.approvers.queue_redis import RedisStore

    url = queue_url("redis")
    request = a_request()
    proxy = FaultProxy(redis.Redis.from_url(url).connection_pool.connection_kwargs["port"])
    store = RedisStore(f"redis://127.0.0.1:{proxy.port}/3", timeout_seconds=1)
    store.add(Approval(request))
    proxy.stall()
    with pytest.raises(StoreUnavailable, match="TimeoutError"):
        store.entries()
    proxy.restore()
    with redis.Redis.from_url(url) as client, client.lock(f"pcishield:{{approvals}}:one:{request.id}:lock"):
        with pytest.raises(StoreUnavailable, match="locked by another process"):
            store.change(request.id, lambda approval: approval)
    assert [request.id] == [one.request.id for one in store.entries()]
    store.close()
    proxy.close()


def test_a_damaged_entry_of_a_redis_queue_is_said_to_be(queue_url: Callable[[str], str]) -> None:
    """By whoever reads it; nothing is approved by it."""
    redis = pytest.importorskip("redis", reason="redis is an optional dependency")
    url = queue_url("redis")
    store, request = open_queue(url), a_request()
    store.add(Approval(request))
    with redis.Redis.from_url(url) as client:
        client.set(f"pcishield:{{approvals}}:one:{request.id}", "{nothing")
    for call in (lambda: store.get(request.id), store.entries, lambda: store.find(request.digest)):
        with pytest.raises(StoreUnavailable, match="damaged entry"):
            call()
    store.close()


def _answers(store: Any, id: str) -> bool:
    try:
        give_answer(store, id, ZOE, True, datetime.now(UTC))
    except StoreUnavailable:
        return False
    return True


WRONG = ["", "{}", "[]", "null", '{"v": 1}', '{"v": 2}', "[" * 100_000, "x" * 10]


@pytest.mark.parametrize("text", WRONG, ids=[text[:8] or "nothing" for text in WRONG])
def test_what_is_no_approval_is_not_read_as_one(text: str) -> None:
    """Whatever it is, one kind of error."""
    with pytest.raises(BadApproval):
        approval_from_json(text)


@pytest.mark.parametrize("name", list(json.loads(approval_to_json(Approval(a_request())))))
@pytest.mark.parametrize("value", ["missing", [], {"a": 1}, -1.5, "x", None])
def test_an_approval_with_a_wrong_field_is_refused_or_harmless(name: str, value: Any) -> None:
    """No wrong type gets through to the rules; what is read is a whole approval."""
    data = json.loads(approval_to_json(Approval(a_request())))
    if value == "missing":
        del data[name]
    else:
        data[name] = value
    try:
        approval = approval_from_json(json.dumps(data))
    except BadApproval:
        return
    assert "approved" != approval.at(datetime.now(UTC)).state or approval.answers


# Who can write to the queue, and has no key


class Office:
    """A registry of two approvers with keys, and a queue that somebody else can write to."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.keys = {}
        for name, groups in (("zoe", ["dba"]), ("yan", ["oncall"]), ("maria", ["dba"])):
            public = create_key(home / f"{name}.key")
            add_approver(home / "approvers.toml", name, public, groups)
            self.keys[name] = load_key(home / f"{name}.key")
        text = (home / "approvers.toml").read_text()
        (home / "approvers.toml").write_text('break_glass = ["oncall"]\n' + text)
        self.registry = load_registry(home / "approvers.toml")
        self.store = MemoryStore()

    def signed(self, name: str, request: Any, **changes: Any) -> str:
        decision = {
            "request": request.id, "digest": request.digest, "approved": True, "approver": name,
            "at": datetime.now(UTC).isoformat(), "shown": shown_digest(request),
        } | changes  # fmt: skip
        return sign_decision(SignedDecision(**decision), self.keys[name])

    def ask(self, request: Any) -> Asked:
        asked = Asked(QueueApprover(self.store, self.registry), request)
        eventually(lambda: self.store.entries())
        return asked


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_a_signed_answer_counts(office: Office) -> None:
    """By the registered human, with the registry's groups and the level that a key gives."""
    request = a_request()
    asked = office.ask(request)
    evidence = {"decision": office.signed("zoe", request)}
    give_answer(office.store, request.id, Principal("zoe"), True, datetime.now(UTC), evidence=evidence)

    (answer,) = asked.result()
    assert (True, "zoe", "attested", frozenset({"dba"})) == (
        answer.approved, answer.approver, answer.evidence["level"], answer.groups
    )  # fmt: skip


FORGED: list[tuple[str, Callable[[Office, Any], dict[str, Any]], str]] = [
    ("unsigned", lambda office, request: {}, "not signed"),
    ("garbage", lambda office, request: {"decision": "{}"}, "cannot be read"),
    ("oversized", lambda office, request: {"decision": "x" * 10_000}, "longer than"),
    ("another's key", lambda office, request: {"decision": office.signed("yan", request, approver="zoe")}, "signature"),
    ("another's name", lambda office, request: {"decision": office.signed("yan", request)}, "something else"),
    ("a no", lambda office, request: {"decision": office.signed("zoe", request, approved=False)}, "something else"),
    ("other request", lambda office, request: {"decision": office.signed("zoe", a_request())}, "another request"),
    ("other text", lambda office, request: {"decision": office.signed("zoe", request, shown="0")}, "shown"),
    ("nothing shown", lambda office, request: {"decision": office.signed("zoe", request, shown="")}, "shown"),
    ("future", lambda office, request: {"decision": office.signed(
        "zoe", request, at=(datetime.now(UTC) + timedelta(hours=1)).isoformat())}, "future"),
    ("unknown action", lambda office, request: {"decision": office.signed("zoe", request, action="bless")}, "unknown"),
    ("glass without the group", lambda office, request: {"decision": office.signed(
        "zoe", request, action="break-glass", reason="urgent")}, "none of the groups"),
    ("impossible scope", lambda office, request: {"decision": office.signed("zoe", request, scope="{}")}, "scope"),
    ("unlimited scope", lambda office, request: {"decision": office.signed(
        "zoe", request, scope=scope_to_json(Scope(datetime.now(UTC))))}, "cover everything"),
]  # fmt: skip


@pytest.mark.parametrize(("evidence", "why"), [case[1:] for case in FORGED], ids=[case[0] for case in FORGED])
def test_who_can_write_to_the_queue_cannot_approve(office: Office, evidence: Any, why: str) -> None:
    """An answer without the approver's own signature for this request is void, and kept with the reason."""
    request = a_request()
    asked = office.ask(request)
    changed = give_answer(
        office.store, request.id, Principal("zoe"), True, datetime.now(UTC), evidence=evidence(office, request)
    )
    assert "approved" == changed.state  # so says the store
    time.sleep(0.05)
    office.store.change(request.id, lambda approval: approval.revoked("yan", datetime.now(UTC)))
    answers = asked.result()
    assert not [one for one in answers if one.approved and not one.void]
    assert why in next(one.void for one in answers if one.void)


def test_a_state_that_was_written_by_hand_is_not_believed(office: Office) -> None:
    """Approved without answers, and more groups than the registry says, change nothing."""
    from dataclasses import replace

    request = a_request(approvals=2, groups=("dba", "oncall"))
    asked = office.ask(request)
    office.store.change(request.id, lambda approval: replace(
        approval, state="approved", usable_until=datetime.now(UTC) + timedelta(hours=1)))  # fmt: skip
    everything = frozenset({"dba", "oncall"})
    office.store.change(request.id, lambda approval: replace(approval, state="pending"))
    for name in ("zoe", "maria"):
        evidence = {"decision": office.signed(name, request)}
        try:
            give_answer(office.store, request.id, Principal(name, groups=everything), True, datetime.now(UTC),
                        evidence=evidence)  # fmt: skip
        except ValueError:
            continue
    time.sleep(0.1)
    assert not asked._future.done()
    evidence = {"decision": office.signed("yan", request)}
    give_answer(office.store, request.id, Principal("yan", groups=everything), True, datetime.now(UTC),
                evidence=evidence)  # fmt: skip
    assert {"zoe", "yan"} == {one.approver for one in asked.result() if not one.void}


def test_a_request_that_was_changed_in_the_queue_refuses(tmp_path: Path) -> None:
    """What approvers were shown is not what would run."""
    from dataclasses import replace

    store = SqliteStore(tmp_path / "q.db")
    request = a_request()
    asked = Asked(QueueApprover(store), request)
    eventually(lambda: store.entries())
    harmless = replace(request, template="SELECT 1", summary="Reads nothing.")
    store.change(request.id, lambda approval: replace(approval, request=harmless))
    give_answer(store, request.id, ZOE, True, datetime.now(UTC))
    with pytest.raises(StoreUnavailable, match="another request"):
        asked.result()
    store.close()


def test_an_approval_that_another_call_used_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else's identical call was faster; the one who waited must not run as well."""
    store = MemoryStore()
    request = a_request()
    release = threading.Event()
    monkeypatch.setattr(QueueApprover, "refresh", lambda self, asked: release.wait(10) if store.entries() else None)
    asked = Asked(QueueApprover(store), request)
    eventually(lambda: store.entries())
    give_answer(store, request.id, ZOE, True, datetime.now(UTC))
    assert store.claim(request.digest, lambda approval: approval.claimed(request.digest, datetime.now(UTC)))
    release.set()
    assert "it was used by another call" in [one.reason for one in asked.result() if not one.approved]


def test_a_queue_that_another_process_is_just_making_is_waited_for(tmp_path: Path) -> None:
    """The change to WAL is not covered by SQLite's busy timeout: it failed at once while the other one wrote."""
    path = tmp_path / "q.db"
    held = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    held.execute("CREATE TABLE made (a)")
    held.execute("BEGIN IMMEDIATE")
    letting_go = threading.Timer(0.3, held.execute, ("COMMIT",))
    letting_go.start()
    store = SqliteStore(path)
    assert [] == store.entries()
    letting_go.join()
    held.close()
    store.close()


def test_breaking_the_glass_is_alerted_recorded_and_left_to_be_reviewed(tmp_path: Path) -> None:
    """One human of the group, a reason, an alert before the statement runs, a task in the log and in the queue."""
    from pcishield.approval.store import break_glass

    office = Office(tmp_path)
    alerts: list[str] = []
    rule = {"id": "asks", "effect": "require_approval", "reason": "a write", "approvals": 2,
            "when": {"actions": ["update"]}}  # fmt: skip
    bench = Bench({"name": "p", "default": "allow", "rules": [rule]}, alert=alerts.append,
                  settings=settings(f"sqlite:///{tmp_path}/q.db", tmp_path,
                                    approvers=str(tmp_path / "approvers.toml")))  # fmt: skip
    other = SqliteStore(tmp_path / "q.db")

    def break_it() -> None:
        (approval,) = eventually(lambda: other.entries())
        request = approval.request
        text = office.signed("yan", request, action="break-glass", reason="payments are down")
        break_glass(other, request.id, Principal("yan", groups=frozenset({"oncall"})), office.registry.break_glass,
                    "payments are down", datetime.now(UTC), evidence={"decision": text})  # fmt: skip

    thread = threading.Thread(target=break_it)
    thread.start()
    bench.run("UPDATE t SET a = 1")
    thread.join()
    assert 1 == len(bench.ran) == len(alerts)
    assert "yan broke the glass: payments are down" in alerts[0]
    types = [record["type"] for record in bench.log.records]
    assert types.index("approval.break_glass") < types.index("review.task") < types.index("attempt")
    (kept,) = other.entries()
    assert (True, "") == (kept.glass_broken, kept.reviewed_by)
    bench.shield.close()
    other.close()


def test_a_glass_whose_alert_fails_stays_whole(tmp_path: Path) -> None:
    """What cannot be told to anybody does not run."""
    from pcishield.core.decision import ApprovalAnswer

    def alert(text: str) -> None:
        raise OSError("no route")

    bench = Bench(approver=lambda request: ApprovalAnswer(True, "yan", "urgent", break_glass=True), alert=alert)
    with pytest.raises(ApprovalDenied, match="alert failed with OSError"):
        bench.run("UPDATE t SET a = 1")
    assert [] == bench.ran


# Files


def test_keys_and_registries_that_are_not_as_they_must_be(tmp_path: Path) -> None:
    """Open to others, damaged, twice, or for two humans: one sentence each that says what to do."""
    public = create_key(tmp_path / "zoe.key", b"secret")
    with pytest.raises(ConfigurationError, match="needs a passphrase"):
        load_key(tmp_path / "zoe.key")
    with pytest.raises(ConfigurationError, match="holds no key"):
        load_key(tmp_path / "zoe.key", b"wrong")
    assert public == load_key(tmp_path / "zoe.key", b"secret").public_key().public_bytes_raw()
    with pytest.raises(ConfigurationError, match="cannot be made"):
        create_key(tmp_path / "zoe.key")
    os.chmod(tmp_path / "zoe.key", 0o644)
    with pytest.raises(ConfigurationError, match="open to others"):
        load_key(tmp_path / "zoe.key", b"secret")
    file = tmp_path / "approvers.toml"
    add_approver(file, "zoe", public, ["dba"])
    with pytest.raises(ConfigurationError, match="same key"):
        add_approver(file, "yan", public, [])
    with pytest.raises(ConfigurationError, match="registered twice"):
        add_approver(file, "zoe", os.urandom(32), [])
    assert {"zoe"} == set(load_registry(file).approvers)
    os.chmod(file, 0o666)
    with pytest.raises(ConfigurationError, match="can be written by others"):
        load_registry(file)
    for text in (
        "approvers = []",
        'x = 1\n[[approvers]]\nname = "a"\nkey = "b"',
        "[[",
        '[[approvers]]\nname = "a"\nkey = "b"',
    ):
        file.write_text(text)
        with pytest.raises(ConfigurationError, match="approvers"):
            load_registry(file)


def test_the_binding_key_is_made_once_and_kept(tmp_path: Path) -> None:
    """The same for every process; a damaged one is said to be so."""
    path = tmp_path / "new" / "binding.key"

    assert binding_key(path) == binding_key(path)
    path.write_text("short")
    with pytest.raises(ConfigurationError, match="holds no key of 64 hex digits"):
        binding_key(path)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "mysql://x", "nonsense", "postgresql:/x"])
def test_other_urls_are_no_queues(url: str) -> None:
    """One sentence that says how to write one."""
    with pytest.raises(ConfigurationError, match=r"write sqlite:///path"):
        open_queue(url)


def test_nobody_answers_and_it_expires(tmp_path: Path) -> None:
    """The queue's own way of ending, for callers that wait."""
    bench = Bench(settings=settings(f"sqlite:///{tmp_path}/q.db", tmp_path, timeout_seconds=0.4))
    with pytest.raises(ApprovalExpired):
        bench.run("UPDATE t SET a = 1")
    assert ([], 1) == (bench.ran, len(bench.of("approval.expired")))
    assert [] == bench.of("approval.denied")  # nobody said no
    bench.shield.close()


@pytest.mark.parametrize("polls", [False, True])
def test_a_decision_that_comes_late_is_recorded(tmp_path: Path, polls: bool) -> None:
    """It counts for nothing, and is in the chain all the same: once, at the next request or at the end."""
    more = {"on_pending": "raise"} if polls else {}
    bench = Bench(settings=settings(f"sqlite:///{tmp_path}/q.db", tmp_path, timeout_seconds=0.4, **more))
    with pytest.raises((ApprovalExpired, ApprovalPending)):
        bench.run("UPDATE t SET a = 1")
    other = SqliteStore(tmp_path / "q.db")
    (over,) = other.entries()
    late = over.request.expires_at + timedelta(seconds=1)
    with pytest.raises(ValueError, match="expired"):
        give_answer(other, over.request.id, Principal("zoe"), True, late, "sorry")
    eventually(lambda: datetime.now(UTC) > late)
    for _ in range(2):
        with pytest.raises((ApprovalExpired, ApprovalPending)):
            bench.run("UPDATE t SET b = 2")
    bench.shield.close()
    other.close()

    (void,) = bench.of("approval.void")
    assert (over.request.id, "zoe") == (void["approval"]["id"], void["approval"]["approver"])
    assert "expired" in void["approval"]["reason"]
    assert [] == bench.ran


def test_of_two_channels_the_first_that_answers_counts_and_the_other_is_taken_back() -> None:
    """A queue and another are asked at the same time; nobody can answer afterwards."""
    from pcishield.approvers import any_of
    from pcishield.core.decision import Decision
    from pcishield.runtime.approve import collect
    from pcishield.shield import SystemClock

    first, second = MemoryStore(), MemoryStore()
    both = any_of(QueueApprover(first), QueueApprover(second))
    request = a_request()
    answers: list[Any] = []
    thread = threading.Thread(
        target=lambda: answers.extend(collect(both, request, Decision("require_approval"), SystemClock()))
    )
    thread.start()
    eventually(lambda: first.entries() and second.entries())
    give_answer(second, request.id, ZOE, True, datetime.now(UTC))
    thread.join(20)
    assert ["zoe"] == [one.approver for one in answers]
    assert "revoked" == eventually(lambda: first.get(request.id).state != "pending" and first.get(request.id).state)


@pytest.mark.parametrize("approved", [True, False])
def test_answers_that_do_not_count_neither_fill_nor_break_a_quorum(approved: bool) -> None:
    """They are kept for the record."""
    from pcishield.approvers import all_of
    from pcishield.core.decision import ApprovalAnswer

    void = ApprovalAnswer(approved, "yan", void="forged")
    good = ApprovalAnswer(True, "zoe")
    alone = all_of(lambda request: [good, void])(a_request())
    assert [good, void] == alone
    two = all_of(lambda request: good, lambda request: void)(a_request())
    assert [False, approved] == [one.approved for one in two]
    assert "forged" == two[1].void
