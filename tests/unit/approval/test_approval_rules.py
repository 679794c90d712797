"""Approvals, quorums and grants, one rule each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pcishield.approval import Approval, Grant, IllegalTransition, binding_digest, quorum_met
from pcishield.core.decision import ApprovalRequest, Principal

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


GRANT = Grant(
    id="g1", user="maria", approver="zoe", not_after=NOW + timedelta(hours=1), uses=2, tables=("public.*",), rows=10
)


@pytest.mark.parametrize(
    ("change", "covered"),
    [
        ({}, True),
        ({"now": NOW + timedelta(hours=2)}, False),
        ({"principal": Principal("eve")}, False),
        ({"tables": ("public.t", "secret.t")}, False),
        ({"tables": ()}, False),
    ],
)
def test_a_grant_covers_only_what_it_says(change: dict[str, object], covered: bool) -> None:
    """Every part of the scope narrows it."""
    ask: dict[str, object] = {
        "principal": Principal("maria"), "fingerprint": "f", "tables": ("public.t",), "database": "shop",
        "policy": "p", "now": NOW,
    }  # fmt: skip

    assert covered == GRANT.covers(**{**ask, **change})  # type: ignore[arg-type]


def test_a_grant_ends_after_its_uses_and_rows() -> None:
    """Uses and rows are counted down, and what is over the count is refused whole."""
    assert 0 == GRANT.used().used().uses
    assert 3 == GRANT.fetched(7, NOW).rows
    with pytest.raises(IllegalTransition, match="used up"):
        GRANT.used().used().used()
    with pytest.raises(IllegalTransition, match="3 more rows, not 4"):
        GRANT.fetched(7, NOW).fetched(4, NOW)
    with pytest.raises(IllegalTransition, match="has ended"):
        GRANT.fetched(1, NOW + timedelta(hours=2))


@pytest.mark.parametrize("change", [{"approver": "maria"}, {"tables": ()}, {"not_after": datetime(2026, 1, 1)}])
def test_a_grant_that_could_cover_anything_cannot_be_made(change: dict[str, object]) -> None:
    """Self-given, unscoped and timeless grants are refused."""

    with pytest.raises(IllegalTransition):
        replace(GRANT, **change)
