"""PEP 249 on sqlite3, raw and guarded."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.dbapi20 import Api, DbApi20, approve_all


@pytest.fixture(params=["raw", "guarded"])
def api(request: pytest.FixtureRequest, tmp_path: Path, make_shield: Callable[..., Any]) -> Iterator[Api]:
    """sqlite3 on a file of its own."""
    module = sqlite3 if request.param == "raw" else make_shield(approver=approve_all).guard(sqlite3)
    api = Api(
        module=module,
        raw=sqlite3,
        connect=lambda: module.connect(tmp_path / "dbapi20.db"),
        mark="?",
        table="booze",
    )
    yield api
    api.close()


class TestSqlite3(DbApi20):
    """The suite on sqlite3."""
