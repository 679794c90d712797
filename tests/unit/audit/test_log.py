"""The log on disk: layout, threads, asyncio, fork, flush modes, rotation, epochs, heartbeat, clock."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pcishield.audit.canonical import Preencoded
from pcishield.audit.checkpoint import VerifierKey
from pcishield.audit.report import Report
from pcishield.audit.verify import Options, verify
from pcishield.exceptions import AuditUnavailable, ConfigurationError
from pcishield.runtime import _log_shard
from pcishield.runtime.log import FileAuditLog
from pcishield.runtime.log_reader import DirectorySource, parallel_scan
from tests.unit.audit.logs import (
    ATTEMPT,
    BASE,
    build,
    kill,
    lines,
    make_log,
    recovered,
    rotate,
    seal,
    segment_path,
    shards,
    statement,
)  # fmt: skip


def check(directory: Path, **options: Any) -> Report:
    key = VerifierKey.parse((directory / "vkey").read_text())
    return verify(DirectorySource(directory), Options(key=key, **options))


def records(directory: Path, shard: int = 0) -> list[dict[str, Any]]:
    segments = sorted((shards(directory)[shard] / "segments").glob("*.jsonl"))
    return [json.loads(line) for segment in segments for line in segment.read_bytes().splitlines()]


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


def wait_for(condition: Any, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.01)


def test_files_are_for_the_owner_only(tmp_path: Path) -> None:
    """Every directory is 0700 and every file 0600, whatever the umask."""
    before = os.umask(0)
    try:
        build(tmp_path / "a" / "audit")
    finally:
        os.umask(before)

    modes = {
        (path.is_dir(), stat.S_IMODE(path.stat().st_mode))
        for path in [tmp_path / "a" / "audit", *(tmp_path / "a" / "audit").rglob("*")]
    }
    assert {(True, 0o700), (False, 0o600)} == modes


def test_record_ids_name_shard_and_line(tmp_path: Path) -> None:
    """The id that append returns is where the record stands."""
    log = make_log(tmp_path)
    identifier = log.append("attempt", ATTEMPT, durable=True)

    shard, seq = identifier.split("/")
    record = json.loads(lines(tmp_path)[int(seq)])
    assert (shard, int(seq), "attempt") == (record["shard"], record["seq"], record["type"])
    log.close()


def test_a_durable_record_is_in_the_file_when_append_returns(tmp_path: Path) -> None:
    """A durable record takes the waiting ones with it, in order."""
    log = make_log(tmp_path)
    log.append("result", BASE | {"attempt": "x/1", "outcome": "success"})
    log.append("attempt", ATTEMPT, durable=True)

    assert ["log.open", "result", "attempt"] == [record["type"] for record in records(tmp_path)]
    log.close()


def test_other_records_follow_within_a_moment(tmp_path: Path) -> None:
    """A record that is not durable is written without further calls."""
    log = make_log(tmp_path)
    log.append("result", BASE | {"attempt": "x/1", "outcome": "success"})

    wait_for(lambda: len(lines(tmp_path)) == 2)
    log.close()


def test_checkpoints_follow_growth_and_time(tmp_path: Path) -> None:
    """The tree is signed after so many lines, and after so much time if it grew."""
    log = make_log(tmp_path / "lines", checkpoint_records=10)
    for _ in range(10):
        statement(log)
    wait_for(lambda: b"\n1\n" not in (shards(tmp_path / "lines")[0] / "checkpoint").read_bytes())
    log.close()
    log = make_log(tmp_path / "time", checkpoint_seconds=0.1)
    statement(log)
    wait_for(lambda: b"\n3\n" in (shards(tmp_path / "time")[0] / "checkpoint").read_bytes())
    log.close()

    assert check(tmp_path / "lines").findings == check(tmp_path / "time").findings == []


def test_segments_rotate_by_size(tmp_path: Path) -> None:
    """A full segment is followed by another, and the chain goes through."""
    log = make_log(tmp_path, segment_bytes=65_536)
    for _ in range(5):
        for _ in range(40):
            statement(log)
        time.sleep(0.12)
    log.close()

    report = check(tmp_path)
    assert [] == report.findings
    assert report.shards[0].segments > 1
    assert 202 + report.shards[0].segments - 1 + 200 == report.records


def test_segments_rotate_by_age(tmp_path: Path) -> None:
    """An old segment is followed by another."""
    log = make_log(tmp_path, segment_seconds=0.2, checkpoint_seconds=0.05)
    statement(log)
    wait_for(lambda: len(list(tmp_path.glob("*/segments/*"))) > 1)
    log.close()

    assert [] == check(tmp_path).findings


def test_an_epoch_ends_in_a_shard_with_another_key(tmp_path: Path) -> None:
    """The old key names the next one before it ends; the index key has moved on and is another than before."""
    log = make_log(tmp_path)
    before = (tmp_path / "private" / "index.key").read_bytes()
    statement(log)
    assert log._shard is not None
    log._next_epoch(log._shard)
    statement(log)
    log.close()

    report = check(tmp_path)
    rotate_record = next(record for record in records(tmp_path, 0) if record["type"] == "key.rotate")
    assert [] == report.findings
    assert ["closed", "closed"] == [shard.state for shard in report.shards]
    assert (shards(tmp_path)[1] / "vkey").read_text().strip() == rotate_record["next_vkey"]
    assert "epoch" == records(tmp_path, 1)[0]["cause"]
    assert before != (tmp_path / "private" / "index.key").read_bytes()


def test_an_epoch_ends_by_itself(tmp_path: Path) -> None:
    """A shard of that age is followed by another without a call."""
    log = make_log(tmp_path, epoch_seconds=0.2, checkpoint_seconds=0.05)
    statement(log)
    wait_for(lambda: len(shards(tmp_path)) > 1)
    log.close()

    assert [] == check(tmp_path).findings


def test_a_heartbeat_shows_that_silence_is_silence(tmp_path: Path) -> None:
    """The log writes by itself when nothing else does, and verify reports a long gap."""
    log = make_log(tmp_path, heartbeat_seconds=0.05)
    wait_for(lambda: any(record["type"] == "heartbeat" for record in records(tmp_path)))
    log.close()

    assert [] == check(tmp_path).findings
    assert "silence" in codes(check(tmp_path, silence=0.001))


def test_threads_share_one_chain(tmp_path: Path) -> None:
    """Records of many threads stand in one gapless chain."""
    log = make_log(tmp_path, checkpoint_records=100)
    with ThreadPoolExecutor(8) as pool:
        attempts = list(pool.map(lambda _: statement(log), range(400)))
    log.close()

    report = check(tmp_path)
    assert [] == report.findings
    assert 400 == len(set(attempts)) == report.counts["attempt"] == report.counts["result"]


async def test_tasks_share_one_chain(tmp_path: Path) -> None:
    """Records of many tasks stand in one gapless chain."""
    log = make_log(tmp_path)

    async def work() -> None:
        attempt = log.append("attempt", ATTEMPT, durable=True)
        await asyncio.sleep(0)
        log.append("result", BASE | {"attempt": attempt, "outcome": "success"})

    await asyncio.gather(*(work() for _ in range(200)))
    log.close()

    report = check(tmp_path)
    assert [] == report.findings
    assert 200 == report.counts["attempt"] == report.counts["result"]


@pytest.mark.parametrize("flush", ["group", "always"])
def test_flush_modes_sync_before_they_return(tmp_path: Path, flush: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With group or always, a durable record is on the disk when append returns."""
    log = make_log(tmp_path, flush=flush)
    assert log._shard is not None
    calls: list[int] = []
    real = os.fdatasync
    monkeypatch.setattr(_log_shard, "datasync", lambda fd: (calls.append(fd), real(fd))[1])
    log.append("attempt", ATTEMPT, durable=True)

    assert 1 == len(calls)
    assert log._shard.written == log._shard.synced == 2
    monkeypatch.undo()
    log.close()
    assert flush == records(tmp_path)[0]["flush"]


def test_threads_share_one_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In group mode the records that arrive during a sync are made durable by the next one, together."""
    log = make_log(tmp_path, flush="group")
    calls: list[int] = []

    def slow(fd: int) -> None:
        calls.append(fd)
        time.sleep(0.02)

    monkeypatch.setattr(_log_shard, "datasync", slow)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: log.append("attempt", ATTEMPT, durable=True), range(64)))
    monkeypatch.undo()
    log.close()

    assert 4 <= len(calls) <= 32
    assert 64 == check(tmp_path).counts["attempt"]


def run(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    code = "import sys; sys.path[:0] = sys.argv[1].split(':')\n" + textwrap.dedent(script)
    path = ":".join(entry for entry in sys.path if entry)
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, path, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_relative_directory_stays_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that changes its working directory afterwards, as daemons do, goes on in the same log."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    log = make_log(Path("audit"), key_directory="keys")
    statement(log)
    monkeypatch.chdir(tmp_path / "elsewhere")
    rotate(log)
    statement(log)
    log._next_epoch(log._shard)  # type: ignore[arg-type]
    statement(log)
    log.close()

    assert [] == list((tmp_path / "elsewhere").iterdir())
    assert 3 == check(tmp_path / "audit").counts["attempt"]
    assert (tmp_path / "keys" / "index.key").exists()


def test_without_a_working_directory_a_relative_one_is_refused(tmp_path: Path) -> None:
    """It was deleted under the process: AuditUnavailable, as for other directories that cannot be used."""
    gone = tmp_path / "gone"
    gone.mkdir()
    done = run(
        """
        import os
        from pcishield.exceptions import AuditUnavailable
        from pcishield.runtime.log import FileAuditLog
        os.chdir(sys.argv[2])
        os.rmdir(sys.argv[2])
        try:
            FileAuditLog("audit")
        except AuditUnavailable as error:
            print(error)
        """,
        gone,
    )

    assert (0, "") == (done.returncode, done.stderr)
    assert "audit directory audit" in done.stdout


def test_what_a_daemon_prints_is_not_written_into_the_log(tmp_path: Path) -> None:
    """With standard input, output and error closed, no file of the log takes their numbers, rotated ones included."""
    done = run(
        """
        import os
        from pathlib import Path
        from tests.unit.audit.logs import *
        told = os.dup(1)
        for fd in (0, 1, 2):
            os.close(fd)
        log = make_log(Path(sys.argv[2]))
        for number in range(3):
            for fd in (0, 1, 2):
                try:
                    os.write(fd, b"a warning of some library")
                except OSError:
                    os.write(told, b"closed ")
            statement(log)
            rotate(log)
        log.close()
        os._exit(0)
        """,
        tmp_path,
    )

    assert (0, "closed " * 9) == (done.returncode, done.stdout)
    assert [] == check(tmp_path).findings
    assert 3 == check(tmp_path).counts["attempt"]


def test_a_forked_child_writes_a_shard_of_its_own(tmp_path: Path) -> None:
    """Parent and child write side by side; nothing is written twice, and the child names where it came from."""
    done = run(
        """
        import os
        from pathlib import Path
        from tests.unit.audit.logs import *
        log = make_log(Path(sys.argv[2]))
        statement(log)
        log.append("result", BASE | {"attempt": "x/1", "outcome": "success"})  # pending at the fork
        child = os.fork()
        if child == 0:
            statement(log)
            statement(log)
            log.close()
            os._exit(0)
        statement(log)
        assert os.waitpid(child, 0)[1] == 0
        log.close()
        """,
        tmp_path,
    )

    report = check(tmp_path)
    assert (0, "") == (done.returncode, done.stderr)
    assert [] == report.findings
    assert ["closed", "closed"] == [shard.state for shard in report.shards]
    assert {"attempt": 4, "result": 5, "log.open": 2, "log.close": 2} == report.counts
    assert ("fork", True) == (
        records(tmp_path, 1)[0]["cause"],
        records(tmp_path, 1)[0]["parent"].startswith(report.shards[0].name),
    )


def test_processes_share_a_directory(tmp_path: Path) -> None:
    """Several processes that start at once get shards with consecutive numbers."""
    script = """
        from pathlib import Path
        from tests.unit.audit.logs import *
        log = make_log(Path(sys.argv[2]))
        for _ in range(5): statement(log)
        log.close()
        """
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda _: run(script, tmp_path), range(3)))

    report = check(tmp_path)
    assert [(0, "")] * 3 == [(one.returncode, one.stderr) for one in done]
    assert [] == report.findings
    assert [0, 1, 2] == [records(tmp_path, number)[0]["shard_no"] for number in range(3)]


def test_a_closed_log_takes_no_record(tmp_path: Path) -> None:
    """After close, append raises; close again does nothing."""
    log = make_log(tmp_path)
    log.close()
    log.close()

    with pytest.raises(AuditUnavailable, match="the audit log is closed"):
        log.append("attempt", ATTEMPT, durable=True)


def test_a_record_that_is_not_in_the_table_is_refused(tmp_path: Path) -> None:
    """Unknown types and fields, missing fields and floats raise, and the chain does not move."""
    log = make_log(tmp_path)
    bad: list[tuple[str, dict[str, Any], str]] = [
        ("select", BASE, "record type 'select' is unknown"),
        ("attempt", ATTEMPT | {"card": "x"}, "attempt: not in the table of fields: card"),
        (
            "attempt",
            ATTEMPT | {"db": Preencoded({"name": "x", "dsn": "x"})},
            "attempt: not in the table of fields: db.dsn",
        ),
        ("attempt", ATTEMPT | {"actor": {"user": "x", "mail": "x"}}, "attempt: not in the table of fields: actor.mail"),
        ("attempt", ATTEMPT | {"seq": 3}, "attempt: not in the table of fields: seq"),
        ("attempt", ATTEMPT | {"db": None}, "attempt: db is missing"),
        ("result", BASE | {"attempt": "x/1"}, "result: outcome is missing"),
        ("attempt", BASE, "attempt: decision, statement is missing"),
        ("attempt", ATTEMPT | {"rows": 1.5}, "rows holds a float"),
        ("attempt", ATTEMPT | {"rows": 2**53}, "no canonical form"),
        ("attempt", ATTEMPT | {"parameters": {"types": [b"x"]}}, "parameters.types holds a bytes"),
    ]
    for kind, fields, message in bad:
        with pytest.raises(AuditUnavailable, match=message):
            log.append(kind, fields, durable=True)
    statement(log)
    log.close()

    assert [] == check(tmp_path).findings
    assert 4 == check(tmp_path).records


def test_a_record_that_is_too_large_is_cut_and_says_so(tmp_path: Path) -> None:
    """Long texts end in a marker with length and digest; long lists are named in the field cut."""
    log = make_log(tmp_path)
    big = {"kind": "select", "template": "SELECT " + "x, " * 40_000, "tables": {f"t{n}": "read" for n in range(1000)}}
    log.append("attempt", ATTEMPT | {"statement": big, "parameters": {"lengths": list(range(20_000))}}, durable=True)
    log.close()

    record = records(tmp_path)[1]
    assert ["attempt-open"] == codes(check(tmp_path))
    assert "…[cut: 120007 characters, sha256 " in record["statement"]["template"]
    assert {"statement.tables", "parameters.lengths"} == record["cut"].keys()
    assert record["cut"]["parameters.lengths"].startswith("20000 items, sha256 ")


def test_log_text_cannot_break_out_of_its_line(tmp_path: Path) -> None:
    """Line feeds, separators of other formats and surrogates stay inside of the JSON string."""
    log = make_log(tmp_path)
    text = 'a\nb\r\n{"seq":1} integrity=00 |CEF:0|\x00\x1b[2J\u2028 \ud800'
    log.append("denied", BASE | {"reason": text}, durable=True)
    log.close()

    assert [] == check(tmp_path).findings
    assert text.replace("\ud800", "\ufffd") == records(tmp_path)[1]["reason"]
    assert 3 == len(lines(tmp_path))


class FakeClock:
    """A wall clock that can be set; the monotonic one goes on."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=time.monotonic_ns() // 1000) + self.offset

    def monotonic_ns(self) -> int:
        return time.monotonic_ns()


def test_a_set_clock_is_recorded(tmp_path: Path) -> None:
    """A clock that was set back or forth is recorded before the next record, and verify accepts it."""
    clock = FakeClock()
    log = make_log(tmp_path, clock=clock)
    statement(log)
    clock.offset = timedelta(seconds=-100)
    statement(log)
    clock.offset = timedelta(seconds=500)
    statement(log)
    log.close()

    steps = [record["step_us"] for record in records(tmp_path) if record["type"] == "clock.step"]
    assert [-100, 600] == [round(step / 1e6) for step in steps]
    assert ["clock-step", "clock-step"] == codes(check(tmp_path))


def test_a_clock_that_goes_back_unmentioned_is_found(tmp_path: Path) -> None:
    """Time stamps that go back without clock.step are an error."""
    clock = FakeClock()
    log = make_log(tmp_path, clock=clock, clock_tolerance=1e6)
    statement(log)
    clock.offset = timedelta(seconds=-100)
    statement(log)
    log.close()

    assert ["time-back"] == codes(check(tmp_path))


def test_a_clock_that_was_set_back_can_refuse_records(tmp_path: Path) -> None:
    """With on_clock_step="refuse", records are refused until the clock has caught up; the outage is recorded."""
    clock = FakeClock()
    log = make_log(tmp_path, clock=clock, on_clock_step="refuse")
    statement(log)
    clock.offset = timedelta(seconds=-100)
    for _ in range(2):
        with pytest.raises(AuditUnavailable, match=r"the clock was set back by 100\.\d s"):
            log.append("attempt", ATTEMPT, durable=True)
    clock.offset = timedelta()
    statement(log)
    log.close()

    assert ["control.fail", "control.restore"] == [
        r["type"] for r in records(tmp_path) if r["type"].startswith("control")
    ]
    assert [] == check(tmp_path).findings


def test_a_dead_shard_is_counted_and_signed_by_the_next_process(tmp_path: Path) -> None:
    """Lines after the last checkpoint of a dead process are put under the signature of the next one."""
    log = make_log(tmp_path)
    statement(log)
    statement(log)
    kill(log)
    with segment_path(tmp_path).open("ab") as file:
        file.write(b'{"torn')
    before = check(tmp_path)
    log = make_log(tmp_path)
    recovered(log)
    log.close()

    report = check(tmp_path)
    found = next(record["recovered"] for record in records(tmp_path, 1) if record["type"] == "log.recover")
    assert (4, 1, 6) == (found["size"], found["sealed"], found["torn"])
    assert {"attempt-open", "unsealed", "shard-open", "line-torn"} == set(codes(before))
    assert {"attempt-open", "shard-crashed", "line-torn"} == set(codes(report))
    assert 0 == report.exit_code()


def test_a_live_shard_is_left_alone(tmp_path: Path) -> None:
    """A second process does not take a living one for dead."""
    first = make_log(tmp_path)
    second = make_log(tmp_path)
    statement(first)
    wait_for(lambda: not second._sweep)
    statement(second)
    second.close()
    first.close()

    report = check(tmp_path)
    assert [] == report.findings
    assert "live" == records(tmp_path, 1)[0]["previous"]["state"]
    assert "log.recover" not in report.counts


def test_the_whole_log_can_be_verified_in_several_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A parallel scan gives the report of a sequential one."""
    build(tmp_path)
    monkeypatch.setattr("pcishield.runtime.log_reader._SMALL", 0)

    assert check(tmp_path) == check(tmp_path, scan=parallel_scan)


def test_options_out_of_range_are_refused(tmp_path: Path) -> None:
    """A wrong option names itself, and nothing is made."""
    with pytest.raises(ConfigurationError, match=r"audit\.flush: 'never'"):
        FileAuditLog(tmp_path / "a", flush="never")  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match=r"audit\.segment_bytes"):
        FileAuditLog(tmp_path / "a", segment_bytes=10)
    with pytest.raises(AuditUnavailable, match="deployment 'a b'"):
        FileAuditLog(tmp_path / "a", deployment="a b")

    assert [] == list(tmp_path.iterdir())


def test_card_numbers_in_records_are_found(tmp_path: Path) -> None:
    """The PAN scan names the line; without it nothing is said."""
    log = make_log(tmp_path)
    log.append("denied", BASE | {"reason": "marker"}, durable=True)
    log.close()

    report = check(tmp_path, pan=lambda text: "marker" in text)
    assert [("pan", f"{shards(tmp_path)[0].name}/segments/00000000.jsonl:2")] == [
        (f.code, f.where) for f in report.findings
    ]


def test_a_thread_that_closes_while_others_write_loses_nothing(tmp_path: Path) -> None:
    """What append has accepted before close is in the log."""
    log = make_log(tmp_path)
    accepted: list[str] = []

    def work() -> None:
        try:
            while True:
                accepted.append(log.append("result", BASE | {"attempt": "x/1", "outcome": "success"}))
        except AuditUnavailable:
            return

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    log.close()
    for thread in threads:
        thread.join()

    assert len(accepted) == check(tmp_path).counts["result"]


def test_sealing_while_rotating_and_failing_keeps_the_tree_right(tmp_path: Path) -> None:
    """Checkpoints taken in between rotations have the roots of the lines."""
    log = make_log(tmp_path)
    for _ in range(5):
        statement(log)
        seal(log)
        rotate(log)
    log.close()

    report = check(tmp_path)
    assert [] == report.findings
    assert 6 == report.shards[0].segments
