"""``pcishield policy``: what it prints and the exit status that a CI job sees."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import orjson
import pytest
from click.testing import Result
from typer.testing import CliRunner

from pcishield.cli.policy import _colour, app
from pcishield.exceptions import ConfigurationError
from pcishield.testing import make_pan


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=stdin)


@pytest.mark.parametrize(
    ("sql", "options", "status", "rule"),
    [
        ("SELECT 1", [], 0, "ordinary"),
        ("SELECT pg_read_file('/etc/passwd')", [], 1, "files"),
        ("DROP TABLE orders", [], 3, "drop"),
        ("DROP TABLE orders", ["--policy", "agent"], 1, "agent-structure"),
        ("SELECT LOAD_FILE('/etc/passwd')", ["--dialect", "mysql"], 1, "files"),
    ],
)
def test_the_exit_status_is_the_decision(sql: str, options: list[str], status: int, rule: str) -> None:
    """0 allowed, 1 denied, 3 needs approval; the rule is named."""
    result = run("check", sql, *options)

    assert (status, True) == (result.exit_code, f"by rule {rule} of" in result.output)


def test_the_reason_and_the_way_out_are_printed() -> None:
    """A person, or an agent, reads what to do instead."""
    lines = run("check", "DELETE FROM orders").output.splitlines()

    assert "  reason: it changes or deletes every row of a table" in lines
    assert "  - hazard no-where: rule no-where" in lines
    assert "  hint: Add a WHERE that names the rows you mean, for instance by key." in lines
    assert "  remedies: add-where" in lines


def test_json_is_for_programs() -> None:
    """One object with decision and facts, and the same exit status."""
    result = run("check", "UPDATE cards SET holder = 'x'", "--json")
    found = json.loads(result.output)

    assert 3 == result.exit_code
    assert ("require_approval", "no-where", ["add-where"], {"read": [], "write": ["cards"], "ddl": []}) == (
        found["outcome"], found["rule"], found["remedies"], found["tables"],
    )  # fmt: skip


def test_a_terminal_gets_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Green, red and yellow for people; nothing of the kind in a pipe."""
    assert [None] == [_colour("deny")]

    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert ["green", "red", "yellow"] == [_colour(outcome) for outcome in ("allow", "deny", "require_approval")]


def test_sql_may_come_from_standard_input() -> None:
    """A card number typed on a command line would be in the shell's history."""
    pan = make_pan()
    result = run("check", "-", "--json", stdin=f"SELECT id FROM cards WHERE card_number = '{pan}'")

    assert (3, "card-in-text") == (result.exit_code, json.loads(result.output)["rule"])
    assert pan not in result.output


def test_who_asks_and_where_can_be_given(tmp_path: Path) -> None:
    """Principal, environment, database, parameters and time reach the rules."""
    policy = tmp_path / "p.toml"
    policy.write_text(
        'name = "p"\ndefault = "deny"\n[[rules]]\nid = "only"\neffect = "allow"\nwhen.users = ["bob"]\n'
        'when.agents = ["bot"]\nwhen.groups = ["g"]\nwhen.environments = ["staging"]\nwhen.databases = ["shop"]\n'
        "when.parameters = true\nwhen.not_after = 2026-01-01T00:00:00Z\n"
    )
    options = [
        "--policy", str(policy), "--user", "bob", "--agent", "bot", "--group", "g", "--environment", "staging",
        "--database", "shop", "--parameters", "1", "--now",
    ]  # fmt: skip

    assert 0 == run("check", "SELECT 1", *options, "2025-12-31T12:00:00+0000").exit_code
    assert 1 == run("check", "SELECT 1", *options, "2026-12-31T12:00:00+0000").exit_code


def test_the_configured_policy_and_columns_apply(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is checked is what the application would get."""
    config = tmp_path / "pcishield.toml"
    config.write_text('[policy]\nname = "own"\nextends = "pci"\n[masking.columns]\n"ledger.ref" = "pan"\n')
    monkeypatch.setenv("PCISHIELD_CONFIG", str(config))
    result = run("check", "SELECT id FROM ledger WHERE ref LIKE '4%'")

    assert (3, True) == (result.exit_code, "by rule card-probe of own@" in result.output)


def test_observe_mode_reports_what_it_would_do(tmp_path: Path) -> None:
    """The exit status is that of the decision that would be enforced."""
    policy = tmp_path / "p.toml"
    policy.write_text('name = "p"\nextends = "pci"\nmode = "observe"\n')
    result = run("check", "DROP TABLE orders", "--policy", str(policy))

    assert (3, True) == (result.exit_code, "observe mode; enforced it would be require_approval" in result.output)


def test_explain_tells_the_facts() -> None:
    """Facts, then decision; the status is 0 because nothing is judged wrong."""
    result = run("explain", "SELECT cvv FROM cards WHERE id = 1")

    assert 0 == result.exit_code
    assert "reads      cards" in result.output
    assert "classified cards.cvv (sad.cvc)" in result.output
    assert "allow by rule ordinary of pci@" in result.output


POLICY = """\
name = "p"
default = "allow"

[[rules]]
id = "no-drop"
effect = "deny"
reason = "no"
when.hazards = ["drop"]

[[tests]]
sql = "DROP TABLE x"
expect = "{expect}"
rule = "no-drop"
"""


def test_test_fails_with_the_line(tmp_path: Path) -> None:
    """A failing test of a policy fails the job and says where it is."""
    policy = tmp_path / "p.toml"
    policy.write_text(POLICY.format(expect="deny"))
    good = run("test", str(policy))
    policy.write_text(POLICY.format(expect="allow"))
    bad = run("test", str(policy))
    as_json = json.loads(run("test", str(policy), "--json").output)

    assert (0, True) == (good.exit_code, "1 tests, 0 failed" in good.output)
    assert (1, True) == (bad.exit_code, f"{policy}:10: tests[0]: postgres: expected allow, got deny" in bad.output)
    assert (1, 1) == (as_json["tests"], len(as_json["failed"]))


def test_lint_and_coverage_look_at_a_policy(tmp_path: Path) -> None:
    """Warnings fail the job only when asked to; a rule without a near miss is not covered."""
    policy = tmp_path / "p.toml"
    policy.write_text(POLICY.format(expect="deny"))
    lint = run("lint", str(policy))

    assert (0, 1) == (lint.exit_code, run("lint", str(policy), "--strict").exit_code)
    assert f"{policy}:4: rules[0]: rule no-drop has no hint" in lint.output
    assert f"{policy}:2: default: default allow" in lint.output
    assert "weaker than what it extends: default allow" in lint.output
    covered = run("coverage", str(policy))
    assert (1, True) == (covered.exit_code, "NOT COVERED" in covered.output)
    assert [{"rule": "no-drop", "effect": "deny", "blocks": 1, "passes": 0, "covered": False}] == json.loads(
        run("coverage", str(policy), "--json").output
    )
    assert 0 == run("coverage", "read-only").exit_code


def test_a_broken_policy_is_an_error(tmp_path: Path) -> None:
    """Nothing is judged by a policy that cannot be read."""
    policy = tmp_path / "p.toml"
    policy.write_text('name = "p"\ncolour = "red"\n')

    assert isinstance(run("check", "SELECT 1", "--policy", str(policy)).exception, ConfigurationError)


def test_learn_proposes_a_policy_that_loads(tmp_path: Path) -> None:
    """From the segments of an audit directory, as rules or as templates."""
    segment = tmp_path / "shard" / "segments" / "00000000.jsonl"
    segment.parent.mkdir(parents=True)
    record = {
        "type": "attempt",
        "actor": {"user": "alice", "agent": "bot"},
        "statement": {
            "fingerprint": "ab" * 16, "template": "SELECT ?", "actions": ["select"], "tables": {"orders": "read"},
        },
    }  # fmt: skip
    segment.write_bytes(orjson.dumps(record) + b"\n" + orjson.dumps([1]) + b"\n")
    out = tmp_path / "learned.toml"

    assert 0 == run("learn", str(tmp_path), "--output", str(out), "--name", "shop").exit_code
    assert ["orders"] == tomllib.loads(out.read_text())["rules"][0]["when"]["tables"]
    assert "templates" == tomllib.loads(run("learn", str(segment), "--templates").output)["mode"]


def test_learn_refuses_what_is_no_log(tmp_path: Path) -> None:
    """A directory without segments, or a damaged one, is an error and not an empty proposal."""
    assert "no segment" in str(run("learn", str(tmp_path)).exception)

    (tmp_path / "x.jsonl").write_text("{")
    assert "x.jsonl:1: not a record" in str(run("learn", str(tmp_path)).exception)
