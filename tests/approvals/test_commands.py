"""``pcishield approvals`` as people type it, and a queue in a process whose drivers are guarded."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pcishield.approval import Approval
from pcishield.approvers.queue_sqlite import SqliteStore
from pcishield.cli.main import app
from pcishield.exceptions import ConfigurationError
from pcishield.testing import make_pan
from tests.approvals.conftest import a_request


class Desk:
    """A queue with one request, and the command."""

    def __init__(self, home: Path) -> None:
        self.url = f"sqlite:///{home}/q.db"
        self.store = SqliteStore(home / "q.db")
        self.request = a_request(approvals=2)
        self.store.add(Approval(self.request))

    def __call__(self, *arguments: str) -> Any:
        return CliRunner().invoke(app, ["approvals", *arguments, "--queue", self.url])

    def state(self) -> str:
        return str(self.store.get(self.request.id).state)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.delenv("PCISHIELD_CONFIG", raising=False)
    made = Desk(tmp_path)
    yield made
    made.store.close()


def test_a_request_is_listed_shown_and_answered(desk: Desk) -> None:
    """By two people, by the start of its id; the text is whole."""
    id = desk.request.id
    assert id in desk("list").stdout
    assert desk.request.template in desk("show", id[:10]).stdout
    assert "pending" in desk("approve", id[:10], "--as", "zoe", "--reason", "seen").stdout
    assert "approved" in desk("approve", id, "--as", "yan").stdout
    shown = desk("show", id).stdout
    assert "zoe (explicit) yes: seen" in shown
    assert "" == desk("list").stdout
    assert 1 == len(desk("list", "--state", "approved").stdout.splitlines())
    assert "revoked" in desk("revoke", id, "--as", "zoe").stdout


def test_json_is_one_object_a_line(desk: Desk) -> None:
    """With what is shown and its digest."""
    (line,) = desk("list", "--json").stdout.splitlines()
    data = json.loads(line)

    assert (desk.request.id, "pending", "maria") == (data["id"], data["state"], data["request"]["principal"]["user"])
    assert desk.request.template in data["shown"]


def test_what_does_not_count_exits_with_1_and_is_kept(desk: Desk) -> None:
    """The requester, a second answer, an answer after a no."""
    id = desk.request.id
    assert 1 == desk("approve", id, "--as", "maria").exit_code
    assert 0 == desk("approve", id, "--as", "zoe").exit_code
    assert 1 == desk("approve", id, "--as", "zoe").exit_code
    assert 0 == desk("deny", id, "--as", "yan", "--reason", "no").exit_code
    assert 1 == desk("approve", id, "--as", "kim").exit_code
    assert 1 == desk("revoke", id).exit_code
    assert "denied" == desk.state()
    assert 3 == len(desk.store.get(id).voids)
    assert "does not count" in desk("show", id).stdout


def test_a_grant_is_written_in_words_of_the_command(desk: Desk) -> None:
    """For how long, how often, how many rows, where, when."""
    id = desk.request.id
    grant = ("--for", "2h", "--uses", "5", "--rows", "10", "--table", "public.*", "--window", "mon-fri 22:00-06:00 UTC")
    for name in ("zoe", "yan"):
        assert 0 == desk("approve", id, "--as", name, *grant).exit_code
    scope = desk.store.get(id).scope
    assert scope is not None
    assert (5, 10, ("public.*",), "mon-fri 22:00-06:00 UTC", frozenset({desk.request.fingerprint})) == (
        scope.uses, scope.rows, scope.tables, scope.window, scope.templates
    )  # fmt: skip
    assert timedelta(minutes=119) < scope.not_after - datetime.now(UTC) < timedelta(minutes=121)


def test_keys_are_made_registered_and_sign(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a passphrase, asked for twice; an answer with the wrong key is refused before it is written."""
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()

    def say(*arguments: str, typed: str = "") -> Any:
        return runner.invoke(app, ["approvals", *arguments], input=typed)

    made = say("keygen", "--out", "zoe.key", typed="secret\nsecret\n")
    public = next(line for line in made.stdout.splitlines() if line.startswith("ed25519:"))
    other = say("keygen", "--out", "yan.key", "--no-passphrase").stdout.strip()
    registry = ("--approvers", "approvers.toml")
    assert 0 == say("register", "--as", "zoe", "--public", public, "--group", "dba", *registry).exit_code
    assert 0 == say("register", "--as", "yan", "--public", other, *registry).exit_code
    assert "same key" in str(say("register", "--as", "eve", "--public", other, *registry).exception)
    assert "as keygen prints it" in str(say("register", "--as", "eve", "--public", "ed25519:AA==", *registry).exception)

    id = desk.request.id
    assert "give your key" in str(desk("approve", id, "--as", "yan", *registry).exception)
    wrong = desk("approve", id, "--as", "zoe", "--key", "yan.key", *registry)
    assert (1, 0) == (wrong.exit_code, len(desk.store.get(id).answers))
    assert "needs a passphrase" in str(desk("approve", id, "--as", "zoe", "--key", "zoe.key", *registry).exception)
    done = desk("approve", id, "--as", "yan", "--key", "yan.key", *registry)
    assert 0 == done.exit_code
    assert "attested" in desk("show", id, *registry).stdout
    assert "dba" not in desk.store.get(id).answers[0].groups


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("approve", "{id}", "--uses", "5"), "give --for"),
        (("approve", "{id}", "--for", "soon"), "write a duration"),
        (("approve", "{id}", "--for", "1h", "--any-statement"), "cover everything"),
        (("approve", "{id}", "--for", "1h", "--window", "night"), "write a window"),
        (("approve", "{id}", "--reason", "x" * 501), "longer than 500"),
        (("approve", "{id}", "--reason", make_pan()), "holds card data"),
        (("show", "short"), "at least eight"),
        (("show", "0123456789"), "there is no approval"),
        (("list", "--state", "happy"), "unknown state"),
        (("break-glass", "{id}", "--reason", "r", "--key", "k"), "needs registered approvers"),
        (("review", "{id}", "--finding", "fine"), "no open review"),
    ],
)
def test_bad_use_is_said_in_one_sentence(desk: Desk, arguments: tuple[str, ...], message: str) -> None:
    """And changes nothing."""
    done = desk(*(argument.format(id=desk.request.id) for argument in arguments))

    assert 0 != done.exit_code
    assert message in (str(done.exception) if isinstance(done.exception, ConfigurationError) else done.stderr)
    assert "pending" == desk.state()
    assert make_pan() not in done.output + str(done.exception)


def test_watch_tells_what_is_there_and_what_changes(desk: Desk) -> None:
    """The whole request first, one line for each change after."""
    done = desk("watch", "--seconds", "0")
    assert desk.request.template in done.stdout
    (line,) = desk("watch", "--seconds", "0", "--json").stdout.splitlines()
    assert desk.request.id == json.loads(line)["id"]


def test_a_missing_queue_is_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the key."""
    monkeypatch.delenv("PCISHIELD_CONFIG", raising=False)
    done = CliRunner().invoke(app, ["approvals", "list"])
    assert "approval.queue: no queue is configured" in str(done.exception)


INSTALLED = """
import sys
import pcishield
from pcishield.approval import Approval
from pcishield.testing import RecordingLog
log = RecordingLog()
pcishield.configure(audit=log)
pcishield.install()
import sqlite3, psycopg
from pcishield.approvers import open_queue
from tests.approvals.conftest import a_request
before = len(log.records)
store = open_queue(sys.argv[1])
request = a_request()
store.add(Approval(request))
store.change(request.id, lambda one: one.revoked("zoe", request.requested_at))
store.wait(0.05)
print(hasattr(store._connection, "_pcishield"), len(log.records) - before)
store.close()
sqlite3.connect(":memory:").close()
print(len(log.records) > before)
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_the_queue_of_a_guarded_process_is_not_guarded(kind: str, queue_url: Callable[[str], str]) -> None:
    """After install() the queue keeps the driver's own connections, and none of its statements is recorded."""
    done = subprocess.run(
        [sys.executable, "-c", INSTALLED, queue_url(kind)], capture_output=True, text=True, timeout=60,
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert ["False 0", "True"] == done.stdout.splitlines(), done.stderr
