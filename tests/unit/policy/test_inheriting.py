"""What a policy that extends another changes in it is said, and what it does not mention stays."""

from __future__ import annotations

from typing import Any

import pytest

from pcishield.core.decision import Principal
from pcishield.exceptions import ConfigurationError
from pcishield.policy import Policy
from pcishield.policy.loading import load_mapping

_SOMEBODY = Principal(user="somebody")
DAY = {"id": "agent-day", "scope": "principal", "window_seconds": 86400, "rows": 10**9}


def test_limits_that_are_not_mentioned_are_inherited() -> None:
    """A limit of rows does not take those of the session away."""
    policy = Policy.from_mapping({"name": "shop", "extends": "agent", "limits": {"rows": 500}})

    assert (500, 20000, 2000) == (
        policy.limits_for(_SOMEBODY).rows,
        policy.limits_for(_SOMEBODY).session_rows,
        policy.limits_for(_SOMEBODY).session_statements,
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"limits": {"rows": 5000}}, "limits: rows 5000 instead of 1000"),
        ({"limits": {"on_exceeded": "truncate"}}, "limits: on_exceeded truncate instead of error"),
        ({"budgets": [DAY]}, "budget agent-day of agent replaced"),
    ],
)
def test_a_wider_limit_or_another_budget_is_a_weakening(change: dict[str, Any], said: str) -> None:
    """Lint lists it and the audit log records it, as for rules."""

    assert (said,) == load_mapping({"name": "shop", "extends": "agent"} | change).weakened


def test_a_narrower_limit_is_no_weakening() -> None:
    """Neither is a budget of its own."""
    change = {"limits": {"rows": 5}, "budgets": [DAY | {"id": "own"}]}

    assert () == load_mapping({"name": "shop", "extends": "agent"} | change).weakened


def test_a_replaced_role_is_a_weakening() -> None:
    """The role of analytics that redacts for everybody goes only on purpose."""
    role = {"users": ["*"], "formats": {"pan": "last4"}}

    found = load_mapping({"name": "bi", "extends": "analytics", "roles": {"everybody": role}})
    assert "role everybody of analytics replaced" in found.weakened


def test_two_budgets_cannot_have_one_id() -> None:
    """They would count in each other's window."""
    hour = DAY | {"window_seconds": 3600, "rows": 10}

    with pytest.raises(ConfigurationError, match=r"budgets\[1\].id: the id 'agent-day' is used twice"):
        Policy.from_mapping({"name": "shop", "default": "allow", "budgets": [DAY, hour]})


def test_a_budget_with_another_window_is_counted_anew() -> None:
    """What was counted in parts of an hour cannot be told in parts of a day."""
    budget, other = (
        Policy.from_mapping({"name": "s", "default": "allow", "budgets": [DAY | {"window_seconds": seconds}]}).budgets[
            0
        ]
        for seconds in (60, 86400)
    )

    assert budget.key(_SOMEBODY, "1") != other.key(_SOMEBODY, "1")
