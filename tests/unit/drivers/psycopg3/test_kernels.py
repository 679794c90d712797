"""psycopg's compiled way does what the Python one does: the same rows, errors and records."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pcishield.drivers.psycopg import _rows
from pcishield.testing import make_pan

SESSION = """
import asyncio, sys
from psycopg.rows import dict_row, scalar_row
from pcishield import acting_as
from pcishield.shield import Shield
import psycopg

dsn, card = sys.argv[1:]
def tried(call):
    try:
        print(call())
    except Exception as error:
        print(type(error).__mro__[1].__name__, str(error).splitlines()[0])

def work(connection):
    cursor = connection.cursor()
    for user in ("maria", "maria", "zoe"):
        with acting_as(user=user):
            for key in (1, 2, 99):
                print(cursor.execute("SELECT %s::int + 1", (key,)).fetchone())
                print(cursor.execute("SELECT id, note FROM kernel_pay WHERE id = %s", (key,)).fetchone(), cursor._pos)
                print(cursor.execute("SELECT card FROM kernel_pay WHERE id = %s", (key,)).fetchall(), cursor.rowcount)
                print(cursor.description)
                print(connection.execute("SELECT note FROM kernel_pay WHERE id = %s", (key,)).fetchone())
            print(cursor.execute("SELECT id, card FROM kernel_pay ORDER BY id").fetchmany(2), cursor.rownumber)
            print(list(cursor), cursor.statusmessage)
            cursor.execute("SELECT id FROM kernel_pay WHERE note = %s", (card,))
            print(cursor.execute("UPDATE kernel_pay SET note = %s WHERE id = %s", ("new", 3)).rowcount)
            print(connection.cursor(row_factory=dict_row).execute("SELECT * FROM kernel_pay WHERE id = 2").fetchone())
            for kind in ({"row_factory": scalar_row}, {"binary": True}):
                print(connection.cursor(**kind).execute("SELECT card FROM kernel_pay WHERE id = 2").fetchone())
            client = psycopg.ClientCursor(connection)
            print(client.execute("SELECT card FROM kernel_pay WHERE id = %s", (2,)).fetchone())
            for _ in range(2):
                tried(lambda: cursor.execute("INSERT INTO kernel_pay VALUES (%s, %s, %s)", (1, "x", None)))
                tried(lambda: cursor.execute("SELECT 1 / (id - id) FROM kernel_pay WHERE id = %s", (1,)))
                tried(lambda: cursor.execute("SELECT id FROM kernel_pay", prepare=True).fetchone())
                tried(lambda: cursor.execute("SELECT id FROM kernel_pay WHERE id = %(key)s", {"key": 1}).fetchone())
            cursor.execute("SELECT id FROM kernel_pay")
            cursor.scroll(2)
            print(cursor.fetchone(), cursor.pgresult.get_value(0, 0), cursor.pgresult.ntuples)
            with connection.pipeline():
                first = connection.execute("SELECT card FROM kernel_pay WHERE id = %s", (1,))
                second = connection.execute("SELECT note FROM kernel_pay WHERE id = %s", (3,))
                print(first.fetchone(), second.fetchone())
            for row in cursor.stream("SELECT card FROM kernel_pay WHERE id < %s ORDER BY id", (2,)):
                print(row)
            copied = cursor.execute("SELECT note FROM kernel_pay WHERE id = 1")
            cursor.close()
            tried(lambda: cursor.execute("SELECT 1"))
            cursor = connection.cursor()
    tried(lambda: connection.execute("DROP TABLE nobody_has_this"))

async def awork(connection):
    cursor = connection.cursor()
    for key in (1, 2, 99, 1):
        await cursor.execute("SELECT id, card FROM kernel_pay WHERE id = %s", (key,))
        print(await cursor.fetchone(), cursor.rowcount)

async def amain(guarded):
    async with await guarded.AsyncConnection.connect(dsn, autocommit=True) as connection:
        await awork(connection)

with Shield({}, audit="audit") as shield:
    guarded = shield.guard(psycopg)
    with guarded.connect(dsn, autocommit=True) as connection:
        work(connection)
    asyncio.run(amain(guarded))
"""


def _run(directory: Path, kernel: str, dsn: str, card: str) -> tuple[str, list[dict[str, Any]]]:
    directory.mkdir()
    environment = {**os.environ, "PCISHIELD_KERNEL": kernel}
    command = [sys.executable, "-c", SESSION, dsn, card]
    done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    segments = [path.read_text("utf-8") for path in sorted(directory.glob("audit/*/segments/*"))]
    lines = [json.loads(line) for segment in segments for line in segment.splitlines()]
    return done.stdout, [_timeless(line) for line in lines if "connection" in line]


def _timeless(record: dict[str, Any]) -> dict[str, Any]:
    """Without what no two runs share."""
    varies = {
        "approval", "attempt", "commit", "connection", "db", "duration_us", "mono_us", "prev", "seq", "session",
        "shard", "skew_us", "src", "ts",
    }  # fmt: skip
    return {name: value for name, value in record.items() if name not in varies}


def test_both_kernels_do_the_same(pg_dsn: str, tmp_path: Path) -> None:
    if (
        not getattr(_rows.known, "__module__", "").endswith("_fast_c")
        and os.environ.get("PCISHIELD_KERNEL") != "python"
    ):
        pytest.skip("nothing was compiled")
    card = make_pan()
    rows = [(number, card, "note") for number in range(5)]
    with psycopg.connect(pg_dsn, autocommit=True) as raw:
        raw.execute("CREATE TABLE kernel_pay (id int PRIMARY KEY, card text, note text)")
        try:
            raw.cursor().executemany("INSERT INTO kernel_pay VALUES (%s, %s, %s)", rows)
            compiled, python = (_run(tmp_path / kernel, kernel, pg_dsn, card) for kernel in ("auto", "python"))
        finally:
            raw.execute("DROP TABLE kernel_pay")

    assert compiled[0] == python[0]
    assert compiled[1] == python[1]
    assert 150 < len(compiled[1])
    assert card not in compiled[0]


def test_the_short_way_is_taken(pg_dsn: str, tmp_path: Path) -> None:
    """What is measured is what is used: repeated statements pass ``wait`` without the whole flow."""
    script = """
import sys
import psycopg
from pcishield.runtime import session
from pcishield.shield import Shield

whole = []
run = session.Session.run
session.Session.run = lambda self, operation, call: (whole.append(operation.sql), run(self, operation, call))[1]
with Shield({}, audit="audit") as shield, shield.guard(psycopg).connect(sys.argv[1], autocommit=True) as connection:
    cursor = connection.cursor()
    for key in range(20):
        cursor.execute("SELECT %s::int + 1", (key,)).fetchone()
        connection.execute("SELECT %s::int + 2", (key,)).fetchone()
print(len(whole))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, pg_dsn], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) <= 4
