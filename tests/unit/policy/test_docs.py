"""What the pages about policy and configuration say is so."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pcishield.cli.policy import app
from pcishield.config import Settings, load_settings
from pcishield.policy import Policy
from pcishield.policy.loading import PACKS
from pcishield.policy.model import ConditionsModel, PolicyModel, RuleModel, TestModel

DOCS = Path(__file__).resolve().parents[3] / "docs"
POLICY = (DOCS / "policy.md").read_text("utf-8")
CONFIGURATION = (DOCS / "configuration.md").read_text("utf-8")
BLOCK = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("text", BLOCK.findall(POLICY))
def test_policy_examples_load_and_pass_their_tests(text: str) -> None:
    """A reader who copies an example has a policy that works."""
    Policy.from_mapping(tomllib.loads(text))


@pytest.mark.parametrize("text", BLOCK.findall(CONFIGURATION))
def test_configuration_examples_load(text: str) -> None:
    """A reader who copies an example has settings that work."""
    load_settings(tomllib.loads(text))


@pytest.mark.parametrize("name", PACKS)
def test_the_rules_of_a_pack_are_listed(name: str) -> None:
    """The table of a pack has its own rules with effect, reason and requirements."""
    policy = Policy.pack(name)
    lines = ["| rule | effect | because | PCI DSS |", "|---|---|---|---|"]
    lines += [
        f"| `{rule.id}` | {rule.model.effect} | {rule.model.reason or 'ordinary work'} "
        f"| {', '.join(rule.model.requirement)} |"
        for rule in policy.rules[: policy.own]
    ]

    assert f"<!-- pack {name} -->\n\n" + "\n".join(lines) + "\n\n<!-- /pack -->" in POLICY


@pytest.mark.parametrize("model", [ConditionsModel, RuleModel, PolicyModel, TestModel])
def test_every_key_of_a_policy_is_described(model: type) -> None:
    """No key is a secret."""
    names = {field.alias or name for name, field in model.model_fields.items()}  # type: ignore[attr-defined]

    assert set() == {name for name in names if not re.search(rf"`\[*{name}\b", POLICY)}


def test_every_setting_is_described() -> None:
    """No setting is a secret, and sections are where the page says."""
    for name, field in Settings.model_fields.items():
        assert f"`{name}`" in CONFIGURATION or f"`[{name}]`" in CONFIGURATION
        for key in getattr(field.annotation, "model_fields", ()):
            section = CONFIGURATION.partition(f"## `[{name}]`")[2].partition("\n## ")[0]
            assert f"`{key}`" in section, (name, key)


COMMANDS = re.findall(r"^\$ pcishield policy (.*)\n((?:(?!\$ |```).*\n)*)", POLICY, re.MULTILINE)


@pytest.mark.parametrize(("command", "shown"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_commands_say_what_the_page_shows(command: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The output on the page is the output, but for the digest and the numbers of rules and tests."""
    monkeypatch.setenv("COLUMNS", "200")
    result = CliRunner().invoke(app, shlex.split(command))

    assert [_without_counts(line) for line in shown.splitlines()] == [
        _without_counts(line) for line in result.output.splitlines()
    ]


def _without_counts(line: str) -> str:
    return re.sub(r"@[0-9a-f]{12}|\d+ (?=tests|rules)", "#", line.rstrip())
