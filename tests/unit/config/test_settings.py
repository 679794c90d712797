"""Settings: strict, from file, mapping, environment and arguments, with every problem at once."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest

from pcishield.config import Settings, load_settings
from pcishield.exceptions import ConfigurationError
from pcishield.masking import Masker


def test_without_anything_the_defaults_apply() -> None:
    """No file and no environment: the pci pack, production, the state directory."""
    settings = load_settings()

    assert ("pci", "production", "os", "write") == (
        settings.policy, settings.environment, settings.identity.required, settings.audit.flush,
    )  # fmt: skip
    assert settings == Settings()


def test_the_audit_directory_follows_xdg(monkeypatch: pytest.MonkeyPatch) -> None:
    """By default the log is in the state directory of the user."""
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    assert Path("/state/pcishield/audit") == load_settings().audit.directory()

    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", "/home/alice")
    assert Path("/home/alice/.local/state/pcishield/audit") == load_settings().audit.directory()
    assert Path("/home/alice/log") == load_settings({"audit": {"dir": "~/log"}}).audit.directory()


def test_the_environment_names_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PCISHIELD_CONFIG is read when nothing else is given."""
    path = tmp_path / "pcishield.toml"
    path.write_text('environment = "staging"\n')
    monkeypatch.setenv("PCISHIELD_CONFIG", str(path))

    assert "staging" == load_settings().environment
    assert "production" == load_settings({}).environment


def test_later_sources_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """File, then PCISHIELD_AUDIT_DIR, then arguments; sections are merged key by key."""
    path = tmp_path / "pcishield.toml"
    path.write_text('environment = "staging"\n[audit]\ndir = "a"\nflush = "group"\n')
    assert str(tmp_path / "a") == load_settings(path).audit.dir

    monkeypatch.setenv("PCISHIELD_AUDIT_DIR", "/b")
    assert "/b" == load_settings(path).audit.dir
    settings = load_settings(path, audit={"dir": Path("/c")}, environment="test")

    assert ("/c", "group", "test") == (settings.audit.dir, settings.audit.flush, settings.environment)


def test_relative_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    """A file means the same from every working directory."""
    path = tmp_path / "pcishield.toml"
    path.write_text('policy = "rules/shop.toml"\n[audit]\nkey_directory = "keys"\ndir = "/var/log"\n')
    settings = load_settings(path)

    assert (str(tmp_path / "rules/shop.toml"), str(tmp_path / "keys"), "/var/log") == (
        settings.policy, settings.audit.key_directory, settings.audit.dir,
    )  # fmt: skip
    assert "agent" == load_settings({"policy": "agent"}).policy


def test_a_policy_may_be_a_table(tmp_path: Path) -> None:
    """A small policy needs no file of its own, and is not merged with one from below."""
    path = tmp_path / "pcishield.toml"
    path.write_text('[policy]\nname = "own"\nextends = "pci"\n')

    assert {"name": "own", "extends": "pci"} == load_settings(path).policy
    assert {"name": "x"} == load_settings(path, policy={"name": "x"}).policy


def test_every_problem_is_reported_with_its_line(tmp_path: Path) -> None:
    """One error lists what is wrong where, and what to write instead."""
    path = tmp_path / "pcishield.toml"
    path.write_text(
        """\
policy = 3
enviroment = "x"
[audit]
flush = "sometimes"
segment_bytes = 1
[masking.formats]
"sad.cvc" = "last4"
[identity]
required = true
"""
    )
    with pytest.raises(ConfigurationError) as caught:
        load_settings(path)

    assert {
        f"{path}:1: policy: give a pack name, a path ending in .toml, or a table",
        f"{path}:2: enviroment: unknown key; check its spelling and the section it is in",
        f"{path}:4: audit.flush: Input should be 'write', 'group' or 'always'",
        f"{path}:5: audit.segment_bytes: Input should be greater than or equal to 65536",
        f"{path}:6: masking.formats: sad.cvc: sensitive authentication data is always redacted (PCI DSS 3.3.1)",
        f"{path}:9: identity.required: Input should be 'os', 'explicit' or 'attested'",
    } == set(caught.value.problems)
    assert str(caught.value).startswith(f"{path}: 6 problems:\n")


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"audit": {"dir": ""}}, "audit.dir: String should have at least 1 character"),
        ({"approval": {"timeout_seconds": 0}}, "approval.timeout_seconds: Input should be greater than 0"),
        ({"masking": {"formats": {"pan": "clear"}}}, "masking.formats: pan: unknown format 'clear'"),
        ({"masking": {"kernel": "gpu"}}, "masking.kernel: Input should be"),
        ({"environment": "a b"}, "environment: String should match pattern"),
        ({"sqlite": {"strict": "yes"}}, "sqlite.strict: Input should be a valid boolean"),
    ],
)
def test_each_mistake_is_named(settings: dict[str, Any], fault: str) -> None:
    """A mapping is held to the same rules as a file."""
    with pytest.raises(ConfigurationError) as caught:
        load_settings(settings)
    assert (f"settings: {fault}",) == tuple(problem[: len(fault) + 10] for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"policy = ", "not valid TOML"),
        (b'policy = "\xff"', "is not UTF-8 text"),
        (None, "No such file or directory. Check the path"),
    ],
)
def test_an_unreadable_file_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, fault: str
) -> None:
    """The error names the file, and the variable that led to it."""
    path = tmp_path / "pcishield.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=fault):
        load_settings(path)

    monkeypatch.setenv("PCISHIELD_CONFIG", str(path))
    with pytest.raises(ConfigurationError, match=fault) as caught:
        load_settings()
    assert content is not None or "(named by $PCISHIELD_CONFIG)" in str(caught.value)


def test_formats_are_settings_by_class() -> None:
    """A format that the masker knows for the class is taken."""
    formats = {"pan": "first6_last4", "cardholder": "none", "loyalty": "last4", "sad.cvc": "redact"}

    assert formats == load_settings({"masking": {"formats": formats}}).masking.formats


def test_masking_settings_are_arguments_of_the_masker() -> None:
    """Every masking setting is one that the masker takes."""
    accepted = set(inspect.signature(Masker).parameters)

    assert set(load_settings().masking.arguments()) <= accepted


def test_the_second_net_refuses_what_it_does_not_know() -> None:
    """Every wrong key of ``[database]`` is named."""
    with pytest.raises(ConfigurationError) as caught:
        load_settings({"database": {"read_only": "on", "statement_timeout_ms": 0, "timeout": 1}})
    assert [problem.split(": ")[1] for problem in caught.value.problems] == [
        "database.read_only", "database.statement_timeout_ms", "database.timeout",
    ]  # fmt: skip
