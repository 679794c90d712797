"""A place for the audit log."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def audit_dir(tmp_path: Path) -> Path:
    """An audit directory that does not exist yet."""
    return tmp_path / "audit"
