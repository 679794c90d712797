"""Reading policies: strict, and every problem at once with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pcishield.exceptions import ConfigurationError
from pcishield.policy import Policy
from pcishield.policy.lint import warnings
from pcishield.policy.loading import PACKS
from tests.unit.policy.build import ALICE, context, outcome, statement

GOOD = """\
name = "shop"
schema = 1
default = "deny"

[[rules]]
id = "reads"
effect = "allow"
when.actions = ["select"]
when.tables = ["orders", "customers"]
"""


def problems_of(data: dict[str, Any]) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        Policy.from_mapping({"name": "test", "default": "deny", **data})
    return list(caught.value.problems)


def rule(**more: Any) -> dict[str, Any]:
    return {"id": "r", "effect": "deny", "reason": "because", **more}


def test_a_good_file_loads(tmp_path: Path) -> None:
    """What the file says is what applies."""
    path = tmp_path / "shop.toml"
    path.write_text(GOOD)
    policy = Policy.load(path)

    assert ("shop", "enforce", (path,), ()) == (policy.name, policy.mode, policy.files, policy.weakened)
    assert ["allow", "deny"] == [outcome(policy, statement("select", read=name)) for name in ("orders", "cards")]
    assert repr(policy) == f"<pcishield.Policy {policy.label} enforce, 1 rules>"


def test_every_problem_is_reported_with_its_line(tmp_path: Path) -> None:
    """One error lists wrong keys, wrong values, bad globs, duplicates and rules that never match."""
    path = tmp_path / "bad.toml"
    path.write_text(
        """\
name = "bad"
colour = "red"

[[rules]]
id = "one"
effect = "deny"
reason = "no"
when.actions = [
  "select",
  "drop",
]
when.tables = ["orders["]

[[rules]]
id = "two"
effect = "perhaps"

[[rules]]
id = "three"
effect = "allow"
when.hazards = ["opaqe"]

[[rules]]
id = "three"
effect = "allow"
[rules.when]
tables = []
"""
    )
    with pytest.raises(ConfigurationError) as caught:
        Policy.load(path)
    lines = [problem.removeprefix(f"{path}:") for problem in caught.value.problems]

    assert {
        "2: colour: unknown key; check its spelling and the table it is in",
        "12: rules[0].when.tables[0]: bad glob 'orders[': unbalanced or empty [ ] (rule one)",
        "16: rules[1].effect: Input should be 'allow', 'deny' or 'require_approval' (rule two)",
        "21: rules[2].when.hazards[0]: there is no hazard 'opaqe'; this never matches (rule three)",
        "27: rules[3].when.tables: List should have at least 1 item after validation, not 0 (rule three)",
    } == {line for line in lines if "unknown action" not in line}
    assert [line for line in lines if line.startswith("10: rules[0].when.actions[1]: unknown action 'drop'")]
    assert all(problem in str(caught.value) for problem in caught.value.problems)


def test_a_duplicate_id_is_a_problem() -> None:
    """Ids name rules in records, so they are unique."""
    rules = [rule(when={"actions": ["ddl"]}), rule(when={"actions": ["select"]})]

    assert ["policy: rules[1].id: the id 'r' is used twice; ids must be unique"] == problems_of({"rules": rules})


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ({"rules": [rule(effect="deny", reason="")]}, "needs a reason"),
        (
            {"rules": [rule(approvals=2, when={"actions": ["select"]})]},
            "approvals has no meaning in a rule that d",
        ),
        ({"rules": [rule(limits={"rows": 1})]}, "limits have no meaning"),
        ({"rules": [rule(effect="allow", approvals=2)]}, "approvals has no meaning in a rule that allows"),
        ({"rules": [rule(effect="require_approval", tolerate=["opaque"])]}, "tolerate belongs to rules that allow"),
        ({"rules": [rule(when={})]}, "no condition given"),
        ({"rules": [rule(when={"users": ["a", "a"]})]}, "listed twice: a"),
        ({"rules": [rule(when={"not_before": "2026-01-01"})]}, "valid datetime"),
        ({"rules": [rule(when={"dialects": ["sybase"]})]}, "unknown dialect 'sybase'"),
        ({"rules": [rule(when={"windows": [{"timezone": "UTC", "from": "08:00", "to": "08:00"}]})]}, "never matches"),
        ({"rules": [rule(when={"windows": [{"timezone": "UTC", "from": "24:00", "to": "08:00"}]})]}, "never matches"),
        ({"rules": [rule(when={"windows": [{"timezone": "Nowhere"}]})]}, "unknown time zone"),
        ({"rules": [rule(when={"windows": [{}]})]}, "timezone is missing"),
        ({"rules": [rule(id="Bad Id")]}, "String should match pattern"),
        ({"rules": [{"effect": "allow"}]}, "id is missing"),
        ({"rules": [rule()]}, 'denies everything; say default = "deny"'),
        ({"rules": [rule(when={"actions": ["tcl"], "tables": ["x"]})]}, "tcl names no table"),
        ({"rules": [rule(when={"actions": ["tcl"], "access": ["read"]})]}, "tcl names no table"),
        ({"rules": [rule(effect="allow", tolerate=["opaqe"])]}, "there is no hazard 'opaqe'"),
        ({"rules": "all"}, "Input should be a valid list"),
        ({"tolerate": ["opaqe"]}, "tolerate[0]: there is no hazard 'opaqe'"),
        ({"roles": {"a": {}}}, "matches nobody"),
        ({"roles": {"a": {"users": ["x"], "formats": {"pan": "first6_last4"}}}}, "needs a justification"),
        ({"roles": {"a": {"users": ["x"], "formats": {"sad.cvc": "last4"}}}}, "always redacted"),
        ({"roles": {"a": {"users": ["x"], "formats": {"[": "last4"}}}}, "is no class name"),
        ({"roles": {"a": {"users": ["x"], "formats": {"pan": "clear"}}}}, "unknown format 'clear'"),
        (
            {
                "roles": {
                    "a": {"users": ["x"], "formats": {"pan": "token"}},
                    "b": {"users": ["y"], "formats": {"pan": "last4"}},
                }
            },
            "roles.a.formats.pan: a sees tokens and b sees truncations",
        ),
        ({"budgets": [{"id": "b", "scope": "session"}]}, "limits nothing"),
        ({"budgets": [{"id": "b", "scope": "agent", "rows": 1}]}, "window_seconds is missing"),
        ({"templates": [{"fingerprint": "XYZ"}]}, "String should match pattern"),
        ({"mode": "templates"}, "templates mode without any"),
        ({"extends": "pcl"}, "there is no pack 'pcl'"),
        ({"extends": "base.toml"}, "needs an absolute path"),
        ({"disable": ["x"]}, "there is no rule 'x' to disable"),
        ({"rules": [rule(override=True, when={"actions": ["ddl"]})]}, "there is no rule 'r' to override"),
        ({"default": "maybe"}, "Input should be 'allow'"),
        ({"schema": 2}, "Input should be 1"),
        ({"name": ""}, "String should match pattern"),
    ],
)
def test_each_mistake_is_named(data: dict[str, Any], fault: str) -> None:
    """Whatever cannot mean anything is refused with words that say so."""
    assert any(fault in problem for problem in problems_of(data)), problems_of(data)


def test_no_rule_and_no_default_is_a_problem() -> None:
    """A file that says nothing would deny everything; that must be meant."""
    with pytest.raises(ConfigurationError, match="no rule and no default"):
        Policy.from_mapping({"name": "empty"})


def test_moments_need_an_offset() -> None:
    """A moment without an offset could be any of twenty-four."""
    from datetime import datetime

    found = problems_of({"rules": [rule(when={"not_after": datetime(2026, 1, 1)})]})

    assert "give the offset from UTC" in found[0]


def test_a_span_that_never_comes_is_a_problem() -> None:
    """not_before must be before not_after."""
    from datetime import UTC, datetime

    moment = datetime(2026, 1, 1, tzinfo=UTC)

    assert "this never matches" in problems_of({"rules": [rule(when={"not_before": moment, "not_after": moment})]})[0]


UNREACHABLE = [
    # allowed, but denied whenever it applies
    ([rule(id="d", when={"actions": ["delete", "update"]}), rule(effect="allow", when={"actions": ["delete"]})], "r"),
    (
        [rule(id="d", when={"tables": ["a*"]}), rule(effect="allow", when={"tables": ["a1"], "actions": ["select"]})],
        "r",
    ),
    # asked, but denied whenever it applies
    ([rule(id="d", when={"users": ["*"]}), rule(effect="require_approval", when={"users": ["bob"]})], "r"),
    # said before
    ([rule(id="d", when={"actions": ["ddl", "dcl"]}), rule(when={"actions": ["ddl"]})], "r"),
    ([rule(id="d", effect="allow"), rule(effect="allow", when={"actions": ["ddl"]}, reason="because")], "r"),
    ([rule(id="d", effect="require_approval"), rule(effect="allow", when={"actions": ["select"]})], "r"),
    # the exception swallows the rule
    ([rule(effect="allow", when={"tables": ["a"]}, unless={"tables": ["*"]})], "r"),
    ([rule(when={"users": ["bob"]}, unless={"users": ["*"]})], "r"),
    ([rule(when={"many": True}, unless={"many": True})], "r"),
]


@pytest.mark.parametrize(("rules", "dead"), UNREACHABLE)
def test_a_rule_that_can_never_decide_is_a_problem(rules: list[dict[str, Any]], dead: str) -> None:
    """Somebody who wrote a rule believes that it does something."""
    assert [f"rule {dead} can never" in problem for problem in problems_of({"rules": rules})] == [True]


@pytest.mark.parametrize(
    "rules",
    [
        [rule(id="d", when={"actions": ["delete"]}), rule(effect="allow", when={"actions": ["delete", "select"]})],
        [rule(id="d", when={"tables": ["a"]}), rule(effect="allow", when={"tables": ["a*"]})],
        [rule(id="d", when={"actions": ["ddl"]}, unless={"users": ["dba"]}), rule(when={"actions": ["ddl"]})],
        [rule(id="d", when={"classes": ["pan"]}), rule(effect="allow", when={"classes": ["pan"]})],
        [rule(when={"actions": ["delete"]}, unless={"actions": ["delete"]})],
        [rule(id="d", when={"tables": ["hr.*"]}), rule(effect="require_approval", when={"tables": ["hr.staff"]})],
        [rule(id="a", effect="allow"), rule(effect="allow", tolerate=["opaque"])],
        [rule(id="a", effect="allow"), rule(effect="allow", when={"actions": ["select"]}, limits={"rows": 5})],
        [rule(id="a", when={"actions": ["ddl"]}), rule(when={"actions": ["ddl"]}, reason="another reason")],
        [
            rule(id="a", effect="require_approval", when={"actions": ["ddl"]}),
            rule(effect="require_approval", when={"actions": ["ddl"]}, approvals=2),
        ],
        [rule(id="a", effect="require_approval"), rule(effect="allow", when={"users": ["a"]}, limits={"rows": 1})],
        [rule(id="a", when={"many": True}), rule(when={"many": False}, effect="allow")],
        [rule(id="a", when={"attributes": {"x": ["y"]}}), rule(when={"users": ["x"]}, effect="allow")],
    ],
)
def test_a_rule_that_may_decide_is_none(rules: list[dict[str, Any]]) -> None:
    """Only what is certain is reported."""
    Policy.from_mapping({"name": "test", "default": "deny", "rules": rules})


def test_a_file_extends_a_pack_and_says_how_it_is_weaker(tmp_path: Path) -> None:
    """Own rules are added; what makes the result weaker is listed for the log."""
    base = tmp_path / "base.toml"
    base.write_text(
        GOOD
        + '[[rules]]\nid = "no-ddl"\neffect = "deny"\nreason = "no"\nwhen.actions = ["ddl"]\n'
        + '[roles.boss]\nusers = ["boss"]\nformats.pan = "redact"\n'
        + '[[budgets]]\nid = "b"\nscope = "session"\nrows = 5\n'
    )
    (tmp_path / "sub").mkdir()
    path = tmp_path / "sub" / "own.toml"
    path.write_text(
        """\
name = "own"
extends = "../base.toml"
mode = "observe"
default = "allow"
masked_write_back = "allow"
disable = ["no-ddl"]

[[rules]]
id = "reads"
override = true
effect = "allow"
tolerate = ["opaque"]

[roles.clerk]
groups = ["support"]
formats.pan = "first6_last4"
justification = "chargebacks"

[[budgets]]
id = "b"
scope = "session"
rows = 9
"""
    )
    policy = Policy.load(path)

    assert (path, tmp_path / "sub" / "../base.toml") == policy.files
    assert ["reads"] == [rule.id for rule in policy.rules]
    assert ["boss", "clerk"] == sorted(policy.model.roles)
    assert [9] == [budget.rows for budget in policy.budgets]
    assert (
        "mode observe: nothing is blocked",
        "default allow: what no rule names may run",
        "masked_write_back allow: masks may be stored over card numbers",
        "role clerk: more than the last four digits of pan",
        "rule no-ddl of ../base.toml disabled",
        "rule reads of ../base.toml replaced",
        "budget b of ../base.toml replaced",
        "rule reads: tolerates opaque",
    ) == policy.weakened


def test_inherited_rules_need_an_explicit_override(tmp_path: Path) -> None:
    """Replacing and disabling are said, not slipped in."""
    (tmp_path / "base.toml").write_text(GOOD)
    path = tmp_path / "own.toml"
    path.write_text(
        'name = "own"\nextends = "base.toml"\ndisable = ["reads"]\n[[rules]]\nid = "reads"\neffect = "allow"\n'
    )
    with pytest.raises(ConfigurationError) as caught:
        Policy.load(path)

    assert [
        f"{path}:5: rules[0].id: base.toml has a rule 'reads'; choose another id, or say override = true to replace it",
        f"{path}:5: rules[0].id: 'reads' is disabled and given here; do one of the two",
    ] == list(caught.value.problems)


def test_the_problems_of_the_base_are_the_bases(tmp_path: Path) -> None:
    """A wrong base is reported with its own file and line."""
    (tmp_path / "base.toml").write_text(GOOD + 'colour = "red"\n')
    path = tmp_path / "own.toml"
    path.write_text('name = "own"\nextends = "base.toml"\n')

    with pytest.raises(ConfigurationError, match=r"base\.toml:10: rules\[0\]\.colour: unknown key"):
        Policy.load(path)


def test_a_rule_is_not_reported_for_a_base_that_hides_it_from_itself(tmp_path: Path) -> None:
    """Own rules are checked against inherited ones, inherited ones are not reported again."""
    (tmp_path / "base.toml").write_text(GOOD)
    path = tmp_path / "own.toml"
    path.write_text('name = "own"\nextends = "base.toml"\n[[rules]]\nid = "all"\neffect = "allow"\n')

    assert ["all", "reads"] == [rule.id for rule in Policy.load(path).rules]


@pytest.mark.parametrize("target", ["self.toml", "pci"])
def test_nothing_extends_itself(tmp_path: Path, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A circle of files, or of packs, is an error and no endless loop."""
    path = tmp_path / "self.toml"
    path.write_text(f'name = "self"\nextends = "{target}"\n')
    monkeypatch.setattr("pcishield.policy.loading.read_pack", lambda name: f'name = "p"\nextends = "{name}"\n')

    with pytest.raises(ConfigurationError, match="a policy cannot extend itself"):
        Policy.load(path)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b'name = "x', "not valid TOML"),
        (b'name = "\xff"', r"not UTF-8 text \(byte 8\)"),
        (None, "cannot read .*: No such file or directory. Check the path"),
    ],
)
def test_an_unreadable_file_is_one_clear_error(tmp_path: Path, content: bytes | None, fault: str) -> None:
    """The error names the file and what to look at."""
    path = tmp_path / "p.toml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ConfigurationError, match=fault) as caught:
        Policy.load(path)
    assert str(path) in str(caught.value)


def test_an_unknown_pack_is_one_clear_error() -> None:
    """The error lists the packs there are."""
    with pytest.raises(ConfigurationError, match=f"there are {', '.join(PACKS)}"):
        Policy.pack("pcl")


def test_long_lists_of_problems_are_cut_in_the_message_only() -> None:
    """The message stays readable, the list is complete."""
    with pytest.raises(ConfigurationError) as caught:
        Policy.from_mapping({"name": "test", **{f"key{number}": 1 for number in range(60)}})

    assert 60 == len(caught.value.problems)
    assert "and 10 more" in str(caught.value)


def test_a_mapping_and_a_file_with_the_same_content_are_the_same_policy(tmp_path: Path) -> None:
    """The label is about content, not about where it came from."""
    import tomllib

    path = tmp_path / "shop.toml"
    path.write_text(GOOD)

    assert Policy.load(path).label == Policy.from_mapping(tomllib.loads(GOOD)).label


def test_roles_give_the_widest_of_their_formats() -> None:
    """Formats nest, so the widest of several roles shows no more than one of them may."""
    formats = {
        "a": {"users": ["alice"], "formats": {"pan": "last4", "expiry": "year"}},
        "b": {
            "groups": ["support"],
            "levels": ["explicit"],
            "formats": {"pan": "first6_last4"},
            "justification": "chargebacks",
        },
        "c": {"agents": ["*"], "formats": {"pan": "redact"}},
        "d": {"users": ["alice"], "environments": ["staging"], "formats": {"expiry": "none"}},
    }
    policy = Policy.from_mapping({"name": "test", "default": "allow", "roles": formats})

    assert {"pan": "first6_last4", "expiry": "year"} == dict(policy.formats_for(ALICE))
    assert {"pan": "first6_last4", "expiry": "none"} == dict(policy.formats_for(ALICE, "staging"))
    assert {"pan": "first6_last4", "expiry": "year"} == dict(policy.decide(statement("select"), context()).formats)


def test_budgets_are_for_whom_they_say() -> None:
    """A budget counts by its scope, for its principals."""
    budgets = [
        {"id": "a", "scope": "session", "rows": 5, "agents": ["shop-*"]},
        {"id": "b", "scope": "principal", "window_seconds": 60, "statements": 5, "users": ["alice"]},
        {"id": "c", "scope": "agent", "window_seconds": 60, "masked_cells": 5, "groups": ["dba"]},
        {"id": "d", "scope": "deployment", "window_seconds": 60, "bytes": 5},
    ]
    policy = Policy.from_mapping({"name": "test", "default": "allow", "budgets": budgets})

    assert ["b", "d"] == [budget.id for budget in policy.budgets_for(ALICE)]
    assert [("a/None", "s1"), ("b/60", "alice", ""), ("c/60", ""), ("d/60",)] == [
        budget.key(ALICE, "s1") for budget in policy.budgets
    ]


def test_warnings_name_what_deserves_a_second_look() -> None:
    """A rule without requirement, hint or test, and what lets much pass, is allowed but mentioned."""
    data = {
        "name": "test",
        "default": "allow",
        "mode": "observe",
        "tolerate": ["un*"],
        "rules": [
            {"id": "a", "effect": "deny", "reason": "no", "when": {"actions": ["ddl"]}},
            {"id": "b", "effect": "allow", "tolerate": ["*"], "requirement": ["7.2.1"]},
        ],
    }
    found = [problem.message for problem in warnings(Policy.from_mapping(data).model)]

    assert [
        "rule a has no hint: an agent is not told what it may do instead",
        "rule a names no requirement",
        "rule a has no test",
        "rule b lets unparsable statements pass",
        "unparsable statements pass wherever a rule allows every action",
        "observe mode blocks nothing",
        "default allow: a table or an action that nobody thought of may be used",
    ] == found
