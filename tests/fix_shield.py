"""A Shield of the default configuration (the ``pci`` pack), with its audit log in a temporary directory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def audit_dir(tmp_path: Path) -> Path:
    """An audit directory that does not exist yet."""
    return tmp_path / "audit"


@pytest.fixture
def make_shield(audit_dir: Path) -> Iterator[Callable[..., Any]]:
    """Make Shields with the given options; all are closed after the test. One log each unless ``audit=`` is given."""
    with ExitStack() as stack:
        made: list[Any] = []

        def make(settings: Any = None, **options: Any) -> Any:
            from pcishield.shield import Shield

            options.setdefault("audit", audit_dir if not made else audit_dir.with_name(f"audit-{len(made)}"))
            shield = stack.enter_context(Shield({} if settings is None else settings, **options))
            made.append(shield)
            return shield

        yield make


@pytest.fixture
def shield(make_shield: Callable[..., Any]) -> Any:
    """A Shield without an approver: what needs approval is denied."""
    return make_shield()
