"""``pcishield run``: a script that imports drivers raw runs guarded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pcishield.testing import make_pan

SCRIPT = f"""
import sqlite3, sys
if __name__ == "__main__":
    print(sys.argv[1:], sqlite3.connect(":memory:").execute("SELECT ? AS card_number", ("{make_pan()}",)).fetchone())
    sys.exit(7)
"""


def command(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m pcishield run``."""
    return subprocess.run(
        [sys.executable, "-m", "pcishield", "run", *arguments],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**os.environ, "PCISHIELD_AUDIT_DIR": str(tmp_path / "audit")},
    )  # fmt: skip


@pytest.mark.parametrize("target", [("agent.py",), ("-m", "agent")], ids=["script", "module"])
def test_it_runs_guarded_with_its_own_arguments(tmp_path: Path, target: tuple[str, ...]) -> None:
    """Arguments, also those that look like options, and the exit status are the script's own; rows are masked."""
    (tmp_path / "agent.py").write_text(SCRIPT, "utf-8")

    done = command(tmp_path, *target, "--fast", "-m", "x")

    assert 7 == done.returncode, done.stderr
    assert done.stdout.startswith("['--fast', '-m', 'x'] ('****")
    assert make_pan() not in done.stdout


def test_a_missing_script_is_one_line(tmp_path: Path) -> None:
    """The error names the file and the way out, without a traceback."""
    done = command(tmp_path, "nothing.py")

    assert 2 == done.returncode
    assert "nothing.py" in done.stderr
    assert "Traceback" not in done.stderr
