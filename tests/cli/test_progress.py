"""Progress bars: there on a terminal while it takes long, gone when it ends, and nothing of them anywhere else."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "pcishield", "scan"]


def on_a_terminal(*arguments: str) -> tuple[str, str]:
    """Run the command with standard error on a terminal; return what it printed there, and its standard output."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "120"}
    process = subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=theirs, env=environment)
    os.close(theirs)
    seen = b""
    while True:
        try:
            piece = os.read(ours, 1 << 16)
        except OSError:  # Linux says so when the other end is closed
            break
        if not piece:
            break
        seen += piece
    os.close(ours)
    out, _ = process.communicate()
    return seen.decode("utf-8", "replace"), out.decode()


@pytest.fixture
def long_text(tmp_path: Path) -> Path:
    path = tmp_path / "orders.txt"
    path.write_text("".join(f"order {number} was shipped\n" for number in range(60_000)), "ascii")
    return path


def test_a_long_scan_shows_a_bar_on_a_terminal_and_takes_it_away(long_text: Path) -> None:
    """Name, bar, percentage, and what was found so far."""
    seen, out = on_a_terminal(str(long_text))
    assert "orders.txt" in seen
    assert "━" in seen
    assert "%" in seen
    assert "values, card data in 0 places" in seen
    assert "\x1b[2K" in seen.split("━")[-1], "the line is not erased"
    assert out.startswith("60,000 values read")
    assert "━" not in out


@pytest.mark.parametrize("option", ["--no-progress", "--json"])
def test_no_bar_where_none_is_wanted(long_text: Path, option: str) -> None:
    """Nothing at all is printed on standard error."""
    seen, out = on_a_terminal(str(long_text), option)
    assert seen == ""
    assert out


def test_no_bar_in_a_pipe(long_text: Path) -> None:
    """A log file holds no bars."""
    done = subprocess.run([*COMMAND, str(long_text)], capture_output=True, text=True, check=True)
    assert done.stderr == ""
