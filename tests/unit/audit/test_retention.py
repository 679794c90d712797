"""What is old may go, leaves a tombstone that verifies, and nothing else may."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pcishield.audit.report import Report
from pcishield.audit.verify import Options, verify
from pcishield.cli.audit import app
from pcishield.exceptions import ConfigurationError
from pcishield.runtime.log_reader import DirectorySource
from pcishield.runtime.retention import Retention
from pcishield.testing import FakeClock
from tests.unit.audit.logs import kill, make_log, recovered, seal, shards, statement
from tests.unit.audit.test_standalone import SCRIPT

NOW = datetime.now(UTC)


def write(directory: Path, age: float, *, crash: bool = False) -> None:
    """One shard, as it was written so many days ago."""
    log = make_log(directory, clock=FakeClock(NOW - timedelta(days=age)))
    statement(log)
    seal(log)
    statement(log)
    if crash:
        kill(log)
    else:
        log.close()


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    """Shards of 500, 400, 200, 10 and 0 days ago; the second one's process died."""
    directory = tmp_path / "audit"
    write(directory, 500)
    write(directory, 400, crash=True)
    write(directory, 200)
    write(directory, 10)
    last = make_log(directory)
    recovered(last)
    statement(last)
    last.close()
    return directory


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def checked(directory: Path, *archives: Path, **options: Any) -> Report:
    return verify(DirectorySource(directory, archives), Options(**options))


def errors(report: Report) -> list[str]:
    return [finding.code for finding in report.of("error")]


def here(directory: Path) -> list[str]:
    """Shards with lines, by number."""
    return sorted(path.parents[1].name[:6] for path in directory.glob("*/segments/00000000.jsonl"))


def alone(directory: Path) -> tuple[int, str]:
    """The single-file verifier's verdict."""
    done = subprocess.run([sys.executable, str(SCRIPT), str(directory)], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout


def test_what_is_older_than_a_year_goes_and_leaves_a_tombstone(audit: Path) -> None:
    """The log verifies afterwards, in both implementations, and says what went and when."""
    before = checked(audit).records
    result = run("purge", audit, "--yes")
    report = checked(audit)

    assert (0, "2 shards erased") == (result.exit_code, result.output.splitlines()[-1])
    assert ["000002", "000003", "000004", "000005"] == here(audit)
    assert [] == errors(report)
    assert before + 4 == report.records
    assert ["retention", "retention"] == [shard.state for shard in report.shards[:2]]
    assert 0 == alone(audit)[0]
    assert 2 == alone(audit)[1].count("the tombstone fits")


def test_what_is_younger_stays(audit: Path) -> None:
    """Not by the option, and not by the code below it."""
    asked = run("purge", audit, "--older-than", "100", "--yes")
    kept = Retention(audit)
    log = make_log(audit)
    with pytest.raises(ConfigurationError, match="younger than 365 days"):
        kept.purge(kept.shards()[2], log)
    with pytest.raises(ConfigurationError, match="younger than 90 days"):
        kept.purge(kept.shards()[3], log, audit.parent / "archive")
    log.close()

    assert "at least 365 days" in str(asked.exception)
    assert 6 == len(here(audit))


def test_a_tombstone_that_came_too_early_is_an_error(audit: Path) -> None:
    """Who has the running log can write one; verify knows how old the lines must have been."""
    kept = Retention(audit, now=NOW + timedelta(days=365))
    log = make_log(audit)
    kept.purge(kept.shards()[2], log)
    log.close()

    assert ["purge-early"] == errors(checked(audit))
    assert [] == errors(checked(audit, keep_days=30))
    assert 2 == alone(audit)[0]


def test_a_tombstone_fits_one_content_only(audit: Path) -> None:
    """Lines that were lost before the purge cannot be hidden by it: the purge refuses, and a forged tombstone shows."""
    shard = shards(audit)[0]
    segment = shard / "segments" / "00000000.jsonl"
    whole = segment.read_bytes()
    segment.write_bytes(b"".join(line + b"\n" for line in whole.splitlines()[:-1]))
    refused = run("purge", audit, "--yes")
    segment.write_bytes(whole)
    kept = Retention(audit)
    log = make_log(audit)
    kept.purge(kept.shards()[0], log)
    purged = kept.tombstones()[0]
    log.append("log.purge", {**log.system, "cause": "retention", "purged": purged["purged"] | {"records": 4}})
    log.append(
        "log.purge",
        {**log.system, "cause": "retention", "purged": purged["purged"] | {"records": 1, "peaks": ["AAAA"]}},
    )
    log.close()

    assert "are not what was signed" in str(refused.exception)
    assert {"tombstone"} == set(errors(checked(audit)))
    assert 2 == alone(audit)[0]


def test_a_deleted_shard_without_tombstone_stays_an_error(audit: Path) -> None:
    """Also when its folder and checkpoints are left as a purge leaves them."""
    (shards(audit)[2] / "segments" / "00000000.jsonl").unlink()

    assert ["shard-missing"] == errors(checked(audit))
    assert 2 == alone(audit)[0]


def test_old_shards_move_to_an_archive_and_verify_there(audit: Path, tmp_path: Path) -> None:
    """Ninety days stay; what moved is checked whole with the archive, by its tombstone without."""
    archive = tmp_path / "archive"
    result = run("archive", archive, audit, "--yes")
    report, with_archive = checked(audit), checked(audit, archive)

    assert (0, "3 shards moved") == (result.exit_code, result.output.splitlines()[-1])
    assert ["000000", "000001", "000002"] == here(archive)
    assert ([], []) == (errors(report), errors(with_archive))
    assert ["archive"] * 3 == [shard.state for shard in report.shards[:3]]
    assert ["closed", "crashed", "closed"] == [shard.state for shard in with_archive.shards[:3]]
    assert report.records == with_archive.records
    assert 0 == run("verify", audit, "--archive", archive).exit_code


def test_a_changed_archive_is_found(audit: Path, tmp_path: Path) -> None:
    """The lines in the archive must be those that the directory's checkpoints were about."""
    archive = tmp_path / "archive"
    run("archive", archive, audit, "--yes")
    segment = next(archive.glob("000000*/segments/*.jsonl"))
    segment.write_bytes(segment.read_bytes().replace(b"alice", b"mallo", 1))

    assert "line-changed" in errors(checked(audit, archive))


def test_what_is_too_old_leaves_the_archive_too(audit: Path, tmp_path: Path) -> None:
    """Purging with the archive erases what is over a year old there, with another tombstone."""
    archive = tmp_path / "archive"
    run("archive", archive, audit, "--yes")
    result = run("purge", audit, "--archive", archive, "--yes")
    report = checked(audit, archive)

    assert "2 shards erased" in result.output
    assert ["000002"] == here(archive)
    assert [] == errors(report)
    assert ["retention", "retention", "closed"] == [shard.state for shard in report.shards[:3]]


def test_a_legal_hold_keeps_what_is_of_its_time(audit: Path) -> None:
    """Held shards stay, others go; after release they go too. Holds are records."""
    since = (NOW - timedelta(days=420)).date().isoformat()
    until = (NOW - timedelta(days=380)).date().isoformat()
    run("hold", "case-7", audit, "--since", since, "--until", until, "--reason", "dispute")
    shown = run("retention", audit).output
    first = run("purge", audit, "--yes").output
    released = run("release", "case-7", audit)
    second = run("purge", audit, "--yes").output

    assert "legal hold case-7" in shown
    assert ("1 shards erased", "1 shards erased") == (first.splitlines()[-1], second.splitlines()[-1])
    assert "stays: legal hold case-7" in first
    assert 0 == released.exit_code
    assert "there is no legal hold" in str(run("release", "case-7", audit).exception)
    assert [] == errors(checked(audit))


def test_retention_tells_what_is_short(audit: Path) -> None:
    """Exit status 0 while all is kept that must be, 1 when something went too early."""
    good = run("retention", audit)
    kept = Retention(audit, now=NOW + timedelta(days=365))
    log = make_log(audit)
    kept.purge(kept.shards()[2], log)
    log.close()
    bad = run("retention", audit)

    assert (0, 1) == (good.exit_code, bad.exit_code)
    assert "SHORTFALL: records younger than 365 days were removed" in bad.output


def test_a_crash_between_tombstone_and_removal_leaves_a_good_log(audit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tombstone is there and so are the lines: both verify, and the next purge finishes."""
    kept = Retention(audit)
    log = make_log(audit)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", lambda self, missing_ok=False: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            kept.purge(kept.shards()[0], log)
    log.close()
    between = errors(checked(audit))
    run("purge", audit, "--yes")

    assert ([], []) == (between, errors(checked(audit)))
    assert "000000" not in here(audit)


def test_commitment_keys_go_with_what_is_erased(tmp_path: Path) -> None:
    """An erased shard's salts are of no use; an archived one's stay."""
    directory = tmp_path / "audit"
    log = make_log(directory, clock=FakeClock(NOW - timedelta(days=400)))
    log.commit("SELECT 1")
    statement(log)
    log.close()
    write(directory, 0)
    keys = directory / "private" / "commitments"
    before = len(list(keys.iterdir()))
    run("purge", directory, "--yes")

    assert (1, 0) == (before, len(list(keys.iterdir())))


def test_an_archive_that_cannot_be_written_changes_nothing(audit: Path, tmp_path: Path) -> None:
    """Copy first: without a good copy there is no tombstone and nothing goes."""
    blocked = tmp_path / "archive"
    blocked.mkdir()
    shutil.copy(SCRIPT, blocked / "x")
    kept = Retention(audit)
    log = make_log(audit)
    with pytest.raises(OSError, match="Not a directory"):
        kept.purge(kept.shards()[0], log, blocked / "x")
    log.close()

    assert [] == kept.tombstones()
    assert "000000" in here(audit)
    assert json.loads(run("verify", audit, "--json").output)["ok"] is True


@pytest.mark.parametrize("command", [("purge",), ("archive", "ARCHIVE")])
def test_nothing_goes_that_a_configured_sink_has_not_begun(
    audit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    """A sink of the configuration counts before its first batch, when it has no cursor; once shipped, shards go."""
    config = tmp_path / "pcishield.toml"
    config.write_text(f'[[audit.sinks]]\nkind = "jsonl"\npath = "{tmp_path / "mirror"}"\n')
    monkeypatch.setenv("PCISHIELD_CONFIG", str(config))
    words = [str(tmp_path / "archive") if word == "ARCHIVE" else word for word in command]
    refused = run(*words, audit, "--yes")
    assert isinstance(refused.exception, ConfigurationError)
    assert "the sinks jsonl do not have all of it; it stays" in str(refused.exception)

    assert 0 == run("ship", audit, "--once").exit_code
    assert 0 == run(*words, audit, "--yes").exit_code
