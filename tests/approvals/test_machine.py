"""No sequence of steps takes an approval where it must not go, whichever store keeps it."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from pcishield.approval import Approval, IllegalTransition
from pcishield.approval.codec import approval_from_json, approval_to_json
from pcishield.approval.state import FINAL, TRANSITIONS
from pcishield.approval.store import break_glass, give_answer
from pcishield.approvers import open_queue
from pcishield.approvers.queue_sqlite import SqliteStore
from pcishield.core.decision import Principal, Scope
from pcishield.runtime.memory_store import MemoryStore
from tests.approvals.conftest import KINDS, a_request

START = datetime(2026, 1, 31, 12, tzinfo=UTC)
NAMES = st.sampled_from(["maria", "Maria ", "zoe", "yan", "kim"])
GROUPS = st.sets(st.sampled_from(["dba", "security", "oncall"])).map(frozenset)


class Life(RuleBasedStateMachine):
    """Answers, broken glass, revocations, claims, leases, reviews and time, in any order."""

    store: Any = None

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.request = a_request(
            requested_at=START, expires_at=START + timedelta(minutes=15), approvals=2, groups=("dba", "security")
        )
        self.store.add(Approval(self.request))
        self.states = ["pending"]
        self.single_claims = self.uses = self.answers = self.voids = 0

    def take(self, step: Any) -> Any:
        """Take a step; whatever it does, note where the approval is then."""
        result = None
        try:
            result = step()
        except IllegalTransition:
            pass
        self.approval = self.store.get(self.request.id)
        if self.approval.state != self.states[-1]:
            self.states.append(self.approval.state)
        return result

    @rule(name=NAMES, groups=GROUPS, agent=st.sampled_from(["", "", "bot"]), yes=st.sampled_from([True, True, False]),
          scoped=st.booleans(), uses=st.integers(1, 3))  # fmt: skip
    def answer(self, name: str, groups: frozenset[str], agent: str, yes: bool, scoped: bool, uses: int) -> None:
        scope = Scope(self.now + timedelta(minutes=20), uses, tables=("public.*",)) if scoped else None
        by = Principal(name, agent=agent, groups=groups)
        self.take(lambda: give_answer(self.store, self.request.id, by, yes, self.now, scope=scope))

    @rule(name=NAMES, groups=GROUPS, reason=st.sampled_from(["", "urgent"]))
    def smash(self, name: str, groups: frozenset[str], reason: str) -> None:
        by = Principal(name, groups=groups)
        self.take(lambda: break_glass(self.store, self.request.id, by, frozenset({"oncall"}), reason, self.now))

    @rule(name=NAMES)
    def revoke(self, name: str) -> None:
        self.take(lambda: self.store.change(self.request.id, lambda one: one.revoked(name, self.now)))

    @rule(right=st.booleans())
    def claim(self, right: bool) -> None:
        digest = self.request.digest if right else "0" * 64
        claimed = self.take(lambda: self.store.claim(digest, lambda one: one.claimed(digest, self.now)))
        if claimed is not None:
            assert right
            if claimed.scope is None:
                self.single_claims += 1
            else:
                self.uses += 1

    @precondition(lambda self: self.states[-1] == "approved")
    @rule(uses=st.integers(-1, 2))
    def lease(self, uses: int) -> None:
        changed = self.take(lambda: self.store.change(self.request.id, lambda one: one.leased(uses, 0, self.now)))
        if changed is not None:
            self.uses = max(self.uses + uses, 0)

    @rule(name=NAMES)
    def review(self, name: str) -> None:
        by = Principal(name)
        self.take(lambda: self.store.change(self.request.id, lambda one: one.reviewed(by, "seen", self.now)))

    @rule(minutes=st.integers(0, 12))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @invariant()
    def only_legal_steps(self) -> None:
        for before, after in zip(self.states, self.states[1:], strict=False):
            # Two changes may lie between two looks: expired is worked out, not written.
            assert after in TRANSITIONS[before]  # type: ignore[index]
        assert not any(state in FINAL for state in self.states[:-1])

    @invariant()
    def what_was_used_was_approved_by_other_humans(self) -> None:
        approval = self.store.get(self.request.id)
        assert self.single_claims <= 1
        if approval.scope is not None:
            assert self.uses == approval.leased_uses <= approval.scope.uses
        if self.single_claims or self.uses:
            yes = {answer.approver.strip().casefold(): answer for answer in approval.answers if answer.approved}
            assert "maria" not in yes
            assert all(answer.approved for answer in approval.answers)
            if not approval.glass_broken:
                assert len(yes) == len(approval.answers) >= 2
                groups = [answer.groups for answer in approval.answers]
                assert any(
                    "dba" in one and "security" in other for one in groups for other in groups if one is not other
                )
            else:
                assert any(one.break_glass and one.reason and "oncall" in one.groups for one in approval.answers)
        if approval.reviewed_by:
            assert approval.glass_broken
            assert approval.reviewed_by not in {answer.approver for answer in approval.answers}

    @invariant()
    def it_is_written_and_read_alike(self) -> None:
        approval = self.store.get(self.request.id)
        again = approval_from_json(approval_to_json(approval))
        assert replace(approval, request=again.request) == replace(again, request=again.request)


@pytest.mark.parametrize("kind", KINDS)
def test_no_steps_lead_where_an_approval_must_not_go(kind: str, request: pytest.FixtureRequest) -> None:
    """The same machine for each store."""
    with tempfile.TemporaryDirectory() as directory:
        if kind == "memory":
            store: Any = MemoryStore()
        elif kind == "sqlite":
            store = SqliteStore(Path(directory) / "q.db")
        else:
            store = open_queue(request.getfixturevalue("queue_url")(kind))
        machine = type("Machine", (Life,), {"store": store})
        examples = 80 if kind == "memory" else 15
        try:
            run_state_machine_as_test(
                machine,
                settings=settings(max_examples=examples, stateful_step_count=15, deadline=None,
                                  suppress_health_check=list(HealthCheck)),
            )  # fmt: skip
        finally:
            store.close()
