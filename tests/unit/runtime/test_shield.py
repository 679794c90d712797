"""Shields: what they refuse to be made of, and the process default."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import pcishield
from pcishield.exceptions import AuditUnavailable, ConfigurationError
from pcishield.shield import Shield, configure, current_shield
from pcishield.testing import RecordingLog, make_pan


@pytest.mark.parametrize(
    ("driver", "message"),
    [("no_such_driver", "not installed: pip install"), ("json", "has no Surface")],
)
def test_a_driver_that_cannot_be_guarded_is_one_clear_error(driver: str, message: str) -> None:
    """Missing modules name the package to install, others what can be guarded."""

    with pytest.raises(ConfigurationError, match=message):
        Shield({}, audit=RecordingLog()).connect(driver)


def test_an_audit_directory_that_cannot_be_written_stops_everything(tmp_path: Path) -> None:
    """The message names the setting; nothing was opened."""
    (tmp_path / "file").write_text("not a directory")

    with pytest.raises(AuditUnavailable, match=r"PCISHIELD_AUDIT_DIR"):
        Shield({}, audit=tmp_path / "file" / "audit")


def test_the_default_shield_is_pci_and_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any configuration the pci pack applies, and its log goes where the environment says."""
    monkeypatch.setenv("PCISHIELD_AUDIT_DIR", str(tmp_path / "audit"))
    shield = configure()

    try:
        assert shield is current_shield()
        assert shield.policy.label.startswith("pci@")
        assert (tmp_path / "audit").is_dir()
        assert 0o700 == os.stat(tmp_path / "audit").st_mode & 0o777
    finally:
        shield.close()


def test_configure_replaces_and_closes_the_default(tmp_path: Path) -> None:
    """The one before writes its end; a bad configuration leaves it in place."""
    first = configure(audit=tmp_path / "a")
    with pytest.raises(ConfigurationError, match="polcy"):
        configure({"polcy": "pci"})
    assert first is current_shield()
    log = RecordingLog()
    second = configure(policy="agent", audit=log)

    try:
        assert second is current_shield()
        assert second.policy.label.startswith("agent@")
        with pytest.raises(ConfigurationError, match="closed"):
            first.open_session(dialect="sqlite", driver="fake")
    finally:
        second.close()
    types = [record["type"] for record in log.records]
    assert ["session.open", "policy.loaded", "policy.changed", "session.close"] == types
    changed = log.records[2]
    assert (second.policy.label, first.policy.label) == (changed["policy"], changed["previous_policy"])


def test_the_policy_in_force_is_recorded_with_what_it_weakens() -> None:
    """Label, mode and weakened settings, as the policy says them."""
    log = RecordingLog()
    with Shield({}, policy={"name": "looser", "extends": "pci", "mode": "observe"}, audit=log) as shield:
        weakened = list(shield.policy.weakened)

    (loaded,) = [record for record in log.records if record["type"] == "policy.loaded"]
    assert (shield.policy.label, "observe") == (loaded["policy"], loaded["mode"])
    assert weakened
    assert weakened == loaded["weakened"]


def test_a_closed_shield_takes_no_connection() -> None:
    """After close() connecting is refused; closing twice is nothing."""
    shield = Shield({}, audit=RecordingLog())
    shield.close()
    shield.close()

    with pytest.raises(ConfigurationError, match="closed"):
        shield.connect("sqlite3", ":memory:")


def test_no_secret_is_in_the_repr() -> None:
    """Neither the shield's nor its parts' repr shows the approval key."""
    shield = Shield({}, audit=RecordingLog())

    assert shield.parts.secret.hex() not in repr(shield) + repr(shield.parts)
    assert repr(shield.parts.secret) not in repr(shield.parts)


def test_the_top_level_has_what_it_says() -> None:
    """Every public name resolves, and unknown ones are AttributeErrors."""
    missing = [name for name in pcishield.__all__ if not hasattr(pcishield, name)]

    assert [] == missing
    assert pcishield.__all__ == sorted(pcishield.__all__)
    unknown: Any = "no_such_name"
    with pytest.raises(AttributeError):
        getattr(pcishield, unknown)


def test_a_weaker_policy_is_on_record() -> None:
    """A policy that takes a rule of its pack away says so in the log."""
    log = RecordingLog()
    Shield({}, policy={"name": "mine", "extends": "pci", "disable": ["drop"]}, audit=log)

    assert any("drop" in line for line in log.records[0]["weakened"])


def test_every_masking_setting_reaches_the_masker() -> None:
    """decoders and strict are settings like the others."""
    shield = Shield({"masking": {"decoders": ["hex"]}}, audit=RecordingLog())

    assert shield.masker.contains_pan(make_pan().encode().hex())
