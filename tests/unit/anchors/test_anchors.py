"""Anchors: checkpoints leave the host, receipts are kept and checked, and what was changed since is found."""

from __future__ import annotations

import json
import logging
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from pcishield import outlets
from pcishield.anchors import KINDS
from pcishield.anchors.rfc3161 import check_timestamp
from pcishield.audit.checkpoint import NoteError, VerifierKey, sign_checkpoint
from pcishield.audit.cosignature import WitnessKey, find_cosignature
from pcishield.audit.verify import Options, verify
from pcishield.cli._audit_ship import receipt_checker
from pcishield.cli.main import app
from pcishield.exceptions import ConfigurationError
from pcishield.runtime.anchoring import Anchorer
from pcishield.runtime.log_reader import DirectorySource
from pcishield.shield import Shield
from tests.unit.anchors.others import Authority, Witness
from tests.unit.audit.logs import build, lines, make_log, seal, shards, statement, write_lines
from tests.unit.sinks.receivers import SyslogReceiver, syslog_parts


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    """A log of three shards, 38 lines."""
    build(tmp_path / "audit")
    return tmp_path / "audit"


@pytest.fixture
def closing() -> Iterator[Callable[[Any], Any]]:
    """Close what the test made."""
    made: list[Any] = []

    def keep(one: Any) -> Any:
        made.append(one)
        return one

    yield keep
    for one in made:
        one.close()


def anchored(audit: Path, table: dict[str, Any]) -> Any:
    """Anchor what is there; return the anchor."""
    anchor = KINDS.make(table, "audit.anchors.0")
    anchorer = Anchorer(audit, [anchor])
    done = anchorer.finish(1)
    anchorer.close()
    assert done, anchorer.metrics()
    return anchor


def codes(audit: Path, **options: Any) -> set[str]:
    report = verify(DirectorySource(audit), Options(**options))
    return {finding.code for finding in report.findings if finding.level == "error"}


def acks(audit: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (audit / "anchors" / name / "acks.jsonl").read_bytes().splitlines()]


# File


def test_a_file_elsewhere_shows_a_rollback(audit: Path, tmp_path: Path) -> None:
    """An older copy of everything verifies by itself, and not against what another volume holds."""
    older = Path(shutil.copytree(audit, tmp_path / "older"))
    log = make_log(audit)
    statement(log)
    log.close()
    anchor = anchored(audit, {"kind": "file", "path": str(tmp_path / "volume")})
    notes = anchor.notes()

    assert 4 == len(notes)
    report = verify(DirectorySource(audit), Options(anchors=notes))
    assert (4, True) == (report.anchored, report.ok)
    assert set() == codes(older)
    assert {"anchor"} == codes(older, anchors=notes)


def test_only_what_is_new_is_anchored(audit: Path, tmp_path: Path) -> None:
    """A checkpoint goes out once; a shard that grew sends its new one."""
    table = {"kind": "file", "path": str(tmp_path / "volume")}
    log = make_log(audit)
    for expected in (4, 5, 5):
        anchored(audit, table)
        assert expected == len(acks(audit, "file"))
        if expected == 4:
            statement(log)
            seal(log)
    log.close()


# Time stamps


def test_a_time_stamp_is_checked_to_its_root(audit: Path, tmp_path: Path, closing: Callable[[Any], Any]) -> None:
    """The receipt of each checkpoint is a time stamp that verify checks with the authority's root alone."""
    authority = closing(Authority(tmp_path / "tsa"))
    table = {"kind": "rfc3161", "url": f"http://127.0.0.1:{authority.port}/", "ca_file": str(authority.root)}
    anchored(audit, table)
    report = verify(DirectorySource(audit), Options(receipt=receipt_checker([], authority.root)))

    assert ({"rfc3161": {"checkpoints": 3, "checked": 3}}, 3, True) == (report.acks, report.anchored, report.ok)
    from base64 import b64decode

    ack = acks(audit, "rfc3161")[0]
    stamped = check_timestamp(ack["note"], b64decode(ack["receipt"]), authority.root)
    assert abs(stamped.timestamp() - time.time()) < 60


@pytest.mark.parametrize("change", ["note", "receipt", "root"])
def test_a_wrong_time_stamp_is_an_error(
    audit: Path, tmp_path: Path, closing: Callable[[Any], Any], change: str
) -> None:
    """A receipt of another checkpoint, a damaged one, or one of another authority does not count."""
    authority = closing(Authority(tmp_path / "tsa"))
    root = authority.root
    anchored(audit, {"kind": "rfc3161", "url": f"http://127.0.0.1:{authority.port}/", "ca_file": str(root)})
    path = audit / "anchors" / "rfc3161" / "acks.jsonl"
    first, second, *rest = acks(audit, "rfc3161")
    if change == "note":
        first["receipt"] = second["receipt"]
    elif change == "receipt":
        first["receipt"] = first["receipt"][:-8] + "AAAAAAA="
    else:
        root = closing(Authority(tmp_path / "other")).root
    path.write_text("".join(json.dumps(ack) + "\n" for ack in (first, second, *rest)))

    assert {"anchor"} == codes(audit, receipt=receipt_checker([], root))


def test_a_lying_authority_is_refused_at_once(audit: Path, tmp_path: Path, closing: Callable[[Any], Any]) -> None:
    """An answer about something else is not kept."""
    authority = closing(Authority(tmp_path / "tsa"))
    authority.lies = True
    table = {"kind": "rfc3161", "url": f"http://127.0.0.1:{authority.port}/", "ca_file": str(authority.root)}
    anchorer = Anchorer(audit, [KINDS.make(table, "x")])

    assert not anchorer.finish(0.2)
    assert "ValueError" == anchorer.metrics()["rfc3161"]["error"]
    assert not (audit / "anchors" / "rfc3161").exists()


# Witness


def test_a_witness_cosigns_what_continues_what_it_saw(audit: Path, closing: Callable[[Any], Any]) -> None:
    """Growth is proven to it, also by a client that knows nothing of before; verify checks its signature."""
    witness = closing(Witness(audit))
    table = {"kind": "witness", "url": f"http://127.0.0.1:{witness.port}", "vkey": str(witness.vkey)}
    log = make_log(audit)
    for _ in range(3):
        statement(log)
        seal(log)
        anchored(audit, table)
    log.close()
    anchored(audit, table)
    report = verify(DirectorySource(audit), Options(receipt=receipt_checker([str(witness.vkey)], None)))

    assert 409 in witness.statuses, "a new client has to ask for the size"
    assert ({"witness": {"checkpoints": 7, "checked": 7}}, 7, True) == (report.acks, report.anchored, report.ok)


def test_a_witness_does_not_cosign_a_fork(audit: Path, tmp_path: Path, closing: Callable[[Any], Any]) -> None:
    """A log cut and continued with the key of its process is refused by who saw the first one."""
    witness = closing(Witness(audit))
    table = {"kind": "witness", "url": f"http://127.0.0.1:{witness.port}", "vkey": str(witness.vkey)}
    anchor = KINDS.make(table, "x")
    log = make_log(audit)
    assert log._shard is not None
    signer = log._shard.signer
    from pcishield.audit.checkpoint import Checkpoint
    from pcishield.audit.merkle import consistency_proof, root_hash

    first, second = [bytes([n]) * 32 for n in range(5)], [bytes([n + 100]) * 32 for n in range(7)]

    def note(leaves: list[bytes]) -> str:
        return sign_checkpoint(Checkpoint(signer.name, len(leaves), root_hash(leaves)), signer)

    anchor.anchor(note(first), lambda old: consistency_proof(old, first))
    with pytest.raises(ConnectionError, match="the witness answered 422"):
        anchor.anchor(note(second), lambda old: consistency_proof(old, second))
    with pytest.raises(NoteError, match="the witness has seen 5 lines and there are 3"):
        anchor.anchor(note(first[:3]), lambda old: consistency_proof(old, first[:3]))
    log.close()


def test_a_cosignature_of_somebody_else_is_refused(audit: Path, closing: Callable[[Any], Any]) -> None:
    """The client checks what it gets against the key it was given, and verify against the key that the user trusts."""
    witness, other = closing(Witness(audit)), closing(Witness(audit))
    impostor = WitnessKey(witness.vkey.name, other.vkey.public)
    url = f"http://127.0.0.1:{witness.port}"
    anchorer = Anchorer(audit, [KINDS.make({"kind": "witness", "url": url, "vkey": str(impostor)}, "x")])
    assert not anchorer.finish(0.2)
    assert "NoteError" in anchorer.metrics()["witness"]["error"]
    anchorer.close()

    anchored(audit, {"kind": "witness", "url": url, "vkey": str(witness.vkey)})
    assert {"anchor"} == codes(audit, receipt=receipt_checker([str(impostor)], None))


def test_a_cosignature_covers_the_note_and_the_time(audit: Path, closing: Callable[[Any], Any]) -> None:
    """Another note, another time, or a shorter signature are refused."""
    from base64 import b64decode, b64encode

    witness = closing(Witness(audit))
    anchored(audit, {"kind": "witness", "url": f"http://127.0.0.1:{witness.port}", "vkey": str(witness.vkey)})
    first, second, *_ = acks(audit, "witness")
    line = b64decode(first["receipt"]).decode()
    assert line == find_cosignature(first["note"], line, witness.vkey)[0]
    with pytest.raises(NoteError, match="is wrong"):
        find_cosignature(second["note"], line, witness.vkey)
    head, _, data = line.strip().rpartition(" ")
    blob = bytearray(b64decode(data))
    blob[11] ^= 1
    with pytest.raises(NoteError, match="is wrong"):
        find_cosignature(first["note"], f"{head} {b64encode(blob).decode()}\n", witness.vkey)
    with pytest.raises(NoteError, match="not 76 bytes"):
        find_cosignature(first["note"], f"{head} {b64encode(blob[:-1]).decode()}\n", witness.vkey)


def test_a_witness_key_is_of_its_own_type(audit: Path) -> None:
    """The key of a log (type 1) is no witness's key (type 4)."""
    log_key = (audit / "vkey").read_text()
    assert VerifierKey.parse(log_key)
    with pytest.raises(ConfigurationError, match=r"audit\.anchors\.0: witness anchor: vkey: the witness key is not"):
        KINDS.make({"kind": "witness", "url": "http://x", "vkey": log_key}, "audit.anchors.0")


# S3 and syslog


def test_s3_locks_every_checkpoint(audit: Path, monkeypatch: pytest.MonkeyPatch, closing: Callable[[Any], Any]) -> None:
    """Objects are locked for the time asked for; what is put over one later does not count."""
    import boto3
    from moto.server import ThreadedMotoServer

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        endpoint = f"http://127.0.0.1:{server.get_host_and_port()[1]}"
        client = closing(boto3.client("s3", region_name="us-east-1", endpoint_url=endpoint))
        locked, plain = f"a{uuid4().hex}", f"b{uuid4().hex}"
        client.create_bucket(Bucket=locked, ObjectLockEnabledForBucket=True)
        client.create_bucket(Bucket=plain)
        table = {"kind": "s3", "bucket": locked, "region": "us-east-1", "endpoint": endpoint, "retain_days": 400}
        anchor = anchored(audit, table)
        notes = anchor.notes()
        key = client.list_objects_v2(Bucket=locked)["Contents"][0]["Key"]
        held = client.head_object(Bucket=locked, Key=key)
        client.put_object(Bucket=locked, Key=key, Body=b"something else")

        assert 3 == len(notes) == verify(DirectorySource(audit), Options(anchors=notes)).anchored
        assert "COMPLIANCE" == held["ObjectLockMode"]
        assert held["ObjectLockRetainUntilDate"].timestamp() > time.time() + 399 * 86_400
        assert notes == anchor.notes()
        refused = Anchorer(audit, [KINDS.make({**table, "bucket": plain, "name": "plain"}, "x")])
        assert not refused.finish(0.2)
        refused.close()
    finally:
        server.stop()


def test_syslog_carries_the_checkpoint(audit: Path, closing: Callable[[Any], Any]) -> None:
    """The note comes out of the message as it went in."""
    receiver = closing(SyslogReceiver())
    anchored(audit, {"kind": "syslog", "host": "127.0.0.1", "port": receiver.port, "transport": "tcp"})
    parts = [syslog_parts(message) for message in receiver.messages]
    notes = [part[-1].decode().replace("\\n", "\n") for part in parts]

    assert [b"checkpoint"] * 3 == [part[5] for part in parts]
    assert 3 == verify(DirectorySource(audit), Options(anchors=notes)).anchored


# Records, metrics, warnings


def test_an_acknowledgement_is_recorded_with_its_lag(audit_dir: Path, tmp_path: Path) -> None:
    """anchor.ack names anchor, shard, size and lag; the metrics say how long nothing was anchored."""
    settings = {"audit": {"anchors": [{"kind": "file", "path": str(tmp_path / "v")}], "anchor_seconds": 0.05}}
    with Shield(settings, audit=audit_dir) as shield:
        deadline = time.monotonic() + 20
        while shield.metrics()["anchors"]["file"]["anchored"] < 1 and time.monotonic() < deadline:
            time.sleep(0.02)
        metrics = shield.metrics()
    records = [json.loads(line) for line in lines(audit_dir)]
    ack = next(record for record in records if record["type"] == "anchor.ack")

    assert ("file", shards(audit_dir)[0].name) == (ack["anchor"]["name"], ack["object"])
    assert ack["anchor"]["size"] >= 1
    assert 0 <= ack["lag_us"] < 20_000_000
    assert 0 <= metrics["exposure_seconds"] < 20
    notes = KINDS.make({"kind": "file", "path": str(tmp_path / "v")}, "x").notes()
    assert len(records) == max(int(note.split("\n")[1]) for note in notes), "the last checkpoint is anchored at the end"


def test_exposure_grows_while_an_anchor_fails(audit: Path, tmp_path: Path) -> None:
    """The time since the last full look is the metric to alarm on."""
    (tmp_path / "file").write_text("")
    anchorer = Anchorer(audit, [KINDS.make({"kind": "file", "path": str(tmp_path / "file" / "below")}, "x")])
    assert not anchorer.finish(0.3)
    first = anchorer.exposure()
    time.sleep(0.05)

    assert anchorer.exposure() > first > 0
    assert "failing" == anchorer.metrics()["file"]["state"]
    anchorer.close()


def test_no_anchor_is_said_once(
    audit_dir: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A warning at the first start in a process, and in session.open; an anchor silences it."""
    monkeypatch.setattr(outlets, "_warned", set())
    with caplog.at_level(logging.WARNING, "pcishield"):
        for number in range(2):
            Shield({}, audit=audit_dir.with_name(f"a{number}")).close()
    opened = [json.loads(line) for line in lines(audit_dir.with_name("a0"))]

    assert 1 == sum("no audit anchor is configured" in record.message for record in caplog.records)
    assert "none" == next(r for r in opened if r["type"] == "session.open")["settings"]["audit.anchors"]


# The command line


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["audit", *map(str, arguments)])


def test_the_commands_anchor_and_verify(
    audit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closing: Callable[[Any], Any]
) -> None:
    """``audit anchor --once`` hands over and records; verify fetches and checks, and warns about what it cannot."""
    witness = closing(Witness(audit))
    config = tmp_path / "pcishield.toml"
    config.write_text(
        '[[audit.anchors]]\nkind = "file"\npath = "volume"\n'
        f'[[audit.anchors]]\nkind = "witness"\nurl = "http://127.0.0.1:{witness.port}"\nvkey = "{witness.vkey}"\n'
    )
    without = run("verify", audit)
    assert "[no-anchor]" in without.output

    done = run("anchor", audit, "--once", "--config", config)
    assert 0 == done.exit_code, done.output
    assert (tmp_path / "volume").is_dir(), "a relative path is relative to the configuration"
    assert 4 == json.loads(done.output)["witness"]["anchored"]

    unchecked = run("verify", audit)
    assert "4 acknowledgements (witness) prove nothing yet: give --witness [anchor-unchecked]" in unchecked.output
    assert "[no-anchor]" in unchecked.output
    monkeypatch.setenv("PCISHIELD_CONFIG", str(config))
    checked = run("verify", audit, "--anchors", "--witness", witness.vkey)
    assert 0 == checked.exit_code
    assert "8 anchors found" in checked.output
    assert "[no-anchor]" not in checked.output


def test_a_rewrite_with_the_shards_key_is_found(audit: Path, closing: Callable[[Any], Any]) -> None:
    """What was cosigned cannot be rewritten, not even by who holds every key of the host: the attack named in AUDIT."""
    witness = closing(Witness(audit))
    anchored(audit, {"kind": "witness", "url": f"http://127.0.0.1:{witness.port}", "vkey": str(witness.vkey)})
    content = lines(audit, 2)
    write_lines(audit, [*content[:-1], content[-1].replace(b'"records":7', b'"records":8')], 2)

    assert "anchor" in codes(audit, receipt=receipt_checker([str(witness.vkey)], None))


def test_a_made_up_acknowledgement_does_not_count(audit: Path, tmp_path: Path) -> None:
    """Lines in anchors/ that nobody outside signed are warned about, and garbage is an error."""
    anchored(audit, {"kind": "file", "path": str(tmp_path / "volume")})
    report = verify(DirectorySource(audit), Options(expect_anchor=True))
    assert (0, {"no-anchor", "anchor-unchecked"}) == (
        report.anchored,
        {finding.code for finding in report.findings} & {"no-anchor", "anchor-unchecked"},
    )
    with (audit / "anchors" / "file" / "acks.jsonl").open("ab") as file:
        file.write(b'{"note": 1}\n')
    assert {"anchor"} == codes(audit)
