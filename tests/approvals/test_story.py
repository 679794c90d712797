"""The whole story, with real processes: an agent on PostgreSQL under OIDC identity, two approvers over the queue."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pcishield.approvers import open_queue
from pcishield.approvers.files import add_approver, create_key, load_registry
from tests.approvals.conftest import eventually
from tests.fix_oidc import OidcIssuer

AGENT = """
import sys
import pcishield, pcishield as psycopg
from pcishield.exceptions import ApprovalExpired

pcishield.configure(sys.argv[1], approval={"timeout_seconds": float(sys.argv[3])})
with psycopg.connect(sys.argv[2], autocommit=True) as connection:
    try:
        print(connection.execute("DELETE FROM story_orders WHERE note = %s OR true", ("old",)).rowcount)
    except ApprovalExpired:
        print("expired")
"""

CONFIG = """
audit = {{ dir = "audit" }}

[identity]
required = "attested"
provider = "oidc"

[identity.oidc]
issuer = "{issuer}"
audience = "{audience}"
token_file = "token"
timeout_seconds = 5

[approval]
queue = "{queue}"
approvers = "approvers.toml"
key_file = "approval.key"

[policy]
name = "story"
default = "allow"

[[policy.rules]]
id = "destroys"
effect = "require_approval"
reason = "it touches every row"
approvals = 2
when = {{ hazards = ["*where*"] }}
"""


class Story:
    """A directory with configuration and keys, and the commands that people type."""

    def __init__(self, home: Path, queue: str, dsn: str, issuer: OidcIssuer) -> None:
        self.home = home
        self.dsn = dsn
        self.queue = open_queue(queue)
        (home / "token").write_text(issuer.token("maria", azp="cleaner"))
        config = CONFIG.format(queue=queue, issuer=issuer.issuer, audience=issuer.audience)
        (home / "pcishield.toml").write_text(config)
        (home / "agent.py").write_text(AGENT)
        for name, group in (("zoe", "dba"), ("yan", "security"), ("maria", "dba")):
            add_approver(home / "approvers.toml", name, create_key(home / f"{name}.key"), [group])

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *command], cwd=self.home, env=self.env(), capture_output=True, text=True, timeout=60
        )

    def env(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PCISHIELD")}
        return kept | {"PCISHIELD_CONFIG": str(self.home / "pcishield.toml"), "HOME": str(self.home)}

    def say(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "pcishield", "approvals", *arguments)

    def answer(self, command: str, id: str, name: str) -> subprocess.CompletedProcess[str]:
        return self.say(command, id, "--as", name, "--key", f"{name}.key", "--reason", f"{name} has looked at it")

    def agent(self, seconds: float) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "agent.py", "pcishield.toml", self.dsn, str(seconds)], cwd=self.home, env=self.env(),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def pending(self) -> str:
        """Wait for the one request that is open; return its id."""
        (approval,) = eventually(lambda: [one for one in self.queue.entries() if _open(one)], 60)
        return str(approval.request.id)

    def records(self) -> list[dict[str, Any]]:
        files = sorted((self.home / "audit").glob("*/segments/*.jsonl"), key=lambda file: file.stat().st_mtime)
        return [json.loads(line) for file in files for line in file.read_text().splitlines()]


@pytest.fixture
def story(
    tmp_path: Path,
    pg_dsn: str,
    queue_url: Callable[[str], str],
    oidc_issuer: OidcIssuer,
    request: pytest.FixtureRequest,
) -> Any:
    import psycopg

    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS story_orders")
        connection.execute("CREATE TABLE story_orders (id int, note text)")
        connection.execute("INSERT INTO story_orders SELECT n, 'old' FROM generate_series(1, 3) n")
        made = Story(tmp_path, queue_url(request.param), pg_dsn, oidc_issuer)
        yield made
        made.queue.close()
        connection.execute("DROP TABLE story_orders")


def _open(approval: Any) -> bool:
    return bool(approval.at(datetime.now(UTC)).state == "pending")


def rows_left(dsn: str) -> int:
    import psycopg

    with psycopg.connect(dsn) as connection:
        return int(connection.execute("SELECT count(*) FROM story_orders").fetchone()[0])  # type: ignore[index]


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("story", ["postgres"], indirect=True)
def test_two_humans_approve_once_and_the_chain_has_it_all(story: Story) -> None:
    """One window expires, one approver tries twice, the requester tries; then the statement runs, once."""
    expired = story.agent(4)
    late = story.pending()
    assert "expired\n" == expired.communicate(timeout=60)[0]
    too_late = story.answer("approve", late, "zoe")
    assert (1, 3) == (too_late.returncode, rows_left(story.dsn))
    assert "is expired" in too_late.stderr

    agent = story.agent(60)
    (line,) = story.say("list", "--json").stdout.splitlines() if story.pending() else ()
    request = json.loads(line)
    assert "note = ? or true" in request["shown"].lower().replace("%s", "?").replace("$1", "?")
    assert "'old'" not in request["shown"]
    assert "maria (identity: attested)" in request["shown"]
    assert "cleaner" in request["shown"]
    first = story.answer("approve", request["id"], "zoe")
    twice = story.answer("approve", request["id"], "zoe")
    own = story.answer("approve", request["id"], "maria")
    assert [0, 1, 1] == [first.returncode, twice.returncode, own.returncode], first.stderr
    assert "zoe has already answered" in twice.stderr
    assert "maria asked for this and cannot answer it" in own.stderr
    assert agent.poll() is None
    assert 3 == rows_left(story.dsn)
    assert 0 == story.answer("approve", request["id"], "yan").returncode
    assert "3\n" == agent.communicate(timeout=60)[0]
    assert 0 == rows_left(story.dsn)
    assert "used" == story.queue.get(request["id"]).state

    verified = story.run("-m", "pcishield", "audit", "verify", "audit")
    assert 0 == verified.returncode, verified.stdout + verified.stderr
    _check_records(story, request)


def _check_records(story: Story, request: dict[str, Any]) -> None:
    records = story.records()
    of_this = [one for one in records if one.get("approval", {}).get("id") == request["id"]]
    assert {"approval.requested": 1, "approval.granted": 2, "approval.void": 2, "approval.used": 1} == {
        kind: sum(one["type"] == kind for one in of_this) for kind in {one["type"] for one in of_this}
    }
    assert {request["shown_digest"]} == {one["approval"]["shown"] for one in of_this if "shown" in one["approval"]}
    assert 1 == sum(one["type"] == "attempt" for one in records)
    assert 1 == sum(one["type"] == "approval.expired" for one in records)
    assert {("maria", "attested", "cleaner")} == {
        (one["actor"]["user"], one["actor"]["level"], one["actor"].get("agent")) for one in of_this
    }
    registry = load_registry(story.home / "approvers.toml")
    granted = {
        one["approval"]["approver"]: one["approval"]["evidence"] for one in of_this if one["type"].endswith("granted")
    }
    assert {"zoe", "yan"} == set(granted)
    for name, evidence in granted.items():
        assert ("attested", "queue") == (evidence["level"], evidence["channel"])
        decision = json.loads(evidence["decision"])
        assert (name, request["id"], request["shown_digest"]) == (
            decision["approver"], decision["request"], decision["shown"]
        )  # fmt: skip
        assert name in registry.approvers
