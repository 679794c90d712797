"""kill -9 at any moment: the log verifies, and whatever the database committed has its attempt."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from pcishield.cli.audit import verify_directory

ROUNDS = int(os.environ.get("PCISHIELD_CRASH_ROUNDS", "6"))

SQLITE = textwrap.dedent(
    """
    import sys
    from pcishield.shield import Shield

    with Shield({}, policy={"name": "open", "default": "allow"}, audit=sys.argv[1]) as shield:
        connection = shield.connect("sqlite3", sys.argv[2], isolation_level=None)
        connection.execute("CREATE TABLE IF NOT EXISTS t (n INTEGER)")
        start = connection.execute("SELECT coalesce(max(n), 0) FROM t").fetchone()[0]
        print("ready", flush=True)
        for number in range(start + 1, start + 1_000_000):
            connection.execute("INSERT INTO t VALUES (?)", (number,))
    """
)

POSTGRES = textwrap.dedent(
    """
    import sys, threading
    from pcishield.shield import Shield

    with Shield({}, policy={"name": "open", "default": "allow"}, audit=sys.argv[1]) as shield:
        def work():
            connection = shield.connect("psycopg", sys.argv[2], autocommit=True)
            for number in range(1_000_000):
                connection.execute("INSERT INTO crash_t VALUES (%s)", (number,))
        threads = [threading.Thread(target=work, daemon=True) for _ in range(4)]
        for thread in threads:
            thread.start()
        first = shield.connect("psycopg", sys.argv[2], autocommit=True)
        first.execute("INSERT INTO crash_t VALUES (%s)", (-1,))
        print("ready", flush=True)
        for thread in threads:
            thread.join()
    """
)


def kill_at_random(script: str, arguments: list[str], rng: random.Random) -> None:
    """Start the script, let it work for a moment, and kill it."""
    with subprocess.Popen([sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "ready\n" == process.stdout.readline()
        time.sleep(rng.uniform(0.0, 0.15))
        process.send_signal(signal.SIGKILL)


def attempts(audit: Path) -> int:
    """Attempts at the INSERT, in all shards; a torn last line is not one."""
    count = 0
    for segment in audit.glob("*/segments/*.jsonl"):
        for line in segment.read_bytes().split(b"\n")[:-1]:
            record = json.loads(line)
            count += record["type"] == "attempt" and record["statement"]["kind"] == "insert"
    return count


@pytest.mark.timeout(300)
def test_kill_9_loses_no_attempt_on_sqlite(tmp_path: Path) -> None:
    """After every kill the log verifies and no committed row lacks its attempt."""
    import sqlite3

    rng = random.Random(0)
    audit, database = tmp_path / "audit", tmp_path / "shop.db"
    for _ in range(ROUNDS):
        kill_at_random(SQLITE, [str(audit), str(database)], rng)
        connection = sqlite3.connect(database)
        committed = connection.execute("SELECT count(*) FROM t").fetchone()[0]
        connection.close()
        report = verify_directory(audit)
        assert [] == [str(finding) for finding in report.findings if finding.level == "error"]
        assert committed <= attempts(audit)
    assert committed > 0


@pytest.mark.timeout(300)
def test_kill_9_loses_no_attempt_on_postgres_with_threads(tmp_path: Path, pg_dsn: str) -> None:
    """The same with four connections in four threads on PostgreSQL."""
    import psycopg

    rng = random.Random(1)
    audit = tmp_path / "audit"
    with psycopg.connect(pg_dsn, autocommit=True) as raw:
        raw.execute("DROP TABLE IF EXISTS crash_t")
        raw.execute("CREATE TABLE crash_t (n INTEGER)")
        try:
            for _ in range(max(ROUNDS // 2, 1)):
                kill_at_random(POSTGRES, [str(audit), pg_dsn], rng)
                # The server finishes the statements that it had received before it notices that the client is gone.
                while raw.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'INSERT INTO crash_t%' AND pid <> "
                    "pg_backend_pid()"
                ).fetchone() != (0,):
                    time.sleep(0.02)
                committed = raw.execute("SELECT count(*) FROM crash_t").fetchone()
                report = verify_directory(audit)
                assert [] == [str(finding) for finding in report.findings if finding.level == "error"]
                assert committed is not None
                assert 0 < committed[0] <= attempts(audit)
        finally:
            raw.execute("DROP TABLE crash_t")
