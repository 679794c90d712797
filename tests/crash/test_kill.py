"""kill -9 at any moment: the log verifies, and whatever the database committed has its attempt.

``PCISHIELD_KILLS`` sets how often processes on PostgreSQL are killed (10 in ``make test``, 200 in the nox session
``crash``), ``PCISHIELD_KILL_LOAD`` the load as processes x threads, ``PCISHIELD_CRASH_ROUNDS`` the kills on SQLite.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pcishield.runtime.log_reader import segment_paths
from tests.crash.growing import GrowingLog, ReadOnce

ROUNDS = int(os.environ.get("PCISHIELD_CRASH_ROUNDS", "6"))
KILLS = int(os.environ.get("PCISHIELD_KILLS", "10"))
PROCESSES, THREADS = (int(n) for n in os.environ.get("PCISHIELD_KILL_LOAD", "2x4").split("x"))

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

    shield = Shield({}, policy={"name": "open", "default": "allow"}, audit=sys.argv[1])
    running = threading.Event()
    def work():
        connection = shield.connect("psycopg", sys.argv[2], autocommit=True)
        for number in range(1_000_000):
            connection.execute("INSERT INTO crash_t VALUES (current_setting('application_name'), %s)", (number,))
            running.set()
    threads = [threading.Thread(target=work, daemon=True) for _ in range(int(sys.argv[3]))]
    for thread in threads:
        thread.start()
    running.wait()
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


def attempts_in(segment: Path) -> Counter[str]:
    """Attempts at the INSERT by session tag; a torn last line is none."""
    found: Counter[str] = Counter()
    for line in segment.read_bytes().split(b"\n")[:-1]:
        if b'"type":"attempt"' in line and b'"kind":"insert"' in line:
            found[json.loads(line)["connection"][:12]] += 1
    return found


@pytest.mark.timeout(300 + 20 * ROUNDS)
def test_kill_9_loses_no_attempt_on_sqlite(tmp_path: Path) -> None:
    """After every kill the log verifies and no committed row lacks its attempt."""
    import sqlite3

    rng = random.Random(0)
    audit, database = tmp_path / "audit", tmp_path / "shop.db"
    log, attempts = GrowingLog(audit), ReadOnce(attempts_in)
    for _ in range(ROUNDS):
        kill_at_random(SQLITE, [str(audit), str(database)], rng)
        connection = sqlite3.connect(database)
        committed = connection.execute("SELECT count(*) FROM t").fetchone()[0]
        connection.close()
        assert [] == [str(finding) for finding in log.verify().of("error")]
        assert committed <= sum(attempts(path).total() for path in segment_paths(audit))
    assert [] == [str(finding) for finding in log.verify_anew().of("error")]
    assert committed > 0


def settled(raw: Any) -> None:
    """Wait for the server: it finishes what it has received before it notices that a client is gone."""
    busy = "query LIKE 'INSERT INTO crash_t%' AND state = 'active' AND pid <> pg_backend_pid()"
    while raw.execute(f"SELECT count(*) FROM pg_stat_activity WHERE {busy}").fetchone() != (0,):
        time.sleep(0.02)


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """Let nothing of these processes run: whatever they were at stays half done, as after a kill."""
    for process in processes:
        process.send_signal(signal.SIGSTOP)
        assert os.WIFSTOPPED(os.waitpid(process.pid, os.WUNTRACED)[1])


def go_on(processes: list[subprocess.Popen[bytes]]) -> None:
    """Let them run again."""
    for process in processes:
        process.send_signal(signal.SIGCONT)


def killed(process: subprocess.Popen[bytes]) -> None:
    """Kill -9."""
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


@pytest.mark.crash
@pytest.mark.postgres
@pytest.mark.timeout(7200)
def test_kill_9_loses_no_attempt_on_postgres(tmp_path: Path, pg_dsn: str) -> None:
    """Processes with threads, each with a connection, are killed at random under load, one by one.

    After each kill, with the others standing still, the log verifies, and no connection has more committed rows than
    it has attempts: a row carries the session tag of the connection that wrote it.
    """
    import psycopg

    rng = random.Random(1)
    audit = tmp_path / "audit"
    command = [sys.executable, "-c", POSTGRES, str(audit), pg_dsn, str(THREADS)]
    log, attempts = GrowingLog(audit), ReadOnce(attempts_in)
    committed: Counter[str] = Counter()

    def check() -> None:
        nonlocal committed
        settled(raw)
        # Rows first: what is committed meanwhile has its attempt already.
        query = "SELECT substr(connection, 11, 12), count(*) FROM crash_t GROUP BY 1"
        committed = Counter(dict(raw.execute(query).fetchall()))
        assert [] == [str(finding) for finding in log.verify().of("error")]
        assert Counter() == committed - sum(map(attempts, segment_paths(audit)), Counter())

    processes: list[subprocess.Popen[bytes]] = []
    with psycopg.connect(pg_dsn, autocommit=True) as raw:
        raw.execute("DROP TABLE IF EXISTS crash_t")
        raw.execute("CREATE TABLE crash_t (connection text, n integer)")
        try:
            for kill in range(KILLS):
                missing = min(PROCESSES, KILLS - kill) - len(processes)
                new = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(missing)]
                processes += new
                for process in new:
                    assert process.stdout is not None
                    while not select.select([process.stdout], [], [], 2)[0]:
                        go_on(processes)  # one of them may have been stopped while it had the directory's lock
                    assert b"ready\n" == process.stdout.readline()
                go_on(processes)
                time.sleep(rng.uniform(0.0, 0.1))
                killed(processes.pop(rng.randrange(len(processes))))
                # Until the next are ready, too, or the log grows by what nobody needs.
                stop(processes)
                check()
        finally:
            for process in processes:
                killed(process)
            raw.execute("DROP TABLE crash_t")
    assert [] == [str(finding) for finding in log.verify_anew().of("error")]
    assert committed.total() > 10
    assert len(committed) > 1
