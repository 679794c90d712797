"""Guarded DB-API drivers with an in-memory log; see ``tests/plain_drivers.py``."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from pcishield.core.decision import ApprovalAnswer
from pcishield.shield import Shield
from pcishield.testing import RecordingLog
from tests.plain_drivers import PLAIN, Plain

ALLOW_ALL = {
    "name": "allow-all",
    "schema": 1,
    "default": "allow",
    "rules": [{"id": "all", "effect": "allow", "tolerate": ["*"]}],
}
BY_NAME = {plain.name: plain for plain in PLAIN}


class Guarded:
    """One guarded driver, its log, and a table of its own.

    Attributes:
        raw: The driver's module.
        module: The guarded one.
        log: Everything that was recorded.
        table: A name that nobody else has.
    """

    def __init__(self, plain: Plain, home: Any, **options: Any) -> None:
        self.plain, self.home = plain, home
        self.raw = plain.load()
        self.log = RecordingLog()
        self.shield = Shield(options.pop("settings", {}), audit=self.log, **options)
        self.module = self.shield.guard(self.raw)
        self.table = f"plain_{uuid4().hex[:12]}"
        self._opened: list[Any] = []

    def connect(self) -> Any:
        """Connect; closed after the test."""
        self._opened.append(self.plain.connect(self.module, self.home))
        return self._opened[-1]

    def fill(self, *rows: tuple[Any, Any]) -> None:
        """Make the table (id, card_number), without the guard."""
        connection = self.plain.connect(self.raw, self.home)
        cursor = connection.cursor()
        cursor.execute(f"CREATE TABLE {self.table} (id INTEGER PRIMARY KEY, card_number VARCHAR(40))")
        for number, value in rows:
            # Some versions of some drivers cannot bind a NULL.
            marks, row = ("NULL", (number,)) if value is None else (self.marks(2).partition(", ")[2], (number, value))
            first = self.marks(1)
            cursor.execute(f"INSERT INTO {self.table} VALUES ({first}, {marks})", row)
        connection.commit()
        cursor.close()
        connection.close()

    def marks(self, count: int) -> str:
        """Placeholders for as many parameters."""
        numbered = self.plain.mark == "$1"
        return ", ".join(f"${n + 1}" if numbered else self.plain.mark for n in range(count))

    def types(self, *wanted: str) -> list[str]:
        """Types of the records, of those wanted."""
        return [r["type"] for r in self.log.records if not wanted or r["type"] in wanted]

    def close(self) -> None:
        """Close all, and drop the table."""
        for connection in self._opened:
            with contextlib.suppress(Exception):
                connection.rollback()
            with contextlib.suppress(Exception):
                connection.close()
        self.shield.close()
        if self.plain.home != "tmp_path":
            connection = self.plain.connect(self.raw, self.home)
            cursor = connection.cursor()
            cursor.execute(f"DROP TABLE IF EXISTS {self.table}")
            connection.commit()
            cursor.close()
            connection.close()


def approve(request: Any) -> ApprovalAnswer:
    """Approve everything, as somebody else."""
    return ApprovalAnswer(approved=True, approver="a colleague", reason="test")


@pytest.fixture
def guard(request: pytest.FixtureRequest) -> Iterator[Callable[..., Guarded]]:
    """Make a guarded driver by its name in ``tests/plain_drivers.py``; options are those of Shield."""
    made: list[Guarded] = []

    def make(name: str, **options: Any) -> Guarded:
        plain = BY_NAME[name]
        plain.load()
        made.append(Guarded(plain, request.getfixturevalue(plain.home), **options))
        return made[-1]

    yield make
    for guarded in made:
        guarded.close()


def each(*names: str) -> Any:
    """Parametrise a test by driver, with the marks of its server."""
    return pytest.mark.parametrize(
        "name",
        [
            pytest.param(plain.name, marks=[getattr(pytest.mark, mark) for mark in plain.pytest_marks])
            for plain in PLAIN
            if not names or plain.name in names
        ],
    )
