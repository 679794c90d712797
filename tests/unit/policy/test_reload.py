"""Following a policy file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pcishield.exceptions import ConfigurationError
from pcishield.policy import PolicySource


def write(path: Path, text: str, tick: int) -> None:
    path.write_text(text)
    os.utime(path, (tick, tick))


def test_a_good_change_is_taken_over_and_a_bad_one_is_not(tmp_path: Path) -> None:
    """The policy in force stays until there is a better one; a bad state is reported once."""
    path = tmp_path / "p.toml"
    write(path, 'name = "one"\ndefault = "deny"\n', 1)
    source = PolicySource(path)
    first = source.policy

    assert not source.refresh()
    write(path, 'name = "two"\ndefault = "deny"\n', 2)
    assert source.refresh()
    assert ("one", "two") == (first.name, source.policy.name)

    write(path, 'name = "two"\ndefault = "perhaps"\n', 3)
    with pytest.raises(ConfigurationError, match=r"p\.toml:2"):
        source.refresh()
    assert not source.refresh()
    assert "two" == source.policy.name

    path.unlink()
    with pytest.raises(ConfigurationError, match="cannot read"):
        source.refresh()
    assert "two" == source.policy.name


def test_other_words_around_the_same_rules_are_no_new_policy(tmp_path: Path) -> None:
    """Only what bears on decisions makes another version."""
    path = tmp_path / "p.toml"
    write(path, 'name = "one"\ndefault = "deny"\n', 1)
    source = PolicySource(path)
    write(path, '# a comment\nname = "one"\ndefault = "deny"\n', 2)

    assert not source.refresh()


def test_the_files_that_it_extends_are_followed_too(tmp_path: Path) -> None:
    """A change of the base is a change."""
    base, path = tmp_path / "base.toml", tmp_path / "p.toml"
    write(base, 'name = "base"\ndefault = "deny"\n', 1)
    write(path, 'name = "own"\nextends = "base.toml"\n', 1)
    source = PolicySource(path)
    write(base, 'name = "base"\ndefault = "allow"\n', 2)

    assert source.refresh()
    assert "allow" == source.policy.default
