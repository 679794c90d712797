"""Several approvers as one, and a human at a terminal."""

from __future__ import annotations

import asyncio
import inspect
import io
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pcishield.approvers import ConsoleApprover, all_of, any_of, n_of
from pcishield.core.decision import ApprovalAnswer, ApprovalRequest, Principal
from pcishield.exceptions import ConfigurationError

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
REQUEST = ApprovalRequest(
    id="r1", template="DROP TABLE t\x1b[2J", summary="drops t", fingerprint="f", digest="d", tables=("t",),
    hazards=("drop",), actions=("ddl",), classes=("pan",), principal=Principal("maria", agent="bot", reason="T-1"),
    database="shop", rule="ddl", reason="changes the schema", requested_at=NOW, expires_at=NOW + timedelta(minutes=15),
)  # fmt: skip


def says(name: str, approved: bool) -> Callable[[ApprovalRequest], ApprovalAnswer]:
    return lambda request: ApprovalAnswer(approved, name)


def says_async(name: str, approved: bool) -> Callable[[ApprovalRequest], Any]:
    async def approver(request: ApprovalRequest) -> ApprovalAnswer:
        await asyncio.sleep(0)
        return ApprovalAnswer(approved, name)

    return approver


def broken(request: ApprovalRequest) -> bool:
    raise OSError("down")


def approved(approver: Any) -> bool:
    answer = approver(REQUEST)
    if inspect.isawaitable(answer):

        async def wait() -> Any:
            return await answer

        answer = asyncio.run(wait())
    return all(one.approved for one in answer)


@pytest.mark.parametrize("make", [says, says_async])
def test_all_any_and_n_count_distinct_yeses(make: Any) -> None:
    """all_of needs everyone, any_of one, n_of so many different people."""
    yes, other, no = make("zoe", True), make("yan", True), make("kim", False)

    assert [True, False] == [approved(all_of(yes, other)), approved(all_of(yes, no))]
    assert [True, False] == [approved(any_of(no, yes)), approved(any_of(no, no))]
    assert [True, False] == [approved(n_of(2, no, yes, other)), approved(n_of(2, yes, yes, no))]


def test_sync_and_async_approvers_can_be_mixed_and_nested() -> None:
    """One async approver makes the whole quorum awaitable."""

    assert approved(all_of(says("zoe", True), any_of(says("kim", False), says_async("yan", True))))


def test_a_broken_approver_is_a_no_that_does_not_silence_the_others() -> None:
    """any_of goes on past it, all_of refuses."""

    assert approved(any_of(broken, says("zoe", True)))
    assert not approved(all_of(broken, says("zoe", True)))


def test_nobody_is_asked_in_vain() -> None:
    """any_of stops at the first yes."""
    asked = []

    def later(request: ApprovalRequest) -> bool:
        asked.append(1)
        return True

    assert approved(any_of(says("zoe", True), later))
    assert [] == asked


@pytest.mark.parametrize("make", [all_of, any_of, lambda: n_of(1), lambda: n_of(2, broken), lambda: all_of("x")])
def test_a_quorum_that_means_nothing_cannot_be_made(make: Any) -> None:
    """Empty, unreachable and uncallable are configuration errors."""

    with pytest.raises(ConfigurationError):
        make()


class Terminal(io.StringIO):
    """Input that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "expected"), [("yes\n", True), ("YES \n", True), ("y\n", False), ("", False)])
def test_only_a_typed_yes_approves(typed: str, expected: bool) -> None:
    """Everything else, end of input included, is a no; the request is shown whole and without control characters."""
    shown = io.StringIO()

    answer = ConsoleApprover("zoe", input=Terminal(typed), output=shown)(REQUEST)

    assert (expected, "zoe") == (answer.approved, answer.approver)
    for part in ("DROP TABLE t", "maria (identity: os)", "bot", "T-1", "drop", "pan", "shop"):
        assert part in shown.getvalue()
    assert "\x1b" not in shown.getvalue()


def test_without_a_terminal_the_answer_is_no() -> None:
    """A pipe is not a human."""

    assert not ConsoleApprover("zoe", input=io.StringIO("yes\n"), output=io.StringIO())(REQUEST).approved


@pytest.mark.parametrize(("typed", "expected"), [(b"yes\n", True), (b"no\n", False), (None, False)])
def test_a_real_terminal_is_read_until_the_request_expires(typed: bytes | None, expected: bool) -> None:
    """What nobody types in time is a no, and the thread that read is not left behind."""
    master, slave = os.openpty()
    request = replace(REQUEST, expires_at=datetime.now(UTC) + timedelta(seconds=0.3 if typed is None else 20))
    with open(slave, encoding="utf-8") as terminal, open(master, "wb", buffering=0) as human:
        if typed is not None:
            human.write(typed)
        answer = ConsoleApprover("zoe", input=terminal, output=io.StringIO())(request)

    assert (expected, "zoe") == (answer.approved, answer.approver)


def test_a_quorum_tells_its_approvers_when_nobody_waits_any_more() -> None:
    """Each that wants to know is told, whatever another does."""
    told: list[str] = []

    class Asked:
        def __init__(self, name: str) -> None:
            self.name = name

        def __call__(self, request: ApprovalRequest) -> bool:
            return True

        def take_back(self, request: ApprovalRequest) -> None:
            told.append(self.name)
            raise OSError(self.name)

    all_of(Asked("a"), says("zoe", True), any_of(Asked("b"))).take_back(REQUEST)
    assert ["a", "b"] == told
