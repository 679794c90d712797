"""The page of commands is what the commands say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_commands_is_up_to_date() -> None:
    """``docs/cli.md`` has every command, argument and option, in the words of ``--help``."""
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "cli_help.py", "--check"], capture_output=True, text=True, check=False
    )

    assert "" == done.stdout + done.stderr
    assert 0 == done.returncode


def test_help_shows_all_that_it_says() -> None:
    """What stands in brackets is markup for the terminal, and not shown."""
    shown = (ROOT / "docs" / "cli.md").read_text()

    assert [] == re.findall(r"^[^|\n`$]*\[[a-z_.]+\][^(\n]*$", shown, re.MULTILINE)
