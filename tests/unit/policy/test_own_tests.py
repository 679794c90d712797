"""The tests that a policy carries: run at load, counted per rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pcishield.exceptions import ConfigurationError
from pcishield.policy import Policy
from pcishield.policy._analysis import Analysis
from pcishield.policy.testing import coverage, run_tests
from pcishield.statement.facts import Statement
from tests.unit.policy.build import BOT, context, statement

STATEMENTS = {
    "read": statement("select", read="orders"),
    "delete": statement("delete", write="orders"),
    "wipe": statement("delete", write="orders", hazards="no-where"),
    "riddle": statement("unknown", hazards="unparsable"),
    "literal": statement("select", read="orders", literals=("card",)),
}


def analyze(sql: str, dialect: str) -> Statement:
    return STATEMENTS[sql]


def classify(of: Statement) -> dict[str, str]:
    return {"pan": "pan"} if of.literals else {}


ANALYSIS = Analysis(analyze, classify, lambda text: text == "card")

RULES: list[dict[str, Any]] = [
    {"id": "no-where", "effect": "deny", "reason": "no", "when": {"hazards": ["no-where"]}},
    {"id": "card", "effect": "deny", "reason": "no", "when": {"pan_in_literals": True, "classes": ["pan"]}},
    {"id": "all", "effect": "allow"},
]


def make(*tests: dict[str, Any], **more: Any) -> Policy:
    return Policy.from_mapping({"name": "test", "rules": RULES, "tests": list(tests), **more}, run_tests=False)


def problems(*tests: dict[str, Any], **more: Any) -> list[str]:
    return [outcome.problem for outcome in run_tests(make(*tests, **more), ANALYSIS)]


@pytest.mark.parametrize(
    ("test", "problem"),
    [
        ({"sql": "read", "expect": "allow"}, ""),
        ({"sql": "read", "expect": "deny"}, "expected deny, got allow by all (select on orders: allowed by all)"),
        ({"sql": "wipe", "expect": "deny", "rule": "no-where"}, ""),
        ({"sql": "delete", "expect": "allow", "rule": "no-where"}, ""),
        ({"sql": "wipe", "expect": "allow", "rule": "no-where"}, "expected allow, got deny by no-where"),
        ({"sql": "wipe", "expect": "deny", "rule": "card"}, "expected deny by rule card, got it by no-where"),
        ({"sql": "wipe", "expect": "deny", "rule": "nosuch"}, "there is no rule nosuch"),
        ({"sql": "wipe", "expect": "deny", "code": "rule"}, ""),
        ({"sql": "wipe", "expect": "deny", "code": "default"}, "expected the code default, got rule"),
        ({"sql": "riddle", "expect": "deny", "code": "unparsable"}, ""),
        ({"sql": "literal", "expect": "deny", "rule": "card"}, ""),
        ({"sql": "read", "expect": "deny", "rule": "card", "classes": {"x": "pan"}, "pan_in_literals": True}, ""),
        ({"sql": "read", "expect": "deny", "rule": "no-where", "hazards": ["no-where"]}, ""),
        ({"sql": "delete", "expect": "deny", "code": "masked-write-back", "masked_write_back": True}, ""),
        ({"sql": "read", "expect": "allow", "rule": "all"}, ""),
    ],
)
def test_a_test_says_what_is_different(test: dict[str, Any], problem: str) -> None:
    """A rule that is named must have taken part, or must have let the statement by."""
    (found,) = problems(test)

    assert found.startswith(problem)
    assert bool(problem) == bool(found)


def test_a_rule_that_should_not_apply_but_does_is_a_failure() -> None:
    """The outcome alone is not enough when a rule is named."""
    both = make({"sql": "wipe", "expect": "deny", "rule": "all"})
    (outcome,) = run_tests(both, ANALYSIS)
    assert "" == outcome.problem

    asks = {"id": "asks", "effect": "require_approval", "reason": "x", "when": {"hazards": ["no-where"]}}
    chosen = Policy.from_mapping(
        {"name": "t", "rules": [asks, RULES[2]], "default": "allow",
         "tests": [{"sql": "wipe", "expect": "require_approval", "rule": "all"}]},
        run_tests=False,
    )  # fmt: skip
    (outcome,) = run_tests(chosen, ANALYSIS)
    assert "" == outcome.problem


def test_a_rule_that_took_part_where_it_should_not_is_a_failure() -> None:
    """A near miss is one that the rule does not touch, even if another rule gives the outcome."""
    rules = [
        {"id": "asks", "effect": "require_approval", "reason": "x", "when": {"hazards": ["no-where"]}},
        {"id": "rest", "effect": "allow"},
    ]
    test = {"sql": "wipe", "expect": "require_approval", "rule": "other"}
    other = {"id": "other", "effect": "deny", "reason": "x", "when": {"tables": ["cards"]}}
    chosen = Policy.from_mapping({"name": "t", "rules": [*rules, other], "tests": [test]}, run_tests=False)
    assert [""] == [outcome.problem for outcome in run_tests(chosen, ANALYSIS)]

    test = {"sql": "wipe", "expect": "deny", "rule": "asks"}
    tests = [test | {"hazards": ["x-a"]}]
    chosen = Policy.from_mapping({"name": "t", "rules": rules[:1], "tests": tests, "default": "deny"}, run_tests=False)
    assert ["expected rule asks to pass this by, but it applied"] == [
        outcome.problem for outcome in run_tests(chosen, ANALYSIS)
    ]


def test_a_test_runs_in_every_dialect_that_it_names() -> None:
    """One test, three dialects, three outcomes."""
    test = {"sql": "read", "expect": "allow", "dialects": ["postgres", "mysql", "sqlite"]}

    assert ["postgres", "mysql", "sqlite"] == [outcome.dialect for outcome in run_tests(make(test), ANALYSIS)]


def test_a_test_may_say_who_asks_and_where() -> None:
    """Principal, environment, time, database and parameters reach the rules."""
    only = {
        "id": "only",
        "effect": "allow",
        "when": {
            "users": ["bob"], "agents": ["bot"], "groups": ["g"], "levels": ["attested"], "many": True,
            "attributes": {"ticket": ["T-1"]}, "environments": ["staging"], "databases": ["shop"],
            "parameters": True, "pan_in_parameters": True,
        },
    }  # fmt: skip
    test = {
        "sql": "read",
        "expect": "allow",
        "principal": {
            "user": "bob",
            "agent": "bot",
            "groups": ["g"],
            "level": "attested",
            "attributes": {"ticket": "T-1"},
        },
        "environment": "staging",
        "database": "shop",
        "parameters": 1,
        "many": True,
        "pan_in_parameters": True,
    }
    chosen = Policy.from_mapping({"name": "t", "rules": [only], "tests": [test]}, run_tests=False)

    assert [""] == [outcome.problem for outcome in run_tests(chosen, ANALYSIS)]


def test_observe_mode_is_tested_as_if_it_enforced() -> None:
    """A policy on trial must pass the tests that it will have to pass."""
    assert [""] == problems({"sql": "wipe", "expect": "deny"}, mode="observe")


def test_a_policy_whose_test_fails_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the line of the test, and says nothing of its SQL."""
    monkeypatch.setattr("pcishield.policy.policy.default_analysis", lambda: ANALYSIS)
    path = tmp_path / "p.toml"
    path.write_text(
        'name = "t"\ndefault = "allow"\n\n[[tests]]\nsql = "read"\nexpect = "allow"\n\n'
        '[[tests]]\nsql = "wipe"\nexpect = "require_approval"\n[[tests]]\nsql = "delete"\nexpect = "deny"\n'
    )
    with pytest.raises(ConfigurationError) as caught:
        Policy.load(path)

    assert [
        f"{path}:8: tests[1]: test failed in postgres: expected require_approval, got allow by default "
        "(no rule allows delete on orders; no rule allows the hazard no-where)",
        f"{path}:11: tests[2]: test failed in postgres: expected deny, got allow by default "
        "(no rule allows delete on orders)",
    ] == list(caught.value.problems)
    assert "2 tests of the policy failed" in str(caught.value)
    assert "t" == Policy.load(path, run_tests=False).name


def test_coverage_counts_both_ways() -> None:
    """A rule that restricts needs a test in which it applies and one that it lets by."""
    chosen = make(
        {"sql": "wipe", "expect": "deny", "rule": "no-where"},
        {"sql": "delete", "expect": "allow", "rule": "no-where"},
        {"sql": "literal", "expect": "deny", "rule": "card"},
    )
    rows = coverage(chosen, run_tests(chosen, ANALYSIS))

    assert [("no-where", 1, 1, True), ("card", 1, 0, False), ("all", 1, 0, True)] == [
        (row.rule, row.blocks, row.passes, row.covered) for row in rows
    ]


def test_explaining_tells_facts_and_decision() -> None:
    """A person sees what the statement does, who asks, and which rule spoke."""
    of = statement(
        "delete", "select", read="customers", write="orders", ddl="logs", hazards="no-where",
        functions=frozenset({"now"}), kind="delete",
    )  # fmt: skip
    text = make().explain(of, context=context(BOT, classes={"orders.pan": "pan"}), analysis=ANALYSIS)

    assert [
        "statement  delete (delete, select), postgres",
        "reads      customers",
        "writes     orders",
        "changes    logs",
        "calls      now",
        "classified orders.pan (pan)",
        "hazard     no-where",
        "asked by   alice through shop-assistant in production",
        "",
    ] == text.splitlines()[:9]
    assert "deny by rule no-where" in text


def test_explaining_text_analyses_it() -> None:
    """Text goes through the analyser, with the classes and card numbers found in it."""
    text = make().explain("literal", analysis=ANALYSIS)

    assert "classified pan (pan)" in text
    assert "deny by rule card" in text


def test_explaining_leaves_out_what_there_is_not() -> None:
    """A statement without tables, classes or hazards has no lines about them."""
    of = statement("select")

    assert ["statement  select (select), postgres", "asked by   alice in production"] == (
        make().explain(of, context=context(), analysis=ANALYSIS).splitlines()[:2]
    )
