"""Connections and cursors that are dropped, not closed: their records are written, and never from a finalizer."""

from __future__ import annotations

import gc
import json
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any


def types(audit_dir: Path) -> list[str]:
    """Record types in the log's files, in order."""
    segments = sorted(audit_dir.rglob("segments/*.jsonl"))
    return [json.loads(line)["type"] for path in segments for line in path.read_text("utf-8").splitlines()]


def test_a_dropped_connection_is_recorded_as_closed(audit_dir: Path, make_shield: Callable[..., Any]) -> None:
    """A connection that only the collector closes has its ``connection.close``, and its cursor a ``result``."""
    shield = make_shield()
    connection = shield.guard(sqlite3).connect(":memory:")
    cursor = connection.execute("SELECT 1 UNION ALL SELECT 2")
    cursor.fetchone()
    # Closed beneath the guard, so that no interpreter complains; to the guard it is just dropped.
    sqlite3.Connection.close(connection)
    del cursor, connection
    gc.collect()
    shield.close()

    assert ["result", "connection.close"] == [t for t in types(audit_dir) if t in ("result", "connection.close")]


def test_the_collector_may_run_inside_the_logs_lock(make_shield: Callable[..., Any]) -> None:
    """A finalizer that runs while the log is writing does not wait for the lock that its own thread holds."""
    shield = make_shield()
    module = shield.guard(sqlite3)
    dropped = module.connect(":memory:")
    cursor = dropped.execute("SELECT 1 UNION ALL SELECT 2")
    cursor.fetchone()
    sqlite3.Connection.close(dropped)
    lock = shield.audit._lock
    done = threading.Event()

    def collect() -> None:
        nonlocal dropped, cursor
        with lock:
            del dropped, cursor
            gc.collect()
        done.set()

    thread = threading.Thread(target=collect, daemon=True)
    thread.start()
    thread.join(5)

    assert done.is_set()
