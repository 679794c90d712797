"""Records that take their number at once and become lines later: none is lost, whatever happens on the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pcishield.audit.chain import Chain
from pcishield.audit.checkpoint import VerifierKey
from pcishield.audit.tail import Template
from pcishield.audit.verify import Options, verify
from pcishield.exceptions import AuditUnavailable
from pcishield.runtime import _log_shard
from pcishield.runtime.log_reader import DirectorySource
from tests.unit.audit.logs import ATTEMPT, BASE, make_log, segment_path

RESULT = Template("result", BASE | {"outcome": "success"}, ("attempt", "rows"))


def _intact(directory: Path) -> bool:
    key = VerifierKey.parse((directory / "vkey").read_text())
    return verify(DirectorySource(directory), Options(key=key)).ok


def _rows(path: Path) -> list[int]:
    return [record["rows"] for record in map(json.loads, path.read_bytes().splitlines()) if "rows" in record]


def test_an_error_between_two_lines_loses_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second of three lines cannot be made at first; later all three are there, in order, and verify."""
    calls = 0

    class Failing(Chain):
        def fill(self, *args: Any) -> bytes:
            nonlocal calls
            calls += 1
            if calls == 2:
                raise MemoryError
            return super().fill(*args)

    monkeypatch.setattr(_log_shard, "Chain", Failing)
    log = make_log(tmp_path)
    attempt = log.append("attempt", ATTEMPT, durable=True)
    for rows in (1, 2, 3):
        # The first use of a template is not put off.
        log.append_filled_slowly(RESULT, (b'"%b"' % attempt.encode(), b"%d" % rows), durable=rows == 1)
        calls = 0
    path = segment_path(tmp_path)
    with pytest.raises(MemoryError):
        log.append("attempt", ATTEMPT, durable=True)
    log.append("attempt", ATTEMPT, durable=True)
    log.close()

    assert calls == 3
    assert [1, 2, 3] == _rows(path)
    assert _intact(tmp_path)


def test_an_interrupt_during_the_write_loses_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits when somebody presses Ctrl-C is written with the next record."""
    log = make_log(tmp_path)
    attempt = log.append("attempt", ATTEMPT, durable=True)
    for rows in (1, 2):
        log.append_filled_slowly(RESULT, (b'"%b"' % attempt.encode(), b"%d" % rows), durable=rows == 1)
    path = segment_path(tmp_path)

    def interrupted(fd: int, data: bytes) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(_log_shard, "write_all", interrupted)
    with pytest.raises(KeyboardInterrupt):
        log.append("attempt", ATTEMPT, durable=True)
    monkeypatch.undo()
    log.append("attempt", ATTEMPT, durable=True)
    log.close()

    assert [1, 2] == _rows(path)
    assert _intact(tmp_path)


@pytest.mark.parametrize("durable", [True, False])
def test_values_that_do_not_fit_are_refused_at_once(tmp_path: Path, durable: bool) -> None:
    """Not when the line is made: then it would stand in the way of every later record."""
    log = make_log(tmp_path)
    attempt = log.append("attempt", ATTEMPT, durable=True)
    log.append_filled(RESULT, (b'"%b"' % attempt.encode(), b"1"), durable=True)
    with pytest.raises(AuditUnavailable, match="values and slots do not match"):
        log.append_filled(RESULT, (b"1",), durable=durable)
    log.append("attempt", ATTEMPT, durable=True)
    log.close()

    assert _intact(tmp_path)
