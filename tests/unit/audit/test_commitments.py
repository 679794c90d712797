"""What passes through a connection carries a salted commitment to the raw SQL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pcishield.audit.commitment import commitment_number, commitment_salt, matches
from pcishield.cli.audit import app
from pcishield.exceptions import AuditUnavailable, StatementDenied

RAW = "SELECT 'literal' AS word -- and a comment"


def records(audit: Path) -> list[dict[str, Any]]:
    """All records, shard by shard."""
    return [json.loads(line) for path in sorted(audit.glob("*/segments/*")) for line in path.read_bytes().splitlines()]


def opens(audit: Path, record: dict[str, Any], raw: str) -> bool:
    """Whether the key of the record's own shard opens its commitment with ``raw``."""
    key = bytes.fromhex((audit / "private" / "commitments" / f"{record['shard']}.key").read_text())
    return matches(record["commit"], raw, commitment_salt(key, commitment_number(record["commit"])))


def test_every_attempt_commits_to_its_raw_text(shield: Any, audit_dir: Path) -> None:
    """Repeated or not, with parameters or not, each attempt opens with the text that was sent and with no other."""
    connection = shield.connect("sqlite3", ":memory:")
    sent = [RAW, RAW, "SELECT 1", RAW, "SELECT ?"]
    for sql in sent:
        connection.execute(sql, (1,) if "?" in sql else ()).fetchall()
    connection.close()
    shield.close()
    attempts = [record for record in records(audit_dir) if record["type"] == "attempt"]

    assert [True] * 5 == [opens(audit_dir, record, sql) for record, sql in zip(attempts, sent, strict=True)]
    assert [False] * 5 == [opens(audit_dir, record, "SELECT 2") for record in attempts]


def test_a_refused_statement_commits_to_its_raw_text(make_shield: Any, audit_dir: Path) -> None:
    """What was asked can be shown although it never ran."""
    shield = make_shield(policy={"name": "closed", "default": "deny"})
    connection = shield.connect("sqlite3", ":memory:")
    with pytest.raises(StatementDenied):
        connection.execute("DROP TABLE payments")
    connection.close()
    shield.close()
    denied = next(record for record in records(audit_dir) if record["type"] == "denied")

    assert opens(audit_dir, denied, "DROP TABLE payments")


def test_a_new_shard_commits_under_its_own_key(shield: Any, audit_dir: Path) -> None:
    """After an epoch the same statement of the same connection has a commitment that the new shard's key opens."""
    connection = shield.connect("sqlite3", ":memory:")
    connection.execute(RAW).fetchall()
    shield.audit._next_epoch(shield.audit._shard)
    connection.execute(RAW).fetchall()
    connection.close()
    shield.close()
    attempts = [record for record in records(audit_dir) if record["type"] == "attempt"]

    assert 2 == len({record["shard"] for record in attempts})
    assert [True, True] == [opens(audit_dir, record, RAW) for record in attempts]


def test_a_commitment_that_crossed_a_shards_end_still_opens(shield: Any, audit_dir: Path, tmp_path: Path) -> None:
    """A shard may end between commitment and record: the command tries the keys of the other shards too."""
    log = shield.audit
    commitment = log.commit(RAW)
    log._next_epoch(log._shard)
    record = log.append("audit.access", {**log.system, "access": {"action": "verify"}, "commit": commitment})
    shield.close()
    sql = tmp_path / "raw.sql"
    sql.write_text(RAW)

    assert 0 == CliRunner().invoke(app, ["open-commitment", record, str(audit_dir), "--sql", str(sql)]).exit_code


def test_a_cut_key_is_not_taken_for_another_text(shield: Any, audit_dir: Path, tmp_path: Path) -> None:
    """A commitment key that lost its end opens nothing, and the command says why instead of denying the text."""
    connection = shield.connect("sqlite3", ":memory:")
    connection.execute(RAW).fetchall()
    connection.close()
    shield.close()
    record = next(one for one in records(audit_dir) if one["type"] == "attempt")
    key = audit_dir / "private" / "commitments" / f"{record['shard']}.key"
    key.write_text(key.read_text()[:40])
    sql = tmp_path / "raw.sql"
    sql.write_text(RAW)
    asked = [f"{record['shard']}/{record['seq']}", str(audit_dir), "--sql", str(sql)]
    result = CliRunner().invoke(app, ["open-commitment", *asked])

    assert f"{key.name} is cut: it holds 20 bytes of 32" in str(result.exception)


def test_a_key_that_cannot_be_kept_stops_the_statement(
    shield: Any, audit_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fail closed, bracketed as an outage; the next statement goes on when the cause is gone."""
    connection = shield.connect("sqlite3", ":memory:")

    def full(*_: Any) -> bytes:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("pcishield.runtime._log_index.write_private", full)
        with pytest.raises(AuditUnavailable, match="No space left"):
            connection.execute(RAW)
    connection.execute(RAW).fetchall()
    connection.close()
    shield.close()
    found = records(audit_dir)

    assert ["control.fail", "control.restore"] == [r["type"] for r in found if r["type"].startswith("control")]
    assert [True] == [opens(audit_dir, record, RAW) for record in found if record["type"] == "attempt"]
