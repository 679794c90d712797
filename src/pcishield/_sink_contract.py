"""The contract that every sink passes, as a test class to inherit from; see :class:`SinkContract`."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from pcishield.audit.canonical import Preencoded
from pcishield.exceptions import ConfigurationError
from pcishield.runtime.log import FileAuditLog
from pcishield.runtime.shipper import Shipper

__all__ = ["SinkContract"]

_BASE: dict[str, Any] = {
    "actor": Preencoded({"user": "alice", "agent": "reporter", "level": "explicit"}),
    "src": Preencoded({"host": "app-1", "pid": 4711}),
    "db": Preencoded({"system": "sqlite", "driver": "sqlite3", "name": "shop.db"}),
    "session": "s1",
}
_ATTEMPT = _BASE | {
    "statement": Preencoded({
        "kind": "select", "template": "SELECT id FROM \"Käufe\" WHERE id = ? -- |=\\^", "fingerprint": "ab" * 16,
        "tables": {"Käufe": "read"},
    }),
    "decision": Preencoded({"outcome": "allow", "rule": "reads", "policy": "pci@0123456789ab"}),
}  # fmt: skip


class SinkContract:
    """Tests that every sink passes. Inherit from it, under a name that pytest collects, and fill in the hooks.

    A record is *in the sink* when :meth:`stored` has its id. Whatever happens to the other side or to the process that
    ships, afterwards every record is in the sink by id, or still queued; the queue then empties. With
    ``exactly_once`` it is there once, also after repetitions.

    Attributes:
        exactly_once: The other side drops repetitions.
        in_process: The other side lives in the test's own process, so that no other process can ship to it.
        load: Statements written by the tests that need some; each makes two records.
        kills: How often the shipping process is killed.
    """

    exactly_once: ClassVar[bool] = False
    in_process: ClassVar[bool] = False
    load: ClassVar[int] = 60
    kills: ClassVar[int] = 1

    # Hooks

    def table(self) -> Mapping[str, Any]:
        """Return the sink's table as it would stand in ``[[audit.sinks]]``, for the other side of this test."""
        raise NotImplementedError

    def stored(self) -> list[str]:
        """Return the ids that the other side holds, in its order, repetitions included."""
        raise NotImplementedError

    def cut(self) -> None:
        """Make the other side unreachable, as if it was killed."""
        self._skip("the other side cannot be cut off")

    def restore(self) -> None:
        """Undo :meth:`cut`."""

    def stall(self) -> None:
        """Make the other side so slow that it does not answer in time."""
        self._skip("the other side cannot be slowed down")

    def fill(self) -> None:
        """Make the other side refuse more because it is full."""
        self._skip("the other side cannot be full")

    def empty(self) -> None:
        """Undo :meth:`fill`."""

    # Tools

    def sink(self) -> Any:
        """Make the sink."""
        from pcishield.sinks import KINDS

        return KINDS.make(self.table(), "audit.sinks.0")

    def _skip(self, why: str) -> None:
        import pytest

        pytest.skip(why)

    def _log(self, directory: Path) -> FileAuditLog:
        return FileAuditLog(directory, heartbeat_seconds=0, deployment="shop", segment_bytes=1 << 16)

    def _write(self, log: FileAuditLog, statements: int) -> None:
        for number in range(statements):
            attempt = log.append("attempt", _ATTEMPT, durable=True)
            log.append("result", _BASE | {"attempt": attempt, "outcome": "success", "rows": number, "duration_us": 512})

    def _finish(self, directory: Path, seconds: float = 30.0) -> None:
        """Ship what is left, and compare the sink with the log."""
        shipper = Shipper(directory, [self.sink()], interval=0.02)
        finished = shipper.finish(seconds)
        metrics = next(iter(shipper.metrics().values()))
        shipper.close(1)
        assert finished, metrics
        assert (metrics["queue_bytes"], metrics["state"], metrics["missing"]) == (0, "ok", 0)
        self._compare(directory)

    def _compare(self, directory: Path) -> None:
        expected = [
            f"{record['shard']}/{record['seq']}"
            for path in sorted(directory.glob("[0-9]*/segments/*.jsonl"))
            for record in map(json.loads, path.read_bytes().split(b"\n")[:-1])
        ]
        found = self.stored()
        assert set(expected) == set(found), f"{len(set(expected) - set(found))} of {len(expected)} are not in the sink"
        if self.exactly_once:
            assert not [record for record, count in Counter(found).items() if count > 1]
        for shard in {record.partition("/")[0] for record in expected}:
            first = list(dict.fromkeys(record for record in found if record.startswith(f"{shard}/")))
            assert [record for record in expected if record.startswith(f"{shard}/")] == first, "out of order"

    def _until_failing(self, shipper: Shipper) -> None:
        deadline = time.monotonic() + 30
        while next(iter(shipper.metrics().values()))["state"] != "failing":
            assert time.monotonic() < deadline, "the sink was expected to fail"
            time.sleep(0.02)

    def _through(self, directory: Path, fault: Any, mend: Any) -> None:
        """Ship in the background, let a fault happen under load, mend it, and see that everything arrives."""
        with self._shipping(directory) as (log, shipper):
            self._write(log, self.load)
            shipper.start()
            time.sleep(0.1)
            fault()
            self._write(log, self.load)
            self._until_failing(shipper)
            mend()
            self._write(log, 3)
        self._finish(directory)

    @contextmanager
    def _shipping(self, directory: Path) -> Iterator[tuple[FileAuditLog, Shipper]]:
        """A log and its shipper; both are closed, also after a failure or a skip."""
        log = self._log(directory)
        shipper = Shipper(directory, [self.sink()], log=log, interval=0.02)
        seconds = 0.0
        try:
            yield log, shipper
            seconds = 30.0
        finally:
            log.close()
            shipper.close(seconds)

    # The contract

    def test_an_unknown_option_is_named(self) -> None:
        """A misspelt option is an error that names it."""
        from pcishield.sinks import KINDS

        try:
            KINDS.make({**self.table(), "buffered": 1}, "audit.sinks.7")
        except ConfigurationError as error:
            assert "audit.sinks.7" in str(error) and "buffered: unknown option" in str(error)
        else:
            raise AssertionError("an unknown option was taken")

    def test_nothing_secret_is_shown(self) -> None:
        """The sink's repr has its class and name, and no option."""
        sink = self.sink()
        assert f"<{type(sink).__name__} {sink.name}>" == repr(sink)

    def test_every_record_arrives_in_order(self, tmp_path: Path) -> None:
        """Two shards, the first of several segments, and one of them still open: all ids, in order per shard."""
        audit = tmp_path / "audit"
        with_segments = self._log(audit)
        self._write(with_segments, 2 * self.load)
        with_segments.close()
        growing = self._log(audit)
        self._write(growing, 5)
        # Results are written in the background.
        time.sleep(0.2)
        self._finish(audit)
        growing.close()
        self._finish(audit)

    def test_a_repetition_changes_nothing(self, tmp_path: Path) -> None:
        """A cursor that was lost sends everything again, under the same ids."""
        audit = tmp_path / "audit"
        log = self._log(audit)
        self._write(log, 10)
        log.close()
        self._finish(audit)
        for cursor in (audit / "sinks").glob("*.json"):
            cursor.unlink()
        self._finish(audit)

    def test_the_other_side_is_absent_at_the_start(self, tmp_path: Path) -> None:
        """Records wait in the log until the other side is there; statements do not wait."""
        audit = tmp_path / "audit"
        self.cut()
        with self._shipping(audit) as (log, shipper):
            shipper.start()
            self._write(log, 10)
            self._until_failing(shipper)
            self.restore()
        self._finish(audit)

    def test_the_other_side_is_killed_under_load_and_restarted(self, tmp_path: Path) -> None:
        """What was on its way is sent again, under the same ids."""
        self._through(tmp_path / "audit", self.cut, self.restore)

    def test_the_other_side_is_slow(self, tmp_path: Path) -> None:
        """No answer in time counts as failure; what had arrived arrives twice at most, under the same ids."""
        self._through(tmp_path / "audit", self.stall, self.restore)

    def test_the_other_side_is_full(self, tmp_path: Path) -> None:
        """A refusal is a failure; nothing is dropped."""
        self._through(tmp_path / "audit", self.fill, self.empty)

    def test_the_shipping_process_is_killed(self, tmp_path: Path) -> None:
        """After kill -9 another process ships the rest."""
        if self.in_process:
            self._skip("the other side is in this process")
        audit, config = tmp_path / "audit", tmp_path / "sinks.json"
        config.write_text(json.dumps({**self.table(), "batch_records": 20}))
        cursor = audit / "sinks" / f"{self.sink().name}.json"
        for _ in range(self.kills):
            log = self._log(audit)
            self._write(log, 3 * self.load)
            log.close()
            before = cursor.read_bytes() if cursor.exists() else b""
            process = subprocess.Popen([sys.executable, "-c", _SHIP, str(audit), str(config), *filter(None, sys.path)])
            try:
                deadline = time.monotonic() + 30
                while process.poll() is None and time.monotonic() < deadline:
                    if cursor.exists() and cursor.read_bytes() != before:
                        break
                    time.sleep(0.001)
                time.sleep(random.random() * 0.02)  # noqa: S311
                process.send_signal(signal.SIGKILL)
            finally:
                process.kill()
                process.wait()
        self._finish(audit)


_SHIP = """
import json, sys
sys.path[:0] = sys.argv[3:]
from pathlib import Path
from pcishield.runtime.shipper import Shipper
from pcishield.sinks import KINDS
Shipper(sys.argv[1], [KINDS.make(json.loads(Path(sys.argv[2]).read_text()), "sink")], interval=0.02).finish()
"""
