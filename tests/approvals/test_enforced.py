"""Approvals where they matter: at statements and batches of a guarded connection."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pcishield import acting_as
from pcishield.approval.store import give_answer
from pcishield.core.decision import ApprovalAnswer, Principal, Scope
from pcishield.core.result import ResultColumn
from pcishield.exceptions import ApprovalDenied, ApprovalExpired, ApprovalPending
from pcishield.runtime import held
from pcishield.shield import Shield
from pcishield.testing import FakeClock, RecordingLog, make_pan
from tests.approvals.conftest import eventually

POLICY = {
    "name": "p",
    "default": "allow",
    "rules": [
        {"id": "asks", "effect": "require_approval", "reason": "a write", "when": {"actions": ["update", "delete"]}},
        {"id": "reads", "effect": "require_approval", "reason": "hr", "when": {"tables": ["hr.*"]}},
    ],
}
ZOE = Principal("zoe", groups=frozenset({"dba"}), level="attested")


class Bench:
    """A shield on a log in memory, and statements that a plain function runs."""

    def __init__(self, policy: Any = None, **options: Any) -> None:
        self.log = RecordingLog()
        self.shield = Shield(options.pop("settings", {}), policy=policy or POLICY, audit=self.log, **options)
        self.session = self.open()
        self.ran: list[str] = []

    def open(self, **options: Any) -> Any:
        return self.shield.open_session(dialect="postgres", driver="fake", **({"database": "shop"} | options))

    def run(self, sql: str, parameters: Any = None, session: Any = None, many: bool = False) -> Any:
        session = session or self.session
        operation = session.operation(sql, parameters, method="execute", many=many)

        def call() -> Any:
            self.ran.append(sql)
            operation.pending(True)
            return operation

        with acting_as(user="maria", agent="bot"):
            return session.run(operation, call)

    async def arun(self, sql: str) -> Any:
        async def call() -> None:
            self.ran.append(sql)

        with acting_as(user="maria", agent="bot"):
            return await self.session.arun(self.session.operation(sql, None, method="execute"), call)

    def of(self, type: str) -> list[dict[str, Any]]:
        return [record for record in self.log.records if record["type"] == type]


def grants(**changes: Any) -> Callable[[Any], ApprovalAnswer]:
    """An approver that grants more than was asked for."""
    asked: list[Any] = []

    def approver(request: Any) -> ApprovalAnswer:
        asked.append(request)
        scope = Scope(datetime.now(UTC) + timedelta(hours=1), uses=5, templates=frozenset({request.fingerprint}))
        return ApprovalAnswer(True, "zoe", scope=replace(scope, **changes))

    approver.asked = asked  # type: ignore[attr-defined]
    return approver


def test_a_grant_covers_later_statements_and_each_attempt_names_it() -> None:
    """One question, five statements with other values, and then a new question."""
    approver: Any = grants()
    bench = Bench(approver=approver)
    for value in range(5):
        bench.run("UPDATE t SET a = %s WHERE id = 1", (value,))

    assert (1, 5) == (len(approver.asked), len(bench.ran))
    names = {record["approval"]["id"] for record in bench.of("attempt")[1:]}
    assert {approver.asked[0].id} == names
    bench.run("UPDATE t SET a = %s WHERE id = 1", (9,))
    assert 2 == len(approver.asked)


@pytest.mark.parametrize(
    ("sql", "session"),
    [
        ("UPDATE t SET b = %s WHERE id = 1", {}),
        ("DELETE FROM t WHERE id = %s", {}),
        ("UPDATE t SET a = %s WHERE id = 1", {"database": "other"}),
        ("UPDATE t SET a = %s WHERE id = 1", {"user": "root"}),
    ],
)
def test_a_grant_covers_nothing_else(sql: str, session: dict[str, Any]) -> None:
    """Another template, action, database or database user is asked about."""
    approver: Any = grants()
    bench = Bench(approver=approver)
    bench.run("UPDATE t SET a = %s WHERE id = 1", (1,))
    bench.run(sql, (1,), bench.open(**session))

    assert 2 == len(approver.asked)


def test_each_set_of_parameters_uses_a_grant_up() -> None:
    """executemany is as many statements as it has sets."""
    approver: Any = grants(uses=3)
    bench = Bench(approver=approver)
    bench.run("UPDATE t SET a = %s WHERE id = 1", (1,))
    bench.run("UPDATE t SET a = %s WHERE id = 1", [(1,), (2,), (3,)], many=True)

    assert 2 == len(approver.asked)


def read(bench: Bench) -> Any:
    return bench.run("SELECT name FROM hr.staff").result([ResultColumn("name")])


def test_revoking_a_grant_stops_a_fetch_that_is_under_way() -> None:
    """The next batch is refused whole, recorded, and the next statement asks again."""
    approver: Any = grants()
    bench = Bench(approver=approver)
    read(bench)
    guard = read(bench)
    assert [("a",)] == guard.rows([("a",)])
    id = approver.asked[0].id
    bench.shield.approvals.change(id, lambda approval: approval.revoked("yan", datetime.now(UTC)))
    eventually(lambda: not bench.shield.parts.grants.held)

    with pytest.raises(ApprovalExpired, match="revoked by yan"):
        guard.rows([("b",)])
    with pytest.raises(ApprovalExpired, match="revoked by yan"):
        guard.row(("b",))
    with pytest.raises(ApprovalExpired, match="revoked by yan"):
        guard.cell(0, "b")
    assert "it is revoked by yan" == bench.of("approval.expired")[0]["reason"]
    read(bench)
    assert 2 == len(approver.asked)


def test_a_grant_that_ends_while_rows_are_read_stops_them() -> None:
    """Its time is looked at again at each batch."""
    clock = FakeClock(datetime.now(UTC))
    bench = Bench(approver=grants(not_after=clock.now() + timedelta(minutes=5)), clock=clock)
    read(bench)
    guard = read(bench)
    assert [("a",)] == guard.rows([("a",)])
    clock.advance(301)

    with pytest.raises(ApprovalExpired, match="time is over"):
        guard.rows([("b",)])


def test_the_rows_of_a_grant_are_counted_over_statements() -> None:
    """What is over the count is not handed out at all."""
    bench = Bench(approver=grants(rows=5))
    read(bench)
    assert 4 == len(read(bench).rows([("a",)] * 4))

    with pytest.raises(ApprovalExpired, match="5 rows"):
        read(bench).rows([("a",)] * 2)


def test_a_grant_is_void_when_its_store_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it was revoked is then unknown."""
    monkeypatch.setattr(held, "STALE", -1.0)
    approver: Any = grants()
    bench = Bench(approver=approver)
    for _ in range(3):
        bench.run("UPDATE t SET a = %s WHERE id = 1", (1,))

    assert 3 == len(approver.asked)


def test_a_closed_shield_gives_back_what_it_did_not_use(tmp_path: Path) -> None:
    """So that another process can use it."""
    queue = {"approval": {"queue": f"sqlite:///{tmp_path}/q.db", "key_file": str(tmp_path / "key")}}
    approver: Any = grants(uses=800)
    bench = Bench(approver=approver, settings=queue)
    for _ in range(3):
        bench.run("UPDATE t SET a = %s WHERE id = 1", (1,))
    store = bench.shield.approvals
    assert 797 > store.get(approver.asked[0].id).uses_left  # leased in advance
    bench.shield.close()

    assert 797 == store.get(approver.asked[0].id).uses_left
    store.close()


def test_a_rule_of_the_policy_can_answer() -> None:
    """Nobody is asked, and the record says which rule it was."""
    rule = POLICY["rules"][0] | {"auto_approve": {"tables": ["staging.*"]}}  # type: ignore[index,operator]
    bench = Bench({"name": "p", "default": "allow", "rules": [rule]})
    bench.run("UPDATE staging.t SET a = 1")

    assert ["policy:asks"] == [record["approval"]["approver"] for record in bench.of("approval.granted")]
    with pytest.raises(ApprovalDenied, match="no approver"):
        bench.run("UPDATE live.t SET a = 1")


def test_parameters_that_change_while_somebody_decides_are_not_approved() -> None:
    """The digest is worked out again before the statement runs."""
    parameters = [1]

    def approver(request: Any) -> ApprovalAnswer:
        parameters[0] = 2
        return ApprovalAnswer(True, "zoe")

    bench = Bench(approver=approver)
    with pytest.raises(ApprovalDenied, match="parameters were changed"):
        bench.run("UPDATE t SET a = %s", parameters)
    assert [] == bench.ran


def test_what_cannot_be_bound_is_refused() -> None:
    """A value whose content cannot be read could be exchanged."""
    bench = Bench(approver=lambda request: ApprovalAnswer(True, "zoe"))
    with pytest.raises(ApprovalDenied, match="cannot be bound"):
        bench.run("UPDATE t SET a = %s", (threading.Lock(),))
    assert [] == bench.ran


@pytest.mark.parametrize(
    "change",
    [{"sql": "UPDATE t SET a = %s, b = 2"}, {"parameters": ({"a": ["x" * 500 + "2"]},)}, {"session": {"user": "root"}}],
)
def test_an_approval_is_for_exactly_what_was_shown(tmp_path: Path, change: dict[str, Any]) -> None:
    """Another text, other values deep inside, another database user: each asks anew."""
    settings = {
        "approval": {"queue": f"sqlite:///{tmp_path}/q.db", "key_file": str(tmp_path / "key"), "on_pending": "raise"}
    }
    bench = Bench(settings=settings)
    call: dict[str, Any] = {"sql": "UPDATE t SET a = %s", "parameters": ({"a": ["x" * 500 + "1"]},)}
    with pytest.raises(ApprovalPending) as asked:
        bench.run(**call)
    give_answer(bench.shield.approvals, asked.value.request_id, ZOE, True, datetime.now(UTC))
    changed = call | change
    if "session" in changed:
        changed["session"] = bench.open(**changed["session"])
    with pytest.raises(ApprovalPending) as other:
        bench.run(**changed)
    assert asked.value.request_id != other.value.request_id
    bench.run(**call)
    assert 1 == len(bench.ran)
    bench.shield.close()


def test_groups_are_counted_per_human() -> None:
    """One person in both groups is one person (FIELD.md 3.6)."""
    rule = POLICY["rules"][0] | {"approvals": 2, "approver_groups": ["dba", "security"]}  # type: ignore[index,operator]
    policy = {"name": "p", "default": "allow", "rules": [rule]}
    both = frozenset({"dba", "security"})

    def says(*answers: ApprovalAnswer) -> Bench:
        return Bench(policy, approver=lambda request: list(answers))

    zoe, yan = (ApprovalAnswer(True, name, groups=both) for name in ("zoe", "yan"))
    kim = ApprovalAnswer(True, "kim")
    says(zoe, yan).run("UPDATE t SET a = 1")
    for answers in ((zoe, kim), (zoe, zoe), (zoe,)):
        bench = says(*answers)
        with pytest.raises(ApprovalDenied):
            bench.run("UPDATE t SET a = 1")
        assert [] == bench.ran


def broken(request: Any) -> bool:
    raise OSError("secret")


BAD_APPROVERS: list[tuple[str, Any, str]] = [
    ("raises", broken, "failed with OSError"),
    ("nothing", lambda request: None, "refused by callback"),
    ("nonsense", lambda request: {"approved": True}, "neither a bool"),
    ("truthy", lambda request: ApprovalAnswer(1, "zoe"), "does not say"),  # type: ignore[arg-type]
    ("nobody", lambda request: ApprovalAnswer(True, " "), "does not say"),
    ("requester", lambda request: ApprovalAnswer(True, "MARIA"), "cannot approve an own"),
    ("oversized", lambda request: ApprovalAnswer(True, "zoe", "x" * 10_000), "at most 2000 characters"),
    ("card data", lambda request: ApprovalAnswer(True, "zoe", make_pan()), "0 of 1 distinct"),
    ("card data in evidence", lambda request: ApprovalAnswer(True, "zoe", evidence={"x": make_pan()}), "0 of 1"),
]


@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize(
    ("approver", "message"), [case[1:] for case in BAD_APPROVERS], ids=[case[0] for case in BAD_APPROVERS]
)
def test_an_approver_that_misbehaves_refuses(approver: Any, message: str, asynchronous: bool) -> None:
    """Denied with a reason, recorded, nothing executed, and none of it in the log."""
    bench = Bench(approver=approver)
    with pytest.raises(ApprovalDenied, match=message):
        asyncio.run(bench.arun("UPDATE t SET a = 1")) if asynchronous else bench.run("UPDATE t SET a = 1")

    assert [] == bench.ran
    assert 1 == len(bench.of("denied"))
    assert make_pan() not in repr(bench.log.records)
    assert "secret" not in repr(bench.log.records)


@pytest.mark.parametrize("asynchronous", [False, True])
def test_an_approver_that_hangs_is_left_behind(asynchronous: bool) -> None:
    """The caller waits for as long as the settings say."""
    release = threading.Event()
    bench = Bench(approver=lambda request: release.wait(30), settings={"approval": {"timeout_seconds": 0.3}})
    start = time.monotonic()
    with pytest.raises(ApprovalExpired):
        asyncio.run(bench.arun("UPDATE t SET a = 1")) if asynchronous else bench.run("UPDATE t SET a = 1")
    assert time.monotonic() - start < 5
    release.set()
    assert [] == bench.ran
    assert 1 == len(bench.of("approval.expired"))


@pytest.fixture
def interruptible() -> Iterator[None]:
    """A shell starts what runs in its background with Ctrl-C ignored, and Python leaves it so."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_ends_the_wait_and_takes_the_request_back(tmp_path: Path) -> None:
    """Nobody can approve what nobody waits for; the record says that it was cancelled."""
    settings = {"approval": {"queue": f"sqlite:///{tmp_path}/q.db", "key_file": str(tmp_path / "key")}}
    bench = Bench(settings=settings)
    store = bench.shield.approvals

    def interrupt() -> None:
        eventually(lambda: store.entries(("pending",)))
        signal.raise_signal(signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        bench.run("UPDATE t SET a = 1")
    assert ["revoked"] == [one.state for one in store.entries()]
    assert ["cancelled"] == [record["outcome"] for record in bench.of("approval.revoked")]
    assert [] == bench.ran
    bench.shield.close()


def test_a_cancelled_task_takes_its_request_back(tmp_path: Path) -> None:
    """The async way of the same."""
    settings = {"approval": {"queue": f"sqlite:///{tmp_path}/q.db", "key_file": str(tmp_path / "key")}}
    bench = Bench(settings=settings)
    store = bench.shield.approvals

    async def main() -> None:
        task = asyncio.create_task(bench.arun("UPDATE t SET a = 1"))
        while not await asyncio.to_thread(store.entries):
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert ["revoked"] == [one.state for one in store.entries()]
    assert [] == bench.ran
    bench.shield.close()


class Point:
    """An entry point of some package."""

    name = "pager"

    def __init__(self, made: Any) -> None:
        self.load = lambda: lambda: made


def test_the_configuration_can_name_an_approver(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that a package offers; one of another name is said not to be there."""
    from pcishield import approvers
    from pcishield.exceptions import ConfigurationError

    points = [Point(lambda request: ApprovalAnswer(True, "zoe"))]
    monkeypatch.setattr(
        approvers, "entry_points", lambda group, name=None: [p for p in points if name in (None, p.name)]
    )
    bench = Bench(settings={"approval": {"approver": "pager"}})
    bench.run("UPDATE t SET a = 1")
    assert 1 == len(bench.ran)
    with pytest.raises(ConfigurationError, match="'mail' is no approver; known are console, pager"):
        Bench(settings={"approval": {"approver": "mail"}})
    points.append(Point(None))
    with pytest.raises(ConfigurationError, match="several packages"):
        Bench(settings={"approval": {"approver": "pager"}})
    del points[0]
    with pytest.raises(ConfigurationError, match="cannot be called"):
        Bench(settings={"approval": {"approver": "pager"}})


def test_the_console_can_be_named() -> None:
    """Without a terminal its answer is no."""
    bench = Bench(settings={"approval": {"approver": "console"}})
    with pytest.raises(ApprovalDenied, match="no terminal"):
        bench.run("UPDATE t SET a = 1")
