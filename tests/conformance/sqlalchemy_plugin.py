"""pytest plugin for ``run_sqlalchemy.py``: counts inside of the driver, and writes down what passed.

Options come by environment, since the suite has a configuration of its own: ``CONFORMANCE_OUT`` the file to write,
``CONFORMANCE_AUDIT`` the audit directory and ``CONFORMANCE_DRIVER`` the driver; without them nothing is guarded.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

outcomes: dict[str, str] = {}
_guard: Any = None


def pytest_configure(config: pytest.Config) -> None:
    """Configure the shield, before the suite makes its engines."""
    global _guard
    audit = os.environ.get("CONFORMANCE_AUDIT")
    if audit:
        from sqlalchemy.dialects import registry

        import pcishield
        from tests.conformance.counting import ALLOW_ALL, count

        # Tests that make an engine of their own, on SQLite in memory, get a guarded one as well.
        registry.register("sqlite", "pcishield.sqlalchemy.dialects", "SQLiteDialect")

        _guard = pcishield.configure({}, policy=ALLOW_ALL, audit=audit), count(os.environ["CONFORMANCE_DRIVER"])


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A test has passed when its call passed and neither set-up nor tear-down failed."""
    before = outcomes.get(report.nodeid)
    if report.when == "call":
        outcomes[report.nodeid] = report.outcome if before in (None, "passed") else before
    elif report.outcome != "passed":
        outcomes[report.nodeid] = report.outcome


def pytest_unconfigure(config: pytest.Config) -> None:
    """Write down what happened."""
    found: dict[str, Any] = {"passed": sorted(test for test, outcome in outcomes.items() if outcome == "passed")}
    if _guard is not None:
        shield, counted = _guard
        shield.close()
        found["counts"] = counted.result(Path(os.environ["CONFORMANCE_AUDIT"]))
    Path(os.environ["CONFORMANCE_OUT"]).write_text(json.dumps(found), "utf-8")
