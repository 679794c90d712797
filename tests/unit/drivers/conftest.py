"""Guarded drivers with an in-memory log."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pcishield.shield import Shield
from pcishield.testing import RecordingLog


class Guarded:
    """A guarded sqlite3 and its log.

    Attributes:
        module: The guarded module.
        log: Everything that was recorded.
    """

    def __init__(self, **options: Any) -> None:
        self.log = RecordingLog()
        self.shield = Shield(options.pop("settings", {}), audit=self.log, **options)
        self.module = self.shield.guard(sqlite3)
        self._opened: list[Any] = []

    def connect(self, database: Any = ":memory:", **options: Any) -> Any:
        """Connect; closed after the test."""
        self._opened.append(self.module.connect(database, **options))
        return self._opened[-1]

    def filled(self, script: str, **options: Any) -> Any:
        """Connect to a database in memory that a script has filled without the guard."""
        connection = self.connect(**options)
        raw = sqlite3.connect(":memory:")
        raw.executescript(script)
        raw.backup(connection)
        raw.close()
        return connection

    def types(self, *wanted: str) -> list[str]:
        """Types of the records, of those wanted."""
        return [r["type"] for r in self.log.records if not wanted or r["type"] in wanted]

    def close(self) -> None:
        """Close all."""
        for connection in self._opened:
            connection.close()
        self.shield.close()


@pytest.fixture
def guarded_sqlite3() -> Iterator[Callable[..., Guarded]]:
    """Make guarded sqlite3 modules: options are those of Shield."""
    made: list[Guarded] = []

    def make(**options: Any) -> Guarded:
        made.append(Guarded(**options))
        return made[-1]

    yield make
    for guarded in made:
        guarded.close()


@pytest.fixture
def guarded(guarded_sqlite3: Callable[..., Guarded]) -> Guarded:
    """A guarded sqlite3 under the pci pack, without an approver."""
    return guarded_sqlite3()


@pytest.fixture
def permissive(guarded_sqlite3: Callable[..., Guarded]) -> Guarded:
    """A guarded sqlite3 under a policy that allows everything; masking is on."""
    rule = {"id": "all", "effect": "allow", "tolerate": ["*"]}
    return guarded_sqlite3(policy={"name": "allow-all", "schema": 1, "default": "allow", "rules": [rule]})
