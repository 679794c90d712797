"""Sinks whose other side is this machine: files, functions, logging, SQLite."""

from __future__ import annotations

import json
import logging
import resource
import signal
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pcishield.sinks.sql import SqlSink
from pcishield.testing import SinkContract


class TestJsonl(SinkContract):
    exactly_once = True

    @pytest.fixture(autouse=True)
    def _place(self, tmp_path: Path) -> Iterator[None]:
        self.folder = tmp_path / "mirror"
        yield
        self.empty()

    def table(self) -> Mapping[str, Any]:
        return {"kind": "jsonl", "path": str(self.folder)}

    def stored(self) -> list[str]:
        lines = [line for path in sorted(self.folder.glob("*.jsonl")) for line in path.read_bytes().splitlines()]
        for item in map(json.loads, lines):
            assert item["id"] == f"{item['record']['shard']}/{item['record']['seq']}"
        return [json.loads(line)["id"] for line in lines]

    def cut(self) -> None:
        if self.folder.is_dir():
            self.folder.rename(self.folder.with_name("away"))
        self.folder.write_text("in the way")

    def restore(self) -> None:
        self.folder.unlink()
        if (away := self.folder.with_name("away")).is_dir():
            away.rename(self.folder)

    def fill(self) -> None:
        # The log itself is below the limit at the time: its segments are 64 KiB.
        self._handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        size = max((path.stat().st_size for path in self.folder.glob("*.jsonl")), default=0)
        resource.setrlimit(resource.RLIMIT_FSIZE, (max(size + 1000, 1 << 17), resource.RLIM_INFINITY))

    def empty(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    load = 120

    def test_half_a_line_of_a_killed_process_is_cut_off(self, tmp_path: Path) -> None:
        """The mirror's torn end is replaced by the whole record."""
        log = self._log(tmp_path / "audit")
        self._write(log, 5)
        log.close()
        self._finish(tmp_path / "audit")
        mirror = next(self.folder.glob("*.jsonl"))
        mirror.write_bytes(mirror.read_bytes()[:-100])
        for cursor in (tmp_path / "audit" / "sinks").glob("*.json"):
            cursor.unlink()
        self._finish(tmp_path / "audit")


class TestCallable(SinkContract):
    @pytest.fixture(autouse=True)
    def _place(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.tray = tmp_path / "tray"
        monkeypatch.setenv("PCISHIELD_TEST_TRAY", str(self.tray))

    def table(self) -> Mapping[str, Any]:
        return {"kind": "callable", "function": "tests.unit.sinks.receivers:tray"}

    def stored(self) -> list[str]:
        return self.tray.read_text().split()

    def cut(self) -> None:
        if self.tray.exists():
            self.tray.rename(self.tray.with_name("away"))
        self.tray.mkdir()

    def restore(self) -> None:
        self.tray.rmdir()
        if (away := self.tray.with_name("away")).exists():
            away.rename(self.tray)

    def test_it_is_called_as_structlog_is(self, tmp_path: Path) -> None:
        """The event comes first, the rest by keyword, so that a bound logger's method can be given."""
        from pcishield.runtime.shipper import Shipper
        from pcishield.sinks.callable import CallableSink

        calls: list[tuple[str, dict[str, Any]]] = []
        log = self._log(tmp_path / "audit")
        self._write(log, 1)
        log.close()
        sink = CallableSink(function=lambda event, **fields: calls.append((event, fields)))
        assert Shipper(tmp_path / "audit", [sink]).finish(5)

        assert ["log.open", "attempt", "result", "log.close"] == [event for event, _ in calls]
        assert ("alice", 1) == (calls[1][1]["actor"]["user"], calls[1][1]["seq"])


class _Keeping(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


class TestLogging(SinkContract):
    in_process = True

    @pytest.fixture(autouse=True)
    def _place(self) -> Iterator[None]:
        self.handler = _Keeping()
        logger = logging.getLogger("tests.audit")
        logger.addHandler(self.handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
        yield
        logger.removeHandler(self.handler)

    def table(self) -> Mapping[str, Any]:
        return {"kind": "logging", "logger": "tests.audit", "format": "cef"}

    def stored(self) -> list[str]:
        assert all(record.getMessage().startswith("CEF:0|") for record in self.handler.records)
        return [record.audit_id for record in self.handler.records]  # type: ignore[attr-defined]


class TestSqlite(SinkContract):
    exactly_once = True

    @pytest.fixture(autouse=True)
    def _place(self, tmp_path: Path) -> None:
        self.path = tmp_path / "mirror.db"
        self.lock: sqlite3.Connection | None = None

    def table(self) -> Mapping[str, Any]:
        return {"kind": "sql", "dsn": f"sqlite:///{self.path}", "timeout": 0.1}

    def stored(self) -> list[str]:
        database = sqlite3.connect(self.path)
        rows = database.execute("SELECT shard, seq, record FROM pcishield_audit ORDER BY rowid").fetchall()
        database.close()
        assert all((row[0], row[1]) == (json.loads(row[2])["shard"], json.loads(row[2])["seq"]) for row in rows)
        return [f"{shard}/{seq}" for shard, seq, _ in rows]

    def cut(self) -> None:
        self.lock = sqlite3.connect(self.path, check_same_thread=False, timeout=10)
        self.lock.execute("BEGIN EXCLUSIVE")

    stall = cut

    def restore(self) -> None:
        assert self.lock is not None
        self.lock.rollback()
        self.lock.close()

    @pytest.mark.parametrize(
        "text", [b"no database at all, in more than sixteen bytes", b""], ids=["no database", "locked"]
    )
    def test_a_connection_that_fails_is_closed(self, text: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        """It would keep its file until the garbage collector comes by, one for each try."""
        opened: list[sqlite3.Connection] = []
        connect = sqlite3.connect
        monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: opened.append(connect(*a, **k)) or opened[-1])
        self.path.write_bytes(text)
        if not text:
            self.cut()
            opened.clear()
        with pytest.raises(sqlite3.Error):
            SqlSink(dsn=f"sqlite:///{self.path}", timeout=0.1).connect()
        if not text:
            self.restore()

        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            opened[-1].execute("SELECT 1")

    @pytest.mark.parametrize("change", ["UPDATE pcishield_audit SET type = 'x'", "DELETE FROM pcishield_audit"])
    def test_the_table_is_append_only(self, tmp_path: Path, change: str) -> None:
        """A trigger refuses to change or delete a record."""
        self.test_a_repetition_changes_nothing(tmp_path)
        database = sqlite3.connect(self.path)
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            database.execute(change)
        database.close()
