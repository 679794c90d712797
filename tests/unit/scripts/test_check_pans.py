"""scripts/check_pans.py keeps card numbers out of the source."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "scripts" / "check_pans.py"


def number(length: int, seed: int = 7) -> str:
    """A Luhn-valid number that starts with a 9, which no card scheme with such a range does."""
    draw = random.Random(seed)
    digits = [9, *(draw.randrange(10) for _ in range(length - 2))]
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = digit if position % 2 else digit * 2
        total += value - 9 if value > 9 else value
    return "".join(map(str, digits)) + str(-total % 10)


def check(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, SCRIPT, path], capture_output=True, text=True, cwd=ROOT, check=False)


@pytest.mark.parametrize("length", [13, 14, 15, 16, 17, 18, 19])
def test_a_luhn_valid_literal_is_rejected(tmp_path: Path, length: int) -> None:
    """Any Luhn-valid run of 13 to 19 digits is a finding, with file and line, without its digits."""
    path = tmp_path / "module.py"
    path.write_text(f"first = 1\nCARD = '{number(length)}'\n")

    outcome = check(path)

    assert 1 == outcome.returncode
    assert f"{path}:2: a Luhn-valid literal of {length} digits" in outcome.stdout
    assert number(length) not in outcome.stdout + outcome.stderr


@pytest.mark.parametrize("separator", [" ", "-", "_", "."])
def test_a_grouped_literal_is_rejected(tmp_path: Path, separator: str) -> None:
    """Four groups of four with one separator are a card as well."""
    digits = number(16)
    path = tmp_path / "page.md"
    path.write_text(separator.join(digits[i : i + 4] for i in range(0, 16, 4)))

    assert 1 == check(path).returncode


def test_what_is_no_card_passes(tmp_path: Path) -> None:
    """A wrong check digit, another length, one digit repeated, a fraction and a marked line are no findings."""
    digits = number(16)
    wrong = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    path = tmp_path / "module.py"
    path.write_text(f"{wrong}\n{number(12)}\n{number(20)}\n{'0' * 16}\n0.{digits}\n{digits}  # published test number\n")

    outcome = check(path)

    assert "" == outcome.stdout
    assert 0 == outcome.returncode


def test_the_project_is_clean() -> None:
    """No file of the project holds a card number outside tests/data."""
    if not (ROOT / ".git").exists():
        pytest.skip("an unpacked archive has no list of files")

    outcome = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, cwd=ROOT, check=False)

    assert "" == outcome.stdout
    assert 0 == outcome.returncode
