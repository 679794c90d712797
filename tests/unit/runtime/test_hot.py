"""The compiled half of the statement path does what the Python half does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcishield.runtime import hot
from pcishield.testing import make_pan

SESSION = """
import sys
from pathlib import Path
from pcishield import acting_as
from pcishield.shield import Shield
import sqlite3

raw = sqlite3.connect("shop.db")
raw.execute("CREATE TABLE payments (id INTEGER PRIMARY KEY, card TEXT, note TEXT)")
raw.executemany("INSERT INTO payments VALUES (?, ?, ?)", [(n, sys.argv[1], "note") for n in range(5)])
raw.commit()
raw.close()
with Shield({"audit": {"dir": "audit", "flush": sys.argv[2]}}) as shield:
    guarded = shield.guard(sqlite3)
    connection = guarded.connect("shop.db")
    cursor = connection.cursor()
    for user in ("maria", "maria", "zoe"):
        with acting_as(user=user):
            for key in (1, 2, 99):
                print(cursor.execute("SELECT id, note FROM payments WHERE id = ?", (key,)).fetchone())
                print(cursor.execute("SELECT card FROM payments WHERE id = ?", (key,)).fetchall())
            print(cursor.execute("SELECT id FROM payments WHERE note = ?", ("n" * int(3),)).fetchall())
            print(cursor.execute("SELECT id FROM payments WHERE note = ?", (sys.argv[1],)).fetchall())
            print(cursor.execute("UPDATE payments SET note = ? WHERE id = ?", ("new", 3)).rowcount)
            print(cursor.execute("SELECT id FROM payments").fetchmany(2))
            for _ in range(2):
                try:
                    cursor.execute("INSERT INTO payments VALUES (?, ?, ?)", (1, None, None))
                except sqlite3.IntegrityError as error:
                    print(error)
    connection.close()
"""


class _Clock:
    def __init__(self, readings: list[tuple[int, int]]) -> None:
        self._readings = iter(readings)
        self._mono = 0

    def now(self) -> datetime:
        wall, self._mono = next(self._readings)
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=wall)

    def monotonic_ns(self) -> int:
        return self._mono * 1000


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), min_size=3, max_size=8))
def test_stamps_tell_the_same_steps(readings: list[tuple[int, int]]) -> None:
    """Whatever the two clocks show, both say the same of it."""
    one, other = (kind(_Clock(readings), 0.5) for kind in (hot.Stamps, hot.PurePythonStamps))

    for _ in readings[2:]:
        assert other.now() == one.now()
        assert (other.step_us, other.behind) == (one.step_us, one.behind)


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=20), st.binary(max_size=20), st.floats(),
    st.just(date(2026, 1, 1)), st.just(UUID(int=7)), st.just(timedelta(1)), st.just(bytearray(b"x")), st.just([1]),
)  # fmt: skip


@given(st.one_of(st.lists(VALUES), st.lists(VALUES).map(tuple), st.dictionaries(st.text(max_size=3), VALUES), VALUES))
def test_the_same_parameters_are_harmless(parameters: Any) -> None:
    """Both find the same parameters harmless, and describe them by the same shape."""
    assert hot.pure_python_shape_of_harmless(parameters) == hot.shape_of_harmless(parameters)


def _records(directory: Path, kernel: str, card: str, flush: str) -> tuple[str, list[dict[str, Any]]]:
    directory.mkdir()
    environment = {**os.environ, "PCISHIELD_KERNEL": kernel}
    command = [sys.executable, "-c", SESSION, card, flush]
    done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=True)
    segments = [path.read_text("utf-8") for path in sorted(directory.glob("audit/*/segments/*"))]
    lines = [json.loads(line) for segment in segments for line in segment.splitlines()]
    return done.stdout, [_timeless(line) for line in lines if "connection" in line]


def _timeless(record: dict[str, Any]) -> dict[str, Any]:
    """Without what no two runs share."""
    varies = {"attempt", "commit", "connection", "duration_us", "mono_us", "prev", "session", "shard", "src", "ts"}
    return {name: value for name, value in record.items() if name not in varies}


@pytest.mark.parametrize("flush", ["write", "group", "always"])
def test_both_write_the_same_records(tmp_path: Path, flush: str) -> None:
    """A session with all sorts of statements leaves the same records, in the same order, with either kernel."""
    if hot.Stamps is hot.PurePythonStamps and os.environ.get("PCISHIELD_KERNEL") != "python":
        pytest.skip("nothing was compiled")
    card = make_pan()
    compiled, python = (_records(tmp_path / kernel, kernel, card, flush) for kernel in ("auto", "python"))

    assert python == compiled
    assert 30 < len(compiled[1])
    assert card not in compiled[0]
