"""When the log cannot be written: refused, nothing lost, resumed without a restart, and the gap is in the log."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pcishield.audit.tail import Template
from pcishield.audit.verify import Options, verify
from pcishield.exceptions import AuditUnavailable
from pcishield.runtime import _log_shard
from pcishield.runtime.log_reader import DirectorySource
from pcishield.testing import FakeClock
from tests.unit.audit.logs import (
    ATTEMPT,
    BASE,
    kill,
    lines,
    make_log,
    recovered,
    rotate,
    seal,
    segment_path,
    shards,
    statement,
)
from tests.unit.audit.test_log import check, codes, records


def refused(log: Any, match: str) -> None:
    with pytest.raises(AuditUnavailable, match=match):
        log.append("attempt", ATTEMPT, durable=True)


def outage(directory: Path, shard: int = 0) -> dict[str, Any]:
    """The one control.restore of the shard, after its control.fail."""
    found = [record for record in records(directory, shard) if record["type"].startswith("control.")]
    assert ["control.fail", "control.restore"] == [record["type"] for record in found]
    control = found[1]["control"]
    assert control["from"] <= control["to"]
    return dict(control)


def flush(log: Any) -> None:
    """Let the log write what it has accepted."""
    with log._lock:
        log._shard.flush()


@pytest.fixture
def small_files() -> Iterator[Callable[[int], None]]:
    """Limits the size of files that this process may write, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))

    yield limit
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_refuses_and_resumes(tmp_path: Path, small_files: Callable[[int], None]) -> None:
    """A record that only fits in part is taken back to the last whole line; later ones are in the log again."""
    log = make_log(tmp_path)
    statement(log)
    log.append("attempt", ATTEMPT, durable=True)
    size = segment_path(tmp_path).stat().st_size
    small_files(size + 100)
    refused(log, r"the audit log cannot take the record \(File too large\), so nothing was executed")
    refused(log, "File too large")
    assert size == segment_path(tmp_path).stat().st_size
    small_files(resource.RLIM_INFINITY)
    statement(log)
    log.close()

    control = outage(tmp_path)
    assert ("File too large", 2) == (control["cause"], control["refused"])
    assert ["attempt-open"] == codes(check(tmp_path))
    assert 3 == check(tmp_path).counts["attempt"]


def test_results_wait_in_memory_while_the_disk_is_full(tmp_path: Path, small_files: Callable[[int], None]) -> None:
    """What was accepted before and during the outage is written when it is over."""
    log = make_log(tmp_path)
    attempts = [log.append("attempt", ATTEMPT, durable=True) for _ in range(3)]
    small_files(segment_path(tmp_path).stat().st_size)
    for attempt in attempts:
        log.append("result", BASE | {"attempt": attempt, "outcome": "success"})
    time.sleep(0.15)
    refused(log, "File too large")
    assert 4 == len(lines(tmp_path))
    small_files(resource.RLIM_INFINITY)
    time.sleep(0.15)
    log.close()

    assert [] == check(tmp_path).findings
    assert 3 == check(tmp_path).counts["result"]
    assert 1 == outage(tmp_path)["refused"]


def test_memory_for_waiting_records_is_bounded(
    tmp_path: Path, small_files: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When too many records wait, further ones are refused too."""
    monkeypatch.setattr("pcishield.runtime.log._QUEUE", 5)
    log = make_log(tmp_path)
    small_files(segment_path(tmp_path).stat().st_size)
    refused(log, "File too large")
    for _ in range(5):
        log.append("result", BASE | {"attempt": "x/1", "outcome": "success"})
    with pytest.raises(AuditUnavailable):
        log.append("result", BASE | {"attempt": "x/1", "outcome": "success"})
    small_files(resource.RLIM_INFINITY)
    log.close()

    assert 5 == check(tmp_path).counts["result"]


@pytest.mark.parametrize("number", [errno.EROFS, errno.EIO, errno.ENOSPC, errno.EDQUOT])
def test_errors_of_write_refuse_and_resume(tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever write says, the record is refused, and its number is used by the next one."""
    log = make_log(tmp_path)

    def failing(fd: int, data: bytes) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(_log_shard, "write_all", failing)
    refused(log, os.strerror(number))
    monkeypatch.undo()
    statement(log)
    log.close()

    assert os.strerror(number) == outage(tmp_path)["cause"]
    assert [] == check(tmp_path).findings


def test_a_torn_write_that_cannot_be_undone_ends_the_shard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a part of a line stays, the log goes on in another shard, and the part is reported."""
    log = make_log(tmp_path)
    log.append("result", BASE | {"attempt": "x/1", "outcome": "success"})

    def torn(fd: int, data: bytes) -> None:
        os.write(fd, data[:10])
        raise OSError(errno.EIO, "Input/output error")

    def stuck(fd: int, size: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with log._seal_lock:  # the background check waits
        monkeypatch.setattr(_log_shard, "write_all", torn)
        monkeypatch.setattr(_log_shard.os, "ftruncate", stuck)
        refused(log, "Input/output error")
        monkeypatch.undo()
    statement(log)
    recovered(log)
    log.close()

    report = check(tmp_path)
    assert 1 == outage(tmp_path, 1)["refused"]
    assert "lost" == records(tmp_path, 1)[0]["cause"]
    assert {"line-torn", "shard-crashed"} <= set(codes(report))
    assert 2 == report.counts["result"]
    assert 0 == report.exit_code()


def test_a_failed_sync_ends_the_shard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After fdatasync failed, nothing in the page cache is trusted: the log goes on in another shard."""
    log = make_log(tmp_path, flush="group")

    def failing(fd: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with log._seal_lock:  # the background check waits
        monkeypatch.setattr(_log_shard, "datasync", failing)
        refused(log, "fdatasync failed")
        monkeypatch.undo()
    statement(log)
    log.close()

    assert 2 == len(shards(tmp_path))
    assert outage(tmp_path, 1)["cause"].startswith("fdatasync failed")


@pytest.mark.parametrize("filled", [False, True], ids=["append", "append_filled"])
def test_a_group_that_cannot_be_written_is_refused_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, filled: bool
) -> None:
    """None of its records is in any log, what was accepted before is, and the log goes on in another shard."""
    log = make_log(tmp_path, flush="group")
    first = statement(log)
    log.append("result", BASE | {"attempt": first, "outcome": "success", "rows": 77})
    assert log._shard is not None
    group, arrived, outcomes = log._shard.group, threading.Barrier(9), []
    template = Template("attempt", ATTEMPT | {"outcome": "attempted"}, ("object",))

    def full(fd: int, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def attempt(number: int) -> None:
        arrived.wait()
        try:
            if filled:
                log.append_filled(template, (b'"refused %d"' % number,), durable=True)
            else:
                log.append("attempt", ATTEMPT | {"object": f"refused {number}"}, durable=True)
        except AuditUnavailable as error:
            outcomes.append(str(error))

    with log._seal_lock, log._deployment.locked():  # no background work, and no other shard yet
        monkeypatch.setattr(_log_shard, "write_all", full)
        threads = [threading.Thread(target=attempt, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        arrived.wait()
        while group.failed is None:
            time.sleep(0.001)
        monkeypatch.undo()
    for thread in threads:
        thread.join()
    statement(log)
    log.close()
    report = check(tmp_path)
    told = [record for shard in (0, 1) for record in records(tmp_path, shard)]

    assert outcomes
    assert all("No space left on device" in outcome for outcome in outcomes)
    assert len(outcomes) == outage(tmp_path, 1)["refused"]
    assert 8 - len(outcomes) == sum("refused" in record.get("object", "") for record in told)
    assert [77] == [record["rows"] for record in told if record.get("rows") == 77]
    assert 2 + 8 - len(outcomes) == report.counts["attempt"]
    assert [] == [str(finding) for finding in report.of("error")]
    assert 2 == len(shards(tmp_path))


def test_who_comes_late_to_a_group_that_failed_is_refused(tmp_path: Path) -> None:
    """A record that took its place before the group failed, and is waited for after the log went on."""
    log = make_log(tmp_path, flush="group")
    old = log._shard
    assert old is not None
    group = old.group

    class Late:
        """Comes when the log has gone on."""

        def wait(self, target: int) -> None:
            """Wait after all others."""
            with log._lock:
                old.lost = "as the test wants it"
                log._failed(OSError(0, old.lost))
            statement(log)
            group.wait(target)

    old.group = Late()  # type: ignore[assignment]
    refused(log, "as the test wants it")
    log.close()

    assert 1 == check(tmp_path).counts["attempt"]


def test_a_deleted_segment_is_noticed_at_the_next_record(tmp_path: Path) -> None:
    """Writing into a deleted file would succeed and be lost; it is refused, and another shard is begun."""
    log = make_log(tmp_path)
    statement(log)
    with log._seal_lock:  # the background check waits
        segment_path(tmp_path).unlink()
        refused(log, "the segment was deleted")
    statement(log)
    log.close()

    report = check(tmp_path)
    assert "the segment was deleted" == outage(tmp_path, 1)["cause"]
    assert ["shard-missing"] == [f.code for f in report.of("error")]


def test_a_segment_that_somebody_changes_is_noticed_at_the_next_record(tmp_path: Path) -> None:
    """Foreign bytes at the end of the file are seen before anything is written after them."""
    log = make_log(tmp_path)
    statement(log)
    with log._seal_lock:  # the background check waits
        with segment_path(tmp_path).open("ab") as file:
            file.write(b'{"type":"attempt"}\n')
        refused(log, "the segment was changed by somebody else")
    statement(log)
    log.close()

    assert "line-unchained" in codes(check(tmp_path))
    assert 1 == outage(tmp_path, 1)["refused"]


def test_a_segment_that_is_moved_away_is_noticed_soon(tmp_path: Path) -> None:
    """A renamed file still takes writes; the background check sees that it is not in its place."""
    log = make_log(tmp_path)
    statement(log)
    segment_path(tmp_path).rename(tmp_path / "elsewhere")
    time.sleep(0.2)
    log.append("attempt", ATTEMPT, durable=True)
    log.close()

    assert "the segment is not where it was" == outage(tmp_path, 1)["cause"]


def test_a_deleted_directory_refuses_until_somebody_makes_it_again(tmp_path: Path) -> None:
    """The log does not make the directory by itself; made again by hand, it takes a new log, which says so."""
    root = tmp_path / "audit"
    log = make_log(root)
    statement(log)
    with log._seal_lock:  # the background check waits
        shutil.rmtree(root)
        refused(log, "the segment was deleted")
        refused(log, "No such file or directory")
    root.mkdir()
    statement(log)
    log.close()

    assert [] == check(root).findings
    assert "the segment was deleted" == outage(root)["cause"]
    assert "lost" == records(root)[0]["cause"]


def test_a_failed_rotation_is_an_outage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the next segment cannot be opened, the old one stays in use and the gap is recorded."""
    log = make_log(tmp_path, segment_seconds=0.1, checkpoint_seconds=0.05)
    real = os.open

    def failing(path: Any, *args: Any, **kwargs: Any) -> int:
        if str(path).endswith("00000001.jsonl"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, *args, **kwargs)

    monkeypatch.setattr(_log_shard.os, "open", failing)
    statement(log)
    time.sleep(0.4)
    monkeypatch.undo()
    time.sleep(0.3)
    statement(log)
    log.close()

    assert "Permission denied" in {r["control"]["cause"] for r in records(tmp_path) if r["type"] == "control.fail"}
    assert [] == check(tmp_path).findings
    assert check(tmp_path).shards[0].segments > 1


def test_a_failed_checkpoint_leaves_a_whole_history(tmp_path: Path, small_files: Callable[[int], None]) -> None:
    """A checkpoint that only fits in part is taken back; the next one covers everything."""
    log = make_log(tmp_path)
    statement(log)
    flush(log)
    history = shards(tmp_path)[0] / "checkpoints.txt"
    before = history.read_bytes()
    small_files(len(before) + 20)
    with pytest.raises(OSError, match="File too large"):
        seal(log)
    assert before == history.read_bytes()
    small_files(resource.RLIM_INFINITY)
    statement(log)
    rotate(log)
    log.close()

    assert [] == check(tmp_path).findings


def test_close_says_when_the_end_could_not_be_written(tmp_path: Path, small_files: Callable[[int], None]) -> None:
    """close raises, and everything is released all the same."""
    log = make_log(tmp_path)
    small_files(segment_path(tmp_path).stat().st_size)
    with pytest.raises(AuditUnavailable, match=r"log\.close could not be written: File too large"):
        log.close()
    small_files(resource.RLIM_INFINITY)
    log.close()

    again = make_log(tmp_path)
    again.close()
    assert "crashed" == records(tmp_path, 1)[0]["previous"]["state"]


def test_a_directory_that_cannot_be_written_is_refused_at_once(tmp_path: Path) -> None:
    """The message names the directory, the cause and the setting."""
    (tmp_path / "file").write_text("")
    with pytest.raises(AuditUnavailable, match=r"audit directory .*/file/audit: .*PCISHIELD_AUDIT_DIR"):
        make_log(tmp_path / "file" / "audit")


@pytest.mark.skipif(os.getuid() != 0, reason="needs root to become somebody else")
def test_a_revoked_permission_refuses_and_resumes(tmp_path: Path) -> None:
    """Where the next shard may not be made any more, records are refused; allowed again, they go on."""
    script = """
        import os, time
        from pathlib import Path
        from pcishield.exceptions import AuditUnavailable
        from tests.unit.audit.logs import *
        root = Path(sys.argv[2])
        warm = make_log(root / "warm")  # everything is imported while the interpreter can be read
        statement(warm)
        warm.close()
        root = root / "audit"
        root.mkdir()
        os.chown(root, 1234, 1234)
        os.setuid(1234)
        log = make_log(root)
        statement(log)
        root.chmod(0o500)
        shards(root)[0].joinpath("segments/00000000.jsonl").unlink()
        for _ in range(2):
            try:
                log.append("attempt", ATTEMPT, durable=True)
                raise SystemExit("was not refused")
            except AuditUnavailable as error:
                last = str(error)
        assert "Permission denied" in last, last
        root.chmod(0o700)
        statement(log)
        log.close()
        """
    code = "import sys; sys.path[:0] = sys.argv[1].split(':')\n" + textwrap.dedent(script)
    path = ":".join(entry for entry in sys.path if entry)
    for parent in [tmp_path, *tmp_path.parents]:
        if parent.stat().st_mode & 0o005 == 0o005:
            break  # as is all above it
        parent.chmod(0o755)
    done = subprocess.run([sys.executable, "-c", code, path, str(tmp_path)], capture_output=True, text=True, timeout=60)

    assert (0, "") == (done.returncode, done.stderr), done.stderr
    assert 2 == outage(tmp_path / "audit", 1)["refused"]


def test_an_older_copy_of_the_directory_is_refused_at_opening(tmp_path: Path) -> None:
    """Whoever puts back an older index but not the older key is found when the log is opened."""
    first = make_log(tmp_path)
    first.close()
    index = (tmp_path / "index.jsonl").read_bytes()
    second = make_log(tmp_path)
    second.close()
    shutil.rmtree(shards(tmp_path)[1])
    (tmp_path / "index.jsonl").write_bytes(index)

    with pytest.raises(AuditUnavailable, match="the index was rolled back, or the key file was replaced or lost"):
        make_log(tmp_path)


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """A key file with a wider mode than 0600 is considered stolen."""
    make_log(tmp_path).close()
    (tmp_path / "private" / "index.key").chmod(0o640)

    with pytest.raises(AuditUnavailable, match="is open to others"):
        make_log(tmp_path)


@pytest.mark.parametrize("stage", ["line", "index", "advance", "rename"])
def test_a_process_that_dies_while_it_opens_a_shard_leaves_no_damage(
    tmp_path: Path, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever step is the last one, the next process begins, and the log verifies."""
    make_log(tmp_path).close()

    class Died(BaseException):
        pass

    def die(*args: Any, **kwargs: Any) -> None:
        raise Died

    from pcishield.runtime import _log_index, _log_keys

    targets: dict[str, tuple[Any, str]] = {
        "line": (_log_index.Deployment, "_first_line"),
        "index": (_log_index.Deployment, "_append_index"),
        "advance": (_log_keys.IndexKey, "advance"),
        "rename": (Path, "rename"),
    }
    if stage in ("line", "index"):
        # A dead process does not clean up behind itself.
        monkeypatch.setattr(_log_index.shutil, "rmtree", lambda *args, **kwargs: None)
    real = Path.rename
    if stage == "rename":
        monkeypatch.setattr(Path, "rename", lambda self, to: die() if self.name.endswith(".new") else real(self, to))
    else:
        monkeypatch.setattr(*targets[stage], die)
    with pytest.raises(Died):
        make_log(tmp_path)
    monkeypatch.undo()
    assert 0 == verify(DirectorySource(tmp_path), Options()).exit_code()
    log = make_log(tmp_path)
    statement(log)
    log.close()

    assert 0 == check(tmp_path).exit_code()
    assert 1 == check(tmp_path).counts["attempt"]


def test_a_kill_in_the_middle_of_an_index_line_is_repaired(tmp_path: Path) -> None:
    """A part of an index line is removed by the next process; nothing depended on it."""
    kill(make_log(tmp_path))
    with (tmp_path / "index.jsonl").open("ab") as file:
        file.write(b'{"no":1,')
    before = check(tmp_path)
    make_log(tmp_path).close()

    assert "index-torn" in codes(before)
    assert 0 == check(tmp_path).exit_code()


def test_a_part_of_a_checkpoint_that_stays_ends_the_shard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_files: Callable[[int], None]
) -> None:
    """Where a checkpoint fits in part and cannot be taken back, nothing is put behind it: another shard goes on."""
    log = make_log(tmp_path)
    statement(log)
    flush(log)

    def refused(fd: int, size: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        small_files((shards(tmp_path)[0] / "checkpoints.txt").stat().st_size + 20)
        patch.setattr(_log_shard.os, "ftruncate", refused)
        with pytest.raises(OSError, match="File too large"):
            seal(log)
        small_files(resource.RLIM_INFINITY)
    with pytest.raises(AuditUnavailable, match="a part of a checkpoint could not be removed"):
        statement(log)
    statement(log)
    log.close()

    assert 2 == len(shards(tmp_path))
    assert "a part of a checkpoint" in outage(tmp_path, 1)["cause"]
    assert "checkpoint-torn" in [finding.code for finding in check(tmp_path).findings]
    assert [] == list(check(tmp_path).of("error"))


def test_a_history_that_is_ahead_of_the_checkpoint_is_whole(tmp_path: Path) -> None:
    """The history has the checkpoint and the file ``checkpoint`` does not: both verify, and the next one is in both."""
    log = make_log(tmp_path)
    statement(log)
    statement(log)
    flush(log)
    in_the_way = shards(tmp_path)[0] / "checkpoint.tmp"
    in_the_way.mkdir()
    with pytest.raises(OSError, match="Is a directory"):
        seal(log)
    in_the_way.rmdir()
    between = list(check(tmp_path).of("error"))
    statement(log)
    seal(log)
    log.close()

    assert ([], []) == (between, check(tmp_path).findings)


@pytest.mark.parametrize("step", [-3600, 3600])
def test_a_clock_step_across_a_rotation_is_said_once(tmp_path: Path, step: int) -> None:
    """The clock is set while a segment ends: ``clock.step`` is in the next one, and no time goes back unsaid."""
    clock = FakeClock(datetime(2026, 11, 29, tzinfo=UTC))
    log = make_log(tmp_path, clock=clock)
    statement(log)
    clock.step(step)
    rotate(log)
    statement(log)
    log.close()

    written = [record for number in range(len(list((shards(tmp_path)[0] / "segments").iterdir())))
               for line in lines(tmp_path, 0, number) for record in [json.loads(line)]]  # fmt: skip
    steps = [record["step_us"] for record in written if record["type"] == "clock.step"]
    assert [step] == [round(one / 1e6) for one in steps]
    assert ["clock-step"] == [finding.code for finding in check(tmp_path).findings]


@pytest.mark.parametrize(("where", "name"), [(_log_shard, "write_all"), (_log_shard, "datasync")])
def test_an_interrupted_call_is_an_outage_at_most(
    tmp_path: Path, where: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call that a signal interrupts for good refuses the record; the log goes on and verifies."""
    log = make_log(tmp_path, flush="always")
    statement(log)

    def interrupted(*_: object) -> int:
        raise InterruptedError(errno.EINTR, "Interrupted system call")

    with monkeypatch.context() as patch:
        patch.setattr(where, name, interrupted)
        with pytest.raises(AuditUnavailable, match="Interrupted system call"):
            statement(log)
    statement(log)
    log.close()

    assert "Interrupted system call" in outage(tmp_path, len(shards(tmp_path)) - 1)["cause"]
    assert [] == list(check(tmp_path).of("error"))
