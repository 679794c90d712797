"""pytest plugin for ``run_drivers.py``: installs the guard before the suite is imported, and writes down what passed.

Options come by environment, since the suites have configurations of their own: ``CONFORMANCE_OUT`` the file to write,
``CONFORMANCE_DRIVER`` the driver, ``CONFORMANCE_AUDIT`` the audit directory; without that nothing is guarded.
``CONFORMANCE_SERVER`` is the MySQL server as JSON. Counting is imported by its bare name: one of the suites is a
package called ``tests``.
"""

from __future__ import annotations

import importlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

outcomes: dict[str, str] = {}
notes: dict[str, str] = {}
_guard: Any = None


def pytest_configure(config: pytest.Config) -> None:
    """Install, before any test module is imported."""
    global _guard
    driver, audit = os.environ["CONFORMANCE_DRIVER"], os.environ.get("CONFORMANCE_AUDIT")
    # Before anything is guarded: so does an application that imports its driver first.
    importlib.import_module(driver)
    if audit:
        counting: Any = importlib.import_module("counting")
        pcishield = importlib.import_module("pcishield")
        counted = counting.count(driver)
        _guard = pcishield.configure({}, policy=counting.ALLOW_ALL, audit=audit), counted
        pcishield.install(drivers=[driver])
    if driver == "pymysql":
        # Its tests want localhost, some of them as soon as they are imported.
        base: Any = importlib.import_module("pymysql.tests.base")
        server = json.loads(os.environ["CONFORMANCE_SERVER"])
        for database in base.PyMySQLTestCase.databases:
            database.update(host=server["host"], port=server["port"], user=server["user"], passwd=server["password"])


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A test has passed when its call passed and neither set-up nor tear-down failed."""
    before = outcomes.get(report.nodeid)
    if report.when == "call":
        outcomes[report.nodeid] = report.outcome if before in (None, "passed") else before
    elif report.outcome != "passed":
        outcomes[report.nodeid] = report.outcome
    if report.failed:
        notes[report.nodeid] = report.longreprtext


def pytest_unconfigure(config: pytest.Config) -> None:
    """Write down what happened."""
    found: dict[str, Any] = {"passed": sorted(test for test, outcome in outcomes.items() if outcome == "passed")}
    if _guard is not None:
        shield, counted = _guard
        shield.close()
        found["counts"] = counted.result(Path(os.environ["CONFORMANCE_AUDIT"]))
    module, _, name = os.environ["CONFORMANCE_VERSION"].rpartition(".")
    found |= {"notes": notes, "version": getattr(importlib.import_module(module), name)}
    Path(os.environ["CONFORMANCE_OUT"]).write_text(json.dumps(found), "utf-8")
