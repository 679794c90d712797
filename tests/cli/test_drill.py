"""Drills show that a failure is noticed, and leave the log itself in order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pcishield.audit.report import Report
from pcishield.cli.audit import verify_directory
from pcishield.cli.main import app
from pcishield.exceptions import ConfigurationError, MaskingError
from pcishield.masking import Masker
from pcishield.runtime.selftest import SelfTest, canary, canary_problem
from pcishield.testing import RecordingLog
from tests.unit.audit.logs import build, shards


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    """A log of three shards."""
    build(tmp_path / "audit")
    return tmp_path / "audit"


def errors(report: Report) -> list[str]:
    """Codes of the errors."""
    return [finding.code for finding in report.of("error")]


@pytest.mark.parametrize("what", ["tamper", "disk-full", "sink-outage"])
def test_a_drill_is_noticed_and_recorded(audit: Path, what: str) -> None:
    """Exit status 0, every step ok, the log itself untouched but for one record of the drill."""
    before = verify_directory(audit).records
    done = CliRunner().invoke(app, ["drill", what, str(audit)])
    report = verify_directory(audit)
    last = json.loads((shards(audit)[-1] / "segments" / "00000000.jsonl").read_bytes().splitlines()[1])

    assert (0, []) == (done.exit_code, [line for line in done.output.splitlines() if not line.startswith("ok ")])
    assert ([], before + 3) == (errors(report), report.records)
    assert ("control.test", f"drill {what}", "success") == (last["type"], last["control"]["cause"], last["outcome"])


def test_a_drill_on_a_broken_log_is_refused(audit: Path) -> None:
    """What does not verify as it is proves nothing when it is tampered with."""
    segment = shards(audit)[0] / "segments" / "00000000.jsonl"
    segment.write_bytes(segment.read_bytes().replace(b"alice", b"mallo", 1))
    done = CliRunner().invoke(app, ["drill", "tamper", str(audit)])

    assert isinstance(done.exception, ConfigurationError)
    assert "does not verify as it is" in str(done.exception)


class Broken(Masker):
    """A masker whose scanner finds nothing, for as long as it is told."""

    blind = True

    def mask_text(self, text: str) -> str:
        """Leave card numbers as they are."""
        return text if self.blind else super().mask_text(text)


def test_a_shield_with_a_blind_scanner_guards_nothing(make_shield) -> None:
    """Found at the start, recorded, and nothing can be connected."""
    log = RecordingLog()
    with pytest.raises(MaskingError, match="does not find a made-up card number"):
        make_shield(masker=Broken(), audit=log)

    assert ["control.fail"] == [record["type"] for record in log.records]
    assert canary() not in str(log.records)


def test_a_scanner_that_fails_later_is_bracketed() -> None:
    """control.fail once, control.restore when it works again, control.test while all is well."""
    log, masker = RecordingLog(), Broken()
    masker.blind = False
    test = SelfTest(masker, log, dict, 0)
    test.run(record=True)
    masker.blind = True
    test.run(record=True)
    test.run(record=True)
    masker.blind = False
    test.run(record=True)

    assert ["control.test", "control.fail", "control.restore"] == [record["type"] for record in log.records]


def test_the_canary_goes_through_on_time(make_shield) -> None:
    """With an interval the test repeats itself in the background."""
    import time

    shield = make_shield({"audit": {"selftest_seconds": 0.05}})
    for _ in range(100):
        time.sleep(0.05)
        text = b"".join(path.read_bytes() for path in shield.audit.directory.glob("*/segments/*"))
        if b'"type":"control.test"' in text:
            break

    assert "" == canary_problem(Masker())
    assert b'"type":"control.test"' in text
