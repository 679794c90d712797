"""Approvals, quorums and grants, one rule each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pcishield.approval import Approval, Grant, IllegalTransition, Question, binding_digest, quorum_met
from pcishield.approval.grants import narrowest
from pcishield.core.decision import ApprovalAnswer, ApprovalRequest, Principal, Scope

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
REQUEST = ApprovalRequest(
    id="r1", template="DROP TABLE t", summary="drops t", fingerprint="f", digest="d", tables=("t",), hazards=("drop",),
    actions=("ddl",), classes=(), principal=Principal("maria", agent="bot"), database="shop", rule="ddl",
    reason="changes the schema", requested_at=NOW, expires_at=NOW + timedelta(minutes=15),
)  # fmt: skip
ZOE, YAN = Principal("zoe", level="attested"), Principal("yan", level="attested")


def test_an_approval_is_given_claimed_once_and_over() -> None:
    """pending → approved → used, and used is final."""
    approved = Approval(REQUEST).answered(ZOE, True, NOW)
    used = approved.claimed("d", NOW)

    assert ("approved", "used") == (approved.state, used.state)
    with pytest.raises(IllegalTransition, match="is used and cannot become used"):
        used.claimed("d", NOW)


def test_a_claim_must_name_what_was_approved() -> None:
    """Other parameters give another digest, and that one was not approved."""
    approved = Approval(REQUEST).answered(ZOE, True, NOW)

    with pytest.raises(IllegalTransition, match="ask again"):
        approved.claimed("other", NOW)
    assert "used" == approved.claimed("d", NOW).state


@pytest.mark.parametrize(
    ("by", "message"),
    [
        (Principal("maria"), "maria asked for this"),
        (Principal("zoe", agent="bot-2"), "agents do not approve"),
        (Principal(""), "needs the name of a human"),
    ],
)
def test_requesters_and_agents_do_not_approve(by: Principal, message: str) -> None:
    """Only another human's answer is taken."""

    with pytest.raises(IllegalTransition, match=message):
        Approval(REQUEST).answered(by, True, NOW)


def test_pending_ends_by_itself() -> None:
    """After fifteen minutes an answer comes too late, without any sweeper."""
    late = NOW + timedelta(minutes=15, microseconds=1)

    assert "expired" == Approval(REQUEST).at(late).state
    with pytest.raises(IllegalTransition, match="is expired"):
        Approval(REQUEST).answered(ZOE, True, late)


def test_approved_and_unused_ends_by_itself() -> None:
    """Ten minutes after the yes it can no longer be claimed."""
    approved = Approval(REQUEST).answered(ZOE, True, NOW)

    with pytest.raises(IllegalTransition, match="is expired"):
        approved.claimed("d", NOW + timedelta(minutes=10, microseconds=1))


def test_a_revoked_approval_cannot_be_claimed() -> None:
    """Revocation works until it is used."""
    revoked = Approval(REQUEST).answered(ZOE, True, NOW).revoked("yan", NOW)

    with pytest.raises(IllegalTransition, match="is revoked"):
        revoked.claimed("d", NOW)


def test_two_approvals_need_two_humans_and_one_no_ends_it() -> None:
    """The second human decides; the same human cannot answer twice."""
    asked = Approval(replace(REQUEST, approvals=2)).answered(ZOE, True, NOW)

    assert "pending" == asked.state
    with pytest.raises(IllegalTransition, match="already answered"):
        asked.answered(ZOE, True, NOW)
    assert "approved" == asked.answered(YAN, True, NOW).state
    assert "denied" == asked.answered(YAN, False, NOW).state


def test_one_human_does_not_fill_two_groups() -> None:
    """Membership in both groups still counts as one person."""
    both = frozenset({"dba", "security"})

    assert not quorum_met({"zoe": both}, 1, ["dba", "security"])
    assert quorum_met({"zoe": both, "yan": frozenset({"dba"})}, 1, ["dba", "security"])
    assert not quorum_met({"zoe": both, "yan": frozenset()}, 2, ["dba", "security"])


def test_an_empty_quorum_is_never_met() -> None:
    """Empty means invalid, not everything."""

    assert not quorum_met({"zoe": frozenset()}, 0, [])


def test_the_binding_digest_keeps_parts_apart_and_needs_a_key() -> None:
    """Length prefixes: moving text between parts changes the digest."""
    key = b"k" * 16

    assert binding_digest(key, ["ab", "c"]) != binding_digest(key, ["a", "bc"])
    with pytest.raises(ValueError, match="at least 16 bytes"):
        binding_digest(b"short", ["a"])


SCOPE = Scope(not_after=NOW + timedelta(hours=1), uses=2, tables=("public.*",), rows=10)
ASKED = replace(
    REQUEST, tables=("public.t",), actions=("select", "update"), hazards=("no-where",), classes=("pan",), rule="writes",
    policy="p@1", connection="postgres h/shop as app", approvals=2, groups=("dba",),
)  # fmt: skip
QUESTION = Question(
    principal=Principal("maria", agent="bot"), fingerprint="g", tables=("public.t", "public.u"),
    actions=frozenset({"update"}), hazards=frozenset(), classes=frozenset(), connection="postgres h/shop as app",
    policy="p@1", rule="writes",
)  # fmt: skip


def test_a_grant_covers_what_was_asked_about() -> None:
    """The same human, agent, connection, policy and rule, within the tables."""

    assert Grant(ASKED, SCOPE).covers(QUESTION)


@pytest.mark.parametrize(
    "change",
    [
        {"principal": Principal("eve", agent="bot")},
        {"principal": Principal("maria", agent="other")},
        {"tables": ("public.t", "secret.t")},
        {"tables": ()},
        {"actions": frozenset({"update", "delete"})},
        {"hazards": frozenset({"drop"})},
        {"classes": frozenset({"sad.cvc"})},
        {"connection": "postgres h/other as app"},
        {"policy": "p@2"},
        {"rule": "other"},
        {"approvals": 3},
        {"groups": ("security",)},
        {"counted": False},
    ],
)
def test_a_grant_covers_nothing_that_its_approvers_were_not_asked(change: dict[str, Any]) -> None:
    """Every part of the request and of the scope narrows it."""

    assert not Grant(ASKED, SCOPE).covers(replace(QUESTION, **change))


def test_a_grant_for_templates_covers_those_only() -> None:
    """Another statement on the same table is another question."""
    grant = Grant(ASKED, replace(SCOPE, templates=frozenset({"f"})))

    assert not grant.covers(QUESTION)
    assert grant.covers(replace(QUESTION, fingerprint="f"))


def test_a_grant_ends_after_its_statements_and_rows() -> None:
    """Both are counted down, and more than is left is not handed out at all."""
    approved = Approval(REQUEST).answered(ZOE, True, NOW, scope=SCOPE)
    used = approved.claimed("d", NOW).claimed("d", NOW).leased(0, 7, NOW)

    assert ("approved", 0, 3) == (used.state, used.uses_left, used.rows_left)
    for more in ((1, 0), (0, 4)):
        with pytest.raises(IllegalTransition, match="used up"):
            used.leased(*more, NOW)
    with pytest.raises(IllegalTransition, match="is expired"):
        used.leased(0, 1, NOW + timedelta(hours=2))
    assert 1 == used.leased(-1, 0, NOW).uses_left


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tables": ()}, "would cover everything"),
        ({"not_after": datetime(2026, 1, 1)}, "time zone"),
        ({"uses": 0}, "uses must be"),
        ({"rows": 0}, "rows must be"),
        ({"window": "always"}, "write a window"),
        ({"window": "mon-fri 09:00-17:00 Mars/Olympus"}, "unknown time zone"),
    ],
)
def test_a_scope_that_could_cover_anything_cannot_be_given(change: dict[str, Any], message: str) -> None:
    """Unscoped, timeless and endless grants are refused when they are given."""

    with pytest.raises(IllegalTransition, match=message):
        Approval(REQUEST).answered(ZOE, True, NOW, scope=replace(SCOPE, **change))


def test_of_several_scopes_the_narrowest_holds() -> None:
    """Each amount is the least of all; without a common part it is a single use."""
    other = Scope(NOW + timedelta(minutes=5), uses=9, templates=frozenset({"f"}), window="mon-fri 22:00-06:00 UTC")

    assert replace(other, uses=2, tables=SCOPE.tables, rows=10) == narrowest([SCOPE, other])
    assert narrowest([SCOPE, None]) is None
    assert narrowest([SCOPE, replace(SCOPE, tables=("x.*",))]) is None
    assert narrowest([other, replace(other, templates=frozenset({"g"}))]) is None
    assert narrowest([other, replace(other, window="sat 22:00-06:00 UTC")]) is None


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("local", "inside"),
    [
        (datetime(2026, 10, 24, 22, 0), True),
        (datetime(2026, 10, 25, 2, 30, fold=0), True),
        (datetime(2026, 10, 25, 2, 30, fold=1), True),
        (datetime(2026, 10, 25, 5, 59), True),
        (datetime(2026, 10, 25, 6, 0), False),
        (datetime(2026, 10, 24, 21, 59), False),
        (datetime(2026, 3, 29, 1, 59), True),
        (datetime(2026, 3, 29, 3, 0), True),
        (datetime(2026, 3, 29, 5, 59), True),
    ],
)
def test_a_window_over_midnight_follows_the_wall_clock(local: datetime, inside: bool) -> None:
    """Overnight, and through both changes of daylight saving time (FIELD.md 3.5: elsewhere 02:00 was refused)."""
    scope = replace(SCOPE, not_after=datetime(2027, 1, 1, tzinfo=UTC), window="mon-sun 22:00-06:00 Europe/Berlin")

    assert inside == Grant(ASKED, scope).open_at(local.replace(tzinfo=BERLIN).astimezone(UTC))


@pytest.mark.parametrize("name", ["Maria", " maria", "MARIA", "\uff4daria"])
def test_another_spelling_of_a_name_is_no_other_human(name: str) -> None:
    """Neither for the requester nor for a second answer."""
    with pytest.raises(IllegalTransition, match="asked for this"):
        Approval(REQUEST).answered(Principal(name), True, NOW)
    asked = Approval(replace(REQUEST, approvals=2, principal=Principal("eve"))).answered(Principal("maria"), True, NOW)
    with pytest.raises(IllegalTransition, match="already answered"):
        asked.answered(Principal(name), True, NOW)


ONCALL = Principal("kim", groups=frozenset({"oncall"}), level="attested")
MAY_BREAK = frozenset({"oncall"})


def test_breaking_the_glass_stands_in_for_the_quorum_and_leaves_a_review() -> None:
    """One human of the group, with a reason; a human who took no part closes the review."""
    asked = Approval(replace(REQUEST, approvals=2, groups=("dba",)))
    broken = asked.break_glass(ONCALL, MAY_BREAK, "payments are down", NOW)

    assert ("approved", True) == (broken.state, broken.glass_broken)
    with pytest.raises(IllegalTransition, match="took part"):
        broken.reviewed(ONCALL, "fine", NOW)
    with pytest.raises(IllegalTransition, match="a finding"):
        broken.reviewed(ZOE, " ", NOW)
    assert "zoe" == broken.claimed("d", NOW).reviewed(ZOE, "justified", NOW).reviewed_by


@pytest.mark.parametrize(
    ("by", "reason", "message"),
    [
        (ONCALL, "  ", "needs a reason"),
        (ZOE, "urgent", "none of the groups"),
        (replace(ONCALL, user="maria"), "urgent", "asked for this"),
        (replace(ONCALL, agent="bot"), "urgent", "agents do not approve"),
    ],
)
def test_the_glass_is_not_broken_by_just_anybody(by: Principal, reason: str, message: str) -> None:
    """Not without a reason, by nobody else, never by the requester or an agent."""

    with pytest.raises(IllegalTransition, match=message):
        Approval(REQUEST).break_glass(by, MAY_BREAK, reason, NOW)


def test_answers_that_do_not_count_are_kept_up_to_a_number() -> None:
    """A flood of them does not fill the store."""
    approval = Approval(REQUEST)
    for _ in range(40):
        approval = approval.voided(ApprovalAnswer(True, "maria"), "own request")

    assert (32, 8) == (len(approval.voids), approval.voids_dropped)
    assert {"own request"} == {answer.void for answer in approval.voids}
