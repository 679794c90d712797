"""CPython's own sqlite3 suite, raw and guarded."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_cpythons_suite_differs_only_as_expected() -> None:
    """What passes raw passes guarded, but for the lines in the file; every statement in the driver is in the log."""
    if importlib.util.find_spec("test.test_sqlite3") is None:
        pytest.skip("this interpreter comes without its test suite")
    runner = Path(__file__).with_name("run_sqlite3.py")

    done = subprocess.run([sys.executable, runner], capture_output=True, text=True, check=False)

    assert 0 == done.returncode, done.stdout + done.stderr
