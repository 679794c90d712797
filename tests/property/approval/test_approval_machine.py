"""No sequence of steps takes an approval where it must not go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pcishield.approval import Approval, IllegalTransition
from pcishield.approval.state import FINAL, TRANSITIONS
from pcishield.core.decision import ApprovalRequest, Principal

START = datetime(2026, 1, 31, 12, tzinfo=UTC)
HUMANS = st.sampled_from(["maria", "zoe", "yan", "kim"])


class ApprovalLife(RuleBasedStateMachine):
    """Answers, revocations, claims and time, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        request = ApprovalRequest(
            id="r", template="t", summary="s", fingerprint="f", digest="d", tables=(), hazards=(), actions=(),
            classes=(), principal=Principal("maria"), database="", rule=None, reason="", requested_at=START,
            expires_at=START + timedelta(minutes=15), approvals=2,
        )  # fmt: skip
        self.approval = Approval(request)
        self.states = ["pending"]
        self.claims = 0

    def take(self, step: object) -> None:
        before = self.approval
        try:
            self.approval = step()  # type: ignore[operator]
        except IllegalTransition:
            assert self.approval is before
        if self.approval.state != self.states[-1]:
            self.states.append(self.approval.state)

    @rule(by=HUMANS, agent=st.sampled_from(["", "bot"]), yes=st.booleans())
    def answer(self, by: str, agent: str, yes: bool) -> None:
        self.take(lambda: self.approval.answered(Principal(by, agent=agent), yes, self.now))

    @rule(by=HUMANS)
    def revoke(self, by: str) -> None:
        self.take(lambda: self.approval.revoked(by, self.now))

    @rule(digest=st.sampled_from(["d", "e"]))
    def claim(self, digest: str) -> None:
        def step() -> Approval:
            used = self.approval.claimed(digest, self.now)
            assert "d" == digest
            self.claims += 1
            return used

        self.take(step)

    @rule(minutes=st.integers(0, 20))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.take(lambda: self.approval.at(self.now))

    @invariant()
    def only_legal_steps(self) -> None:
        for before, after in zip(self.states, self.states[1:], strict=False):
            assert after in TRANSITIONS[before]  # type: ignore[index]
        assert not any(state in FINAL for state in self.states[:-1])

    @invariant()
    def used_means_two_other_humans_said_yes_in_time(self) -> None:
        assert self.claims <= 1
        if "used" in self.states:
            yes = {answer.approver for answer in self.approval.answers if answer.approved}
            assert len(yes) >= 2
            assert "maria" not in yes
            assert all(answer.approved for answer in self.approval.answers)


ApprovalLife.TestCase.settings = settings(max_examples=60, stateful_step_count=12)
TestApprovalLife = ApprovalLife.TestCase
