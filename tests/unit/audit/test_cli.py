"""The commands of ``pcishield audit``: what they print and how they end."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from pcishield.cli.audit import app
from pcishield.exceptions import ConfigurationError
from tests.unit.audit.attack import edit
from tests.unit.audit.logs import ATTEMPT, BASE, build, make_log, shards, statement


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("cli") / "audit"
    build(directory)
    return directory


@pytest.fixture
def audit(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "audit"))


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_verify_says_what_it_trusted_and_what_it_saw(audit: Path) -> None:
    """In order: exit 0; a key from the directory itself is pointed out, a pinned one is not."""
    unpinned, pinned = run("verify", audit), run("verify", audit, "--key", audit / "vkey")
    key = (audit / "vkey").read_text().strip()

    assert (0, 0) == (unpinned.exit_code, pinned.exit_code)
    assert "[key-unpinned]" in unpinned.output
    assert f"key {key} (NOT pinned: taken from the directory)" in unpinned.output
    assert "38 records in 3 shards (2 closed), 38 under a signature, 0 anchors found" in pinned.output
    assert f"key {key} (pinned)" in pinned.output
    assert "OK, 3 warnings" == pinned.output.splitlines()[-1]
    assert 0 == run("verify", audit, "--key", key).exit_code


def test_verify_names_file_and_line_of_a_changed_byte(audit: Path) -> None:
    """A changed digit gives exit 2 and the place; warnings are errors only when asked for."""
    assert 1 == run("verify", audit, "--strict").exit_code
    edit(audit, 5, b'"rows":3', b'"rows":2')
    result = run("verify", audit, "--key", audit / "vkey")

    where = f"{shards(audit)[0].name}/segments/00000000.jsonl:5"
    assert 2 == result.exit_code
    assert (
        f"ERROR   {where}: the line was changed: the line after it names another hash for it [line-changed]"
        in result.output
    )
    assert "FAILED: 1 errors, 3 warnings" == result.output.splitlines()[-1]


def test_verify_prints_json(audit: Path) -> None:
    """The report as data has the findings and the counts."""
    report: dict[str, Any] = json.loads(run("verify", audit, "--json").output)

    assert (True, 38, 3, False) == (report["ok"], report["records"], len(report["shards"]), report["pinned"])
    assert {"attempt-open", "key-unpinned", "no-anchor", "shard-crashed"} == {
        finding["code"] for finding in report["findings"]
    }
    assert 16 == report["counts"]["attempt"]


def test_verify_compares_with_checkpoints_kept_elsewhere(template: Path, audit: Path, tmp_path: Path) -> None:
    """Anchors are a file of checkpoints, or another copy of the directory."""
    anchor = Path(shutil.copy(shards(audit)[2] / "checkpoints.txt", tmp_path / "anchors"))

    assert "3 anchors found" in run("verify", audit, "--anchor", anchor).output
    assert "3 anchors found" in run("verify", audit, "--anchor", template).output
    assert "6 anchors found" in run("verify", audit, "--anchor", template, "--anchor", anchor).output


def test_verify_scans_for_card_numbers(tmp_path: Path) -> None:
    """--pan-scan finds a card number in a record, and says only where."""
    from pcishield.testing import make_pan

    pan = make_pan()
    log = make_log(tmp_path / "audit")
    log.append("denied", BASE | {"reason": f"about {pan}"}, durable=True)
    log.close()
    result = run("verify", tmp_path / "audit", "--pan-scan")

    assert 2 == result.exit_code
    assert "00000000.jsonl:2: the record holds a card number [pan]" in result.output
    assert pan not in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["verify", "{}/nowhere"], "is not a directory"),
        (["verify", "{}", "--key", "nonsense"], "--key nonsense: neither a vkey nor a readable file"),
        (["verify", "{}", "--key", "a+b+c"], "--key: not base64"),
        (["verify", "{}", "--anchor", "{}/nowhere"], "cannot be read"),
        (["verify", "{}", "--anchor", "{}/index.jsonl"], "holds no checkpoints|does not hold checkpoints only"),
        (["tail", "{}/nowhere"], "is not a directory"),
        (["prove", "x", "{}"], "give SHARD/SEQ"),
        (["prove", "x/1", "{}"], "shard x: not in"),
    ],
)
def test_bad_usage_is_one_clear_error(audit: Path, arguments: list[str], message: str) -> None:
    """Each mistake names the argument."""
    result = run(*(argument.replace("{}", str(audit)) for argument in arguments))

    assert isinstance(result.exception, ConfigurationError)
    with pytest.raises(ConfigurationError, match=message):
        raise result.exception


def test_tail_shows_the_last_records(audit: Path) -> None:
    """One line per record, by time over all shards; as they are with --json."""
    result = run("tail", audit, "-n", 3)
    lines = result.output.splitlines()

    assert 3 == len(lines)
    assert "alice/reporter@shop.db SELECT id FROM orders WHERE id = ? rule=reads" in lines[0]
    assert "rows=3 duration_us=512" in lines[1]
    assert "log.close" in lines[2]
    assert ["attempt", "result", "log.close"] == [
        json.loads(line)["type"] for line in run("tail", audit, "-n", 3, "--json").output.splitlines()
    ]
    assert "" == run("tail", audit, "-n", 0).output


def test_tail_shows_no_control_characters(tmp_path: Path) -> None:
    """Text in a record cannot move the cursor of a terminal."""
    log = make_log(tmp_path / "audit")
    log.append("denied", BASE | {"reason": "\x1b[2J\r\u202egone"}, durable=True)
    log.close()

    assert "\ufffd[2J\ufffd\ufffdgone" in run("tail", tmp_path / "audit", "-n", 2).output


def test_a_proof_is_written_and_checked(audit: Path, tmp_path: Path) -> None:
    """prove writes record and proof; check-proof accepts them and nothing else."""
    shard = shards(audit)[0]
    proven = run("prove", f"{shard.name}/20", audit, "-o", tmp_path / "evidence")
    stem = tmp_path / "evidence" / f"{shard.name}-20"
    record, proof = stem.with_suffix(".json"), stem.with_suffix(".tlog-proof")
    good = run("check-proof", proof, record, "--key", shard / "vkey")
    record.write_bytes(record.read_bytes().replace(b'"rows":3', b'"rows":2').replace(b'"alice"', b'"bob"'))
    bad = run("check-proof", proof, record, "--key", shard / "vkey")

    assert 0 == proven.exit_code
    assert f"--key {(shard / 'vkey').read_text().strip()}" in proven.output
    assert (0, f"OK: record 20 of 25 in pcishield/shop/{shard.name}\n") == (good.exit_code, good.output)
    assert (2, "NOT PROVEN: the record is not in the log that the checkpoint signs\n") == (bad.exit_code, bad.output)


def test_an_unsealed_record_cannot_be_proven_yet(tmp_path: Path) -> None:
    """A record that no checkpoint covers is refused."""
    log = make_log(tmp_path / "audit")
    attempt = statement(log)
    result = run("prove", attempt, tmp_path / "audit")
    log.close()

    assert "is not covered by the checkpoint at 1 lines" in str(result.exception)


def test_consistency_compares_two_states(template: Path, audit: Path, tmp_path: Path) -> None:
    """An older state is a prefix of a newer one; a cut or changed one is not."""
    old = shutil.copytree(audit, tmp_path / "old")
    log = make_log(audit)
    statement(log)
    log.close()
    good, shown = run("consistency", old, audit), run("consistency", old, audit, "--show")
    edit(audit, 5, b'"rows":3', b'"rows":2')
    changed, cut = run("consistency", old, audit), run("consistency", audit, old)

    assert (0, 0, 2, 2) == (good.exit_code, shown.exit_code, changed.exit_code, cut.exit_code)
    assert 3 == good.output.count(": OK\n")
    assert "25 -> 25" in shown.output
    assert f"{shards(audit)[0].name}: its lines are not what its last checkpoint signs" in changed.output
    assert "no usable vkey" in cut.output


def test_the_standalone_verifier_can_be_had(audit: Path) -> None:
    """The command prints the file as it is."""
    output = run("standalone").output

    assert output.startswith("#!/usr/bin/env python3\n")
    compile(output, "standalone.py", "exec")


def test_a_commitment_proves_what_was_sent_until_it_is_shredded(tmp_path: Path) -> None:
    """The key, or the revealed salt, shows that a record is about one text; without either nobody can."""
    audit, sql = tmp_path / "audit", tmp_path / "statement.sql"
    sql.write_text("SELECT 1 -- raw")
    log = make_log(audit)
    record = log.append("attempt", ATTEMPT | {"commit": log.commit("SELECT 1 -- raw")}, durable=True)
    other = log.append("attempt", ATTEMPT | {"commit": log.commit("SELECT 1 -- raw")}, durable=True)
    log.close()
    shard = shards(audit)[0].name
    good = run("open-commitment", record, audit, "--sql", sql, "--reveal")
    salt = good.output.split()[-1]
    bad = CliRunner().invoke(app, ["open-commitment", record, str(audit)], input="SELECT 2\n")
    piped = CliRunner().invoke(app, ["open-commitment", record, str(audit)], input="SELECT 1 -- raw\n")
    shredded = run("shred", shard, audit, "--yes")

    assert (0, 2, 0, 0) == (good.exit_code, bad.exit_code, piped.exit_code, shredded.exit_code)
    assert 0o600 == (audit / "private").joinpath("index.key").stat().st_mode & 0o777
    assert 0 == run("open-commitment", record, audit, "--sql", sql, "--salt", salt).exit_code
    assert 2 == run("open-commitment", other, audit, "--sql", sql, "--salt", salt).exit_code
    assert "may have been shredded" in str(run("open-commitment", record, audit, "--sql", sql).exception)
    assert 0 == run("verify", audit).exit_code
    assert "key.destroy" in run("tail", audit).output
