"""Small logs to work on: real ones, written by the real writer."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pcishield.audit.canonical import Preencoded
from pcishield.runtime._log_keys import LocalSigner
from pcishield.runtime.log import FileAuditLog
from pcishield.runtime.retention import Retention
from pcishield.testing import FakeClock

ACTOR = Preencoded({"user": "alice", "agent": "reporter", "level": "explicit"})
SRC = Preencoded({"host": "app-1", "pid": 4711})
DB = Preencoded({"system": "sqlite", "driver": "sqlite3", "name": "shop.db"})
STATEMENT = Preencoded(
    {
        "kind": "select",
        "template": "SELECT id FROM orders WHERE id = ?",
        "fingerprint": "ab" * 16,
        "tables": {"orders": "read"},
    }
)
DECISION = Preencoded({"outcome": "allow", "rule": "reads", "policy": "pci@0123456789ab"})
BASE: dict[str, Any] = {"actor": ACTOR, "src": SRC, "db": DB, "session": "s1", "connection": "c1"}
ATTEMPT = BASE | {"statement": STATEMENT, "decision": DECISION, "method": "execute"}


def make_log(directory: Path, **options: Any) -> FileAuditLog:
    """A log that seals, beats and rotates only when told."""
    quiet: dict[str, Any] = {
        "heartbeat_seconds": 0,
        "checkpoint_seconds": 1e6,
        "checkpoint_records": 10**6,
        "deployment": "shop",
    }
    return FileAuditLog(directory, **(quiet | options))


def statement(log: FileAuditLog, rows: int = 3) -> str:
    """One attempt with its result."""
    attempt = log.append("attempt", ATTEMPT, durable=True)
    log.append("result", BASE | {"attempt": attempt, "outcome": "success", "rows": rows, "duration_us": 512})
    return attempt


def seal(log: FileAuditLog) -> None:
    """Sign what is there now."""
    assert log._shard is not None
    log._seal(log._shard)


def rotate(log: FileAuditLog) -> None:
    """Begin a new segment."""
    assert log._shard is not None
    log._rotate(log._shard)


def kill(log: FileAuditLog) -> None:
    """Let go of everything as a process that dies does: nothing more is written, locks are released."""
    with log._lock:
        log._closed = True
        shard, log._shard = log._shard, None
    log._wake.set()
    if log._thread is not None:
        log._thread.join()
    if shard is not None:
        shard.close_files()


def recovered(log: FileAuditLog) -> None:
    """Wait until the log has looked after dead shards."""
    for _ in range(6000):
        if len(list((log.directory / "open").iterdir())) <= 1 and not log._sweep:
            return
        time.sleep(0.01)
    raise AssertionError("dead shards were not recovered")


def shards(directory: Path) -> list[Path]:
    """The shards' folders, in order."""
    return sorted(path.parent for path in directory.glob("[0-9]*/segments"))


def lines(directory: Path, shard: int = 0, segment: int = 0) -> list[bytes]:
    """The lines of one segment, without line feeds."""
    return segment_path(directory, shard, segment).read_bytes().splitlines()


def segment_path(directory: Path, shard: int = 0, segment: int = 0) -> Path:
    """The path of one segment."""
    return shards(directory)[shard] / "segments" / f"{segment:08d}.jsonl"


def write_lines(directory: Path, content: list[bytes], shard: int = 0, segment: int = 0) -> None:
    """Put other lines into a segment."""
    segment_path(directory, shard, segment).write_bytes(b"".join(line + b"\n" for line in content))


STOLEN: dict[str, LocalSigner] = {}
"""Keys of shards, as a thief has them who could read the memory of the process."""


def steal(log: FileAuditLog) -> None:
    """Keep the key of the current shard."""
    assert log._shard is not None
    STOLEN[log.shard] = log._shard.signer


def build(directory: Path) -> None:
    """Three shards: a closed one of two segments, one whose process died, one that found it dead."""
    first = make_log(directory)
    for _ in range(4):
        statement(first)
    seal(first)
    for _ in range(4):
        statement(first)
    rotate(first)
    for _ in range(3):
        statement(first)
    first.close()
    second = make_log(directory)
    statement(second)
    seal(second)
    statement(second)
    second.append("attempt", ATTEMPT, durable=True)
    kill(second)
    third = make_log(directory)
    recovered(third)
    statement(third)
    seal(third)
    statement(third)
    steal(third)
    third.close()


def build_purged(directory: Path) -> None:
    """Four shards: one that retention erased, one that was archived, a closed one, and the one that tells so."""
    for age in (500, 200, 5):
        log = make_log(directory, clock=FakeClock(datetime.now(UTC) - timedelta(days=age)))
        statement(log)
        log.close()
    kept, log = Retention(directory), make_log(directory)
    recovered(log)
    kept.purge(kept.shards()[0], log)
    kept.purge(kept.shards()[0], log, directory.parent / "archive")
    log.close()


def build_epochs(directory: Path) -> None:
    """Two shards of one process: its key was replaced in between."""
    log = make_log(directory)
    statement(log)
    seal(log)
    statement(log)
    steal(log)
    assert log._shard is not None
    log._next_epoch(log._shard)
    steal(log)
    statement(log)
    seal(log)
    log.close()
