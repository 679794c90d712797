"""``from pcishield import sqlite3``: a real module, its shield looked up when it connects."""

from __future__ import annotations

import asyncio
import importlib
import sqlite3
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from pcishield.testing import RecordingLog, make_pan


@pytest.fixture
def log() -> Iterator[RecordingLog]:
    """The default shield's log."""
    from pcishield.shield import configure

    log = RecordingLog()
    shield = configure({}, audit=log)
    yield log
    shield.close()


def test_it_is_a_module_with_submodule(log: RecordingLog) -> None:
    """It can be imported in every way that the standard module can."""
    facade = importlib.import_module("pcishield.sqlite3")

    assert facade is importlib.import_module("pcishield.sqlite3.dbapi2")
    assert facade is facade.dbapi2
    assert set(sqlite3.__dict__) - {"__getattr__"} <= set(facade.__dict__)


def test_importing_it_makes_no_shield() -> None:
    """The configuration is read at the first connect, not at import."""
    import subprocess

    code = "import pcishield.sqlite3, sys; print('pcishield.shield' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "False" == done.stdout.strip()


def test_its_connections_use_the_default_shield(log: RecordingLog) -> None:
    """connect, and Connection called directly, are guarded by the shield that configure() set."""
    from pcishield import sqlite3 as guarded

    for connection in (guarded.connect(":memory:"), guarded.Connection(":memory:")):
        masked = connection.execute("SELECT ? AS card_number", (make_pan(),)).fetchone()[0]
        assert make_pan() not in masked
        connection.close()
    assert 2 == len([r for r in log.records if r["type"] == "attempt"])


def test_aiosqlite_works_on_top(log: RecordingLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """aiosqlite passes ``factory`` on, so its connections are guarded and its rows masked."""
    aiosqlite = pytest.importorskip("aiosqlite", reason="aiosqlite is no dependency")
    from pcishield import sqlite3 as guarded

    async def fetch() -> Any:
        async with aiosqlite.connect(":memory:", factory=guarded.Connection) as connection:
            async with connection.execute("SELECT ? AS card_number", (make_pan(),)) as cursor:
                return [row async for row in cursor]

    rows = asyncio.run(fetch())

    assert make_pan() not in rows[0][0]
    assert ["attempt", "result"] == [r["type"] for r in log.records if r["type"] in ("attempt", "result")]
