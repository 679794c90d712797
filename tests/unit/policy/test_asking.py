"""How a rule asks: groups, an estimate, and answers of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pcishield.core.decision import Context, Decision, Principal
from pcishield.exceptions import ConfigurationError
from pcishield.policy import Policy
from pcishield.statement import analyze

RULE = {"id": "writes", "effect": "require_approval", "reason": "a write", "when": {"actions": ["update", "delete"]}}


def policy(*rules: dict[str, Any]) -> Policy:
    return Policy.from_mapping({"name": "p", "default": "allow", "rules": list(rules)})


def decide(chosen: Policy, sql: str, **context: Any) -> Decision:
    return chosen.decide(analyze(sql, "postgres"), Context(principal=Principal("maria"), **context))


def test_a_rule_names_groups_and_wants_an_estimate() -> None:
    """All rules that ask add to what is wanted."""
    both = policy(
        RULE | {"approver_groups": ["dba"], "estimate": True},
        RULE | {"id": "deletes", "when": {"actions": ["delete"]}, "approver_groups": ["security", "dba"]},
    )
    decision = decide(both, "DELETE FROM t WHERE id = 1")

    assert (("dba", "security"), True, "") == (decision.approver_groups, decision.estimate, decision.auto)
    other = decide(both, "UPDATE t SET a = 1 WHERE id = 1")
    assert (("dba",), True) == (other.approver_groups, other.estimate)


def test_a_rule_answers_by_itself_where_it_says_so() -> None:
    """Certain tables, or a maintenance window; anything beyond that asks a human."""
    auto = {"tables": ["staging.*"], "windows": [{"from": "22:00", "to": "06:00", "timezone": "Europe/Berlin"}]}
    chosen = policy(RULE | {"auto_approve": auto})
    night, day = datetime(2026, 1, 31, 1, tzinfo=UTC), datetime(2026, 1, 31, 12, tzinfo=UTC)

    assert "writes" == decide(chosen, "UPDATE staging.t SET a = 1", now=night).auto
    assert "" == decide(chosen, "UPDATE staging.t SET a = 1", now=day).auto
    assert "" == decide(chosen, "UPDATE live.t SET a = 1", now=night).auto
    assert "" == decide(chosen, "UPDATE staging.t SET a = 1; DELETE FROM live.t", now=night).auto
    assert {"require_approval"} == {decide(chosen, "UPDATE staging.t SET a = 1", now=night).outcome}


def test_all_rules_that_ask_must_be_content() -> None:
    """One that does not answer by itself wants its human."""
    chosen = policy(RULE | {"auto_approve": {"tables": ["staging.*"]}}, RULE | {"id": "other", "reason": "another"})

    assert "" == decide(chosen, "UPDATE staging.t SET a = 1").auto


@pytest.mark.parametrize(
    "change",
    [
        {"auto_approve": {"tables": ["t"]}, "approvals": 2},
        {"auto_approve": {"tables": ["t"]}, "approver_groups": ["dba"]},
        {"effect": "deny", "estimate": True},
        {"effect": "allow", "approver_groups": ["dba"]},
        {"approver_groups": []},
    ],
)
def test_what_makes_no_sense_is_refused(change: dict[str, Any]) -> None:
    """When the policy is read, not when it is needed."""
    with pytest.raises(ConfigurationError):
        policy(RULE | change)
