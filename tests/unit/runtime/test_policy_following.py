"""A policy file that changes under a running shield."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from pcishield.config import load_settings
from pcishield.exceptions import AuditUnavailable, ConfigurationError, StatementDenied
from pcishield.testing import RecordingLog

OPEN = 'name = "open"\ndefault = "allow"\n'
SHUT = 'name = "shut"\ndefault = "deny"\n'
MANUAL = {"policy_refresh_seconds": 0}


def write(path: Path, text: str) -> None:
    """Replace the file by one that is seen to be another, however coarse the clock of the file system."""
    temporary = path.with_suffix(".new")
    temporary.write_text(text)
    temporary.replace(path)


@pytest.fixture
def log() -> RecordingLog:
    """The audit log of the shield under test."""
    return RecordingLog()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A policy file that allows everything."""
    write(tmp_path / "p.toml", OPEN)
    return tmp_path / "p.toml"


def of(log: RecordingLog, *kinds: str) -> list[dict[str, Any]]:
    """Records of these types."""
    return [record for record in log.records if record["type"] in kinds]


def test_a_change_is_recorded_and_holds_for_open_connections(make_shield: Any, log: RecordingLog, path: Path) -> None:
    """A statement that was allowed a hundred times, and is remembered, is refused at once."""
    shield = make_shield(MANUAL, policy=path, audit=log)
    connection = shield.guard(sqlite3).connect(":memory:")
    for _ in range(100):
        connection.execute("SELECT 1").fetchall()
    before = shield.policy.label
    write(path, SHUT)
    changed = shield.refresh_policy()
    with pytest.raises(StatementDenied):
        connection.execute("SELECT 1")
    (record,) = of(log, "policy.changed")

    assert changed
    assert (shield.policy.label, before) == (record["policy"], record["previous_policy"])
    assert shield.policy.label.startswith("shut@")
    assert shield.policy.label == of(log, "denied")[0]["decision"]["policy"]

    write(path, OPEN)
    shield.refresh_policy()
    assert [(1,)] == connection.execute("SELECT 1").fetchall()
    connection.close()


def test_new_connections_follow_too(make_shield: Any, log: RecordingLog, path: Path) -> None:
    """And so does what the database is told as a second net."""
    shield = make_shield(MANUAL | {"database": {"read_only": "policy"}}, policy=path, audit=log)
    write(path, 'name = "reads"\nextends = "read-only"\n')
    shield.refresh_policy()
    shield.guard(sqlite3).connect(":memory:").close()

    assert [{"read_only": True}] == [record.get("settings") for record in of(log, "connection.open")]


def test_a_file_that_cannot_be_used_changes_nothing_and_is_told(
    make_shield: Any, log: RecordingLog, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The old policy stays; record, log and metrics say why, once; mending it ends that."""
    shield = make_shield(MANUAL, policy=path, audit=log)
    connection = shield.guard(sqlite3).connect(":memory:")
    label = shield.policy.label
    write(path, 'name = "shut"\ndefault = "perhaps"\n')
    with pytest.raises(ConfigurationError, match=r"p\.toml:2"):
        shield.refresh_policy()
    again = shield.refresh_policy()
    rows = connection.execute("SELECT 1").fetchall()
    told = shield.metrics()["policy"]
    (failed,) = of(log, "control.fail")

    assert (False, [(1,)], label) == (again, rows, shield.policy.label)
    assert "p.toml:2" in failed["control"]["cause"]
    assert ("policy", "failure") == (failed["control"]["name"], failed["outcome"])
    assert (label, True) == (told["label"], "p.toml:2" in told["error"])
    assert "cannot be used" in caplog.text

    write(path, OPEN)
    shield.refresh_policy()
    (restored,) = of(log, "control.restore")
    assert {"label": label, "error": None} == shield.metrics()["policy"]
    assert failed["control"]["from"] == restored["control"]["from"]
    assert [] == of(log, "policy.changed")
    connection.close()


def test_what_cannot_be_recorded_is_not_in_force(
    make_shield: Any, log: RecordingLog, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next look tries again."""
    shield = make_shield(MANUAL, policy=path, audit=log)

    def full(*args: Any, **kwargs: Any) -> str:
        raise AuditUnavailable("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(log, "append", full)
        write(path, SHUT)
        with pytest.raises(AuditUnavailable):
            shield.refresh_policy()
        assert shield.policy.label.startswith("open@")
    assert shield.refresh_policy()
    assert shield.policy.label.startswith("shut@")


def test_the_file_is_looked_at_without_being_told(make_shield: Any, log: RecordingLog, path: Path) -> None:
    """Every ``policy_refresh_seconds``."""
    shield = make_shield({"policy_refresh_seconds": 0.02}, policy=path, audit=log)
    write(path, SHUT)
    deadline = time.monotonic() + 60
    while not of(log, "policy.changed") and time.monotonic() < deadline:
        time.sleep(0.01)

    assert 1 == len(of(log, "policy.changed"))
    assert shield.policy.label.startswith("shut@")


def test_a_pack_is_followed_by_nobody(make_shield: Any, log: RecordingLog) -> None:
    """It is part of the package."""
    shield = make_shield(policy="read-only", audit=log)

    assert not shield.refresh_policy()
    assert shield.metrics()["policy"]["label"] == shield.policy.label
    assert "pcishield-policy" not in [thread.name for thread in threading.enumerate()]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_follows_as_well(make_shield: Any, log: RecordingLog, path: Path) -> None:
    """From the first connection that it opens."""
    shield = make_shield({"policy_refresh_seconds": 0.02}, policy=path, audit=log)
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            shield.guard(sqlite3).connect(":memory:")
            write(path, SHUT)
            deadline = time.monotonic() + 60
            while not shield.policy.label.startswith("shut@") and time.monotonic() < deadline:
                time.sleep(0.01)
            status = 0 if shield.policy.label.startswith("shut@") else 2
        finally:
            os._exit(status)
    assert 0 == os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_statements_of_many_threads_are_all_judged_by_a_policy_that_is_recorded(
    make_shield: Any, log: RecordingLog, path: Path
) -> None:
    """While the policy changes back and forth; after the last change nothing is decided by an earlier one."""
    shield = make_shield(MANUAL, policy=path, audit=log)
    module = shield.guard(sqlite3)
    stop = threading.Event()

    def work() -> None:
        connection = module.connect(":memory:")
        while not stop.is_set():
            try:
                connection.execute("SELECT 1").fetchall()
            except StatementDenied:
                continue
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(20):
        write(path, SHUT if number % 2 == 0 else OPEN)
        shield.refresh_policy()
        time.sleep(0.01)
    write(path, SHUT)
    shield.refresh_policy()
    since = len(log.records)
    deadline = time.monotonic() + 60
    while len(log.records) < since + 100 and time.monotonic() < deadline:
        time.sleep(0.01)
    stop.set()
    for thread in threads:
        thread.join()
    late = [record for record in log.records[since:] if record["type"] in {"attempt", "denied"}]

    # One statement of each thread may have been on its way, for as long as the processor was with others.
    stale = [record["connection"] for record in late if record["decision"]["policy"] != shield.policy.label]
    assert len(set(stale)) == len(stale) < len(late)


TABLE = 'policy_refresh_seconds = 0\n[policy]\nname = "{}"\ndefault = "{}"\n'


def test_a_policy_that_is_a_table_of_the_settings_is_followed(
    make_shield: Any, log: RecordingLog, tmp_path: Path
) -> None:
    """As one in a file of its own: recorded, in force for open connections; what is wrong names the file."""
    settings = tmp_path / "pcishield.toml"
    write(settings, TABLE.format("open", "allow"))
    shield = make_shield(settings, audit=log)
    connection = shield.guard(sqlite3).connect(":memory:")
    connection.execute("SELECT 1").fetchall()
    write(settings, TABLE.format("shut", "perhaps"))
    with pytest.raises(ConfigurationError, match=r"pcishield\.toml"):
        shield.refresh_policy()
    connection.execute("SELECT 1").fetchall()
    write(settings, TABLE.format("shut", "deny"))
    changed = shield.refresh_policy()
    with pytest.raises(StatementDenied):
        connection.execute("SELECT 1")
    connection.close()
    (record,) = of(log, "policy.changed")

    assert changed
    assert ("open@", "shut@") == (record["previous_policy"][:5], record["policy"][:5])
    assert 1 == len(of(log, "control.fail"))
    assert 1 == len(of(log, "control.restore"))


def test_a_policy_that_the_settings_name_is_followed_and_so_is_the_name(
    make_shield: Any, log: RecordingLog, path: Path, tmp_path: Path
) -> None:
    """The file changes, the settings name another one, a pack, and a mistake elsewhere in them is told."""
    settings = tmp_path / "pcishield.toml"
    head = "policy_refresh_seconds = 0\npolicy = "
    write(settings, f'{head}"p.toml"\n')
    shield = make_shield(settings, audit=log)
    write(path, SHUT)
    assert shield.refresh_policy()
    write(tmp_path / "q.toml", OPEN.replace("open", "other"))
    write(settings, f'{head}"q.toml"\n')
    assert shield.refresh_policy()
    write(settings, f'{head}"read-only"\nenvironment = "prod"\n')
    assert shield.refresh_policy()
    write(settings, f'{head}"pci"\nenvironmentt = "prod"\n')
    with pytest.raises(ConfigurationError, match="environmentt"):
        shield.refresh_policy()

    labels = [record["policy"].partition("@")[0] for record in of(log, "policy.changed")]
    assert ["shut", "other", "read-only"] == labels
    assert "production" == shield.settings.environment


def test_a_policy_that_a_program_gives_is_not_exchanged_by_a_file(
    make_shield: Any, log: RecordingLog, tmp_path: Path
) -> None:
    """It won over the settings' at the start, and still does."""
    settings = tmp_path / "pcishield.toml"
    write(settings, TABLE.format("open", "allow"))
    given = make_shield(settings, policy={"name": "mine", "default": "allow"}, audit=log)
    over = make_shield(load_settings(settings, policy={"name": "mine", "default": "allow"}), audit=log)
    write(settings, TABLE.format("shut", "deny"))

    for shield in (given, over):
        assert not shield.refresh_policy()
        assert shield.policy.label.startswith("mine@")
