"""``import pcishield`` is light: it loads no driver, no SQL parser, no model library."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"psycopg", "sqlite3", "mysql", "sqlglot", "sqlalchemy", "pydantic", "cryptography", "typer", "rich", "asyncio",
         "importlib.resources", "tempfile"}  # fmt: skip


def loaded_by(statement: str) -> set[str]:
    """Top-level modules that a fresh interpreter has after ``statement`` and did not have before."""
    program = f"import sys; before = set(sys.modules); {statement}; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    found = set(done.stdout.split())
    return found | {name.partition(".")[0] for name in found}


@pytest.mark.parametrize("statement", ["import pcishield", "from pcishield import StatementDenied"])
def test_nothing_heavy_is_loaded(statement: str) -> None:
    """The package and its exceptions come without drivers, parser and models."""

    assert set() == loaded_by(statement) & HEAVY


def test_a_facade_loads_its_own_driver_only() -> None:
    """``from pcishield import sqlite3`` does not load psycopg or mysql.connector."""

    assert set() == loaded_by("from pcishield import sqlite3") & {"psycopg", "mysql", "sqlalchemy"}


def test_frameworks_are_loaded_by_their_own_modules_only() -> None:
    """Neither the package nor its drivers load SQLAlchemy or Django, and SQLAlchemy's part loads no driver."""
    drivers = loaded_by("import pcishield; pcishield.Shield; from pcishield import psycopg, sqlite3")

    assert set() == drivers & {"sqlalchemy", "django"}
    assert set() == loaded_by("import pcishield.sqlalchemy.dialects") & {"psycopg", "mysql", "aiosqlite", "django"}
